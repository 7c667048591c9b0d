#!/bin/sh
# examples/03_write.c: it says when the interface goes down and up, and ^C ends it with a file that holds all that was
# sent before.      example_write.sh <03_write> <udp_burst>      inside netns.sh
set -u
program=$1 burst=$2
command -v capinfos >/dev/null || { echo "SKIP: capinfos (Debian: wireshark-common) is not installed"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
wait_for()
{
    turn=0
    until "$@"; do
        turn=$((turn + 1))
        [ "$turn" -lt 300 ] || { echo "waited in vain for: $*"; cat "$work/err"; exit 1; }
        sleep 0.02
    done
}
said() { grep -qx "$1" "$work/err"; }

"$program" va "$work/out.pcapng" 2>"$work/err" &
writer=$!
wait_for test -s "$work/out.pcapng"
ip link set va down
wait_for said down
ip link set va up
wait_for said up
ip route replace 239.1.2.3 dev va || exit 1     # a group, so that no answer and no neighbour is needed
"$burst" 239.1.2.3 4000 500 100 || exit 1
kill -INT "$writer"
wait "$writer" || { echo "exit status $?"; cat "$work/err"; exit 1; }
# capinfos may put other datagrams, such as the kernel's group reports, on top.
count=$(capinfos -Mc "$work/out.pcapng" | sed -n 's/^Number of packets: *//p')
[ "$count" -ge 500 ] || { echo "the file holds $count datagrams, 500 were sent"; exit 1; }
