"""A replica that receives and does not apply: its applier is stopped, or waits for a lock that somebody holds."""
import pymysql

from lib.mariadb import TOO_MANY_CONNECTIONS, connect

SHORT = 2  # seconds


NO_ANSWER = (2003, 2006, 2013, TOO_MANY_CONNECTIONS)  # of the client's error numbers; and one of the server's


def attempt(node, sql):
    """Whether the server answered. One that is down, frozen or no replica any more has nothing to stop."""
    try:
        if node.alive:
            node.mysql.query(sql, SHORT)
        return node.alive
    except OSError:
        return False
    except pymysql.Error as error:
        return error.args[0] not in NO_ANSWER


def stop_applier(_world, node):
    attempt(node, "STOP SLAVE SQL_THREAD")


READ_ALL = "Slave has read all relay log"


def _start_by_hand(node):
    """Whether the applier runs as before. Where the receiver does not run either, MariaDB's START SLAVE throws the
    relay log away, to fetch it all again by GTID. It may be the only copy of a write that its primary has dropped. So
    an operator does as the documentation says: go on from the place in it, and by GTID again when it is applied."""
    seen = node.mysql.slave_status()
    if not seen:
        return True  # promoted meanwhile
    stopped = seen["Slave_SQL_Running"] == "No"
    if seen["Using_Gtid"] == "No":
        if seen["Slave_SQL_Running_State"].startswith(READ_ALL):
            which = "SQL_THREAD" if seen["Slave_IO_Running"] == "No" else ""
            node.mysql.query("STOP SLAVE", SHORT)
            node.mysql.query("CHANGE MASTER TO MASTER_USE_GTID = slave_pos", SHORT)
            node.mysql.query(f"START SLAVE {which}", SHORT)
            return True
        if stopped:
            node.mysql.query("START SLAVE SQL_THREAD", SHORT)
        return False
    if stopped and seen["Slave_IO_Running"] == "No":
        node.mysql.query(f"CHANGE MASTER TO MASTER_USE_GTID = no, RELAY_LOG_FILE = '{seen['Relay_Log_File']}', "
                         f"RELAY_LOG_POS = {seen['Relay_Log_Pos']}", SHORT)
        node.mysql.query("START SLAVE SQL_THREAD", SHORT)
        return False
    node.mysql.query("START SLAVE SQL_THREAD", SHORT)
    return True


def _start(node):
    """Whether nothing is left to do: not now, when the server does not answer."""
    try:
        return node.alive and _start_by_hand(node)
    except OSError:
        return False
    except pymysql.Error as error:
        return error.args[0] not in NO_ANSWER


def start_applier(world, node):
    if not _start(node):
        world.stopped_appliers.add(node)


def start_the_rest(world):
    """Of the appliers whose server was frozen when it was their time, or that had to apply the relay log first."""
    for node in list(world.stopped_appliers):
        if _start(node):
            world.stopped_appliers.discard(node)


def lock_table(world, node):
    """A session of an administrator, which a demotion or promotion may end."""
    try:
        session = connect(node.mysql.socket, SHORT)
        with session.cursor() as cursor:
            cursor.execute("SET lock_wait_timeout = 1")
            cursor.execute("LOCK TABLES app.writes READ")
        world.sessions[node.name] = session
    except (OSError, pymysql.Error):
        pass


def unlock_table(world, node):
    session = world.sessions.pop(node.name, None)
    if session is not None:
        session._force_close()
