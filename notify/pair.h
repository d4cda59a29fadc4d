// Both nodes' databases side by side, as `status` shows them: the own servers and the peer's are
// asked directly, with the same clients and accounts as a promotion. Nothing is changed.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/config.h"
#include "agent/deadline.h"
#include "agent/error.h"
#include "agent/mysql_server.h"
#include "agent/redis_situation.h"
#include "checks/jobs.h"

namespace ha {

/// One server of a resource that has a peer.
struct PairSide {
  std::string node;  ///< the own node's name, or the peer's host
  bool answers = true;
  std::string state;   ///< "primary", "read-only", "replica"; "silent", "refusing": lets nobody in
  std::string detail;  ///< "2 replicas", "of 192.0.2.11, lag 3 s", or why nothing was seen
  std::optional<Millis> lag;
  Millis took{};
  std::string held;  ///< GTIDs, or a replication id and its offset; empty: not seen
  /// What it lacks of what the other one holds; "" nothing; nullopt: cannot be told.
  std::optional<std::string> lacks;
};

struct PairRow {
  std::string resource;  ///< "mysql main"
  PairSide own;
  PairSide peer;
  std::string trouble;  ///< "two primaries", "no primary"; empty: as it should be
  std::string apart;    ///< settings by which the data may differ though the sets are equal
};

/// An answer and how long it took.
template <class T>
struct Timed {
  Result<T> answer;
  Millis took{};
};

/// Pure. The names of both sides, and what they said.
PairRow mysql_row(std::string resource, std::string own_node, std::string peer_node,
                  const Timed<MysqlFacts>& own, const Timed<MysqlFacts>& peer);
/// Says in a row of MySQL by which settings equal sets do not mean equal data: nothing is "lacks
/// nothing" then.
void note_apart(PairRow& row, const MysqlConfig& config, const Result<MysqlFacts>& own,
                const Result<MysqlFacts>& peer);
PairRow redis_row(std::string resource, std::string own_node, std::string peer_node,
                  const Timed<RedisSight>& own, const Timed<RedisSight>& peer);

/// All that have a peer, asked at once and by the deadline: begun here, waited for by whoever wants
/// an answer.
class PairQuestion {
 public:
  PairQuestion(const Config& config, Deadline deadline);
  PairQuestion(const PairQuestion&) = delete;
  PairQuestion& operator=(const PairQuestion&) = delete;
  ~PairQuestion();

  std::vector<PairRow> rows() const;
  /// The peers' servers as rows() shows them, for a verdict that stands beside the rows. They live
  /// no longer than this does.
  PeerAnswers peers() const;

 private:
  struct Asked;
  const Config& config_;
  std::unique_ptr<Asked> asked_;
};

}  // namespace ha
