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
[webhook ops]
format     = text
url        = http://127.0.0.1:9000/hook
allow_http = yes
CONF
umask 022

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
eventually "the check lets a standby whose primary is gone hold the VIP" 10 as_agent ha-agent check
chmod 0644 /etc/ha-agent/mysql.password
code "a password that others can read is refused" 78 ha-agent config check
chmod 0640 /etc/ha-agent/mysql.password
is "and taken again once they cannot" ha-agent config check
