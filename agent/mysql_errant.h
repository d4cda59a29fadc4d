// Transactions that a server has and its primary does not ("errant"), and what they do: FLUSH
// PRIVILEGES by root on a standby is the usual one and changes nothing, an INSERT by root is data
// that nobody else has. Told by the server's own binary logs, read by SHOW BINLOG EVENTS: MySQL
// wants REPLICATION SLAVE for that, MariaDB BINLOG MONITOR. Source: MySQL 8.4 manual 15.7.7.3;
// event types and texts as 8.4.8 and 10.11 print them. Careful: what is not known to change nothing
// changes data.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "agent/deadline.h"
#include "agent/error.h"
#include "agent/mysql_client.h"
#include "agent/texts.h"

namespace ha {

struct ErrantDeeds {
  enum class Kind {
    unknown,  ///< not found in time, or not allowed to look
    nothing,  ///< they change no data
    data,
  };
  Kind kind = Kind::unknown;
  std::string example;  ///< "FLUSH PRIVILEGES", "rows of app.t"; may be empty

  bool operator==(const ErrantDeeds&) const = default;
};

/// "they change no data (FLUSH PRIVILEGES)".
std::string deeds_text(const ErrantDeeds& deeds, Lang lang = Lang::en);

/// Takes the events of binary logs, each log's in their order. Pure.
class ErrantReader {
 public:
  /// `errant` in the server's notation, as mysql_gtid_subtract() and mariadb_gtid_subtract() give
  /// it.
  ErrantReader(std::string errant, bool mariadb);

  void begin_log() { inside_ = false; }
  /// By the columns Event_type and Info.
  void take(std::string_view type, std::string_view info);

  /// Nothing can change the answer any more.
  bool certain() const { return deeds_.kind == ErrantDeeds::Kind::data; }
  /// By the last log's head: an older one has some, too.
  bool older_has_some() const { return older_; }
  /// `complete`: every log that has some was read to its end.
  ErrantDeeds deeds(bool complete) const;

 private:
  struct Range {
    std::string domain, server;
    unsigned long long first = 0, last = 0;
  };
  bool is_errant(std::string_view gtid) const;
  void take_query(std::string_view sql);
  void change(std::string example);

  std::string errant_;
  bool mariadb_;
  std::vector<Range> ranges_;  ///< MariaDB
  bool inside_ = false;        ///< within a transaction of the set
  bool any_ = false;
  bool older_ = false;
  ErrantDeeds deeds_;
};

/// Reads the newest logs, by pages, until all of `errant` was seen, one changes data, or the
/// deadline: a log of a busy server has millions of events. An error is the connection's; a refusal
/// is `unknown`.
Result<ErrantDeeds> look_into_errant(MysqlClient& client, const std::string& errant,
                                     Deadline deadline);

}  // namespace ha
