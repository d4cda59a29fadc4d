# Nobody listened at the webhook so far: the alerts wait, and the package's timer delivers them.
waiting() { [ "$(find /var/lib/ha-agent/outbox -maxdepth 1 -name '*.json' | wc -l)" -ge "$1" ]; }
is "the alerts of what happened wait in the outbox" waiting 3
is "alerts list shows them" sh -c 'ha-agent alerts list | grep -F ops'
# The package's own units; only the period is shorter, so that nobody waits for half a minute.
mkdir -p /etc/systemd/system/ha-agent-alerts.timer.d
printf '[Timer]\nOnActiveSec=\nOnUnitInactiveSec=\nOnActiveSec=1s\nOnUnitInactiveSec=3s\nAccuracySec=100ms\n' \
  >/etc/systemd/system/ha-agent-alerts.timer.d/test.conf
systemctl daemon-reload
systemctl start hook
systemctl restart ha-agent-alerts.timer
eventually "the timer delivers what happened: MASTER" 60 grep -q MASTER /srv/hook/received
eventually "and FAULT" 60 grep -q FAULT /srv/hook/received
eventually "nothing is left" 60 not waiting 1
isnt "the service did not fail on the way" systemctl is-failed --quiet ha-agent-alerts.service
isnt "systemd's log keeps quiet about each run" \
  sh -c "journalctl -q -o cat -u ha-agent-alerts.service | grep -E 'Starting|Finished'"
