"""A replica that receives and does not apply: its applier is stopped, or waits for a lock that somebody holds."""
import pymysql

from lib.mariadb import connect

SHORT = 2  # seconds


NO_ANSWER = (2003, 2006, 2013)  # of the client's error numbers


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


def start_applier(world, node):
    if not attempt(node, "START SLAVE SQL_THREAD"):
        world.stopped_appliers.add(node)


def start_the_rest(world):
    """Of the appliers whose server was frozen when it was their time."""
    for node in list(world.stopped_appliers):
        if attempt(node, "START SLAVE SQL_THREAD"):
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
