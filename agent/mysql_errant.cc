#include "agent/mysql_errant.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "agent/gtid.h"

namespace ha {
namespace {

using Kind = ErrantDeeds::Kind;

constexpr int kPage = 2000;

std::string column(const MysqlRow& row, std::string_view name) {
  const auto found = row.find(name);
  return found != row.end() ? found->second.value_or("") : "";
}

unsigned long long number(std::string_view text) {
  unsigned long long value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// "0-2-7" in its three parts.
std::array<std::string_view, 3> parts_of(std::string_view gtid) {
  const auto one = gtid.find('-');
  const auto two = one == std::string_view::npos ? one : gtid.find('-', one + 1);
  if (two == std::string_view::npos) return {};
  return {gtid.substr(0, one), gtid.substr(one + 1, two - one - 1), gtid.substr(two + 1)};
}

template <class Each>
void split(std::string_view list, const Each& each) {
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    std::string_view part = list.substr(0, comma);
    list.remove_prefix(std::min(comma + 1, list.size()));
    while (!part.empty() && (part.front() == ' ' || part.front() == '\n')) part.remove_prefix(1);
    if (!part.empty()) each(part);
  }
}

/// "SET @@SESSION.GTID_NEXT= 'uuid:7'", "BEGIN GTID 0-2-7", "GTID 0-2-7 cid=4".
std::string_view gtid_of(std::string_view info, bool mariadb) {
  if (!mariadb) {
    const auto begin = info.find('\'');
    if (begin == std::string_view::npos) return {};
    return info.substr(begin + 1, info.rfind('\'') - begin - 1);
  }
  constexpr std::string_view kWord = "GTID ";
  const auto begin = info.find(kWord);
  if (begin == std::string_view::npos) return {};
  info.remove_prefix(begin + kWord.size());
  return info.substr(0, std::min(info.find(' '), info.size()));
}

/// What belongs to every log and every transaction.
bool says_nothing(std::string_view type) {
  constexpr std::array<std::string_view, 15> kTypes{"Anonymous_Gtid",   "Xid",
                                                    "Rotate",           "Stop",
                                                    "Format_desc",      "Rows_query",
                                                    "Intvar",           "RAND",
                                                    "User var",         "Annotate_rows",
                                                    "Start_encryption", "Heartbeat",
                                                    "View_change",      "Binlog_checkpoint",
                                                    "Ignorable"};
  return std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end();
}

bool changes_nothing(std::string_view sql) {
  constexpr std::array<std::string_view, 3> kHarmless{"FLUSH ", "ANALYZE ", "OPTIMIZE "};
  return std::any_of(kHarmless.begin(), kHarmless.end(), [&](std::string_view word) {
    return sql.size() > word.size() &&
           std::equal(word.begin(), word.end(), sql.begin(), [](char a, char b) {
             return a == (b >= 'a' && b <= 'z' ? static_cast<char>(b - 'a' + 'A') : b);
           });
  });
}

bool is_frame(std::string_view sql) {
  return sql == "BEGIN" || sql == "COMMIT" || sql == "ROLLBACK";
}

/// Without what the server puts around it: "use `app`; … /* xid=37 */".
std::string_view statement_of(std::string_view sql) {
  constexpr std::string_view kUse = "use `";
  if (sql.starts_with(kUse)) {
    const auto end = sql.find("`; ");
    if (end != std::string_view::npos) sql.remove_prefix(end + 3);
  }
  if (const auto note = sql.rfind(" /* xid="); note != std::string_view::npos) {
    sql = sql.substr(0, note);
  }
  return sql;
}

/// Not the values: they may be anybody's, a password's hash too.
std::string first_words(std::string_view sql) {
  std::size_t end = 0;
  for (int word = 0; word < 3 && end < sql.size(); ++word) {
    end = std::min(sql.find_first_of(" (\n", end + 1), sql.size());
  }
  return std::string(sql.substr(0, end));
}

}  // namespace

std::string deeds_text(const ErrantDeeds& deeds, Lang lang) {
  const Text text = deeds.kind == Kind::nothing ? Text::errant_nothing
                    : deeds.kind == Kind::data  ? Text::errant_data
                                                : Text::errant_unknown;
  std::string said = say(lang, text);
  if (!deeds.example.empty()) said += " (" + deeds.example + ")";
  return said;
}

ErrantReader::ErrantReader(std::string errant, bool mariadb)
    : errant_(std::move(errant)), mariadb_(mariadb) {
  if (!mariadb_) return;
  split(errant_, [&](std::string_view part) {
    const auto dots = part.find("..");
    const auto first = parts_of(part.substr(0, dots));
    const auto last = dots == std::string_view::npos ? first : parts_of(part.substr(dots + 2));
    ranges_.push_back(
        {std::string(last[0]), std::string(last[1]), number(first[2]), number(last[2])});
  });
}

bool ErrantReader::is_errant(std::string_view gtid) const {
  if (!mariadb_) return mysql_gtid_subset(gtid, errant_).value_or(false);
  const auto parts = parts_of(gtid);
  return std::any_of(ranges_.begin(), ranges_.end(), [&](const Range& range) {
    const auto sequence = number(parts[2]);
    return range.domain == parts[0] && range.server == parts[1] && range.first <= sequence &&
           sequence <= range.last;
  });
}

void ErrantReader::take(std::string_view type, std::string_view info) {
  if (type == "Gtid" || type == "Gtid_tagged_log" || type == "Gtid_tagged") {
    inside_ = is_errant(gtid_of(info, mariadb_));
    any_ = any_ || inside_;
    return;
  }
  if (type == "Previous_gtids" || type == "Gtid_list") {
    if (mariadb_) {
      std::string list(info);
      std::erase_if(list, [](char c) { return c == '[' || c == ']'; });
      older_ = false;
      split(list, [&](std::string_view gtid) { older_ = older_ || is_errant(gtid); });
    } else {
      older_ = mysql_gtid_subtract(errant_, info) != mysql_gtid_subtract(errant_, "");
    }
    return;
  }
  if (!inside_ || says_nothing(type)) return;
  if (type == "Query") return take_query(statement_of(info));
  if (type == "Table_map") {
    const auto open = info.find('(');
    const auto close = info.rfind(')');
    const bool named = open != std::string_view::npos && close != std::string_view::npos;
    return change(named ? fmt::format("rows of {}", info.substr(open + 1, close - open - 1))
                        : std::string(type));
  }
  change(std::string(type));
}

void ErrantReader::take_query(std::string_view sql) {
  if (is_frame(sql)) return;
  if (!changes_nothing(sql)) return change(first_words(sql));
  if (deeds_.example.empty()) deeds_.example = first_words(sql);
}

void ErrantReader::change(std::string example) {
  if (deeds_.kind == Kind::data) return;
  deeds_ = {Kind::data, std::move(example)};
}

ErrantDeeds ErrantReader::deeds(bool complete) const {
  if (deeds_.kind == Kind::data) return deeds_;
  if (!complete || !any_) return {};
  return {Kind::nothing, deeds_.example};
}

Result<ErrantDeeds> look_into_errant(MysqlClient& client, const std::string& errant,
                                     Deadline deadline) {
  // Each transaction of the logs is compared with the set.
  constexpr std::size_t kLongest = 2000;
  if (errant.empty() || errant.size() > kLongest) return ErrantDeeds{};
  const auto refused = [](const Error& error) -> Result<ErrantDeeds> {
    if (error.kind == ErrorKind::answered) return ErrantDeeds{};
    return tl::unexpected(error);
  };
  auto logs = client.query("SHOW BINARY LOGS");
  if (!logs) return refused(logs.error());
  ErrantReader reader(errant, client.is_mariadb());
  for (auto log = logs->rbegin(); log != logs->rend(); ++log) {
    const std::string name = column(*log, "Log_name");
    std::string from = "4";
    reader.begin_log();
    for (;;) {
      if (deadline.expired()) return reader.deeds(false);
      const auto events = client.query(fmt::format("SHOW BINLOG EVENTS IN {} FROM {} LIMIT {}",
                                                   client.quote(name), from, kPage));
      if (!events) return refused(events.error());
      for (const MysqlRow& event : *events) {
        reader.take(column(event, "Event_type"), column(event, "Info"));
        from = column(event, "End_log_pos");
      }
      if (reader.certain()) return reader.deeds(true);
      if (events->size() < kPage) break;
    }
    if (!reader.older_has_some()) return reader.deeds(true);
  }
  return reader.deeds(false);
}

}  // namespace ha
