# bash complete.bash WORD…: what the completion offers for the last of these words, one a line.
. packaging/completions/ha-agent.bash
compopt() { :; } # there is no completion of readline's under way
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_ha_agent
[ ${#COMPREPLY[@]} = 0 ] || printf '%s\n' "${COMPREPLY[@]}"
