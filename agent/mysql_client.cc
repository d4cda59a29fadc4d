#include "agent/mysql_client.h"

#include <fmt/format.h>
#include <mysql.h>
#ifdef __GLIBC__
#include <nss.h>
#endif

#include <algorithm>
#include <array>
#include <charconv>
#include <mutex>
#include <utility>

#include "agent/handle.h"
#include "agent/mysql_tls.h"

namespace ha {
namespace {

// Error numbers of the client libraries, which Oracle's and MariaDB's share; everything below 2000
// and from 3000 on comes from the server.
constexpr int kClientErrors = 2000;
constexpr int kClientErrorsEnd = 3000;
constexpr int kConnectorErrors = 5000;  ///< MariaDB Connector/C's own range
constexpr int kConnectorErrorsEnd = 5100;
constexpr int kSyntaxError = 1064;
/// TLS failed, an authentication plugin is missing or failed: the server is there all the same.
constexpr std::array<int, 3> kAtTheDoor{2026, 2059, 2061};
// The server's last words on a connection that it closes: not an answer to what was asked.
constexpr std::array<int, 4> kGoodbyes{1053, 1077, 1079, 1927};

unsigned whole_seconds(Millis timeout) {
  const auto seconds = (timeout.count() + 999) / 1000;
  return static_cast<unsigned>(std::max<std::int64_t>(1, seconds));
}

/// Measures one call, because a timeout of the library is told by nothing but the time it took.
class Stopwatch {
 public:
  explicit Stopwatch(unsigned limit_seconds) : limit_(std::chrono::seconds(limit_seconds)) {}
  bool over() const { return SteadyClock::now() - start_ + Millis{20} >= limit_; }

 private:
  SteadyClock::time_point start_ = SteadyClock::now();
  SteadyClock::duration limit_;
};

ErrorKind kind_of(int code, const Stopwatch& watch) {
  for (const int goodbye : kGoodbyes) {
    if (code == goodbye) return ErrorKind::unreachable;
  }
  const bool ours = (code >= kClientErrors && code < kClientErrorsEnd) ||
                    (code >= kConnectorErrors && code < kConnectorErrorsEnd);
  if (!ours) return ErrorKind::answered;
  return watch.over() ? ErrorKind::timeout : ErrorKind::unreachable;
}

Error error_of(MYSQL* mysql, const Stopwatch& watch, std::string_view sql = {}) {
  const int code = static_cast<int>(mysql_errno(mysql));
  // A syntax error quotes the statement, and a statement may hold a password.
  const bool hide = code == kSyntaxError && sql.find("PASSWORD") != std::string_view::npos;
  std::string text =
      hide ? "the server finds a syntax error in a statement with a password" : mysql_error(mysql);
  return Error{fmt::format("{} ({})", text, code), kind_of(code, watch), code};
}

unsigned long parse_version(std::string_view text) {
  std::array<unsigned long, 3> part{};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (unsigned long& number : part) {
    const auto [next, error] = std::from_chars(at, end, number);
    if (error != std::errc{}) break;
    at = next;
    if (at == end || *at != '.') break;
    ++at;
  }
  return part[0] * 10000 + part[1] * 100 + part[2];
}

/// mysql_init() would do this by itself, but not safely from several threads at once.
void init_library_once() {
  static std::once_flag once;
  std::call_once(once, [] {
#ifdef __GLIBC__
    // The library looks the service "mysql" up, which we never use, and Debian's nsswitch.conf lets
    // it search for a database library in 50 places first: a tenth of a whole check.
    __nss_configure_lookup("services", "files");
#endif
    mysql_library_init(0, nullptr, nullptr);
  });
}

std::string where(const MysqlEndpoint& endpoint) {
  return endpoint.socket.empty() ? fmt::format("{}:{}", endpoint.host, endpoint.port)
                                 : endpoint.socket;
}

}  // namespace

struct MysqlClient::Impl {
  Handle<MYSQL, mysql_close> mysql;
  unsigned read_seconds = 1;
};

MysqlClient::MysqlClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
  // MariaDB says "5.5.5-10.11.19-MariaDB" in its greeting, because old replicas want a one-digit
  // major version.
  std::string_view text = mysql_get_server_info(impl_->mysql.get());
  mariadb_ = text.find("MariaDB") != std::string_view::npos;
  if (mariadb_ && text.starts_with("5.5.5-")) text.remove_prefix(6);
  version_text_ = text;
  version_ = parse_version(text);
}
MysqlClient::MysqlClient(MysqlClient&&) noexcept = default;
MysqlClient& MysqlClient::operator=(MysqlClient&&) noexcept = default;
MysqlClient::~MysqlClient() = default;

namespace {

/// One try; null and `error` filled when it failed.
MYSQL* try_connect(const MysqlEndpoint& endpoint, bool tls, Millis connect_timeout,
                   Millis statement_timeout, Error& error) {
  Handle<MYSQL, mysql_close> handle(mysql_init(nullptr));
  if (!handle) {
    error = Error{"out of memory", ErrorKind::other, 0};
    return nullptr;
  }
  MYSQL* const mysql = handle.get();
  const unsigned connect_seconds = whole_seconds(connect_timeout);
  const unsigned read_seconds = whole_seconds(statement_timeout);
  mysql_options(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &connect_seconds);
  mysql_options(mysql, MYSQL_OPT_READ_TIMEOUT, &read_seconds);
  mysql_options(mysql, MYSQL_OPT_WRITE_TIMEOUT, &read_seconds);
  mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  // A hostile server could otherwise ask for any file that we can read.
  const unsigned off = 0;
  mysql_options(mysql, MYSQL_OPT_LOCAL_INFILE, &off);
  // By itself the library takes the host "localhost" for a socket.
  const bool socket = !endpoint.socket.empty();
  const unsigned protocol = socket ? MYSQL_PROTOCOL_SOCKET : MYSQL_PROTOCOL_TCP;
  mysql_options(mysql, MYSQL_OPT_PROTOCOL, &protocol);
  set_tls(mysql, endpoint, tls);

  const Stopwatch watch(std::max(connect_seconds, read_seconds));
  if (mysql_real_connect(mysql, socket ? nullptr : endpoint.host.c_str(), endpoint.user.c_str(),
                         endpoint.password.c_str(), nullptr,
                         socket ? 0 : static_cast<unsigned>(endpoint.port),
                         socket ? endpoint.socket.c_str() : nullptr, 0) == nullptr) {
    error = error_of(mysql, watch);
    if (const auto said = said_before_tls(mysql_error(mysql))) {
      error = Error{fmt::format("{} ({})", said->text, said->code), kind_of(said->code, watch),
                    said->code};
    }
    const bool at_the_door =
        std::find(kAtTheDoor.begin(), kAtTheDoor.end(), error.code) != kAtTheDoor.end();
    if (at_the_door && error.kind == ErrorKind::unreachable) error.kind = ErrorKind::config;
    error.message = fmt::format("cannot log in to MySQL at {}: {}", where(endpoint), error.message);
    return nullptr;
  }
  if (!tls_as_demanded(mysql, endpoint)) {
    error = Error{fmt::format("cannot log in to MySQL at {}: the server has no TLS and ssl_mode "
                              "demands it",
                              where(endpoint)),
                  ErrorKind::config, 0};
    return nullptr;
  }
  return handle.release();
}

}  // namespace

Result<MysqlClient> MysqlClient::connect(const MysqlEndpoint& endpoint, Millis connect_timeout,
                                         Millis statement_timeout) {
  init_library_once();
  Error error;
  const bool tls = wants_tls(endpoint);
  MYSQL* mysql = try_connect(endpoint, tls, connect_timeout, statement_timeout, error);
  if (mysql == nullptr && tls && endpoint.ssl_mode == SslMode::preferred &&
      server_lacks_tls(error.code, error.message)) {
    mysql = try_connect(endpoint, false, connect_timeout, statement_timeout, error);
  }
  if (mysql == nullptr && !tls && endpoint.ssl_mode == SslMode::preferred &&
      endpoint.socket.empty() && server_may_want_tls(error.code)) {
    // Of two refusals the first says what is the matter: a wrong password stays one.
    Error second;
    mysql = try_connect(endpoint, true, connect_timeout, statement_timeout, second);
  }
  if (mysql == nullptr) return tl::unexpected<Error>(std::move(error));
  auto impl = std::make_unique<Impl>();
  impl->mysql.reset(mysql);
  impl->read_seconds = whole_seconds(statement_timeout);
  return MysqlClient(std::move(impl));
}

Result<std::vector<MysqlRow>> MysqlClient::query(std::string_view sql) {
  MYSQL* const mysql = impl_->mysql.get();
  const Stopwatch watch(impl_->read_seconds);
  if (mysql_real_query(mysql, sql.data(), static_cast<unsigned long>(sql.size())) != 0) {
    return tl::unexpected<Error>(error_of(mysql, watch, sql));
  }
  std::vector<MysqlRow> rows;
  const Handle<MYSQL_RES, mysql_free_result> result(mysql_store_result(mysql));
  if (!result) {
    if (mysql_field_count(mysql) == 0) return rows;
    return tl::unexpected<Error>(error_of(mysql, watch, sql));
  }
  const unsigned count = mysql_num_fields(result.get());
  const MYSQL_FIELD* const fields = mysql_fetch_fields(result.get());
  while (MYSQL_ROW values = mysql_fetch_row(result.get())) {
    const unsigned long* const lengths = mysql_fetch_lengths(result.get());
    MysqlRow& row = rows.emplace_back();
    for (unsigned i = 0; i < count; ++i) {
      auto& value = row[fields[i].name];
      if (values[i] != nullptr) value.emplace(values[i], lengths[i]);
    }
  }
  return rows;
}

Status MysqlClient::exec(std::string_view sql) {
  auto rows = query(sql);
  if (!rows) return tl::unexpected<Error>(std::move(rows.error()));
  return {};
}

Result<std::optional<std::string>> MysqlClient::scalar(std::string_view sql) {
  MYSQL* const mysql = impl_->mysql.get();
  const Stopwatch watch(impl_->read_seconds);
  if (mysql_real_query(mysql, sql.data(), static_cast<unsigned long>(sql.size())) != 0) {
    return tl::unexpected<Error>(error_of(mysql, watch, sql));
  }
  std::optional<std::string> value;
  const Handle<MYSQL_RES, mysql_free_result> result(mysql_store_result(mysql));
  if (!result) {
    if (mysql_field_count(mysql) == 0) return value;
    return tl::unexpected<Error>(error_of(mysql, watch, sql));
  }
  if (MYSQL_ROW values = mysql_fetch_row(result.get()); values != nullptr && values[0] != nullptr) {
    value.emplace(values[0], mysql_fetch_lengths(result.get())[0]);
  }
  return value;
}

std::string MysqlClient::quote(std::string_view text) {
  std::string quoted(text.size() * 2 + 3, '\0');
  quoted[0] = '\'';
  const unsigned long length = mysql_real_escape_string(
      impl_->mysql.get(), quoted.data() + 1, text.data(), static_cast<unsigned long>(text.size()));
  quoted.resize(length + 1);
  quoted += '\'';
  return quoted;
}

unsigned long MysqlClient::connection_id() const {
  return mysql_thread_id(impl_->mysql.get());
}

bool mysql_error_means_alive(int code) {
  // Too many connections; access denied, with a password and without; too many errors of this host;
  // not from this host; too many of this user, too much of this user; the account is locked (MySQL,
  // MariaDB); its password has expired; not without TLS.
  constexpr std::array<int, 12> kAlive{1040, 1045, 1698, 1129, 1130, 1203,
                                       1226, 3118, 4151, 1820, 1862, 3159};
  return std::find(kAlive.begin(), kAlive.end(), code) != kAlive.end();
}

}  // namespace ha
