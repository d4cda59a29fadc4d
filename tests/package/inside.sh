#!/usr/bin/env bash
# Runs in the booted system, as root, as a service: sources the steps in order and writes an assertion a line
# to /ha-test/result/log. A step builds on what the one before it left. Nothing waits for a time to pass:
# `eventually` asks again until the condition holds.
set -u
export DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin
result=/ha-test/result
exec >"$result/log" 2>&1 </dev/null

# is TEXT COMMAND…: the command succeeds. What it printed is shown if it does not.
is() {
  local text=$1 output
  shift
  if output=$("$@" 2>&1); then
    echo "ok    $text"
  else
    printf 'FAIL  %s\n' "$text"
    printf '      %s\n' "$*" "$output" | head -n 20
    return 1
  fi
}
# isnt TEXT COMMAND…: it fails.
isnt() {
  local text=$1
  shift
  is "$text" not "$@"
}
not() { ! "$@"; }
# same TEXT EXPECTED COMMAND…: it prints exactly this.
same() {
  local text=$1 expected=$2 got
  shift 2
  got=$("$@" 2>&1)
  if [ "$got" = "$expected" ]; then
    echo "ok    $text"
  else
    printf 'FAIL  %s\n      expected: %s\n      got:      %s\n' "$text" "$expected" "$got"
  fi
}
# code TEXT EXPECTED COMMAND…: it exits so.
code() {
  local text=$1 expected=$2
  shift 2
  same "$text" "exit $expected" exit_of "$@"
}
exit_of() {
  "$@" >/dev/null 2>&1
  echo "exit $?"
}
# eventually TEXT SECONDS COMMAND…: it succeeds within this time.
eventually() {
  local text=$1 end=$((SECONDS + $2))
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || break
    sleep 0.1
  done
  is "$text" "$@"
}

as_agent() { runuser -u ha-agent -- "$@"; }
mode_of() { stat -c '%a %U:%G' "$1"; }
logged() { journalctl --no-pager -q -o cat "$@"; }

for step in /ha-test/steps/*.sh; do
  echo "--- $(basename "$step" .sh)"
  # shellcheck disable=SC1090
  . "$step"
done
touch "$result/finished"
journalctl --no-pager -o short-precise --since=-5min >"$result/journal" 2>&1
