// The sample that the package installs: harmless as it is, and true about every key.
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>

#include "agent/config_example.h"
#include "agent/ini_text.h"
#include "agent/option_value.h"
#include "agent/options.h"
#include "agent/section_kind.h"
#include "agent/text.h"
#include "tests/support/config_text.h"
#include "tests/support/temp_dir.h"

namespace ha {
namespace {

std::string sample() {
  std::ifstream file("etc/ha-agent.conf");
  BOOST_REQUIRE(file.good());
  return {std::istreambuf_iterator<char>(file), {}};
}

/// With the examples taken out of their comments: `#[http api]`, `#url = …`.
std::string uncommented() {
  std::string out;
  const std::string text = sample();
  for (const std::string_view line : split(text, '\n')) {
    const bool example = line.size() > 1 && line[0] == '#' && line[1] != ' ';
    out += std::string(example ? line.substr(1) : line) + "\n";
  }
  return out;
}

/// As an operator fills it in: every section's header and its lines that are marked, and the
/// secrets in files below `secrets`, which are made.
std::string filled_in(std::string_view example, const std::string& secrets) {
  const std::string_view etc = "/etc/ha-agent/";
  std::string out;
  for (const std::string_view line : split(example, '\n')) {
    const bool wanted = line.starts_with("#[") || line.ends_with(" ; needed");
    if (!wanted) {
      out.append(line).append("\n");
      continue;
    }
    std::string own(line.substr(1));
    if (const auto at = own.find(etc); at != std::string::npos) {
      own.replace(at, etc.size(), secrets + "/");
      const std::string path = own.substr(at, own.find(' ', at) - at);
      std::ofstream(path) << "https://hooks.example.org/\n";
      std::filesystem::permissions(path, std::filesystem::perms{0640});
    }
    out += own + "\n";
  }
  return out;
}

BOOST_AUTO_TEST_SUITE(config_sample)

BOOST_AUTO_TEST_CASE(what_config_example_prints_is_the_sample) {
  BOOST_TEST(config_example == sample());
}

BOOST_AUTO_TEST_CASE(once_what_is_marked_is_filled_in_it_passes_config_check) {
  const test::TempDir secrets;
  const std::string text = filled_in(config_example, secrets.path());
  BOOST_TEST(test::problems(text) == test::Texts{}, boost::test_tools::per_element());
  BOOST_TEST(test::warnings(text) == test::Texts{}, boost::test_tools::per_element());
  const Config config = test::config_of(text);
  BOOST_TEST(config.has_resources());
  BOOST_TEST(config.has_peer());
  BOOST_TEST(config.mysql.size() + config.redis.size() + config.http.size() + config.unit.size() ==
             4U);
}

BOOST_AUTO_TEST_CASE(a_fresh_install_is_valid_and_says_that_it_has_no_resources) {
  const Loaded loaded = parse_config("f", sample());
  BOOST_TEST(loaded.problems.empty());
  BOOST_REQUIRE_EQUAL(loaded.warnings.size(), 1U);
  BOOST_TEST(loaded.warnings[0].text.find("no resources") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(every_key_stands_in_the_sample_with_a_value_of_its_form) {
  ProblemList problems("f");
  const std::vector<IniSection> sections = parse_ini(uncommented(), problems);
  BOOST_TEST(problems.empty());
  std::map<Kind, std::set<std::string, std::less<>>> seen;
  for (const IniSection& section : sections) {
    const auto kind = judge_header(section, problems);
    BOOST_REQUIRE(kind.has_value());
    for (const IniEntry& entry : section.entries) {
      BOOST_TEST_CONTEXT(section.title() << " " << entry.key) {
        const Option* option = find_option(*kind, entry.key);
        BOOST_REQUIRE(option != nullptr);
        BOOST_TEST(parse_value(*option, entry.value).has_value());
        // What a rule's keys are is the rule's.
        if (!option->fallback.empty() && entry.key != "host" && *kind != Kind::alert) {
          BOOST_TEST(entry.value == option->fallback);
        }
      }
    }
    for (const IniEntry& entry : section.entries) seen[*kind].insert(entry.key);
  }
  BOOST_TEST(seen.size() == static_cast<std::size_t>(kKinds));
  for (const Option& option : all_options()) {
    // An inline secret is not what a sample should suggest.
    const bool has_file = find_option(option.kind, std::string(option.key) + "_file") != nullptr;
    BOOST_TEST_CONTEXT(to_string(option.kind) << " " << option.key) {
      BOOST_TEST((seen[option.kind].contains(option.key) || has_file));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
