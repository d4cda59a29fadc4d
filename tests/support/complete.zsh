# zsh -f complete.zsh DUMP WORD…: what the completion offers for the last of these words, one a line. The line
# is typed into a zsh of its own on a pseudo terminal. DUMP: where compinit keeps what it found; made when missing.
zmodload zsh/zpty
dump=$1
line="${(j: :)@[2,-1]}"
zpty shell TERM=dumb zsh -f -i
zpty -w shell "PROMPT= RPROMPT= fpath=($PWD/packaging/completions \$fpath)
autoload -Uz compinit && compinit -u -d $dump
zstyle ':completion:*' insert-tab false
offered() { print -r -- \"<begin>\"; }
ended() { print -r -- \"<end>\"; exit }
compprefuncs=(offered) comppostfuncs=(ended)
compadd() {
  local -a found
  if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd \"\$@\"; return; fi
  builtin compadd -A found \"\$@\"
  (( \$#found )) && print -rl -- \"<\"\${^found}
  builtin compadd \"\$@\"
}
bindkey '^I' complete-word
print -r -- '<'ready"
while zpty -r shell text; do [[ $text == *'<ready'* ]] && break; done
zpty -w -n shell "$line"$'\t'
while zpty -r shell text; do
  text=${text//[$'\r\n']/}
  [[ $text == *'<end>'* ]] && break
  [[ $text == *'<'[^b]* ]] && print -r -- ${text##*'<'}
done
zpty -d shell
