# keepalived stops, the package goes and comes back, then goes for good.
stopped() { [ "$(grep -c '"state":"STOP".*"type":"event"' /var/lib/ha-agent/journal.jsonl)" = "$1" ]; }
same "systemd's SIGTERM is for keepalived alone, not for its hook" "KillMode=process" \
  systemctl show --property=KillMode keepalived
for round in 1 2 3; do
  systemctl restart keepalived
  eventually "stop $round of keepalived reaches the agent" 5 stopped "$round"
  eventually "and it is MASTER again" 20 vip_here
done
systemctl stop keepalived
eventually "keepalived stops: MariaDB takes no write" 5 not sql_write
isnt "nor does Redis" redis_write stop
eventually "the journal has the demotion, done" 10 done_in_history STOP

removal=$(apt-get remove -q -y ha-agent 2>&1)
isnt "the package is removed" test -e /usr/bin/ha-agent
is "its user is told that keepalived still calls it" grep -q 'still calls /usr/bin/ha-agent' <<<"$removal"
is "the configuration stays" test -e /etc/ha-agent/ha-agent.conf
is "the state stays" test -s /var/lib/ha-agent/journal.jsonl
isnt "the timer does not run" systemctl is-active --quiet ha-agent-alerts.timer
isnt "nor does the resident half" pgrep -x ha-agent

is "it is installed again" apt-get install -q -y /ha-test/ha-agent.deb
is "with the configuration that was left" grep -q 'node = db1' /etc/ha-agent/ha-agent.conf
is "and the history" sh -c 'ha-agent history | grep STOP'
is "the timer runs again" systemctl is-active --quiet ha-agent-alerts.timer
eventually "so does the resident half" 10 watch_is "active success"

is "it is purged" apt-get purge -q -y ha-agent
isnt "the configuration is gone" test -e /etc/ha-agent/ha-agent.conf
is "a secret that the package did not bring is left alone" test -e /etc/ha-agent/mysql.password
isnt "the state is gone" test -e /var/lib/ha-agent
isnt "no unit is left" systemctl cat ha-agent-alerts.timer
isnt "nor the resident half's" systemctl cat ha-agent-watch.service
isnt "nor of what serves metrics" systemctl cat ha-agent-serve.service
is "the user stays, so that nobody inherits its number" getent passwd ha-agent

rm -rf /etc/ha-agent /etc/systemd/system/ha-agent-alerts.timer.d
is "after the purge it is installed again" apt-get install -q -y /ha-test/newer.deb
same "with the configuration's mode" "640 root:ha-agent" mode_of /etc/ha-agent/ha-agent.conf
same "and the state's" "2750 root:ha-agent" mode_of /var/lib/ha-agent
is "and a valid configuration" as_agent ha-agent config check
