"""A replica that receives and does not apply: its applier is stopped, or waits for a lock that somebody holds."""
import pymysql

from lib.mariadb import connect

SHORT = 2  # seconds


def attempt(node, sql):
    """A server that is down, frozen or no replica any more has nothing to stop."""
    try:
        if node.alive:
            node.mysql.query(sql, SHORT)
    except (OSError, pymysql.Error):
        pass


def stop_applier(_world, node):
    attempt(node, "STOP SLAVE SQL_THREAD")


def start_applier(_world, node):
    attempt(node, "START SLAVE SQL_THREAD")


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
