// keepalived's configuration as keepalived reads it: includes followed, comments and conditional
// lines gone, definitions filled in. Only reads. Source: keepalived 2.2.7 lib/parser.c and
// keepalived.conf(5).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ha {

/// A line and, when it opens a block, what stands in it.
struct KeepalivedNode {
  std::vector<std::string> words;  ///< without quotes; the first one is the keyword
  std::vector<KeepalivedNode> children;
  std::string file;
  int line = 0;

  /// "": the node has fewer words.
  const std::string& word(std::size_t index) const;
  /// The first child with this keyword; nullptr: there is none.
  const KeepalivedNode* child(std::string_view keyword) const;
  std::vector<const KeepalivedNode*> all(std::string_view keyword) const;
  bool has(std::string_view keyword) const { return child(keyword) != nullptr; }
  /// "keepalived.conf:12"
  std::string place() const;
};

struct KeepalivedConf {
  KeepalivedNode root;             ///< its children are the outermost lines
  std::vector<std::string> files;  ///< in the order they were read
  std::vector<std::string>
      problems;  ///< "file:line: what is wrong"; a file that cannot be read too
  /// Twelve hexadecimal digits over what keepalived takes from it: comments and layout do not
  /// count.
  std::string fingerprint;
  std::int64_t changed_ms = 0;  ///< wall clock, of the file that was changed last
};

/// `config_id`: for lines that begin with `@ID`; keepalived takes the host name up to its first dot
/// unless it was started with -i.
KeepalivedConf read_keepalived_conf(const std::string& path, const std::string& config_id);

/// The vrrp_sync_group that names this instance; nullptr: none does.
const KeepalivedNode* sync_group_of(const KeepalivedNode& root, std::string_view instance);

/// The host name up to its first dot.
std::string default_config_id();

}  // namespace ha
