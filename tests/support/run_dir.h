// Everything that the tests make lies below one directory of this run, which TMPDIR names from the
// start of the program on; it goes when the program ends, also when that is by SIGINT, SIGTERM or
// SIGHUP. Children die with the program (see child.h).
#pragma once
#include <string>

namespace ha::test {

const std::string& run_dir();

}  // namespace ha::test
