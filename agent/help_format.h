// How --help looks: descriptions from one column on and no empty lines, so that the program's own
// help fits a terminal of 80 columns and 24 lines, the prompt included.
#pragma once
#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace ha {

class HelpFormat : public CLI::Formatter {
 public:
  HelpFormat() { column_width(22); }

  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override {
    const std::string text = CLI::Formatter::make_help(app, std::move(name), mode);
    std::string dense;
    for (const char c : text) {
      // The program's own description shares a line with its usage.
      const bool first = app->get_parent() == nullptr && dense.find('\n') == std::string::npos;
      if (c == '\n' && first && dense.find("Usage") == std::string::npos) {
        if (dense.back() != ' ') dense += ' ';
        continue;
      }
      if (c != '\n' || (!dense.empty() && dense.back() != '\n')) dense += c;
    }
    // Its options follow that line, without a heading.
    static constexpr std::string_view kHeading = "\nOptions:";
    const auto heading = dense.find(kHeading);
    if (app->get_parent() == nullptr && heading != std::string::npos) {
      dense.erase(heading, kHeading.size());
    }
    return dense;
  }
};

}  // namespace ha
