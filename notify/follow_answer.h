// May a server that was demoted follow the peer? The answer for Redis and for MySQL. Pure.
#pragma once
#include <string>

namespace ha {

struct FollowAnswer {
  enum class Kind {
    follow,  ///< safe: nothing is lost
    keep,    ///< Redis: follow, once what would be lost is kept aside
    wait,    ///< the peer is no primary (yet)
    stay,    ///< it would lose or mix data: stay as it is and tell people
  };
  Kind kind = Kind::wait;
  std::string why;
  std::string errant = {};  ///< MySQL, of `stay`: the transactions that the peer lacks
};

}  // namespace ha
