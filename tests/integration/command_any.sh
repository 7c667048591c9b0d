#!/bin/sh
# -i any: one capture for each interface that is up, each datagram with its interface; one that goes away is reported
# and the others go on.
. "$(dirname "$0")/command_tools.sh"
command -v tcpdump >/dev/null || skip "no tcpdump"
ip link add vc type veth peer name vd
ip link set vc up
ip link set vd up
ip addr add 10.8.0.1/24 dev vc

start -i any -l -w "$work/x.pcapng" --print
has "$work/err" 'capturing on lo, .*(af_packet, mode on), ring 16 MiB each; ^C ends$'
send 127.0.0.1 4000 10 30
send "$group" 4000 10 30
wait_for sh -c "[ \$(grep -c ':4000 UDP' '$work/out') -eq 30 ]"
for where in '<- lo 127.0.0.1' '-> va 10.9.0.1' '<- vb 10.9.0.1'; do
    is "$where" "$(grep -c -e "$where:" "$work/out")" 10
done

ip link del vc
wait_for sh -c "[ \$(grep -c '^ipfunnel: .*v[cd]' '$work/err') -ge 3 ]"
send 127.0.0.1 4001 5 30
wait_for sh -c "[ \$(grep -c ':4001 UDP' '$work/out') -eq 5 ]"
stop INT
ends 0
is 'notes about tcpdump' "$(grep -c 'tcpdump cannot read' "$work/err")" 1
is 'reports of gone interfaces' "$(grep -c '^ipfunnel: .*v[cd].*; ' "$work/err")" 3
# libpcap reads no pcapng file with more than one interface of raw IP; it reads pcap.
start -i any -w "$work/x.pcap" -l --print
send 127.0.0.1 4000 10 30
send "$group" 4000 10 30
wait_for sh -c "[ \$(grep -c ':4000 UDP' '$work/out') -eq 30 ]"
stop INT
ends 0
is 'notes about tcpdump with pcap' "$(grep -c 'tcpdump cannot read' "$work/err")" 0
is 'datagrams in the file' "$(dump -r "$work/x.pcap" 'udp dst port 4000' 2>"$work/null" | grep -c UDP)" 30

start -i any -w - --format pcap -c 3
send 127.0.0.1 4000 3 30
ends 0
is 'datagrams on standard output' "$(dump -r "$work/out" 2>"$work/null" | grep -c 127.0.0.1)" 3
start -i any -q -w "$work/q.pcapng" -c 1
send 127.0.0.1 4000 1 30
ends 0
is 'notes about tcpdump with -q' "$(grep -c 'tcpdump cannot read' "$work/err")" 0

# Time does not go backwards from one interface to the next in what has arrived when the capture comes to look. So it
# stands still while datagrams arrive, and for longer than the latency after that.
backwards() { awk '$1 < last { print before; print } { last = $1; before = $0 }' "$1"; }
start -i any -tt -l "$patient"
kill -STOP "$capture"
for turn in 1 2 3 4 5 6 7 8 9 10; do
    send "$group" 4000 40 30
    send 127.0.0.1 4000 40 30
done
sleep 0.3
kill -CONT "$capture"
wait_for sh -c "[ \$(grep -c ':4000 UDP' '$work/out') -eq 1200 ]"
stop INT
ends 0
is 'lines where time goes backwards' "$(backwards "$work/out")" ''
is 'lines before the first of lo' "$(awk '/ lo / { print NR; exit }' "$work/out")" 81

# A single interface that goes away is an error, and what was captured is in the file.
ip link add vc type veth peer name vd
ip link set vc up
ip link set vd up
ip addr add 10.8.0.1/24 dev vc
ip route add 239.8.8.8 dev vc
start -i vc -w "$work/y.pcapng"
send 239.8.8.8 4000 7 30
ip link del vc
ends 1
has "$work/err" '^ipfunnel: .*vc.*; '
has "$work/err" ' datagrams delivered$'
is 'datagrams of the gone interface' "$(dump -r "$work/y.pcapng" 'udp dst port 4000' 2>"$work/null" | grep -c UDP)" 7

# Of many interfaces those are named that fit into the line, and the others are counted.
pair=10
while [ "$pair" -lt 28 ]; do
    ip link add "a-long-name-$pair" type veth peer name "as-long-name-$pair"
    ip link set "a-long-name-$pair" up
    ip link set "as-long-name-$pair" up
    pair=$((pair + 1))
done
start -i any -q -B 64
named=$(sed -n 's/.*capturing on \(.*[0-9a-z]\) and [1-9][0-9]* more (.*/\1/p' "$work/err" | tr ',' '\n' | grep -c .)
more=$(sed -n 's/.* and \([1-9][0-9]*\) more (.*/\1/p' "$work/err")
stop INT
ends 0
is 'interfaces named and counted' "$((named + more))" "$(ip -o link show up | grep -c .)"

command -v tshark >/dev/null || skip "no tshark: the interfaces in the file were not looked at"
is 'interfaces in the file' "$(tshark -r "$work/x.pcapng" -Y 'udp && !icmp' -T fields -e frame.interface_name \
    2>"$work/null" | sort | uniq -c | awk '{ print $2 "=" $1 }' | tr '\n' ' ')" 'lo=15 va=10 vb=10 '
