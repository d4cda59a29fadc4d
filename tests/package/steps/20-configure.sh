# The servers of a standby whose primary is gone, and an administrator's own configuration.
printf '[mysqld]\nserver_id=11\nlog_bin=bin\nread_only=1\ngtid_strict_mode=1\n' >/etc/mysql/mariadb.conf.d/90-ha.cnf
systemctl restart mariadb
mariadb -e "CREATE USER ha_agent@localhost IDENTIFIED BY 'db-secret';
  GRANT REPLICA MONITOR, REPLICATION SLAVE ADMIN, REPLICATION MASTER ADMIN, BINLOG MONITOR, READ_ONLY ADMIN,
    CONNECTION ADMIN, RELOAD, PROCESS ON *.* TO ha_agent@localhost;
  CREATE DATABASE app; CREATE USER app@localhost IDENTIFIED BY 'app'; GRANT ALL ON app.* TO app@localhost;
  CREATE TABLE app.t (id INT AUTO_INCREMENT PRIMARY KEY);"
redis-cli replicaof 127.0.0.1 6399 >/dev/null
umask 027
printf 'db-secret\n' >/etc/ha-agent/mysql.password
chgrp ha-agent /etc/ha-agent/mysql.password
cat >/etc/ha-agent/ha-agent.conf <<'CONF'
[agent]
node = db1
isolation_timeout = 1s
check_reaction    = 1s
listen = 9650
vip  = 192.0.2.100
[http api]
url = http://127.0.0.1:8080/
[mysql main]
socket        = /run/mysqld/mysqld.sock
user          = ha_agent
password_file = /etc/ha-agent/mysql.password
[redis cache]
host = 127.0.0.1
[unit worker]
unit = worker.service
[witness gateway]
type = ping
host = 192.0.2.1
[webhook ops]
format     = text
url        = http://127.0.0.1:9000/hook
allow_http = yes
CONF
umask 022
# Somebody outside, whom the witness section names.
ip netns add gateway
ip link set far0 netns gateway
ip -n gateway addr add 192.0.2.1/24 dev far0
ip -n gateway link set far0 up

mkdir -p /srv/api /srv/hook
cat >/etc/systemd/system/api.service <<'UNIT'
[Service]
ExecStart=/usr/bin/python3 /ha-test/steps/http_server.py 8080
UNIT
cat >/etc/systemd/system/hook.service <<'UNIT'
[Service]
ExecStart=/usr/bin/python3 /ha-test/steps/http_server.py 9000 /srv/hook/received
UNIT
cat >/etc/systemd/system/worker.service <<'UNIT'
[Service]
ExecStart=/usr/bin/sleep infinity
UNIT
systemctl daemon-reload
systemctl start api

is "the new configuration is valid" as_agent ha-agent config check
echo '1 0' >/proc/sys/net/ipv4/ping_group_range
code "a user who may not ping hears that the configuration is wrong" 78 as_agent ha-agent config check
is "with what to write" sh -c "runuser -u ha-agent -- ha-agent config check | grep -F net.ipv4.ping_group_range"
is "root hears that the check's user may not" sh -c "ha-agent config check | grep 'ha-agent may not send ICMP'"
is "the package's setting is applied again" /lib/systemd/systemd-sysctl --prefix=/net/ipv4/ping_group_range
is "and the configuration is valid again" as_agent ha-agent config check
is "root hears nothing of ping now" not sh -c "ha-agent config check | grep ICMP"

printf '[agent]\ncolour = blue\n' >/etc/ha-agent/wrong.conf
mkdir -p /run/systemd/system/ha-agent-watch.service.d
printf '[Service]\nExecStart=\nExecStart=/usr/bin/ha-agent --config /etc/ha-agent/wrong.conf watch\n' \
  >/run/systemd/system/ha-agent-watch.service.d/wrong.conf
systemctl daemon-reload
isnt "a wrong configuration does not start the resident half" systemctl restart ha-agent-watch
eventually "the unit has failed" 10 watch_is "failed exit-code"
same "with the code of a wrong configuration" 78 watch_property ExecMainStatus
same "and is not tried again and again" 0 watch_property NRestarts
is "its log names the line" sh -c "journalctl -q -o cat -u ha-agent-watch | grep -F wrong.conf:2:"
rm -r /run/systemd/system/ha-agent-watch.service.d /etc/ha-agent/wrong.conf
systemctl daemon-reload
is "with the right one it starts and says that it is ready" systemctl restart ha-agent-watch
eventually "and runs" 5 watch_is "active success"
watch_memory() { [ "$(awk '/^VmRSS/ {print $2}' "/proc/$(watch_property MainPID)/status")" -le 16384 ]; }
eventually "in 16 MiB at most" 10 watch_memory
kill -KILL "$(watch_property MainPID)"
watch_restarted() { [ "$(watch_property NRestarts) $(watch_property ActiveState)" = "1 active" ]; }
eventually "killed, it is started again" 10 watch_restarted
eventually "the check lets a standby whose primary is gone hold the VIP" 10 as_agent ha-agent check
chmod 0644 /etc/ha-agent/mysql.password
code "a password that others can read is refused" 78 ha-agent config check
chmod 0640 /etc/ha-agent/mysql.password
is "and taken again once they cannot" ha-agent config check
