# A newer package under a running keepalived.
now() { date +%s; }
before=$(now)
old_watch=$(watch_property MainPID)
is "dpkg unpacks the newer package" dpkg --unpack /ha-test/newer.deb
is "the check works while it is not configured yet" as_agent ha-agent check
is "apt configures it" apt-get install -q -y /ha-test/newer.deb
same "the newer version runs" "$(dpkg-query -W -f='${Version}' ha-agent)" \
  sh -c "ha-agent --version | sed -E 's/^ha-agent //'"
is "the configuration is still the administrator's" grep -q 'node = db1' /etc/ha-agent/ha-agent.conf
same "with its mode" "640 root:ha-agent" mode_of /etc/ha-agent/ha-agent.conf
same "the state has its mode" "2750 root:ha-agent" mode_of /var/lib/ha-agent
is "the history is still there" sh -c 'ha-agent history | grep FAULT'
is "the timer runs" systemctl is-active --quiet ha-agent-alerts.timer
new_watch() { watch_is "active success" && [ "$(watch_property MainPID)" != "$old_watch" ]; }
eventually "the resident half was restarted" 10 new_watch
is "the VIP stayed" vip_here
is "and with it the role" sql_write
isnt "keepalived saw no failure meanwhile" \
  sh -c "journalctl -q -o cat -u keepalived --since=@$before | grep -E 'FAULT|failed'"
