# fish completion for ha-agent
# Names of resources and channels come from the configuration's section headers.

# The commands so far: what is neither an option nor the value of one.
function __ha_agent_words
    set -l value no
    for word in (commandline -opc)[2..-1]
        if test $value = yes
            set value no
            continue
        end
        switch $word
            case --config --format --deadline --from --reason --timeout --for -n --since --until --to --instance \
                --outcome -o --output
                set value yes
            case '-*'
            case '*'
                echo $word
        end
    end
end

# The commands so far are these, and these alone.
function __ha_agent_at
    set -l words (__ha_agent_words)
    test "$words" = "$argv"
end

# They begin with these.
function __ha_agent_in
    set -l words (__ha_agent_words)
    string match -q -- "$argv *" "$words "
end

function __ha_agent_file
    set -l file /etc/ha-agent/ha-agent.conf
    set -l words (commandline -opc)
    for i in (seq (count $words))
        switch $words[$i]
            case --config
                set file $words[(math $i + 1)]
            case '--config=*'
                set file (string replace -- --config= '' $words[$i])
        end
    end
    echo $file
end

function __ha_agent_sections -a kinds
    sed -nE "s/^[[:space:]]*\[[[:space:]]*($kinds)[[:space:]]+([A-Za-z0-9._-]+)[[:space:]]*\].*/\2/p" \
        (__ha_agent_file) 2>/dev/null
end

# The newest transitions.
function __ha_agent_ids
    command -q ha-agent; or return
    ha-agent --config (__ha_agent_file) history 2>/dev/null | sed -n 's/^  id //p'
end

set -l states 'MASTER BACKUP FAULT STOP DELETED'
set -l outcomes 'done refused failed overtaken superseded interrupted recorded suspended unfinished'

complete -c ha-agent -f
complete -c ha-agent -s h -l help -d 'Print this help message and exit'
complete -c ha-agent -n __ha_agent_at -l version -d 'Display program version information and exit'
complete -c ha-agent -n __ha_agent_at -l config -rF -d 'configuration file'
complete -c ha-agent -n __ha_agent_at -l verbose -d 'log to stderr as well'

complete -c ha-agent -n __ha_agent_at -a check -d 'may this node hold the VIP?'
complete -c ha-agent -n '__ha_agent_in check' -l format -xa 'text json nagios' -d 'text, json or nagios'
complete -c ha-agent -n '__ha_agent_in check' -l deadline -x -d 'of the whole check, such as 800ms'
complete -c ha-agent -n '__ha_agent_in check' -l observe -d 'for monitoring: leave nothing for keepalived\'s next check'
complete -c ha-agent -n '__ha_agent_in check' -a "(__ha_agent_sections 'http|mysql|redis|unit')"

complete -c ha-agent -n __ha_agent_at -a notify -d "keepalived's notify command: make the role true"
complete -c ha-agent -n '__ha_agent_at notify' -a "INSTANCE GROUP $states"
complete -c ha-agent -n '__ha_agent_in notify INSTANCE; and test (count (__ha_agent_words)) = 3' -a $states
complete -c ha-agent -n '__ha_agent_in notify GROUP; and test (count (__ha_agent_words)) = 3' -a $states

complete -c ha-agent -n __ha_agent_at -a watch -d 'the resident half: acts, reconciles, follows'

complete -c ha-agent -n __ha_agent_at -a plan -d 'print what notify would do, and why'
complete -c ha-agent -n '__ha_agent_in plan' -l from -xa $states -d 'the state before'
complete -c ha-agent -n '__ha_agent_at plan' -a $states

complete -c ha-agent -n __ha_agent_at -a status -d 'role, resources, lag, held errors, alerts'
complete -c ha-agent -n '__ha_agent_in status' -l format -xa 'text json' -d 'text or json'
complete -c ha-agent -n '__ha_agent_in status' -l watch -d 'draw it again every 2s, or every DURATION'

complete -c ha-agent -n __ha_agent_at -a metrics -d 'what is so now, for Prometheus'
complete -c ha-agent -n '__ha_agent_in metrics' -l textfile -rF -d 'replace this file; without it stdout'

complete -c ha-agent -n __ha_agent_at -a serve -d 'metrics, health and status by HTTP (listen)'

complete -c ha-agent -n __ha_agent_at -a doctor -d 'what will bite at the next failover'
complete -c ha-agent -n '__ha_agent_in doctor' -l format -xa 'text json' -d 'text or json'
complete -c ha-agent -n '__ha_agent_in doctor' -l keepalived-conf -rF -d 'instead of the one that keepalived was started with'
complete -c ha-agent -n '__ha_agent_in doctor' -l peer-keepalived-conf -rF -d 'a copy of the peer\'s, to compare with'
complete -c ha-agent -n '__ha_agent_in doctor' -l peer-id -x -d 'whose lines with @ count in the peer\'s'

complete -c ha-agent -n __ha_agent_at -a drill -d 'would a failover succeed now?'
complete -c ha-agent -n '__ha_agent_in drill' -l format -xa 'text json' -d 'text or json'

complete -c ha-agent -n __ha_agent_at -a init -d 'make a pair: both nodes\' files, asked for or by flags'
complete -c ha-agent -n '__ha_agent_in init' -l peer -x -d 'the other node, NAME=ADDRESS'
complete -c ha-agent -n '__ha_agent_in init' -l vip -x -d 'the address that moves, ADDRESS/PREFIX'
complete -c ha-agent -n '__ha_agent_in init' -l node -x -d 'this node\'s name'
complete -c ha-agent -n '__ha_agent_in init' -l address -x -d 'this node\'s address'
complete -c ha-agent -n '__ha_agent_in init' -l interface -x -d 'this node\'s interface'
complete -c ha-agent -n '__ha_agent_in init' -l peer-interface -x -d 'the other node\'s'
complete -c ha-agent -n '__ha_agent_in init' -l router-id -x -d 'virtual_router_id'
complete -c ha-agent -n '__ha_agent_in init' -l mysql -rF -d 'socket of MySQL or MariaDB, or no'
complete -c ha-agent -n '__ha_agent_in init' -l redis -x -d 'port of Redis or Valkey here, or no'
complete -c ha-agent -n '__ha_agent_in init' -l redis-password-file -rF -d 'where it has one already'
complete -c ha-agent -n '__ha_agent_in init' -l http -x -d 'a back end to check, or no'
complete -c ha-agent -n '__ha_agent_in init' -l unit -x -d 'runs only on the master, or no'
complete -c ha-agent -n '__ha_agent_in init' -l witness -x -d 'a third machine that answers a ping, or no'
complete -c ha-agent -n '__ha_agent_in init' -l lang -xa 'en zh-CN' -d 'en or zh-CN; without it as in LANG'
complete -c ha-agent -n '__ha_agent_in init' -l out -rF -d 'the folder that is made'
complete -c ha-agent -n '__ha_agent_in init' -l install -rF -d 'put this node\'s files from there to their places'
complete -c ha-agent -n '__ha_agent_in init' -l yes -d 'ask nothing; what differs is shown and replaced'

complete -c ha-agent -n __ha_agent_at -a history -d 'transitions with their steps, newest last'
complete -c ha-agent -n '__ha_agent_at history' -s n -x -d 'how many; 20, or all that is asked for'
complete -c ha-agent -n '__ha_agent_at history' -l since -x -d "such as 2h, 7d, '2026-11-27 05:00'"
complete -c ha-agent -n '__ha_agent_at history' -l until -x -d 'the same'
complete -c ha-agent -n '__ha_agent_at history' -l to -xa $states -d 'MASTER, BACKUP, FAULT, STOP or DELETED'
complete -c ha-agent -n '__ha_agent_at history' -l instance -x -d 'of this vrrp_instance'
complete -c ha-agent -n '__ha_agent_at history' -l outcome -xa $outcomes -d 'done, refused, failed, overtaken, …'
complete -c ha-agent -n '__ha_agent_at history' -l failed -d 'only what did not end well'
complete -c ha-agent -n '__ha_agent_at history' -l format -xa 'text json' -d 'text or json'
complete -c ha-agent -n '__ha_agent_in history show' -l format -xa 'text json' -d 'text or json'
complete -c ha-agent -n '__ha_agent_at history' -a show -d 'one transition in full'
complete -c ha-agent -n '__ha_agent_at history show' -a '(__ha_agent_ids)'
complete -c ha-agent -n '__ha_agent_at history' -a report -d 'one transition as a page of HTML'
complete -c ha-agent -n '__ha_agent_at history report' -a '(__ha_agent_ids)'
complete -c ha-agent -n '__ha_agent_in history report' -s o -l output -rF -d 'the file to write'
complete -c ha-agent -n '__ha_agent_in history report' -l force -d 'replace a file that is there'

complete -c ha-agent -n __ha_agent_at -a alerts -d 'what is still to be told'
complete -c ha-agent -n '__ha_agent_at alerts' -a list -d 'what waits and what was given up'
complete -c ha-agent -n '__ha_agent_in alerts list' -l format -xa 'text json' -d 'text or json'
complete -c ha-agent -n '__ha_agent_in alerts list' -l dead -d 'only what was given up'
complete -c ha-agent -n '__ha_agent_at alerts' -a retry -d 'send what waits now; 1 if something is left'
complete -c ha-agent -n '__ha_agent_in alerts retry' -l dead -d 'what was given up, too'
complete -c ha-agent -n '__ha_agent_in alerts retry' -l due -d 'only what is due, and 0 in any case (for the timer)'
complete -c ha-agent -n '__ha_agent_at alerts' -a test -d 'send a test message and show the reply'
complete -c ha-agent -n '__ha_agent_at alerts test' -a "(__ha_agent_sections 'webhook|mail')"
complete -c ha-agent -n '__ha_agent_at alerts' -a drop -d 'give up alerts for good'
complete -c ha-agent -n '__ha_agent_in alerts drop' -l all -d 'all of them'

complete -c ha-agent -n __ha_agent_at -a switchover -d "give this MASTER's role to the peer without losing a write"
complete -c ha-agent -n '__ha_agent_in switchover' -l dry-run -d 'only say whether it could be done'
complete -c ha-agent -n '__ha_agent_in switchover' -l timeout -x -d 'until the peer serves; then it is undone'
complete -c ha-agent -n '__ha_agent_in switchover' -l reason -x -d 'told to people, and for the journal'

complete -c ha-agent -n __ha_agent_at -a maintenance -d "take this node's automatic failover out of action"
complete -c ha-agent -n '__ha_agent_at maintenance' -a on -d 'nothing is promoted or demoted; see ha-agent(8)'
complete -c ha-agent -n '__ha_agent_in maintenance on' -l for -x -d 'such as 30m; without it until `off`'
complete -c ha-agent -n '__ha_agent_in maintenance on' -l reason -x -d 'told to people, and for the journal'
complete -c ha-agent -n '__ha_agent_at maintenance' -a off -d 'back to work: the newest event counts'

complete -c ha-agent -n __ha_agent_at -a promote -d 'force a promotion that was refused'
complete -c ha-agent -n '__ha_agent_in promote' -l force -d 'it may lose acknowledged writes'
complete -c ha-agent -n '__ha_agent_in promote' -l reason -x -d 'for the journal'

complete -c ha-agent -n __ha_agent_at -a ack -d 'let go of a failure that is held'

complete -c ha-agent -n __ha_agent_at -a config -d 'the configuration'
complete -c ha-agent -n '__ha_agent_at config' -a check -d 'report everything that is wrong with it'
complete -c ha-agent -n '__ha_agent_at config' -a show -d 'every key with its value and origin, secrets masked'
complete -c ha-agent -n '__ha_agent_at config' -a example -d 'a commented configuration to start from'
