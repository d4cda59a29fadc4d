// keepalived's configuration as keepalived reads it.
#include "agent/keepalived_conf.h"

#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <fstream>

#include "agent/keepalived_process.h"
#include "tests/support/temp_dir.h"

using namespace ha;

namespace {

struct ConfFixture {
  test::TempDir folder;

  std::string write(const std::string& name, const std::string& text) const {
    std::string path = folder.path() + "/" + name;
    std::ofstream(path) << text;
    return path;
  }
  KeepalivedConf read(const std::string& text, const std::string& config_id = "db1") const {
    return read_keepalived_conf(write("keepalived.conf", text), config_id);
  }
};

BOOST_FIXTURE_TEST_SUITE(keepalived_conf, ConfFixture)

BOOST_AUTO_TEST_CASE(blocks_words_quotes_and_places) {
  const KeepalivedConf conf = read(R"(vrrp_script ha {
    script "/usr/bin/ha-agent check 'one word'"
    interval 1
}
vrrp_instance VI_1
{
    virtual_ipaddress { 192.0.2.100/24 dev eth0 }
    track_script {
        ha weight 0
    }
}
)");
  BOOST_TEST(conf.problems.empty());
  const KeepalivedNode* script = conf.root.child("vrrp_script");
  BOOST_REQUIRE(script != nullptr);
  BOOST_TEST(script->word(1) == "ha");
  BOOST_TEST(script->child("script")->word(1) == "/usr/bin/ha-agent check 'one word'");
  BOOST_TEST(script->child("interval")->place() == folder.path() + "/keepalived.conf:3");
  const KeepalivedNode* instance = conf.root.child("vrrp_instance");
  BOOST_REQUIRE(instance != nullptr);
  BOOST_TEST(instance->child("virtual_ipaddress")->children.at(0).word(2) == "eth0");
  BOOST_TEST(instance->child("track_script")->children.at(0).word(2) == "0");
  BOOST_TEST(instance->word(7).empty());
}

BOOST_AUTO_TEST_CASE(a_comment_begins_anywhere_but_in_quotes) {
  const KeepalivedConf conf = read(R"(! a comment
auth_pass pa#ss      # cut short
notify "/x/y # z"    ! not cut
notify_stop /x\!y
)");
  BOOST_TEST(conf.root.child("auth_pass")->word(1) == "pa");
  BOOST_TEST(conf.root.child("notify")->word(1) == "/x/y # z");
  BOOST_TEST(conf.root.child("notify_stop")->word(1) == "/x!y");
}

BOOST_AUTO_TEST_CASE(included_files_are_read_from_where_they_lie) {
  BOOST_REQUIRE(::mkdir((folder.path() + "/conf.d").c_str(), 0700) == 0);
  write("conf.d/b.conf", "b 1\n");
  write("conf.d/a.conf", "include deeper\n");
  write("conf.d/deeper", "a 1\n");
  const KeepalivedConf conf = read("include conf.d/*.conf\ninclude none/*.conf\n");
  BOOST_TEST(conf.problems.empty());
  BOOST_TEST(conf.files.size() == 4U);
  BOOST_TEST(conf.root.children.at(0).word(0) == "a");
  BOOST_TEST(conf.root.children.at(1).word(0) == "b");
  BOOST_TEST(conf.root.child("b")->file == folder.path() + "/conf.d/b.conf");
  const KeepalivedConf endless = read("include keepalived.conf\n");
  BOOST_TEST(endless.problems.size() == 1U);
}

BOOST_AUTO_TEST_CASE(lines_for_other_nodes_are_left_out_and_definitions_filled_in) {
  const std::string text = R"($IFACE=eth1
@db1 priority 100
@db2 priority 90
@^db1 state MASTER
interface ${IFACE}
virtual_router_id \
    51
)";
  const KeepalivedConf conf = read(text);
  BOOST_TEST(conf.root.all("priority").size() == 1U);
  BOOST_TEST(conf.root.child("priority")->word(1) == "100");
  BOOST_TEST(!conf.root.has("state"));
  BOOST_TEST(conf.root.child("interface")->word(1) == "eth1");
  BOOST_TEST(conf.root.child("virtual_router_id")->word(1) == "51");
  BOOST_TEST(conf.root.child("virtual_router_id")->line == 6);
  BOOST_TEST(read(text, "db2").root.child("state")->word(1) == "MASTER");
}

BOOST_AUTO_TEST_CASE(the_fingerprint_follows_what_counts) {
  const std::string one = read("a {\n  b 1\n}\n").fingerprint;
  BOOST_TEST(one.size() == 12U);
  BOOST_TEST(read("! said\na {\n\n    b    1 # too\n}\n").fingerprint == one);
  BOOST_TEST(read("a {\n  b 2\n}\n").fingerprint != one);
  BOOST_TEST(read("a {\n  b1\n}\n").fingerprint != one);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_said_with_its_place) {
  const auto missing = read_keepalived_conf(folder.path() + "/none", "db1");
  BOOST_REQUIRE(missing.problems.size() == 1U);
  BOOST_TEST(missing.problems[0].find("/none") != std::string::npos);
  const auto open = read("a {\nb {\n}\n");
  BOOST_REQUIRE(open.problems.size() == 1U);
  BOOST_TEST(open.problems[0].find("keepalived.conf:1: the block `a` is not closed") !=
             std::string::npos);
  const auto extra = read("a 1\n}\n");
  BOOST_REQUIRE(extra.problems.size() == 1U);
  BOOST_TEST(extra.problems[0].find("keepalived.conf:2:") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_command_line_says_which_file_and_which_node) {
  const auto of = [](std::vector<std::string> words) {
    KeepalivedProcess process;
    read_keepalived_words(words, process);
    return process.conf + "|" + process.config_id;
  };
  BOOST_TEST(of({"keepalived", "--dont-fork"}) == "/etc/keepalived/keepalived.conf|");
  BOOST_TEST(of({"keepalived", "-n", "-f", "/a", "-i", "db2"}) == "/a|db2");
  BOOST_TEST(of({"keepalived", "--use-file=/a", "--config-id", "x"}) == "/a|x");
  BOOST_TEST(of({"keepalived", "-f/a"}) == "/a|");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
