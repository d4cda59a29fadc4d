# fish --no-config complete.fish WORD…: what the completion offers for the last of these words, one a line, a
# tabulator and the description after it.
source packaging/completions/ha-agent.fish
complete -C "$argv"
