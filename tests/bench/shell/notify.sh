#!/bin/bash
# The notify script of many a blog post: promote on MASTER, tell people, hope.
# keepalived appends: INSTANCE|GROUP NAME STATE PRIORITY
. /run/node/etc/shell.env
NAME=$2
STATE=$3

sql() {
  mariadb --no-defaults --socket="$MYSQL_SOCKET" --user="$MYSQL_USER" --password="$MYSQL_PASSWORD" -e "$1"
}
redis() {
  REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli -h 127.0.0.1 -p 6379 --no-auth-warning "$@"
}

case "$STATE" in
  MASTER)
    sql "STOP SLAVE; RESET SLAVE ALL; SET GLOBAL read_only=0;"
    redis replicaof no one
    ;;
  BACKUP | FAULT | STOP)
    sql "SET GLOBAL read_only=1;"
    redis replicaof "$PEER" 6379
    ;;
esac

curl -fsS -m 5 -H 'Content-Type: application/json' \
  -d "{\"text\":\"$(hostname) $NAME is now $STATE\"}" "$WEBHOOK_URL"
