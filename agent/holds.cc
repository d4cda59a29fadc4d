#include "agent/holds.h"

namespace ha {
namespace {

void add(std::string& list, const std::string& more) {
  if (!list.empty() && !more.empty()) list += ',';
  list += more;
}

bool comparable(const MysqlFacts& facts) {
  return facts.gtid_mode && facts.log_bin && !facts.sources_error;
}

}  // namespace

std::string held_text(const MysqlFacts& facts) {
  std::string list = facts.gtid_executed;
  add(list, facts.gtid_slave_pos);
  add(list, facts.gtid_binlog_pos);
  add(list, facts.gtid_binlog_state);
  for (const ReplicaStatus& source : facts.sources) add(list, source.received_gtid);
  return list;
}

std::optional<std::string> held_beyond(const MysqlFacts& a, const MysqlFacts& b) {
  if (a.mariadb != b.mariadb || !comparable(a) || !comparable(b)) return {};
  return a.mariadb ? mariadb_gtid_subtract(held_text(a), held_text(b))
                   : mysql_gtid_subtract(held_text(a), held_text(b));
}

Holds compare_holds(const MysqlFacts& a, const MysqlFacts& b) {
  const auto beyond = held_beyond(a, b);
  if (!beyond) return Holds::unknown;
  if (beyond->empty()) return Holds::same_or_less;
  const auto back = held_beyond(b, a);
  if (!back) return Holds::unknown;
  return back->empty() ? Holds::ahead : Holds::diverged;
}

}  // namespace ha
