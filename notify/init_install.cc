#include "notify/init_install.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "agent/accounts.h"
#include "agent/atomic_file.h"
#include "agent/config.h"
#include "agent/config_command.h"
#include "agent/config_example.h"
#include "agent/keepalived_conf.h"
#include "notify/init_find.h"
#include "notify/init_talk.h"
#include "notify/init_write.h"

namespace ha {
namespace {

namespace fs = std::filesystem;

/// The node whose files these are, by the address that its keepalived.conf says.
Result<std::string> node_here(const InitWords& words) {
  std::vector<std::string> names;
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(words.install, code)) {
    const std::string name = entry.path().filename().string();
    const std::string conf = entry.path().string() + "/etc/keepalived/keepalived.conf";
    if (!fs::exists(conf)) continue;
    if (name == words.node) return name;
    const KeepalivedConf read = read_keepalived_conf(conf, name);
    const KeepalivedNode* const instance = read.root.child("vrrp_instance");
    const KeepalivedNode* const source =
        instance == nullptr ? nullptr : instance->child("unicast_src_ip");
    const std::string address = source == nullptr ? "" : source->word(1);
    if (words.node.empty() && is_local_address(address)) return name;
    names.push_back(fmt::format("{} ({})", name, address.empty() ? "no address" : address));
  }
  if (code) {
    return fail(fmt::format("cannot read the folder {}: {}; `ha-agent init` makes one",
                            words.install, code.message()),
                ErrorKind::config);
  }
  if (names.empty()) {
    return fail(
        fmt::format("{} holds no node's files; `ha-agent init` makes such a folder", words.install),
        ErrorKind::config);
  }
  return fail(fmt::format("this machine is none of {}; if it is one, say which: --node NAME",
                          fmt::join(names, ", ")),
              ErrorKind::config);
}

}  // namespace

ExitCode install_node(const InitWords& words) {
  const Lang lang = init_lang(words.lang);
  const auto node = node_here(words);
  if (!node) return refuse(node.error());
  const auto agents = find_group("ha-agent");
  if (!agents) {
    return refuse(
        {"there is no group ha-agent: install the package first (or run systemd-sysusers)"},
        ExitCode::no);
  }
  const std::string base = words.install + "/" + *node;
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(base + "/etc")) {
    if (entry.is_regular_file()) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  bool left = false;
  for (const std::string& file : files) {
    const auto content = read_file(file);
    if (!content) return refuse(content.error());
    const std::string path = file.substr(base.size());
    InitTarget target{path,           *content, 0644, std::nullopt, is_secret_file(path),
                      config_example, true};
    if (path.rfind("/etc/ha-agent/", 0) == 0) target.group = *agents;
    if (target.group || path.rfind("/etc/keepalived/", 0) == 0) target.mode = 0640;
    const auto done = put_file(target, agreement(words.yes, lang), lang);
    if (!done) return refuse(done.error());
    tell_put(*done, path, lang);
    left = left || *done == InitPut::left;
  }
  const ExitCode checked = config_check(kDefaultConfigPath);
  if (checked != ExitCode::ok) return checked;
  if (left) fmt::print("{}\n", say(lang, Text::init_left_over));
  fmt::print("\n{}\n", say(lang, Text::init_next_here, fmt::arg("path", base)));
  return ExitCode::ok;
}

}  // namespace ha
