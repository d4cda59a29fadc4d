// A matrix of Debian releases crashed with std::bad_alloc: a header was edited while an earlier
// build ran, so it was older than the objects that were made of the copy before it, and these were
// linked with objects of the new one.
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/child.h"
#include "tests/support/temp_dir.h"

namespace ha {
namespace {

namespace fs = std::filesystem;

BOOST_AUTO_TEST_CASE(object_of_an_older_copy) {
  const test::TempDir temp;
  const fs::path tree = temp.path() + "/tree";
  const fs::path copy = temp.path() + "/copy";
  fs::create_directories(tree / "packaging");
  fs::copy_file("packaging/copy-source", tree / "packaging/copy-source");
  const auto copy_source = [&] {
    std::string said;
    BOOST_REQUIRE_MESSAGE(
        test::run({(tree / "packaging/copy-source").string(), copy.string()}, &said) == 0, said);
  };
  BOOST_REQUIRE(test::run({"git", "-C", tree.string(), "init", "-q"}) == 0);
  for (const char* const name : {"edited.h", "kept.h", "gone.h"})
    std::ofstream(tree / name) << "1\n";
  copy_source();
  BOOST_TEST(fs::exists(copy / "gone.h"));
  const auto kept = fs::last_write_time(copy / "kept.h");
  std::ofstream(temp.path() + "/object") << "of the first copy\n";
  const auto object = fs::last_write_time(temp.path() + "/object");

  // Edited before the object was made, and after it was copied.
  std::ofstream(tree / "edited.h") << "2\n";
  fs::last_write_time(tree / "edited.h", object - std::chrono::hours{1});
  // Written anew with the same content.
  std::ofstream(tree / "kept.h") << "1\n";
  std::ofstream(tree / "new.h") << "1\n";
  fs::remove(tree / "gone.h");
  copy_source();
  BOOST_TEST(test::read_text((copy / "edited.h").string()) == "2\n");
  BOOST_TEST((fs::last_write_time(copy / "edited.h") > object));
  BOOST_TEST((fs::last_write_time(copy / "kept.h") == kept));
  BOOST_TEST(fs::exists(copy / "new.h"));
  BOOST_TEST(!fs::exists(copy / "gone.h"));

  // The same, and the copy before it was cut off: what it had done by then is no measure.
  std::ofstream(temp.path() + "/object") << "of the second copy\n";
  const auto second = fs::last_write_time(temp.path() + "/object");
  std::ofstream(tree / "edited.h") << "3\n";
  fs::last_write_time(tree / "edited.h", second - std::chrono::hours{1});
  fs::rename(copy, copy.string() + ".before");
  fs::create_directories(copy);
  fs::copy_file(tree / "edited.h", copy / "edited.h");
  fs::last_write_time(copy / "edited.h", second - std::chrono::hours{1});
  copy_source();
  BOOST_TEST((fs::last_write_time(copy / "edited.h") > second));
  BOOST_TEST((fs::last_write_time(copy / "kept.h") == kept));
  BOOST_TEST(!fs::exists(copy.string() + ".before"));
}

}  // namespace
}  // namespace ha
