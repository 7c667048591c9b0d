#!/bin/sh
# --follow: an interface that vanishes is waited for and opened again, whatever it was called by, and the capture is one
# all the same. Run with netns.sh -2.
. "$(dirname "$0")/command_tools.sh"

# pair NAME: NAME and its peer vd, both up; NAME has 10.8.0.1 and sends to 239.8.8.8.
pair()
{
    ip link add "$1" type veth peer name vd || fail "no pair"
    ip link set vd up
    ip addr add 10.8.0.1/24 dev "$1"
    ip link set "$1" up
    ip route add 239.8.8.8 dev "$1" || fail "no route through $1"
}
# noted COUNT PATTERN
noted() { [ "$(grep -c -e "$2" "$work/err")" -ge "$1" ]; }
waits() { noted "$1" 'vc is gone; waiting until it is back$'; }
again() { noted "$1" ' capturing on vc again$'; }
times='^ipfunnel: [0-9][0-9]:[0-9][0-9]:[0-9][0-9]\.[0-9]* '

# Fifty times, each on a port of its own: one file, one sum.
cycles=50 each=20
pair vc
start -i vc --follow -l -B 1024 "$patient" -w "$work/x.pcapng" --print udp dst portrange 5000-5999
cycle=0
while [ "$cycle" -lt "$cycles" ]; do
    wait_for again "$cycle"
    send 239.8.8.8 $((5000 + cycle)) "$each" 8
    ip link del vc
    pair vc
    cycle=$((cycle + 1))
done
wait_for again "$cycles"
stop INT
ends 0
cycle=0
while [ "$cycle" -lt "$cycles" ]; do
    is "datagrams of turn $cycle" "$(grep -c ":$((5000 + cycle)) UDP" "$work/out")" "$each"
    cycle=$((cycle + 1))
done
is 'lines' "$(lines "$work/out")" $((cycles * each))
has "$work/err" "^$((cycles * each)) datagrams delivered"
is 'times that it was gone' "$(grep -c "${times}vc is gone" "$work/err")" "$cycles"
is 'times that it came back' "$(grep -c "${times}capturing on vc again" "$work/err")" "$cycles"
"$ipfunnel" capture -r "$work/x.pcapng" -q 2>"$work/read" || fail "the file cannot be read: $(cat "$work/read")"
has "$work/read" "^$((cycles * each)) datagrams delivered"

# The limits hold over all openings, and while there is nothing to capture.
start -i vc --follow -c 5 -l udp dst port 5000
send 239.8.8.8 5000 3 8
ip link del vc
wait_for waits 1
kill -USR1 "$capture"
wait_for grep -q '^3 datagrams delivered' "$work/err"
pair vc
wait_for again 1
send 239.8.8.8 5000 3 8
ends 0
is 'datagrams of -c 5' "$(lines "$work/out")" 5
ip link del vc
start -i vc --follow -q
has "$work/err" 'there is no interface "vc"; '
has "$work/err" ': waiting for vc; '
stop TERM
ends 0
has "$work/err" '^0 datagrams delivered$'
start -i vc --follow -q --duration 0.2
ends 0
pair vc
start -i vc --follow -q --duration 1
ip link del vc
wait_for waits 1
ends 0

# By the name that was written: when another interface gets it, it is that one.
pair vc
start -i vc --follow -l "$patient" udp dst port 5000
send 239.8.8.8 5000 2 8
ip link set vc name vx 2>"$work/null" || { ip link set vc down; ip link set vc name vx; ip link set vx up; }
wait_for noted 1 "${times}vc is called vx now; waiting for another vc\$"
ip link set va down
ip link set va name vc
ip link set vc up
ip route add 239.7.7.7 dev vc
wait_for again 1
send 239.7.7.7 5000 2 8
wait_for sh -c "[ \$(grep -c -e '-> vc 10.9.0.1' '$work/out') -eq 2 ]"
stop INT
ends 0
is 'datagrams of both' "$(grep -c -e '-> vc ' "$work/out")" 4
ip link set vc down
ip link set vc name va
ip link set va up
ip link del vx

# By the address that was written, on whatever interface.
pair vc
start -i 10.8.0.0/16 --follow -l udp dst port 5000
ip link set vc netns "$NETNS_PEER_PID"
wait_for waits 1
ip link del vd
pair vy
wait_for noted 1 "${times}capturing on vy again\$"
send 239.8.8.8 5000 1 8
wait_for grep -q -e '-> vy 10.8.0.1' "$work/out"
stop INT
ends 0
ip link del vy

# By another name.
pair vc
if ip link property add dev vc altname the-one-outside 2>"$work/null"; then
    start -i the-one-outside --follow -l
    ip link del vc
    wait_for waits 1
    pair vy
    ip link property add dev vy altname the-one-outside
    wait_for noted 1 "${times}capturing on vy again\$"
    stop INT
    ends 0
    ip link del vy
else
    ip link del vc
fi

# "default" is not loopback because nothing else is left.
ip link set va down
pair vc
start -i default --follow -l
has "$work/err" 'capturing on v[cd] '
ip link del vc
wait_for noted 1 'v[cd] is gone; waiting until it is back$'
pair vc
wait_for noted 1 "${times}capturing on v[cd] again\$"
is 'captures on lo' "$(grep -c 'on lo' "$work/err")" 0
stop INT
ends 0

# One that is down: libpcap opens none, so that is waited for, too.
if "$ipfunnel" backends | grep -q '^pcap  *ready '; then
    ip link set vc down
    start -i vc --follow -b pcap -l
    has "$work/err" ': waiting for vc; '
    ip link set vc up
    wait_for noted 1 "${times}capturing on vc\$"
    ip link del vc
    wait_for noted 1 'vc is [a-z]*; waiting until it is back$'
    pair vc
    wait_for again 1
    stop INT
    ends 0
fi

# Without it, the error says that there is such a thing.
start -i vc
ip link del vc
ends 1
has "$work/err" '^ipfunnel: .*vc.*; --follow waits until it is back, and goes on$'
"$ipfunnel" capture --follow -r "$work/x.pcapng" 2>"$work/err" && fail "--follow with -r is accepted"
has "$work/err" '--follow is about interfaces'
