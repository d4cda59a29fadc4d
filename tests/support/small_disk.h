// A disk of 128 KiB over a directory, which a test fills up. Needs root: is_root() is the
// precondition of such a test.
#pragma once
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

namespace ha::test {

inline boost::test_tools::assertion_result is_root(boost::unit_test::test_unit_id /*unit*/) {
  return ::geteuid() == 0;
}

class SmallDisk {
 public:
  /// The directory is made if it is missing. The disk is mounted in a mount namespace of this
  /// program's own, so that it goes with the program however that ends.
  explicit SmallDisk(std::string path) : path_(std::move(path)) {
    std::filesystem::create_directories(path_);
    BOOST_REQUIRE(::unshare(CLONE_NEWNS) == 0);
    BOOST_REQUIRE(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0);
    BOOST_REQUIRE(::mount("tmpfs", path_.c_str(), "tmpfs", 0, "size=128k,mode=700") == 0);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() { ::umount2(path_.c_str(), MNT_DETACH); }

  void fill_up() const {
    std::ofstream file(ballast(), std::ios::binary);
    const std::string block(4096, 'x');
    while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) continue;
  }
  void make_room() const { std::filesystem::remove(ballast()); }

 private:
  std::string ballast() const { return path_ + "/ballast"; }

  std::string path_;
};

}  // namespace ha::test
