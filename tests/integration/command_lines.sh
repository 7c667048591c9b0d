#!/bin/sh
# What capture prints: lines, facts, dumps, totals, JSON.
. "$(dirname "$0")/command_tools.sh"
time='^[0-2][0-9]:[0-5][0-9]:[0-6][0-9]\.[0-9]\{6\}'

# One line each, in order, and no more than -c.
start -i va -c 3
send "$group" 4000 5 30 1000 5000
ends 0
is 'lines' "$(lines "$work/out")" 3
is 'lines of the right form' "$(grep -c "$time -> va 10\.9\.0\.1:5000 > 239\.9\.9\.9:4000 UDP 58\$" "$work/out")" 3
is 'lines on stderr' "$(lines "$work/err")" 4
has "$work/err" '^ipfunnel: capturing on va (af_packet, mode on, promiscuous), ring 16 MiB; ^C ends$'
has "$work/err" '^3 datagrams delivered$'
has "$work/err" '^[0-9]* frames seen: [0-9]* IP, [0-9]* not IP, [0-9]* malformed'
has "$work/err" '^0 frames dropped by the system$'

start -p -i vb -c 1
send "$group" 4000 1 30 0 5000
ends 0
has "$work/out" "$time <- vb 10\.9\.0\.1:5000 > "
has "$work/err" 'mode iplevel), ring'

start -i ::1 -c 1
send 127.0.0.1 4000 1 30
send ::1 4000 1 30 0 5000
ends 0
has "$work/err" '(af_packet, mode on, .*IPv6 only), ring'
has "$work/out" ' lo \[::1\]:5000 > \[::1\]:4000 UDP 78$'

# -v: nanoseconds and facts; combined letters, options behind each other.
start -nvxi va -c1
send "$group" 4000 1 10 0 5000
ends 0
is 'lines of -vx' "$(lines "$work/out")" 5
has "$work/out" '^[0-9:]*\.[0-9]\{9\} -> va '
has "$work/out" '^    ttl 1, id [0-9]*, checksum '
has "$work/out" '^	0x0010:  ef09 0909 1388 0fa0 0012 '
has "$work/out" '^	0x0020:  3030 3030 2e2e$'

start -X -i va -c1
send "$group" 4000 1 10
ends 0
has "$work/out" '^	0x0020:  3030 3030 2e2e  *0000\.\.$'

start -q -i va -c 2
send "$group" 4000 2 30
ends 0
[ ! -s "$work/out" ] || fail "-q prints totals only"
has "$work/err" '^2 datagrams delivered$'

start -i va -s 40 -v -c 1
send "$group" 4000 1 100
ends 0
has "$work/out" '40 of 128 bytes'

start -l -i va --events
ip link set vb down
wait_for grep -q ' == va interface is down$' "$work/out"
ip link set vb up
wait_for grep -q ' == va interface is up$' "$work/out"
stop TERM
ends 0

# A capture without anything to capture ends in time.
start -i va --duration 0.1
ends 0
has "$work/err" '^0 datagrams delivered$'

# -t: no time; seconds; since the line before; date; since the first line.
digits='[0-9][0-9]'
for form in '-t=' '-tt=[1-9][0-9]\{9\}\.[0-9]\{6\} ' "-ttt=00:00:00\.[0-9]\{6\} " \
    "-tttt=20$digits-$digits-$digits $digits:$digits:$digits\.[0-9]\{6\} " "-ttttt=00:00:00\.[0-9]\{6\} "; do
    start -i va -c 2 "${form%%=*}"
    send "$group" 4000 2 30 1000
    ends 0
    is "lines with ${form%%=*}" "$(grep -c "^${form#*=}-> va 10\.9\.0\.1:" "$work/out")" 2
done
start -i va -c 1 -tt -v
send "$group" 4000 1 30
ends 0
has "$work/out" '^[1-9][0-9]\{9\}\.[0-9]\{9\} -> va '

# Latencies below a millisecond, and the shortest by the name it has elsewhere.
for latency in --latency=0.2 --immediate-mode; do
    start -i va -c 3 "$latency"
    send "$group" 4000 3 30
    ends 0
    has "$work/err" '^3 datagrams delivered$'
done

# One is not plural; what was unread when -c was reached is said.
start -i va -c 1 "$patient"
kill -STOP "$capture"
send "$group" 4000 5 30
sleep 0.3                       # longer than the latency: all of it is in the ring
kill -CONT "$capture"
ends 0
has "$work/err" '^1 datagram delivered$'
has "$work/err" '^5 frames seen: 1 IP, 0 not IP, 0 malformed, 4 unread when the capture ended$'

# Tagged traffic that is left out is named, with what would show it: a file with one untagged and one tagged datagram.
record='\000\000\000\000\000\000\000\000'
datagram='\105\000\000\034\000\007\000\000\100\021\000\000\012\011\000\001\012\011\000\002\017\240\023\210\000\010\000\000'
link='\002\000\000\000\000\013\002\000\000\000\000\012'
{
    printf '\324\303\262\241\002\000\004\000\000\000\000\000\000\000\000\000\000\000\004\000\001\000\000\000'
    printf "$record"'\052\000\000\000\052\000\000\000'"$link"'\010\000'"$datagram"
    printf "$record"'\056\000\000\000\056\000\000\000'"$link"'\201\000\000\007\010\000'"$datagram"
} >"$work/tagged.pcap"
"$ipfunnel" capture -r "$work/tagged.pcap" --vlan own >"$work/out" 2>"$work/err" || fail "exit status $? of -r"
has "$work/err" '^1 datagram delivered; left out: 1 of other VLANs (--vlan all shows them)$'
"$ipfunnel" capture -r "$work/tagged.pcap" >"$work/out" 2>"$work/err" || fail "exit status $? of -r"
has "$work/err" '^2 datagrams delivered$'

# Losses are seen where they happened. A capture that stands still loses what its ring does not hold.
start -i va -B 4096 -l
kill -STOP "$capture"
send "$group" 4000 3000 9000
kill -CONT "$capture"
wait_for sh -c "'$burst' $group 4001 1 30; grep -q ' == va .*[1-9][0-9]* frames\{0,1\} lost before this$' '$work/out'"
stop INT
ends 0

# An interface that is down is waited for, and not silently.
ip link set va down
start -i va -c 1
has "$work/err" '^ipfunnel: va is down; waiting until it comes up$'
ip link set va up
ip route replace "$group" dev va
wait_for sh -c "'$burst' $group 4000 1 30 && sleep 0.1 && [ -s '$work/out' ] || ! kill -0 $capture"
ends 0

start -i va --json -x -c 2
send "$group" 4000 1 30 0 5000
send "$group" 4000 1 9000 0 5000
ends 0
command -v jq >/dev/null || skip "the JSON was not looked at: no jq"
is 'the datagram' "$(sed -n 1p "$work/out" | jq -c '[.interface, .direction, .direction_source, .version, .length,
    .original_length, .flags, .vlan, .source, .destination, .protocol, .source_port, .destination_port, .hop_limit,
    .fragment_offset, .more_fragments, .tcp_flags, .dropped_before, .segment_size, .summary]')" \
    '["va","out","kernel",4,58,58,[],[],"10.9.0.1","239.9.9.9",17,5000,4000,1,null,false,null,0,null,"10.9.0.1:5000 > 239.9.9.9:4000 UDP 58"]'
is 'its bytes' "$(sed -n 1p "$work/out" | jq -r '.bytes' | cut -c 1-4,25-40,57-72)" 45000a090001ef0909093030303030303030
is 'the fragment' "$(sed -n 2p "$work/out" | jq -c '[.fragment_offset, .more_fragments]')" '[0,true]'
is 'the clocks' "$(sed -n 1p "$work/out" | jq -r '(.time | sub("\\.[0-9]*"; "") | fromdate) == (.time_ns / 1000000000 | floor)')" true
