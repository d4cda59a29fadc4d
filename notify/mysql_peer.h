// The peer's server during a promotion: one connection, made in the background so that a host which
// vanished costs a known patience once and nothing afterwards. Used by one lane's thread.
#pragma once
#include <memory>
#include <string>

#include "agent/config.h"
#include "agent/deadline.h"
#include "agent/mysql_client.h"
#include "notify/reach.h"

namespace ha {

/// How long a question to the peer may take.
constexpr Millis kPeerStatement{2000};

class MysqlPeer {
 public:
  /// Begins to connect at once.
  explicit MysqlPeer(const MysqlEndpoint& endpoint);
  MysqlPeer(const MysqlPeer&) = delete;
  MysqlPeer& operator=(const MysqlPeer&) = delete;
  ~MysqlPeer();

  /// The connection, waiting at most `patience` for it, or kReachedPatience where its host answers,
  /// but only once; nullptr: not there (trouble() says why).
  MysqlClient* client(Millis patience);
  /// Gives up a connection that broke and begins to make another.
  void lost(const Error& why);
  const Error& trouble() const { return trouble_; }
  /// It has answered a question: a connection alone is no answer, a server whose disk hangs gives
  /// one, too.
  void answered() { waited_out_ = false; }
  /// Rule 2's wait is over, in which it was silent throughout; void once it has answered.
  void waited_out() { waited_out_ = true; }
  bool is_waited_out() const { return waited_out_; }

 private:
  struct Attempt;
  void begin();

  MysqlEndpoint endpoint_;
  Reach reach_;
  std::shared_ptr<Attempt> attempt_;
  Error trouble_{"no answer", ErrorKind::timeout, 0};
  bool silent_ = false;  ///< it was waited for once
  bool waited_out_ = false;
};

}  // namespace ha
