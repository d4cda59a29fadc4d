// The READMEs against the program and against each other. The tests run in the root of the tree.
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "agent/options.h"
#include "agent/text.h"
#include "notify/plan.h"
#include "tests/support/config_text.h"
#include "tests/support/temp_dir.h"

namespace ha {
namespace {

constexpr const char* kReadmes[] = {"README.md", "README.zh-CN.md"};

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  BOOST_REQUIRE_MESSAGE(file.good(), path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::size_t count(const std::string& text, std::string_view what) {
  std::size_t found = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

/// The fenced blocks, each with the word behind its fence as first line. `text` is for people.
std::vector<std::string> blocks(const std::string& document) {
  std::vector<std::string> found;
  bool inside = false;
  for (const std::string_view line : split(document, '\n')) {
    if (line.starts_with("```")) {
      inside = !inside;
      if (inside) found.emplace_back(line.substr(3));
    } else if (inside) {
      found.back().append("\n").append(line);
    }
  }
  std::erase_if(found, [](const std::string& block) { return block.starts_with("text\n"); });
  return found;
}

/// What stands between backquotes.
std::vector<std::string> backquoted(std::string_view text) {
  std::vector<std::string> found;
  const auto parts = split(text, '`');
  for (std::size_t i = 1; i < parts.size(); i += 2) found.emplace_back(parts[i]);
  return found;
}

/// The configuration of the walk-through, its secrets in `secrets` instead of /etc/ha-agent.
std::string configuration(const std::string& secrets) {
  for (std::string block : blocks(text_of("README.md"))) {
    if (!block.starts_with("ini\n[agent]")) continue;
    const std::string_view etc = "/etc/ha-agent/";
    for (auto at = block.find(etc); at != std::string::npos; at = block.find(etc)) {
      block.replace(at, etc.size(), secrets + "/");
    }
    return block.substr(4);
  }
  BOOST_FAIL("README.md has no configuration");
  return {};
}

Config config_of_readme(const std::string& secrets) {
  for (const char* name : {"mysql.password", "repl.password", "redis.password", "ops.url"}) {
    const std::string path = secrets + "/" + name;
    std::ofstream(path) << "https://hooks.example.org/\n";
    std::filesystem::permissions(path, std::filesystem::perms{0640});
  }
  const std::string text = configuration(secrets);
  BOOST_TEST(test::problems(text).empty());
  BOOST_TEST(test::warnings(text).empty());
  return test::config_of(text);
}

BOOST_AUTO_TEST_SUITE(documents)

BOOST_AUTO_TEST_CASE(both_readmes_name_every_key_and_its_default) {
  for (const char* readme : kReadmes) {
    const std::string text = text_of(readme);
    for (const Option& option : all_options()) {
      BOOST_TEST_CONTEXT(readme << " " << to_string(option.kind) << " " << option.key) {
        BOOST_TEST(count(text, "`" + std::string(option.key) + "`") > 0U);
        if (!option.fallback.empty()) {
          BOOST_TEST(count(text, "`" + std::string(option.fallback) + "`") > 0U);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(both_readmes_give_the_same_examples) {
  const auto english = blocks(text_of(kReadmes[0]));
  const auto chinese = blocks(text_of(kReadmes[1]));
  BOOST_TEST(english.size() > 10U);
  BOOST_TEST(english == chinese, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_readmes_have_the_keepalived_configurations_that_are_installed) {
  for (const char* node : {"a", "b"}) {
    const std::string installed =
        text_of(std::string("etc/keepalived/two-node-") + node + ".conf.example");
    for (const char* readme : kReadmes) BOOST_TEST(count(text_of(readme), installed) == 1U);
  }
}

BOOST_AUTO_TEST_CASE(the_configuration_of_the_readme_is_valid_and_gives_the_plan_it_shows) {
  const test::TempDir secrets;
  const Config config = config_of_readme(secrets.path());
  const std::string shown = text_of("README.md");
  for (const State to : {State::master, State::backup}) {
    BOOST_TEST(count(shown, render_plan(make_plan(config, State::none, to), config)) == 1U);
  }
}

BOOST_AUTO_TEST_CASE(what_is_said_to_happen_names_scenarios_that_exist) {
  std::string scenarios;
  for (const auto& file : std::filesystem::directory_iterator("tests/e2e/scenarios")) {
    if (file.path().extension() == ".py") scenarios += text_of(file.path().string());
  }
  const std::string faults = text_of("tests/e2e/nemesis/faults.py");
  for (const char* readme : kReadmes) {
    const std::string text = text_of(readme);
    std::size_t rows = 0;
    for (const std::string_view line : split(text, '\n')) {
      const bool of_the_table = line.starts_with("| ") && count(std::string(line), " | ") == 5;
      if (!of_the_table) continue;
      const std::string_view last = line.substr(line.rfind(" | ", line.size() - 3));
      if (backquoted(last).empty()) continue;  // the head
      const std::size_t servers = std::min(last.find("faults: "), last.size());
      const std::size_t soak = std::min(last.find("soak: "), servers);
      BOOST_REQUIRE_MESSAGE(soak != last.size(), line);
      for (const std::string& name : backquoted(last.substr(0, soak))) {
        BOOST_TEST_CONTEXT(readme << ": " << name) {
          const std::string made = "(\"" + name + "\"";
          BOOST_TEST(count(scenarios, "@resident" + made) + count(scenarios, "@scenario" + made) ==
                     1U);
        }
      }
      for (const std::string& name : backquoted(last.substr(soak, servers - soak))) {
        BOOST_TEST(count(faults, "    \"" + name + "\": Fault(") == 1U, name);
      }
      for (std::string name : backquoted(last.substr(servers))) {
        std::replace(name.begin(), name.end(), '-', '_');
        BOOST_TEST(std::filesystem::exists("tests/mysql/fault_" + name + ".py"), name);
      }
      ++rows;
    }
    BOOST_TEST(rows > 15U);
  }
}

BOOST_AUTO_TEST_CASE(both_readmes_name_the_two_commands_once) {
  for (const char* readme : kReadmes) {
    for (const char* command : {"sudo make demo", "sudo make test"}) {
      BOOST_TEST(count(text_of(readme), command) == 1U);
    }
  }
}

// An id stands alone between quotes, with a severity before it or in a call that has one.
BOOST_AUTO_TEST_CASE(the_manual_page_names_every_finding_of_doctor) {
  const std::string page = text_of("packaging/man/ha-agent.8.in");
  const std::regex id(R"re("([a-z]+(-[a-z]+)+|preemption)"(, |\n))re");
  const std::set<std::string> no_findings{"ha-agent", "repl-backlog-size", "replica-priority"};
  std::set<std::string> seen;
  for (const char* judge : {"keepalived", "peer", "servers"}) {
    const std::string code = text_of(std::string("checks/doctor_") + judge + ".cc");
    for (std::sregex_iterator it(code.begin(), code.end(), id), end; it != end; ++it) {
      const std::string found = (*it)[1];
      if (no_findings.count(found) != 0 || !seen.insert(found).second) continue;
      std::string written;
      for (const char letter : found)
        written += letter == '-' ? std::string("\\-") : std::string(1, letter);
      BOOST_CHECK_MESSAGE(count(page, ".B " + written + "\n") == 1U, found);
    }
  }
  BOOST_TEST(seen.size() > 50U);
}

// Two types of one name in two headers are one to the linker, which keeps either one's destructor.
BOOST_AUTO_TEST_CASE(each_type_is_defined_in_one_header) {
  std::map<std::string, std::string> defined;
  for (const char* folder : {"agent", "checks", "notify"}) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      const std::string path = entry.path().string();
      if (!path.ends_with(".h")) continue;
      std::istringstream text(text_of(path));
      for (std::string line; std::getline(text, line);) {
        for (const std::string_view keyword : {"struct ", "class "}) {
          if (!line.starts_with(keyword) || line.ends_with(';')) continue;
          const std::string name(line.substr(
              keyword.size(), line.find_first_of(" :{<", keyword.size()) - keyword.size()));
          const auto [where, is_new] = defined.emplace(name, path);
          BOOST_CHECK_MESSAGE(is_new,
                              name << " is defined in " << where->second << " and in " << path);
        }
      }
    }
  }
  BOOST_TEST(defined.size() > 100U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
