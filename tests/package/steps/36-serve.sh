# Metrics by HTTP, as systemd runs what serves them: with the powers that its unit leaves it.
page() { # page PATH: the status, then the body
  python3 - "$1" <<'PYTHON'
import sys, urllib.request, urllib.error
try:
    answer = urllib.request.urlopen("http://127.0.0.1:9650" + sys.argv[1], timeout=20)
except urllib.error.HTTPError as error:
    answer = error
print(answer.status)
sys.stdout.write(answer.read().decode())
PYTHON
}
page_has() { page "$1" | grep -qE "$2"; }
is "what serves metrics is restarted with the new configuration" systemctl restart ha-agent-serve
eventually "it runs" 5 serve_is "active success"
is "on the loopback alone" sh -c "ss -Hltn 'sport = 9650' | grep -F 127.0.0.1:9650"
is "a MASTER whose servers are well is healthy" page_has /health '^200$'
is "the metrics have its role" page_has /metrics '^ha_agent_master 1$'
is "and that the resident half runs" page_has /metrics '^ha_agent_watch_running 1$'
is "and the witness" page_has /metrics '^ha_agent_witness_up\{name="gateway"\} 1$'
is "the status has the keepalived that runs" sh -c "python3 -c '
import json, urllib.request
seen = json.load(urllib.request.urlopen(\"http://127.0.0.1:9650/status\", timeout=20))
assert seen[\"keepalived\"][\"running\"] and seen[\"watch_runs\"] and seen[\"role\"] == \"MASTER\", seen
'"
systemctl stop api
eventually "with a dead back end it is not" 10 page_has /health '^503$'
systemctl start api
eventually "and again" 20 page_has /health '^200$'
eventually "the VIP is here" 20 vip_here
eventually "MariaDB takes writes" 20 sql_write
systemctl stop ha-agent-watch
eventually "without the resident half it says so" 10 page_has /metrics '^ha_agent_watch_running 0$'
systemctl start ha-agent-watch
eventually "the resident half is back" 10 watch_is "active success"
sed -i 's/^listen = 9650/listen = 81/' /etc/ha-agent/ha-agent.conf
is "its unit may listen below 1024" systemctl restart ha-agent-serve
eventually "and does" 5 sh -c "ss -Hltn 'sport = 81' | grep -F 127.0.0.1:81"
sed -i 's/^listen = 81/listen = 9650/' /etc/ha-agent/ha-agent.conf
systemctl restart ha-agent-serve
eventually "back on its port" 5 serve_is "active success"
kill -KILL "$(serve_property MainPID)"
serve_again() { page_has / '^200$'; }
eventually "killed, it is started again" 20 serve_again
