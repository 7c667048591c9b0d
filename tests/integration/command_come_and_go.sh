#!/bin/sh
# -i any follows interfaces that come and go: each is captured from soon after it appears, none ends the capture, and
# nothing that was captured is missing from lines, file or totals. Run with netns.sh -2.
. "$(dirname "$0")/command_tools.sh"
command -v jq >/dev/null || skip "no jq"

# pair ADDRESS: vc, with a route for what is sent to 239.8.8.8, and vd.
pair()
{
    ip link add vc type veth peer name vd || fail "no pair"
    ip link set vd up
    ip addr add "$1" dev vc
    ip link set vc up
    ip route add 239.8.8.8 dev vc || fail "no route through vc"
}
# captured COUNT: vc and vd have been added so many times.
captured()
{
    [ "$(grep -c 'capturing on vc as well$' "$work/err")" -ge "$1" ] &&
        [ "$(grep -c 'capturing on vd as well$' "$work/err")" -ge "$1" ]
}
gone() { [ "$(grep -c 'vc is gone; it is captured again when it comes back$' "$work/err")" -ge "$1" ]; }

# Fifty times, each on a port of its own, while datagrams pass another interface all the time.
cycles=50 each=20
start -i any --json -x --events "$patient" -w "$work/x.pcapng" udp dst portrange 5000-5999
has "$work/err" 'capturing on lo, va '
"$burst" "$group" 5999 4000 8 1000 &
traffic=$!
cycle=0
while [ "$cycle" -lt "$cycles" ]; do
    pair 10.8.0.1/24
    cycle=$((cycle + 1))
    wait_for captured "$cycle"
    send 239.8.8.8 $((5000 + cycle)) "$each" 8
    ip link del vc
done
wait "$traffic" || fail "the traffic on va stopped"
wait_for gone "$cycles"
stop INT
ends 0
jq -r 'select(.bytes) | [.interface, .direction, .destination_port, .bytes[-16:]] | join(" ")' "$work/out" >"$work/lines"
numbers() { awk "BEGIN { for (i = 0; i < $1; i++) { s = sprintf(\"%08d\", i); gsub(/./, \"3&\", s); print s } }"; }
has "$work/err" '^0 frames dropped by the system$'
numbers 4000 >"$work/expected"
awk '$1 == "va" && $3 == 5999 { print $4 }' "$work/lines" | cmp - "$work/expected" ||
    fail "va has not sent the numbers 0 to 3999, each once and in order"
numbers "$each" >"$work/expected"
cycle=0
while [ "$cycle" -lt "$cycles" ]; do
    cycle=$((cycle + 1))
    awk "\$1 == \"vc\" && \$3 == 5000 + $cycle { print \$4 }" "$work/lines" | cmp -s - "$work/expected" ||
        fail "turn $cycle: vc has not sent the numbers 0 to $((each - 1)), each once and in order"
done
is 'what vd received' "$(grep -c '^vd in ' "$work/lines")" $((cycles * each))
sum=$(lines "$work/lines")
is 'all of it' "$sum" $((4000 + 2 * cycles * each))
has "$work/err" "^$sum datagrams delivered"
frames=$(sed -n 's/^\([0-9]*\) frames seen: .*/\1/p' "$work/err")
[ "${frames:-0}" -ge "$sum" ] || fail "$frames frames seen of $sum: those of closed captures are missing"
is 'events: appeared' "$(jq -r 'select(.event == "appeared") | .interface' "$work/out" | sort | uniq -c | tr -s ' ' |
    tr '\n' ,)" " $cycles vc, $cycles vd,"
is 'events: gone' "$(jq -r 'select(.event == "gone") | .interface' "$work/out" | sort | uniq -c | tr -s ' ' |
    tr '\n' ,)" " $cycles vc, $cycles vd,"
"$ipfunnel" capture -r "$work/x.pcapng" -q 2>"$work/read" || fail "the file cannot be read: $(cat "$work/read")"
has "$work/read" "^$sum datagrams delivered"
if command -v tshark >/dev/null; then
    is 'interfaces in the file' "$(tshark -r "$work/x.pcapng" -T fields -e frame.interface_id -e frame.interface_name \
        2>"$work/null" | sort -u | awk '{ print $2 }' | sort | uniq -c | tr -s ' ' | tr '\n' ,)" \
        " 1 va, $cycles vc, $cycles vd,"
fi

# Down is no end, nor a new name; another network is, until it comes back from there.
pair 10.8.0.1/24
start -i any -l "$patient" --events udp dst port 5000
send 239.8.8.8 5000 3 8
ip link set vc down
ip link set vc up
ip route add 239.8.8.8 dev vc
send 239.8.8.8 5000 3 8
ip link set vc name vx 2>"$work/null" || { ip link set vc down; ip link set vc name vx; ip link set vx up; }
wait_for grep -q 'vc is called vx now; it goes on under the name that it had$' "$work/err"
ip route replace 239.8.8.8 dev vx
send 239.8.8.8 5000 3 8
wait_for sh -c "[ \$(grep -c -e '-> vc ' '$work/out') -eq 9 ]"
has "$work/out" '== vx *interface has a new name, it was vc$'
ip link set vx netns "$NETNS_PEER_PID"
wait_for gone 1
ip link del vd
start_again=$(grep -c 'capturing on .*vd.* as well$' "$work/err")
is 'vd captured anew' "$start_again" 0
pair 10.8.0.1/24
wait_for captured 1
send 239.8.8.8 5000 2 8
wait_for sh -c "[ \$(grep -c -e '-> vc ' '$work/out') -eq 11 ]"
stop INT
ends 0
has "$work/err" '^22 datagrams delivered'

# One that is down is captured when it comes up.
ip link set vc down
start -i any -l "$patient" udp dst port 5000
ip link set vc up
wait_for grep -q 'capturing on vc as well$' "$work/err"
ip route add 239.8.8.8 dev vc
send 239.8.8.8 5000 1 8
wait_for grep -q -e '-> vc ' "$work/out"
stop INT
ends 0
ip link del vc

# Nothing at all is up, at first and in between.
ip link set va down
ip link set lo down
start -i any -c 3 -l udp dst port 5000
has "$work/err" ': waiting for an interface that comes up; '
ip link set lo up
wait_for grep -q 'capturing on lo as well$' "$work/err"
send 127.0.0.1 5000 1 8
pair 10.8.0.1/24
wait_for captured 1
send 239.8.8.8 5000 1 8
ends 0
is 'datagrams' "$(lines "$work/out")" 3
ip link set lo down
start -i any
ip link del vc
wait_for gone 1
stop INT
ends 0
! "$ipfunnel" capture -i any udp por 53 2>"$work/err" || fail "a wrong filter is accepted"
has "$work/err" 'por'
