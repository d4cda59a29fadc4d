#include "agent/options.h"

#include <array>

namespace ha {
namespace {

// --- how a value reaches its field ---------------------------------------------------------------

void assign(std::string& field, const Value& value) {
  field = value.text;
}
void assign(int& field, const Value& value) {
  field = static_cast<int>(value.number);
}
void assign(bool& field, const Value& value) {
  field = value.number != 0;
}
void assign(Millis& field, const Value& value) {
  field = Millis{value.number};
}
void assign(std::vector<std::string>& field, const Value& value) {
  field = value.list;
}
void assign(std::vector<std::pair<int, int>>& field, const Value& value) {
  field = value.ranges;
}
void assign(QuietHours& field, const Value& value) {
  field = {value.ranges.front().first, value.ranges.front().second};
}
void assign(ListenAddress& field, const Value& value) {
  field = {value.list.front(), static_cast<int>(value.number)};
}
template <class Enum>
requires std::is_enum_v<Enum>
void assign(Enum& field, const Value& value) {
  field = static_cast<Enum>(value.number);
}

AgentConfig& newest(AgentConfig& section) {
  return section;
}
template <class Section>
Section& newest(std::vector<Section>& sections) {
  return sections.back();
}

template <auto Sections, auto... Path>
void store(Config& config, const Value& value) {
  assign((newest(config.*Sections).*....*Path), value);
}

// --- shapes --------------------------------------------------------------------------------------

constexpr Shape form(Form form) {
  return {form, 0, 0, {}};
}
constexpr Shape word(std::string_view words) {
  return {Form::word, 0, 0, words};
}
constexpr Shape list(std::string_view words) {
  return {Form::list, 0, 0, words};
}
constexpr Shape number(std::int64_t min, std::int64_t max) {
  return {Form::number, min, max, {}};
}
constexpr Shape duration(std::int64_t min_ms, std::int64_t max_ms) {
  return {Form::duration, min_ms, max_ms, {}};
}
constexpr std::int64_t kSecond = 1000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;

constexpr std::string_view kWebhookFormats =
    "text|slack|wecom|dingtalk|feishu|lark|teams|discord|telegram|pagerduty|alertmanager|aliyun-"
    "sms|"
    "generic";

constexpr Need optional = Need::optional;
constexpr Need required = Need::required;
constexpr Show plain = Show::plain;
constexpr Show masked = Show::masked;

using A = AgentConfig;
using H = HttpConfig;
using M = MysqlConfig;
using R = RedisConfig;
using U = UnitConfig;
using W = WebhookConfig;
using E = MailConfig;
using X = AlertRuleConfig;
using T = WitnessConfig;
using L = LockConfig;
constexpr auto agent = &Config::agent;
constexpr auto http = &Config::http;
constexpr auto mysql = &Config::mysql;
constexpr auto redis = &Config::redis;
constexpr auto unit = &Config::unit;
constexpr auto webhook = &Config::webhook;
constexpr auto mail = &Config::mail;
constexpr auto alert = &Config::alert;
constexpr auto witness = &Config::witness;
constexpr auto lock = &Config::lock;

template <std::size_t... Counts>
constexpr auto joined(const std::array<Option, Counts>&... parts) {
  std::array<Option, (Counts + ...)> all{};
  std::size_t at = 0;
  const auto add = [&](const auto& part) {
    for (const Option& option : part) all[at++] = option;
  };
  (add(parts), ...);
  return all;
}

// clang-format off
/// What every kind of channel has.
template <auto Sections>
constexpr std::array<Option, 6> channel_options(Kind kind) {
  using C = ChannelConfig;
  return {
  Option{kind, "events", list("master|backup|fault|stop|operator|rule"), "master, backup, fault, stop, operator, rule", optional, plain,
         "What to tell: transitions to these states, what an operator does with switchover and maintenance, and what [alert NAME] sections are about. A lost lock and a dead channel are told whatever stands here.", store<Sections, &C::events>},
  Option{kind, "severity", word("info|warning|critical"), "info", optional, plain,
         "The least that is told. A refused or failed promotion or demotion is critical, a node that became MASTER or is in FAULT a warning. The end of what was told is told, too.", store<Sections, &C::severity>},
  Option{kind, "quiet_hours", form(Form::hours), "", optional, plain,
         "Local times between which only what is critical and the end of what was told is sent; the rest waits for their end. Default: none.", store<Sections, &C::quiet_hours>},
  Option{kind, "fallback", form(Form::text), "", optional, plain,
         "The channel that an alert takes as well when this one has failed with it. Default: none.", store<Sections, &C::fallback>},
  Option{kind, "fallback_after", number(1, 100), "3", optional, plain,
         "After how many failed tries.", store<Sections, &C::fallback_after>},
  Option{kind, "rate_limit", number(1, 60000), "", optional, plain,
         "Messages a minute; what is more becomes one digest. Default: below the vendor's limit.", store<Sections, &C::rate_limit>}};
}

constexpr std::array kBeforeChannels{
  // --- [agent] ---
  Option{Kind::agent, "node", form(Form::host), "", optional, plain,
         "This node's name in texts for people. Default: the host name.", store<agent, &A::node>},
  Option{Kind::agent, "vip", form(Form::address), "", optional, plain,
         "The virtual address, without a prefix length. When it is set, a node that does not hold it is not MASTER, whatever the newest event says, and one that holds it is, also when that event says BACKUP or FAULT.",
         store<agent, &A::vip>},
  Option{Kind::agent, "instance", form(Form::text), "", optional, plain,
         "The vrrp_instance or vrrp_sync_group whose events drive the roles; those of others are only recorded. Default: the first one seen.",
         store<agent, &A::instance>},
  Option{Kind::agent, "deadline", duration(50, kMinute), "800ms", optional, plain,
         "Of a whole check. Keep it below the interval and the timeout of keepalived's vrrp_script.",
         store<agent, &A::deadline>},
  Option{Kind::agent, "state_dir", form(Form::path), "/var/lib/ha-agent", optional, plain,
         "Where events, the journal and undelivered alerts are kept; made when missing.",
         store<agent, &A::state_dir>},
  Option{Kind::agent, "errant_dir", form(Form::path), "", optional, plain,
         "Where binary logs with transactions that the new primary lacks are copied to, and what a Redis held before it followed a primary that may lack some of it. Default: errant/ in state_dir.",
         store<agent, &A::errant_dir>},
  Option{Kind::agent, "lang", word("en|zh-CN"), "en", optional, plain,
         "Language of texts for people, alerts included.", store<agent, &A::lang>},
  Option{Kind::agent, "start_timeout", duration(0, kHour), "60s", optional, plain,
         "After a promotion a back end may stay pending this long before it counts as down.",
         store<agent, &A::start_timeout>},
  Option{Kind::agent, "failback_delay", duration(0, 10 * kMinute), "60s", optional, plain,
         "How long a check that failed as MASTER keeps saying no while the peer serves; it doubles up to 10m.",
         store<agent, &A::failback_delay>},
  Option{Kind::agent, "promote_retries", number(1, 100), "3", optional, plain,
         "How often a step that the server answered with an error is tried before it is held.",
         store<agent, &A::promote_retries>},
  Option{Kind::agent, "retry_delay", duration(100, 10 * kMinute), "5s", optional, plain,
         "Between those tries.", store<agent, &A::retry_delay>},
  Option{Kind::agent, "on_stale", word("refuse|promote"), "refuse", optional, plain,
         "What to do with a replica that may lack acknowledged writes while its primary is gone.",
         store<agent, &A::on_stale>},
  Option{Kind::agent, "isolation_timeout", duration(200, 10 * kMinute), "5s", optional, plain,
         "A node that sees neither the peer nor a quorum of witnesses stops its writes within this.",
         store<agent, &A::isolation_timeout>},
  Option{Kind::agent, "quorum", word("majority|any|all"), "majority", optional, plain,
         "How many of the witnesses must answer.", store<agent, &A::quorum>},
  Option{Kind::agent, "min_promote_interval", duration(0, kDay), "0s", optional, plain,
         "After a promotion the next automatic one is refused for this long. 0s: no cooldown.",
         store<agent, &A::min_promote_interval>},
  Option{Kind::agent, "check_reaction", duration(0, 10 * kMinute), "3s", optional, plain,
         "fall x interval + timeout of the vrrp_script in keepalived.conf: how long keepalived needs from a failing check to FAULT. A promotion towards a silent peer waits isolation_timeout + this + 500 ms, where witnesses are configured.",
         store<agent, &A::check_reaction>},
  Option{Kind::agent, "on_silent", word("kill|leave"), "kill", optional, plain,
         "What to do with a local server process that does not answer a demotion: kill it, so that it comes back read-only, or leave it alone.",
         store<agent, &A::on_silent>},
  Option{Kind::agent, "notify_fifo", form(Form::path), "", optional, plain,
         "A notify FIFO made beforehand, read by watch. Default: none.", store<agent, &A::notify_fifo>},
  Option{Kind::agent, "yield_file", form(Form::path), "", optional, plain,
         "The file of a weight-0 track_file in keepalived.conf, through which a switchover gives the VIP away at once. Its folder should be emptied at boot, such as /run/ha-agent. Default: none, and the check's exit code moves the VIP.",
         store<agent, &A::yield_file>},
  Option{Kind::agent, "metrics_file", form(Form::path), "", optional, plain,
         "A file that watch replaces every 15 s with this node's metrics, for the textfile collector of node_exporter. Default: none.",
         store<agent, &A::metrics_file>},
  Option{Kind::agent, "listen", form(Form::listen), "", optional, plain,
         "Where ha-agent-serve answers HTTP requests for /metrics, /health and /status: a port of 127.0.0.1, or an address and a port, such as 192.0.2.11:9650. Whoever reaches it may read. Default: none, and it does not run.",
         store<agent, &A::listen>},
  Option{Kind::agent, "alert_max_age", duration(kMinute, 30 * kDay), "24h", optional, plain,
         "An alert that could not be delivered for this long is given up and kept: alerts list --dead.", store<agent, &A::alert_max_age>},

  // --- [http NAME] ---
  Option{Kind::http, "url", form(Form::url), "", required, plain,
         "What to ask. Redirects are not followed.", store<http, &H::url>},
  Option{Kind::http, "expect_status", form(Form::statuses), "200", optional, plain,
         "Statuses that are healthy: 200, 200-299 or 200,204.", store<http, &H::expect_status>},
  Option{Kind::http, "expect_body", form(Form::text), "", optional, plain,
         "A text that the body must contain. Default: any body.", store<http, &H::expect_body>},
  Option{Kind::http, "method", word("GET|HEAD|POST|OPTIONS"), "GET", optional, plain,
         "The request's method.", store<http, &H::method>},
  Option{Kind::http, "headers", form(Form::headers), "", optional, masked,
         "Further headers, 'Name: value', with | between them. Treated as a secret.",
         store<http, &H::headers>},
  Option{Kind::http, "ca_file", form(Form::file), "", optional, plain,
         "PEM file of the CA that signed the server's certificate. Default: the system's, which is slower to load.",
         store<http, &H::ca_file>},
  Option{Kind::http, "probe_when", word("always|master"), "always", optional, plain,
         "master: a standby's back end may be stopped.", store<http, &H::probe_when>},

  // --- [mysql NAME] ---
  Option{Kind::mysql, "socket", form(Form::path), "", optional, plain,
         "The server's socket. Either this or host is needed.", store<mysql, &M::server, &MysqlEndpoint::socket>},
  Option{Kind::mysql, "host", form(Form::host), "", optional, plain,
         "The server's name or address. Either this or socket is needed.", store<mysql, &M::server, &MysqlEndpoint::host>},
  Option{Kind::mysql, "port", number(1, 65535), "3306", optional, plain,
         "The server's port, with host.", store<mysql, &M::server, &MysqlEndpoint::port>},
  Option{Kind::mysql, "user", form(Form::text), "", required, plain,
         "The agent's account.", store<mysql, &M::server, &MysqlEndpoint::user>},
  Option{Kind::mysql, "password", form(Form::text), "", optional, masked,
         "Its password. password_file is better.", store<mysql, &M::server, &MysqlEndpoint::password>},
  Option{Kind::mysql, "password_file", form(Form::secret), "", optional, plain,
         "A file with the password.", store<mysql, &M::server, &MysqlEndpoint::password>},
  Option{Kind::mysql, "peer_host", form(Form::host), "", optional, plain,
         "The other node's server, entered with the same account.", store<mysql, &M::peer_host>},
  Option{Kind::mysql, "peer_port", number(1, 65535), "3306", optional, plain,
         "Its port.", store<mysql, &M::peer_port>},
  Option{Kind::mysql, "replication_user", form(Form::text), "", optional, plain,
         "The account with which this server follows the other one.", store<mysql, &M::replication_user>},
  Option{Kind::mysql, "replication_password", form(Form::text), "", optional, masked,
         "Its password; MySQL takes at most 32 characters. replication_password_file is better.", store<mysql, &M::replication_password>},
  Option{Kind::mysql, "replication_password_file", form(Form::secret), "", optional, plain,
         "A file with that password.", store<mysql, &M::replication_password>},
  Option{Kind::mysql, "max_lag", duration(kSecond, 7 * kDay), "30s", optional, plain,
         "A replica further behind is not eligible.", store<mysql, &M::max_lag>},
  Option{Kind::mysql, "drain_timeout", duration(100, kHour), "20s", optional, plain,
         "A promotion is refused when received transactions are still unapplied after this.",
         store<mysql, &M::drain_timeout>},
  Option{Kind::mysql, "ssl_mode", word("disabled|preferred|required|verify-identity"), "preferred", optional, plain,
         "TLS over TCP. Only verify-identity checks who answers.", store<mysql, &M::server, &MysqlEndpoint::ssl_mode>},
  Option{Kind::mysql, "ssl_ca", form(Form::file), "", optional, plain,
         "PEM file of the CA. Default with verify-identity: the system's.", store<mysql, &M::server, &MysqlEndpoint::ssl_ca>},

  // --- [redis NAME] ---
  Option{Kind::redis, "socket", form(Form::path), "", optional, plain,
         "The server's socket, instead of host.", store<redis, &R::server, &RedisEndpoint::socket>},
  Option{Kind::redis, "host", form(Form::host), "127.0.0.1", optional, plain,
         "The server's name or address.", store<redis, &R::server, &RedisEndpoint::host>},
  Option{Kind::redis, "port", number(1, 65535), "6379", optional, plain,
         "The server's port, with host.", store<redis, &R::server, &RedisEndpoint::port>},
  Option{Kind::redis, "username", form(Form::text), "", optional, plain,
         "An ACL user. Default: the server's default user.", store<redis, &R::server, &RedisEndpoint::username>},
  Option{Kind::redis, "password", form(Form::text), "", optional, masked,
         "The password. password_file is better.", store<redis, &R::server, &RedisEndpoint::password>},
  Option{Kind::redis, "password_file", form(Form::secret), "", optional, plain,
         "A file with the password.", store<redis, &R::server, &RedisEndpoint::password>},
  Option{Kind::redis, "tls", form(Form::flag), "no", optional, plain,
         "Speak TLS (where hiredis was built with it).", store<redis, &R::server, &RedisEndpoint::tls>},
  Option{Kind::redis, "ca_file", form(Form::file), "", optional, plain,
         "PEM file of the CA that signed the server's certificate. Default: the system's.",
         store<redis, &R::server, &RedisEndpoint::ca_file>},
  Option{Kind::redis, "peer_host", form(Form::host), "", optional, plain,
         "The other node's server, entered with the same password.", store<redis, &R::peer_host>},
  Option{Kind::redis, "peer_port", number(1, 65535), "6379", optional, plain,
         "Its port.", store<redis, &R::peer_port>},

  // --- [unit NAME] ---
  Option{Kind::unit, "unit", form(Form::unit), "", required, plain,
         "The systemd unit, with its suffix.", store<unit, &U::unit>},
  Option{Kind::unit, "on_master", word("none|start|stop|restart"), "start", optional, plain,
         "What a promotion does with it.", store<unit, &U::on_master>},
  Option{Kind::unit, "on_backup", word("none|start|stop|restart"), "stop", optional, plain,
         "What a demotion does with it.", store<unit, &U::on_backup>},
  Option{Kind::unit, "probe_when", word("always|master"), "master", optional, plain,
         "When it must be active.", store<unit, &U::probe_when>},

  // --- [webhook NAME] ---
  Option{Kind::webhook, "format", word(kWebhookFormats), "text", optional, plain,
         "Whose robot it is. text is {\"text\": \"...\"} and believes any 2xx whose JSON names no error.", store<webhook, &W::format>},
  Option{Kind::webhook, "url", form(Form::url), "", optional, masked,
         "The whole endpoint. It is a secret; url_file is better. One of the two is needed.", store<webhook, &W::url>},
  Option{Kind::webhook, "url_file", form(Form::secret), "", optional, plain,
         "A file with the URL.", store<webhook, &W::url>},
  Option{Kind::webhook, "secret", form(Form::text), "", optional, masked,
         "What the format signs or authenticates with: the robot's secret of dingtalk, feishu and lark, the routing key of pagerduty, the access key's secret of aliyun-sms. secret_file is better.", store<webhook, &W::secret>},
  Option{Kind::webhook, "secret_file", form(Form::secret), "", optional, plain,
         "A file with it.", store<webhook, &W::secret>},
  Option{Kind::webhook, "allow_http", form(Form::flag), "no", optional, plain,
         "yes lets a plain http:// URL pass.", store<webhook, &W::allow_http>},
  Option{Kind::webhook, "ca_file", form(Form::file), "", optional, plain,
         "PEM file of the CA that signed the endpoint's certificate. Default: the system's.", store<webhook, &W::ca_file>},
  Option{Kind::webhook, "mention", form(Form::texts), "", optional, plain,
         "Who is called by name, for what is critical: @all, or telephone numbers or user ids (wecom, dingtalk, feishu, lark).", store<webhook, &W::mention>},
  Option{Kind::webhook, "headers", form(Form::headers), "", optional, masked,
         "Further headers for generic, 'Name: value', with | between them. Treated as a secret.", store<webhook, &W::headers>},
  Option{Kind::webhook, "template_file", form(Form::document), "", optional, plain,
         "For generic: a file with JSON whose texts may hold {title}, {text}, {severity}, {status}, {node}, {instance}, {state}, {event_id}, {dedup_key} and {time}.", store<webhook, &W::template_text>},
  Option{Kind::webhook, "chat_id", form(Form::text), "", optional, plain,
         "For telegram: the chat.", store<webhook, &W::chat_id>},
  Option{Kind::webhook, "access_key_id", form(Form::text), "", optional, plain,
         "For aliyun-sms: the access key, whose secret is secret_file.", store<webhook, &W::access_key_id>},
  Option{Kind::webhook, "phones", form(Form::texts), "", optional, plain,
         "For aliyun-sms: the telephone numbers.", store<webhook, &W::phones>},
  Option{Kind::webhook, "sign_name", form(Form::text), "", optional, plain,
         "For aliyun-sms: the approved signature.", store<webhook, &W::sign_name>},
  Option{Kind::webhook, "template_code", form(Form::text), "", optional, plain,
         "For aliyun-sms: the approved template; its variables are node, state and text.", store<webhook, &W::template_code>},
};

constexpr std::array kMailOptions{
  // --- [mail NAME] ---
  Option{Kind::mail, "server", form(Form::text), "", required, plain,
         "smtp://host:587, where STARTTLS is demanded, or smtps://host:465.", store<mail, &E::server>},
  Option{Kind::mail, "user", form(Form::text), "", optional, plain,
         "The account. Default: no authentication.", store<mail, &E::user>},
  Option{Kind::mail, "password", form(Form::text), "", optional, masked,
         "Its password. password_file is better.", store<mail, &E::password>},
  Option{Kind::mail, "password_file", form(Form::secret), "", optional, plain,
         "A file with the password.", store<mail, &E::password>},
  Option{Kind::mail, "from", form(Form::text), "", required, plain,
         "The sender's address.", store<mail, &E::from>},
  Option{Kind::mail, "to", form(Form::texts), "", required, plain,
         "The recipients' addresses.", store<mail, &E::to>},
  Option{Kind::mail, "ca_file", form(Form::file), "", optional, plain,
         "PEM file of the CA that signed the server's certificate. Default: the system's.", store<mail, &E::ca_file>},
  Option{Kind::mail, "allow_plain", form(Form::flag), "no", optional, plain,
         "yes sends without TLS, and then never a password.", store<mail, &E::allow_plain>},
};

constexpr std::array kAfterChannels{
  // --- [alert NAME] ---
  Option{Kind::alert, "metric", word(kMetricWords), "", required, plain,
         "What is measured. response_time to probe_up: by the checks; database_size: of InnoDB's tablespaces and of a Redis' dataset; the rest by watch, of this machine.", store<alert, &X::metric>},
  Option{Kind::alert, "resource", form(Form::text), "", optional, plain,
         "Of what: a section's kind and name, such as mysql main. Default: each that has the metric.", store<alert, &X::resource>},
  Option{Kind::alert, "operator", word(kComparisonWords), ">", optional, plain,
         "How the value must be to the threshold for the rule to fire.", store<alert, &X::comparison>},
  Option{Kind::alert, "threshold", form(Form::text), "", required, plain,
         "30s for what is a time, 15% for disk_free and memory, 50GiB for a size, a number for the rest. load is per processor, probe_up is 1 or 0.", store<alert, &X::threshold_text>},
  Option{Kind::alert, "for", duration(0, 7 * kDay), "0s", optional, plain,
         "How long it must be so before it is told, and how long it must be otherwise before its end is told.", store<alert, &X::hold>},
  Option{Kind::alert, "window", duration(kSecond, kHour), "5m", optional, plain,
         "Of error_count: failed probes within this.", store<alert, &X::window>},
  Option{Kind::alert, "severity", word("info|warning|critical"), "warning", optional, plain,
         "How grave it is: what a channel's severity is compared with.", store<alert, &X::severity>},
  Option{Kind::alert, "repeat_interval", duration(0, 30 * kDay), "4h", optional, plain,
         "As long as it lasts it is told again every so often. 0s: never.", store<alert, &X::repeat_interval>},
  Option{Kind::alert, "path", form(Form::folder), "", optional, plain,
         "Of disk_free: a folder on the file system. Default: state_dir.", store<alert, &X::path>},

  // --- [witness NAME] ---
  Option{Kind::witness, "type", word("ping|tcp|http"), "", required, plain,
         "How it is asked. ping: an ICMP echo. tcp: a connection; a refused one is an answer, too. http: any HTTP answer at all.",
         store<witness, &T::type>},
  Option{Kind::witness, "host", form(Form::host), "", optional, plain,
         "Whom ping and tcp ask.", store<witness, &T::host>},
  Option{Kind::witness, "port", number(1, 65535), "", optional, plain,
         "Which port tcp asks.", store<witness, &T::port>},
  Option{Kind::witness, "url", form(Form::url), "", optional, plain,
         "What http asks.", store<witness, &T::url>},
  Option{Kind::witness, "ca_file", form(Form::file), "", optional, plain,
         "PEM file of the CA that signed the certificate of an https:// url. Default: the system's.",
         store<witness, &T::ca_file>},

  // --- [lock NAME] ---
  Option{Kind::lock, "type", word("etcd"), "", required, plain,
         "Where the lock is kept. etcd: version 3, by its JSON gateway.", store<lock, &L::type>},
  Option{Kind::lock, "endpoints", form(Form::servers), "", required, plain,
         "The members' client URLs. All are asked; one that answers for the quorum is enough.",
         store<lock, &L::endpoints>},
  Option{Kind::lock, "user", form(Form::text), "", optional, plain,
         "The account, where authentication is enabled.", store<lock, &L::user>},
  Option{Kind::lock, "password_file", form(Form::secret), "", optional, plain,
         "A file with its password.", store<lock, &L::password>},
  Option{Kind::lock, "allow_http", form(Form::flag), "no", optional, plain,
         "yes lets the password go to a plain http:// endpoint.", store<lock, &L::allow_http>},
  Option{Kind::lock, "ca_file", form(Form::file), "", optional, plain,
         "PEM file of the CA that signed the members' certificates. Default: the system's, which is slower to load.",
         store<lock, &L::ca_file>},
  Option{Kind::lock, "cert_file", form(Form::file), "", optional, plain,
         "PEM file of this client's certificate.", store<lock, &L::cert_file>},
  Option{Kind::lock, "key_file", form(Form::file), "", optional, plain,
         "PEM file of its key.", store<lock, &L::key_file>},
  Option{Kind::lock, "key", form(Form::text), "", optional, plain,
         "The key in etcd; the same on both nodes. Default: /ha-agent/ and the section's name.",
         store<lock, &L::key>},
  Option{Kind::lock, "ttl", duration(2 * kSecond, 10 * kMinute), "10s", optional, plain,
         "How long the lock outlives its holder. It is renewed every third of it; what is not renewed for two thirds of it is given up, so that the writes have stopped before it ends. After a power cut the other node waits for the rest.",
         store<lock, &L::ttl>},
  Option{Kind::lock, "on_lock_lost", word("fence|alert"), "fence", optional, plain,
         "What to do on a MASTER whose lock cannot be renewed or is gone: stop its writes, or only tell.",
         store<lock, &L::on_lock_lost>},
};
// clang-format on

constexpr auto kOptions = joined(kBeforeChannels, channel_options<webhook>(Kind::webhook),
                                 kMailOptions, channel_options<mail>(Kind::mail), kAfterChannels);

struct KindText {
  Kind kind;
  std::string_view word;
  std::string_view help;
};
constexpr std::array<KindText, kKinds> kKindTexts{{
    {Kind::agent, "agent", "The agent itself. At most one, without a name."},
    {Kind::http, "http", "A back end that answers over HTTP; probed, never changed."},
    {Kind::mysql, "mysql", "A MySQL or MariaDB server; probed, promoted and demoted."},
    {Kind::redis, "redis", "A Redis or Valkey server; probed, promoted and demoted."},
    {Kind::unit, "unit", "A systemd unit; probed, started and stopped."},
    {Kind::webhook, "webhook", "A channel for alerts: somebody's HTTP endpoint."},
    {Kind::mail, "mail", "A channel for alerts: a mail server."},
    {Kind::alert, "alert",
     "A rule on what the checks and watch measure; while it holds, the channels are told."},
    {Kind::witness, "witness",
     "Somebody outside the pair, such as the gateway. Its answer proves that this node is not "
     "isolated."},
    {Kind::lock, "lock",
     "A lock in an etcd cluster that three machines make, at most one. Who does not hold it "
     "promotes "
     "nothing, and whoever loses it stops its writes: the nodes cannot both take writes, whatever "
     "link is cut."},
}};

}  // namespace

std::span<const Option> all_options() {
  return kOptions;
}

std::vector<const Option*> options_of(Kind kind) {
  std::vector<const Option*> found;
  for (const Option& option : kOptions) {
    if (option.kind == kind) found.push_back(&option);
  }
  return found;
}

const Option* find_option(Kind kind, std::string_view key) {
  for (const Option& option : kOptions) {
    if (option.kind == kind && option.key == key) return &option;
  }
  return nullptr;
}

std::string_view to_string(Kind kind) {
  return kKindTexts[static_cast<std::size_t>(kind)].word;
}

std::string_view help_of(Kind kind) {
  return kKindTexts[static_cast<std::size_t>(kind)].help;
}

}  // namespace ha
