#!/usr/bin/env bash
# usage: scripts/quietly.sh LABEL COMMAND...
#
# Runs a command that is only interesting when it fails: prints what is being done and how long it took. When the command fails, by
# its exit code and by nothing else, prints each diagnostic once, and the end of its output.
set -uo pipefail

label=$1
shift
log=$(mktemp)
trap 'rm -f "$log"' EXIT
started=$SECONDS

echo "==> $label: $*"
if "$@" >"$log" 2>&1 </dev/null; then
    echo "    done in $((SECONDS - started)) s"
    exit 0
else
    code=$?
fi
# Warnings are errors here, but for those in other people's packages. A module's are repeated for each of its files.
grep -E 'error: ' "$log" | awk '!seen[$0]++' | head -100
echo "    … the last lines:"
grep -v '^\[[0-9]*/[0-9]*\] ' "$log" | tail -30
echo "==> $label: failed with exit code $code after $((SECONDS - started)) s" >&2
exit "$code"
