"""A server that has no connection left: who is in goes on, and nobody else is let in, root neither."""
import pymysql

SHORT = 2  # seconds


def exhaust(world, node):
    try:
        if node.alive:
            world.exhausted[node.name] = node.mysql.exhaust(SHORT)
    except (OSError, pymysql.Error):
        pass


def free(world, node):
    if held := world.exhausted.pop(node.name, None):
        node.mysql.release(held)
