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
start -b memory --duration 0.1
ends 0
is 'the start line' "$(sed -n 1p "$work/err" | cut -c 1-37)" 'ipfunnel: capturing (memory, mode on)'

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
