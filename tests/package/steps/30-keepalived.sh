# keepalived runs the check and the hook, with script security on, and everything follows the VIP.
cat >/etc/keepalived/keepalived.conf <<'CONF'
global_defs {
  router_id db1
  enable_script_security
  vrrp_version 3
}
vrrp_script ha_agent {
  script "/usr/bin/ha-agent check"
  user ha-agent
  interval 1
  timeout 1
  fall 2
  rise 2
}
vrrp_instance VI_1 {
  state BACKUP
  nopreempt
  interface eth0
  virtual_router_id 51
  priority 100
  advert_int 0.1
  virtual_ipaddress {
    192.0.2.100/24
  }
  track_script {
    ha_agent
  }
  notify "/usr/bin/ha-agent notify" root
}
CONF
vip_here() { ip -4 addr show dev eth0 | grep -qF 192.0.2.100/; }
entered() { logged -u keepalived | grep -qF "(VI_1) Entering $1 STATE"; }
done_in_history() {
  ha-agent history --format json | python3 -c '
import json, sys
sys.exit(not any(item.get("to") == sys.argv[1] and item["outcome"] == "done" for item in json.load(sys.stdin)))' "$1"
}
sql_write() { timeout 5 mariadb --user=app --password=app -e 'INSERT INTO app.t VALUES ()'; }
redis_write() { [ "$(timeout 2 redis-cli set key "$1")" = OK ]; }

isnt "before, MariaDB takes no write" sql_write
isnt "nor does Redis" redis_write before
is "keepalived accepts the configuration" config_test /etc/keepalived/keepalived.conf
systemctl restart keepalived
eventually "keepalived brings the VIP up" 20 vip_here
is "its log says MASTER" entered MASTER
isnt "its log has nothing against the scripts" \
  sh -c "journalctl -q -o cat -u keepalived | grep -iE 'security violation|disabling|not executable|unsafe|permissions'"
eventually "the journal has the promotion, done" 15 done_in_history MASTER
is "MariaDB takes writes" sql_write
is "Redis takes writes" redis_write master
is "the unit was started" systemctl is-active --quiet worker
is "the check says so" as_agent ha-agent check
is "history tells of it" sh -c 'ha-agent history | grep MASTER'
is "status tells of it, to the group too" sh -c 'runuser -u ha-agent -- ha-agent status | grep MASTER'
same "keepalived ran the check as ha-agent" "ha-agent" \
  stat -c %U /var/lib/ha-agent/check/verdict
same "and the hook as root" "640 root:ha-agent" mode_of /var/lib/ha-agent/journal.jsonl

systemctl stop api
eventually "the back end stops: keepalived's log says FAULT" 15 entered FAULT
eventually "the VIP is gone" 5 not vip_here
eventually "the journal has the demotion, done" 15 done_in_history FAULT
isnt "MariaDB takes no write" sql_write
isnt "nor does Redis" redis_write fault
isnt "the unit was stopped" systemctl is-active --quiet worker
systemctl start api
eventually "the back end is back: the VIP is, too" 20 vip_here
eventually "MariaDB takes writes again" 10 sql_write
eventually "so does Redis" 10 redis_write again
