# command_tools.sh - sourced by the command_*.sh tests, which are called as: sh TEST IPFUNNEL UDP_BURST inside netns.sh.
# shellcheck shell=sh disable=SC2034  # for those who source it
ipfunnel=$1 burst=$2
work=$(mktemp -d) || exit 1
capture=''
HOME=$work              # no settings of anybody, and none written
export HOME
# For captures that must not lose anything: a block of the ring that is handed over early is used up however little is
# in it, so with the shortest latency a reader that has to wait for the CPU runs out of ring soon.
patient=--latency=100
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
    # What a capture that still runs has seen so far.
    [ -z "$capture" ] || ! kill -USR1 "$capture" 2>/dev/null || sleep 0.5
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

# dump ARGUMENTS...: tcpdump on a file. Where only one user exists it cannot drop its privileges, so it gets none.
without_privileges=''
grep -q 4294967295 /proc/self/uid_map || without_privileges='unshare -U'
dump()
{
    $without_privileges tcpdump -nn "$@"
}

ip route add "$group" dev va || fail "no route to $group"
