# command_tools.sh - sourced by the command_*.sh tests, which are called as: sh TEST IPFUNNEL UDP_BURST inside netns.sh.
# shellcheck shell=sh
ipfunnel=$1 burst=$2
work=$(mktemp -d) || exit 1
capture=''
group=239.9.9.9         # leaves through va, arrives at vb, and nobody answers

end()
{
    [ -z "$capture" ] || kill -KILL "$capture" 2>/dev/null
    rm -rf "$work"
}
trap end EXIT
trap 'exit 1' HUP INT TERM

skip()
{
    echo "SKIP: $*"
    exit 77
}

fail()
{
    echo "FAILED: $*"
    for file in "$work/out" "$work/err"; do
        [ ! -f "$file" ] || { echo "--- ${file##*/}:"; head -c 2000 "$file"; }
    done
    exit 1
}

# wait_for CONDITION...: until the command succeeds, at most about 10 s.
wait_for()
{
    turn=0
    while ! "$@" >/dev/null 2>&1; do
        turn=$((turn + 1))
        [ "$turn" -lt 500 ] || fail "waited in vain for: $*"
        sleep 0.02
    done
}

# start ARGUMENTS...: a capture in the background that is running when this returns: $capture, $work/out, $work/err.
start()
{
    : >"$work/err"              # before the child does it: what stood there must not look like its own
    "$ipfunnel" capture "$@" >"$work/out" 2>"$work/err" &
    capture=$!
    wait_for captures
}
captures()
{
    grep -q 'ends$' "$work/err" || ! kill -0 "$capture"
}

# send ARGUMENTS...: as udp_burst has them.
send()
{
    "$burst" "$@" || fail "cannot send: $*"
}

# ends STATUS: the capture ends by itself with this exit status.
ends()
{
    wait_for not_running
    got=0
    wait "$capture" || got=$?
    capture=''
    [ "$got" -eq "$1" ] || fail "exit status is $got, expected $1"
}
# A child that has ended but was not waited for is still there, as a zombie.
not_running()
{
    ! kill -0 "$capture" || grep -q '^State:[[:space:]]*Z' "/proc/$capture/status"
}

stop()
{
    kill -"$1" "$capture" || fail "the capture has ended by itself"
}

# is WHAT ACTUAL EXPECTED
is()
{
    [ "$2" = "$3" ] || fail "$1: \"$2\", expected \"$3\""
}

# has FILE PATTERN
has()
{
    grep -q -e "$2" "$1" || fail "${1##*/} has no line with \"$2\""
}

lines()
{
    grep -c '' "$1"
}

ip route add "$group" dev va || fail "no route to $group"
