# The resident half as systemd runs it: what it did so far it did with the few powers that its unit leaves it.
# Here it needs the rest of them, and is frozen itself.
server_pid() { systemctl show --value --property=MainPID mariadb; }
server_is_new() { [ "$(server_pid)" != 0 ] && [ "$(server_pid)" != "$1" ]; }
is "it is the one that runs since the configuration was right" watch_is "active success"
is "the check's user sees that it runs" sh -c "runuser -u ha-agent -- ha-agent status --format json | grep '\"watch_runs\": true'"

frozen=$(server_pid)
kill -STOP "$frozen"
eventually "MariaDB is frozen: keepalived's log says FAULT once more" 20 \
  sh -c "[ \$(journalctl -q -o cat -u keepalived | grep -cF '(VI_1) Entering FAULT STATE') -ge 2 ]"
eventually "the server that does not answer its demotion is killed" 40 not kill -0 "$frozen"
eventually "systemd starts it again" 20 server_is_new "$frozen"
eventually "keepalived chooses again, and MariaDB takes writes" 60 sql_write
eventually "the VIP is here" 10 vip_here
eventually "the check says so" 10 as_agent ha-agent check

watch_pid=$(watch_property MainPID)
kill -STOP "$watch_pid"
is "while the resident half is frozen the check is what it was" as_agent ha-agent check
watch_replaced() { watch_is "active success" && [ "$(watch_property MainPID)" != "$watch_pid" ]; }
eventually "systemd's watchdog replaces it" 40 watch_replaced
is "the role stayed" sql_write
is "and the VIP" vip_here
