#include "agent/keepalived_conf.h"

#include <fmt/format.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>

#include "agent/atomic_file.h"
#include "agent/crypto.h"

namespace ha {
namespace {

constexpr std::string_view kBlanks = " \t\r";
constexpr int kDeepest = 16;
constexpr std::size_t kFingerprint = 12;

bool is_blank(char c) {
  return kBlanks.find(c) != std::string_view::npos;
}

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

/// What stands before a comment. A `!` or `#` begins one anywhere outside quotes, also within a
/// word: that is how keepalived cuts passwords short.
std::string without_comment(const std::string& line) {
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '\\') {
      ++i;
    } else if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '!' || c == '#') {
      return line.substr(0, i);
    }
  }
  return line;
}

struct Token {
  std::string text;
  bool quoted = false;
};

/// Words as the shell would see them; braces that are not quoted stand alone.
std::vector<Token> split(const std::string& line) {
  std::vector<Token> tokens;
  Token token;
  bool open = false;
  const auto end = [&] {
    if (open) tokens.push_back(std::move(token));
    token = {};
    open = false;
  };
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else {
        token.text += c;
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
      open = token.quoted = true;
    } else if (c == '\\' && i + 1 < line.size()) {
      token.text += line[++i];
      open = true;
    } else if (is_blank(c)) {
      end();
    } else if (c == '{' || c == '}') {
      end();
      tokens.push_back({std::string(1, c), false});
    } else {
      token.text += c;
      open = true;
    }
  }
  end();
  return tokens;
}

class Reader {
 public:
  explicit Reader(std::string config_id) : config_id_(std::move(config_id)) {}

  KeepalivedConf read(const std::string& path) {
    blocks_.push_back(&conf_.root);
    read_file_at(path, 0);
    if (blocks_.size() > 1) {
      conf_.problems.push_back(fmt::format("{}: the block `{}` is not closed",
                                           blocks_.back()->place(), blocks_.back()->word(0)));
    }
    conf_.fingerprint = hex(sha256(canonical_)).substr(0, kFingerprint);
    return std::move(conf_);
  }

 private:
  void read_file_at(const std::string& path, int depth) {
    if (depth > kDeepest) {
      conf_.problems.push_back(path + ": files include each other without end");
      return;
    }
    const auto text = read_file(path);
    if (!text) {
      conf_.problems.push_back(text.error().message);
      return;
    }
    conf_.files.push_back(path);
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0) {
      conf_.changed_ms =
          std::max<std::int64_t>(conf_.changed_ms, status.st_mtim.tv_sec * std::int64_t{1000} +
                                                       status.st_mtim.tv_nsec / 1'000'000);
    }
    std::string joined;
    int number = 0;
    int begun = 0;
    for (std::size_t at = 0; at < text->size();) {
      const std::size_t end = std::min(text->find('\n', at), text->size());
      std::string line = text->substr(at, end - at);
      at = end + 1;
      ++number;
      if (joined.empty()) begun = number;
      line = without_comment(line);
      const std::size_t last = line.find_last_not_of(kBlanks);
      if (last != std::string::npos && line[last] == '\\') {
        joined += line.substr(0, last) + " ";
        continue;
      }
      read_line(joined + line, path, begun, depth);
      joined.clear();
    }
    if (!joined.empty()) read_line(joined, path, begun, depth);
  }

  void read_line(std::string line, const std::string& path, int number, int depth) {
    if (!take_condition(line) || take_definition(line)) return;
    fill_in(line);
    const std::vector<Token> tokens = split(line);
    if (tokens.empty()) return;
    constexpr std::array kIncludes{"include",  "includer", "includem",
                                   "includew", "includeb", "includea"};
    const bool includes =
        std::find(kIncludes.begin(), kIncludes.end(), tokens.front().text) != kIncludes.end();
    if (includes && tokens.size() > 1) {
      include(tokens[1].text, path, depth);
      return;
    }
    KeepalivedNode node;
    node.file = path;
    node.line = number;
    for (const Token& token : tokens) {
      if (token.quoted || (token.text != "{" && token.text != "}")) {
        node.words.push_back(token.text);
        canonical_ += token.text + '\0';
        continue;
      }
      canonical_ += token.text;
      if (token.text == "{") {
        open(std::move(node));
      } else {
        add(std::move(node));
        close(path, number);
      }
      node = {};
      node.file = path;
      node.line = number;
    }
    add(std::move(node));
    canonical_ += '\n';
  }

  /// False: the line is for another node. `@^ID` is for all but ID.
  bool take_condition(std::string& line) const {
    const std::size_t first = line.find_first_not_of(kBlanks);
    if (first == std::string::npos || line[first] != '@') return true;
    const bool but = first + 1 < line.size() && line[first + 1] == '^';
    const std::size_t begin = first + (but ? 2 : 1);
    const std::size_t end = std::min(line.find_first_of(kBlanks, begin), line.size());
    const bool named = line.compare(begin, end - begin, config_id_) == 0;
    line = line.substr(end);
    return named != but;
  }

  bool take_definition(const std::string& line) {
    const std::size_t first = line.find_first_not_of(kBlanks);
    if (first == std::string::npos || line[first] != '$') return false;
    const std::size_t equals = line.find('=', first);
    if (equals == std::string::npos) return false;
    const std::string name = line.substr(first + 1, equals - first - 1);
    if (name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") !=
        std::string::npos) {
      return false;
    }
    std::string value = line.substr(equals + 1);
    fill_in(value);
    const std::size_t last = value.find_last_not_of(kBlanks);
    definitions_[name] = last == std::string::npos ? "" : value.substr(0, last + 1);
    return true;
  }

  void fill_in(std::string& line) const {
    for (auto it = definitions_.rbegin(); it != definitions_.rend(); ++it) {
      for (const std::string& form : {"${" + it->first + "}", "$" + it->first}) {
        for (std::size_t at = 0; (at = line.find(form, at)) != std::string::npos;) {
          line.replace(at, form.size(), it->second);
          at += it->second.size();
        }
      }
    }
  }

  void include(const std::string& pattern, const std::string& from, int depth) {
    const std::string whole = pattern.starts_with("/") ? pattern : folder_of(from) + "/" + pattern;
    glob_t found{};
    const std::unique_ptr<glob_t, decltype([](glob_t* g) { ::globfree(g); })> owner(&found);
    // A pattern without a match is no error of keepalived's either.
    // Only with a tilde does it ask what is not thread-safe.
    const int none =
        ::glob(whole.c_str(), GLOB_MARK | GLOB_BRACE, nullptr,  // NOLINT(concurrency-mt-unsafe)
               &found);
    if (none != 0) return;
    for (std::size_t i = 0; i < found.gl_pathc; ++i) {
      const std::string path = found.gl_pathv[i];
      if (!path.ends_with("/")) read_file_at(path, depth + 1);
    }
  }

  void add(KeepalivedNode node) {
    if (!node.words.empty()) blocks_.back()->children.push_back(std::move(node));
  }

  void open(KeepalivedNode node) {
    // A brace on a line of its own belongs to the line above.
    if (node.words.empty() && !blocks_.back()->children.empty()) {
      blocks_.push_back(&blocks_.back()->children.back());
      return;
    }
    blocks_.back()->children.push_back(std::move(node));
    blocks_.push_back(&blocks_.back()->children.back());
  }

  void close(const std::string& path, int number) {
    if (blocks_.size() > 1) {
      blocks_.pop_back();
    } else {
      conf_.problems.push_back(fmt::format("{}:{}: a `}}` that closes nothing", path, number));
    }
  }

  std::string config_id_;
  KeepalivedConf conf_;
  // A block is grown only while it is the innermost, so none of these is moved by its parent.
  std::vector<KeepalivedNode*> blocks_;
  std::map<std::string, std::string> definitions_;
  std::string canonical_;
};

}  // namespace

const std::string& KeepalivedNode::word(std::size_t index) const {
  static const std::string none;
  return index < words.size() ? words[index] : none;
}

const KeepalivedNode* KeepalivedNode::child(std::string_view keyword) const {
  const auto found = std::find_if(children.begin(), children.end(),
                                  [&](const auto& each) { return each.word(0) == keyword; });
  return found == children.end() ? nullptr : &*found;
}

std::vector<const KeepalivedNode*> KeepalivedNode::all(std::string_view keyword) const {
  std::vector<const KeepalivedNode*> found;
  for (const KeepalivedNode& each : children) {
    if (each.word(0) == keyword) found.push_back(&each);
  }
  return found;
}

std::string KeepalivedNode::place() const {
  return fmt::format("{}:{}", file, line);
}

KeepalivedConf read_keepalived_conf(const std::string& path, const std::string& config_id) {
  return Reader(config_id).read(path);
}

const KeepalivedNode* sync_group_of(const KeepalivedNode& root, std::string_view instance) {
  for (const KeepalivedNode* group : root.all("vrrp_sync_group")) {
    const KeepalivedNode* members = group->child("group");
    if (members == nullptr) continue;
    for (const KeepalivedNode& line : members->children) {
      if (std::find(line.words.begin(), line.words.end(), instance) != line.words.end()) {
        return group;
      }
    }
  }
  return nullptr;
}

std::string default_config_id() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "";
  const std::string whole = name.data();
  return whole.substr(0, whole.find('.'));
}

}  // namespace ha
