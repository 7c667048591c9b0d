# wine_command_tools.sh - sourced by live tests of ipfunnel.exe under Wine, after `native` is set to a native build, with
# the program's command line as arguments: command_tools.sh, with $ipfunnel for that program, whose lines end otherwise.
# shellcheck shell=sh
windows="$*"
. "$(dirname "$0")/command_tools.sh"
# shellcheck disable=SC2154  # set by who sources this
burst=$native/tests/integration/udp_burst
[ -x "$burst" ] || skip "$burst is not built (cmake --workflow --preset test)"
peer() { nsenter -t "$NETNS_PEER_PID" -n "$@"; }
captures() { grep -q '; .C ends' "$work/err" || ! kill -0 "$capture"; }
ipfunnel=$work/ipfunnel
cat >"$ipfunnel" <<WRAPPER
#!/bin/sh
exec $windows "\$@"
WRAPPER
chmod +x "$ipfunnel"
seen() { tr -d '\r' <"$work/out" | grep -q -e "$1"; }
sees() { wait_for seen "$1"; }
guid_of_va() { tr -d '\r' <"$work/out" | awk '/ va  *up / { inside = 1 } inside && /{/ { print $NF; exit }'; }
