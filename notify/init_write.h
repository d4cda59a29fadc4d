// How `ha-agent init` puts a file somewhere: what is there and differs is shown first, as a diff.
#pragma once
#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "agent/error.h"
#include "agent/texts.h"

namespace ha {

/// Asked before a file is replaced; nullopt: nobody is there to answer.
using InitAgree = std::function<std::optional<bool>(const Sentence& question)>;

struct InitTarget {
  std::string path;
  std::string content;
  mode_t mode = 0644;
  std::optional<gid_t> group;
  bool secret = false;  ///< its content is never shown
  /// What a package brought: nobody's own, so it is replaced without a word.
  std::string_view sample = {};
  bool keep = false;  ///< what is replaced is kept beside it, with the time in its name
};

/// By its name: one that no diff may show.
bool is_secret_file(const std::string& path);

enum class InitPut { made, same, replaced, left };

/// ErrorKind::config when nobody answers. What is shown is in `lang`.
Result<InitPut> put_file(const InitTarget& target, const InitAgree& agree, Lang lang);

/// A word of what was done and the file that it was done to, as a line.
std::string put_line(Lang lang, Text word, const std::string& path);

}  // namespace ha
