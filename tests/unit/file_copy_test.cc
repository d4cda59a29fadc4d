#include "agent/file_copy.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "agent/fd.h"
#include "tests/support/child.h"
#include "tests/support/temp_dir.h"

namespace ha {
namespace {

namespace fs = std::filesystem;

struct Files {
  test::TempDir dir;
  std::string from = dir.path() + "/from";
  std::string to = dir.path() + "/to";

  Files() { write("one"); }
  void write(const std::string& text) const { std::ofstream(from) << text; }
  Status copy() const {
    return copy_file(from, to, 0640, [] { return true; });
  }
};

BOOST_FIXTURE_TEST_SUITE(file_copy, Files)

BOOST_AUTO_TEST_CASE(a_copy_has_content_time_and_the_mode_asked_for) {
  BOOST_TEST(!is_copy_of(from, to));
  BOOST_TEST(copy().has_value());
  BOOST_TEST(test::read_text(to) == "one");
  BOOST_TEST((fs::status(to).permissions() == fs::perms(0640)));
  BOOST_TEST(is_copy_of(from, to));
  BOOST_TEST(!fs::exists(to + ".part"));
}

BOOST_AUTO_TEST_CASE(a_file_that_changed_is_copied_anew) {
  BOOST_TEST(copy().has_value());
  write("one and more");
  BOOST_TEST(!is_copy_of(from, to));
  BOOST_TEST(copy().has_value());
  BOOST_TEST(test::read_text(to) == "one and more");
  fs::last_write_time(from, fs::last_write_time(from) + std::chrono::seconds(1));
  BOOST_TEST(!is_copy_of(from, to));
}

BOOST_AUTO_TEST_CASE(a_copy_that_is_ended_leaves_what_was_there) {
  BOOST_TEST(copy().has_value());
  write("two");
  BOOST_TEST(!copy_file(from, to, 0640, [] { return false; }).has_value());
  BOOST_TEST(test::read_text(to) == "one");
  BOOST_TEST(!fs::exists(to + ".part"));
}

BOOST_AUTO_TEST_CASE(what_a_killed_copy_left_is_replaced_and_what_another_writes_is_not) {
  const std::string part = to + ".part";
  std::ofstream(part) << "the beginning of something longer than it";
  {
    const Fd other(::open(part.c_str(), O_WRONLY | O_CLOEXEC));
    BOOST_REQUIRE(::flock(other.get(), LOCK_EX) == 0);
    BOOST_TEST(!copy().has_value());
  }
  BOOST_TEST(copy().has_value());
  BOOST_TEST(test::read_text(to) == "one");
}

BOOST_AUTO_TEST_CASE(a_source_that_is_missing_or_no_file_is_an_error) {
  fs::remove(from);
  BOOST_TEST(copy().error().code == ENOENT);
  fs::create_directory(from);
  BOOST_TEST(!copy().has_value());
  BOOST_TEST(!fs::exists(to));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
