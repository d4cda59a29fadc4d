// Ends what the primary still has of this replica's earlier link, before a new one is asked for.
// Why not leave it to the primary: MariaDB 10.11 ends it itself when the replica asks anew, but
// waits for its acknowledgement thread while it holds the list of all threads
// (kill_zombie_dump_threads(), Ack_receiver::remove_slave()), and that thread sleeps until the dead
// link shows a sign: seconds after a split of seconds, in which nobody can log in to the primary,
// and its own check calls it silent. Seen with 10.11.19 in 4 of 4 splits of 8 s; not with KILL.
#pragma once
#include <string>

#include "agent/deadline.h"
#include "agent/error.h"
#include "agent/mysql_client.h"

namespace ha {

/// On the primary: those of `user` from the address that it sees us come from. Returns when they
/// are gone or the deadline is over; gives how many there were.
Result<int> end_old_dumps(MysqlClient& primary, const std::string& user, Deadline deadline);

/// On a server that becomes a replica itself: all of `user`. The new primary's link to it is dead
/// where the network was cut, and the server counts it among its semi-sync replicas until it has
/// written to it in vain (MySQL 9.7.4, MariaDB 10.11.19): its applier, and after a promotion its
/// first client, would wait for it for a whole timeout. A replica of this server asks anew at once.
Result<int> end_own_dumps(MysqlClient& server, const std::string& user, Deadline deadline);

}  // namespace ha
