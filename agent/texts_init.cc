#include "agent/texts_parts.h"

namespace ha {

const std::vector<CatalogueEntry>& init_texts() {
  static const std::vector<CatalogueEntry> entries{
      {Text::init_ask_name, "This node's name", "本节点的名称"},
      {Text::init_ask_address, "This node's address", "本节点的地址"},
      {Text::init_ask_interface, "This node's interface", "本节点的网络接口"},
      {Text::init_ask_peer_name, "The other node's name", "对端节点的名称"},
      {Text::init_ask_peer_address, "The other node's address", "对端节点的地址"},
      {Text::init_ask_peer_interface, "The other node's interface", "对端节点的网络接口"},
      {Text::init_ask_vip, "The VIP with its prefix", "VIP 及其前缀长度"},
      {Text::init_ask_router_id, "virtual_router_id, 1 to 255, one of its own in this network",
       "virtual_router_id，1 到 255，在本网络中不得重复"},
      {Text::init_ask_http, "URL of the back end to check", "要检查的后端 URL"},
      {Text::init_ask_unit, "systemd unit that runs only where the VIP is",
       "只在持有 VIP 的节点上运行的 systemd 单元"},
      {Text::init_ask_witness, "A third machine that answers a ping, such as the gateway",
       "一台能应答 ping 的第三台机器，例如网关"},
      {Text::init_ask_replace, "Replace {path}?", "替换 {path}？"},
      {Text::init_found_mysql, "found: {kind} {version} at {socket}; {databases}",
       "发现：{kind} {version}，位于 {socket}；{databases}"},
      {Text::init_databases, "databases: {names}", "数据库：{names}"},
      {Text::init_databases_none, "no databases yet", "尚无数据库"},
      {Text::init_databases_unknown,
       "whether it holds databases is not known: only root may see it",
       "是否已有数据库不得而知：只有 root 可以查看"},
      {Text::init_found_redis, "found: Redis or Valkey {version} at 127.0.0.1:{port}",
       "发现：Redis 或 Valkey {version}，位于 127.0.0.1:{port}"},
      {Text::init_found_conf, "found: {path}: {instance}, VIP {vip}, virtual_router_id {router_id}",
       "发现：{path}：{instance}，VIP {vip}，virtual_router_id {router_id}"},
      {Text::init_note, "note: {remark}", "提示：{remark}"},
      {Text::init_several_instances,
       "{path} has {seen}; what is made has one vrrp_instance, from the first of them: carry the "
       "rest over by hand",
       "{path} 中有 {seen}；生成的文件只有一个 vrrp_instance，取自其中第一个：其余的请手工转移"},
      {Text::init_redis_silent,
       "Redis at 127.0.0.1:{port} is left out, because it would not answer ({why}); its password: "
       "--redis-password-file",
       "127.0.0.1:{port} 的 Redis "
       "未纳入，因为它不肯应答（{why}）；它的密码：--redis-password-file"},
      {Text::init_redis_old,
       "Redis {version} is left out: it has no ACL; the README, \"Redis or Valkey\", says how it "
       "goes without",
       "Redis {version} 未纳入：它没有 ACL；不用 ACL 的做法见 README 的 Redis 一节"},
      {Text::init_put_made, "new:", "新建："},
      {Text::init_put_same, "the same:", "相同："},
      {Text::init_put_replaced, "replaced:", "已替换："},
      {Text::init_put_left, "left:", "未改动："},
      {Text::init_put_kept, "kept:", "旧文件："},
      {Text::init_secret_differs, "{path} differs; it is a secret and not shown",
       "{path} 有差异；它是密钥，不予显示"},
      {Text::init_next_steps,
       "Both nodes' files are there, passwords among them. Look at them, then:\n"
       "  1. on {one}:  sudo ha-agent init --install {folder}\n"
       "  2. bring the folder to {two}:  sudo scp -r {folder} {address}:\n"
       "     and there:  sudo ha-agent init --install {name}\n"
       "  3. first on {one}:  sudo sh {folder}/{one}/setup.sh\n"
       "     then on {two}:  sudo sh {name}/{two}/setup.sh\n"
       "  4. first on {one}, then on {two}:  sudo systemctl restart ha-agent-watch keepalived",
       "两个节点的文件都已生成，其中包括密码。请先查看，然后：\n"
       "  1. 在 {one} 上：  sudo ha-agent init --install {folder}\n"
       "  2. 把该目录带到 {two}：  sudo scp -r {folder} {address}:\n"
       "     在那里：  sudo ha-agent init --install {name}\n"
       "  3. 先在 {one} 上：  sudo sh {folder}/{one}/setup.sh\n"
       "     后在 {two} 上：  sudo sh {name}/{two}/setup.sh\n"
       "  4. 先在 {one}，后在 {two}：  sudo systemctl restart ha-agent-watch keepalived"},
      {Text::init_left_over, "What was left as it was may not fit the rest.",
       "未改动的文件可能与其余文件不相配。"},
      {Text::init_next_here, "Next on this node:  sudo sh {path}/setup.sh",
       "本节点的下一步：  sudo sh {path}/setup.sh"},
      {Text::init_bad_name,
       "this node's name: expected letters, digits, '-', '_' and '.', got {got}",
       "本节点的名称：应为字母、数字、'-'、'_' 和 '.'，得到 {got}"},
      {Text::init_bad_address,
       "this node's address: expected an IPv4 address such as 192.0.2.11, got {got}",
       "本节点的地址：应为 IPv4 地址，例如 192.0.2.11，得到 {got}"},
      {Text::init_bad_interface, "this node's interface: expected a name such as eth0, got {got}",
       "本节点的网络接口：应为 eth0 之类的名称，得到 {got}"},
      {Text::init_bad_peer_name,
       "the other node's name: expected letters, digits, '-', '_' and '.', got {got}",
       "对端节点的名称：应为字母、数字、'-'、'_' 和 '.'，得到 {got}"},
      {Text::init_bad_peer_address,
       "the other node's address: expected an IPv4 address such as 192.0.2.12, got {got}",
       "对端节点的地址：应为 IPv4 地址，例如 192.0.2.12，得到 {got}"},
      {Text::init_bad_peer_interface,
       "the other node's interface: expected a name such as eth0, got {got}",
       "对端节点的网络接口：应为 eth0 之类的名称，得到 {got}"},
      {Text::init_address_six,
       "expected an IPv4 address, got {got}; for IPv6 begin with the examples in "
       "/usr/share/doc/ha-agent/examples",
       "应为 IPv4 地址，得到 {got}；IPv6 请从 /usr/share/doc/ha-agent/examples 中的示例开始"},
      {Text::init_same_name, "both nodes are called {got}: give them different names",
       "两个节点都叫 {got}：请取不同的名称"},
      {Text::init_same_address,
       "both nodes have the address {got}: each has its own, and the VIP is a third",
       "两个节点的地址都是 {got}：各有各的地址，VIP 是第三个"},
      {Text::init_bad_vip,
       "the VIP: expected an IPv4 address with its prefix, such as 192.0.2.100/24, got {got}",
       "VIP：应为 IPv4 地址及其前缀长度，例如 192.0.2.100/24，得到 {got}"},
      {Text::init_vip_of_node,
       "the VIP {got} is a node's own address: it must be a third one, which nobody has",
       "VIP {got} 是某个节点自己的地址：它必须是第三个、无人使用的地址"},
      {Text::init_bad_router_id, "virtual_router_id: expected 1 to 255, got {got}",
       "virtual_router_id：应为 1 到 255，得到 {got}"},
      {Text::init_bad_http,
       "the back end: expected a URL such as http://127.0.0.1:8080/health, got {got}",
       "后端：应为 URL，例如 http://127.0.0.1:8080/health，得到 {got}"},
      {Text::init_bad_unit, "the unit: expected a name such as worker.service, got {got}",
       "单元：应为 worker.service 之类的名称，得到 {got}"},
      {Text::init_bad_witness, "the witness: expected a host that answers a ping, got {got}",
       "见证者：应为能应答 ping 的主机，得到 {got}"},
      {Text::init_witness_inside,
       "the witness {got} is part of the pair: it must be a third machine, such as the gateway",
       "见证者 {got} 属于这对节点：它必须是第三台机器，例如网关"},
      {Text::init_nothing,
       "nothing to fail over: no MySQL, MariaDB or Redis was found here, and neither a back end "
       "(--http) nor a unit (--unit) was named",
       "没有可以切换的对象：这里没有发现 MySQL、MariaDB 或 "
       "Redis，也没有指定后端（--http）或单元（--unit）"},
  };
  return entries;
}

}  // namespace ha
