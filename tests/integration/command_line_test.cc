// What --help lists: it fits a screen, and bash, zsh and fish offer it when somebody presses TAB.
// The real shells complete with the files that are installed; the tests run in the root of the
// tree.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "agent/text.h"
#include "tests/support/agent.h"
#include "tests/support/child.h"
#include "tests/support/temp_dir.h"

namespace ha {
namespace {

using Words = std::vector<std::string>;

struct Help {
  std::string text;
  Words commands;
  Words options;        ///< the long name where there is one
  Words short_options;  ///< of those, where there is one as well
  Words with_value;     ///< those of the options that take one
};

/// "-h,--help", "--deadline TEXT" and what else the line says of it.
void add_option(Help& help, std::string_view line) {
  const std::size_t end = std::min(line.find(' '), line.size());
  const auto names = split(line.substr(0, end), ',');
  help.options.emplace_back(names.back());
  if (names.size() > 1) help.short_options.emplace_back(names.front());
  const std::string_view rest = line.substr(std::min(end + 1, line.size()));
  if (!rest.empty() && rest[0] >= 'A' && rest[0] <= 'Z' && !rest.starts_with("REQUIRED") &&
      !rest.starts_with("Excludes")) {
    help.with_value.emplace_back(names.back());
  }
}

Help help_of(const test::Agent& agent, Words command) {
  Help help;
  command.emplace_back("--help");
  BOOST_REQUIRE_EQUAL(agent.run(command, &help.text), 0);
  std::string part;
  std::istringstream lines(help.text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(' ')) {
      part = line;
    } else if (part == "Subcommands:" && !line.starts_with("   ")) {
      help.commands.emplace_back(trimmed(line).substr(0, trimmed(line).find(' ')));
    } else if ((part == "Options:" || part.starts_with("Makes")) &&
               trimmed(line).starts_with('-')) {
      add_option(help, trimmed(line));
    }
  }
  return help;
}

/// Each command with those below it, the program itself first: {}, {"alerts"}, {"alerts", "list"},
/// …
void each_command(const test::Agent& agent,
                  const std::function<void(const Words&, const Help&)>& see,
                  const Words& command = {}) {
  const Help help = help_of(agent, command);
  see(command, help);
  for (const std::string& name : help.commands) {
    Words below = command;
    below.push_back(name);
    each_command(agent, see, below);
  }
}

/// A shell in which somebody has typed `ha-agent WORD…` and presses TAB behind the last one.
class Shell {
 public:
  explicit Shell(std::string name) : name_(std::move(name)) {}

  const std::string& name() const { return name_; }

  Words offers(Words line) const {
    line.insert(line.begin(), "ha-agent");
    std::string output;
    Words words = command();
    if (name_ == "fish") {
      std::string typed;
      for (const std::string& word : line) typed += (typed.empty() ? "" : " ") + word;
      line = {typed};
    }
    words.insert(words.end(), line.begin(), line.end());
    BOOST_REQUIRE_MESSAGE(test::run(words, &output) == 0, name_ << ": " << output);
    Words offered;
    for (const std::string_view each : split(output, '\n')) {
      if (!each.empty()) offered.emplace_back(trimmed(each.substr(0, each.find('\t'))));
    }
    return offered;
  }

 private:
  Words command() const {
    if (name_ == "bash") return {"bash", "--norc", "tests/support/complete.bash"};
    if (name_ == "fish") return {"fish", "--no-config", "tests/support/complete.fish"};
    return {"zsh", "-f", "tests/support/complete.zsh", dir_->path() + "/dump"};
  }

  std::string name_;
  std::shared_ptr<test::TempDir> dir_ = std::make_shared<test::TempDir>();
};

bool has(const Words& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

Words typed(Words command, const Words& more) {
  command.insert(command.end(), more.begin(), more.end());
  return command;
}

struct Program {
  test::Agent agent{""};

  // What the completions ask is the program that is tested.
  Program() {
    const std::filesystem::path folder = std::filesystem::path(agent.argv({}).at(0)).parent_path();
    ::setenv("PATH", (folder.string() + ":" + path_).c_str(), 1);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program() { ::setenv("PATH", path_.c_str(), 1); }

 private:
  std::string path_ = std::getenv("PATH");
};

BOOST_FIXTURE_TEST_SUITE(command_line, Program)

BOOST_AUTO_TEST_CASE(the_main_help_fits_a_screen_and_no_help_is_wider_than_one) {
  std::size_t commands = 0;
  each_command(agent, [&](const Words& command, const Help& help) {
    ++commands;
    BOOST_TEST_CONTEXT("ha-agent " << (command.empty() ? "" : command.back()) << "\n"
                                   << help.text) {
      BOOST_TEST(has(help.options, "--help"));
      std::size_t height = 0;
      std::istringstream lines(help.text);
      for (std::string line; std::getline(lines, line); ++height) BOOST_TEST(line.size() <= 80U);
      if (command.empty()) BOOST_TEST(height < 24U);  // and the prompt below it
    }
  });
  BOOST_TEST(commands > 15U);
}

BOOST_AUTO_TEST_CASE(each_shell_offers_every_command_and_option_and_none_that_is_not_there) {
  for (const Shell& shell : {Shell("bash"), Shell("zsh"), Shell("fish")}) {
    each_command(agent, [&](const Words& command, const Help& help) {
      BOOST_TEST_CONTEXT(shell.name() << ": ha-agent " << (command.empty() ? "" : command.back())) {
        const Words options = shell.offers(typed(command, {"-"}));
        for (const std::string& option : help.options) BOOST_TEST(has(options, option), option);
        for (const std::string& option : options) {
          BOOST_TEST((has(help.options, option) || has(help.short_options, option)), option);
        }
        if (help.commands.empty()) return;
        const Words commands = shell.offers(typed(command, {""}));
        for (const std::string& name : help.commands) BOOST_TEST(has(commands, name), name);
        for (const std::string& name : commands) {
          BOOST_TEST((has(help.commands, name) || has(help.options, name)), name);
        }
        // The value of an option is no command.
        for (const std::string& option : help.with_value) {
          const Words after = shell.offers(typed(command, {option, "x", ""}));
          for (const std::string& name : help.commands) BOOST_TEST(has(after, name), option);
        }
      }
    });
  }
}

BOOST_AUTO_TEST_CASE(each_shell_offers_the_words_that_an_option_takes) {
  for (const Shell& shell : {Shell("bash"), Shell("zsh"), Shell("fish")}) {
    BOOST_TEST_CONTEXT(shell.name()) {
      Words formats = shell.offers({"check", "--format", ""});
      std::sort(formats.begin(), formats.end());
      BOOST_TEST((formats == Words{"json", "nagios", "text"}));
      BOOST_TEST(has(shell.offers({"plan", "--from", "BACKUP", "M"}), "MASTER"));
      BOOST_TEST(has(shell.offers({"notify", "INSTANCE", "VI_1", "B"}), "BACKUP"));
    }
  }
}

BOOST_AUTO_TEST_CASE(each_shell_takes_the_names_of_sections_from_the_configuration_that_is_named) {
  const test::Agent named("[unit worker]\nunit = worker.service\n");
  const std::string file = named.argv({}).at(2);
  for (const Shell& shell : {Shell("bash"), Shell("zsh"), Shell("fish")}) {
    BOOST_TEST_CONTEXT(shell.name()) {
      BOOST_TEST(has(shell.offers({"--config", file, "check", "w"}), "worker"));
    }
  }
}

BOOST_AUTO_TEST_CASE(each_shell_offers_the_transitions_of_the_journal) {
  BOOST_TEST(agent.run({"notify", "BACKUP"}) == 0);
  const std::string id = agent.journal("event").at(0).value("event", "");
  const std::string file = agent.argv({}).at(2);
  for (const Shell& shell : {Shell("bash"), Shell("zsh"), Shell("fish")}) {
    BOOST_TEST_CONTEXT(shell.name()) {
      for (const char* command : {"show", "report"}) {
        BOOST_TEST(has(shell.offers({"--config", file, "history", command, "2"}), id));
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
