#!/bin/bash
# The same, grown: back end, MySQL and Redis.
. /run/node/etc/shell.env
curl -fsS -m 2 -o /dev/null http://127.0.0.1:8080/health || exit 1
mariadb-admin --no-defaults --socket="$MYSQL_SOCKET" --user="$MYSQL_USER" --password="$MYSQL_PASSWORD" ping >/dev/null 2>&1 || exit 1
[ "$(REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli -h 127.0.0.1 -p 6379 --no-auth-warning ping 2>/dev/null)" = PONG ] || exit 1
exit 0
