# bash completion for ha-agent
# Names of resources and channels come from the configuration's section headers.

_ha_agent_file() {
    local file=/etc/ha-agent/ha-agent.conf i
    for ((i = 1; i < COMP_CWORD; i++)); do
        [[ ${COMP_WORDS[i]} == --config ]] || continue
        file=${COMP_WORDS[i + 1]}
        [[ $file == = ]] && file=${COMP_WORDS[i + 2]}
    done
    printf '%s\n' "$file"
}

_ha_agent_sections() {
    sed -nE "s/^[[:space:]]*\[[[:space:]]*($1)[[:space:]]+([A-Za-z0-9._-]+)[[:space:]]*\].*/\2/p" \
        "$(_ha_agent_file)" 2>/dev/null
}

_ha_agent_ids() { # of the newest transitions
    ha-agent --config "$(_ha_agent_file)" history 2>/dev/null | sed -n 's/^  id //p'
}

_ha_agent() {
    local cur prev word command='' sub='' i
    COMPREPLY=()
    cur=${COMP_WORDS[COMP_CWORD]}
    prev=${COMP_WORDS[COMP_CWORD - 1]}
    # `--config=FILE` reaches us as three words.
    if [[ $prev == = ]]; then
        prev=${COMP_WORDS[COMP_CWORD - 2]}
    elif [[ $cur == = ]]; then
        cur=''
    fi

    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        case $word in
            --config | --textfile | --format | --deadline | --from | --reason | --timeout | --for | -n | --since | --until | --to | \
                --instance | --outcome | -o | --output | --keepalived-conf | --peer-keepalived-conf | --peer-id | \
                --peer | --vip | --node | --address | --interface | --peer-interface | --router-id | --mysql | --redis | \
                --redis-password-file | --http | --unit | --witness | --lang | --out | --install)
                ((i++))
                [[ ${COMP_WORDS[i]} == = ]] && ((i++))
                ;;
            -* | =) ;;
            *)
                if [[ -z $command ]]; then
                    command=$word
                elif [[ -z $sub ]]; then
                    sub=$word
                fi
                ;;
        esac
    done

    local states='MASTER BACKUP FAULT STOP DELETED' words=''
    case $prev in
        --config | --textfile | --keepalived-conf | --peer-keepalived-conf | --mysql | --redis-password-file | --out | --install | -o | --output)
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -f -- "$cur")
            return
            ;;
        --format)
            words='text json'
            [[ $command == check ]] && words+=' nagios'
            ;;
        --lang) words='en zh-CN' ;;
        --from | --to) words=$states ;;
        --outcome) words='done refused failed overtaken superseded interrupted recorded suspended unfinished' ;;
        --deadline | --reason | --timeout | --for | --watch | --peer-id | -n | --since | --until | --instance | --peer | --vip | --node | --address | --interface | --peer-interface | --router-id | --redis | --http | --unit | --witness) return ;;
        *)
            case $command in
                '') words='check notify watch plan status metrics serve doctor drill init history alerts switchover maintenance promote ack config --config --verbose --help --version' ;;
                check) words="$(_ha_agent_sections 'http|mysql|redis|unit') --format --deadline --observe --help" ;;
                notify)
                    case $sub in
                        '') words="INSTANCE GROUP $states --help" ;;
                        INSTANCE | GROUP)
                            [[ $prev == INSTANCE || $prev == GROUP ]] && return
                            words=$states
                            ;;
                        *) return ;;
                    esac
                    ;;
                plan)
                    words='--from --help'
                    [[ -z $sub ]] && words+=" $states"
                    ;;
                status) words='--watch --format --help' ;;
                doctor) words='--keepalived-conf --peer-keepalived-conf --peer-id --format --help' ;;
                drill) words='--format --help' ;;
                init) words='--peer --vip --node --address --interface --peer-interface --router-id --mysql --redis --redis-password-file --http --unit --witness --lang --out --install --yes --help' ;;
                metrics) words='--textfile --help' ;;
                history)
                    case $sub in
                        '') words='show report -n --since --until --to --instance --outcome --failed --format --help' ;;
                        show) words="$(_ha_agent_ids) --format --help" ;;
                        report) words="$(_ha_agent_ids) --output --force --help" ;;
                    esac
                    ;;
                alerts)
                    case $sub in
                        '') words='list retry test drop --help' ;;
                        list) words='--dead --format --help' ;;
                        retry) words='--dead --due --help' ;;
                        test) words="$(_ha_agent_sections 'webhook|mail') --help" ;;
                        drop) words='--all --help' ;;
                    esac
                    ;;
                switchover) words='--dry-run --timeout --reason --help' ;;
                maintenance)
                    case $sub in
                        '') words='on off --help' ;;
                        on) words='--for --reason --help' ;;
                        off) words='--help' ;;
                    esac
                    ;;
                promote) words='--force --reason --help' ;;
                config)
                    words='--help'
                    [[ -z $sub ]] && words+=' check show example'
                    ;;
                *) words='--help' ;;
            esac
            ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -F _ha_agent ha-agent
