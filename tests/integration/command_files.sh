#!/bin/sh
# -w: files that other tools open without complaint and that hold the right datagrams.
. "$(dirname "$0")/command_tools.sh"
command -v tcpdump >/dev/null || skip "no tcpdump"

# numbers FILE: the number in the payload of each UDP datagram, in order.
numbers()
{
    dump -A -r "$1" 'udp dst port 4000' 2>"$work/tcpdump" | grep -o '[0-9]\{8\}\.\.' | tr -d . || true
    grep -qi -e error -e truncated "$work/tcpdump" && fail "tcpdump complains: $(cat "$work/tcpdump")"
}
all() { awk "BEGIN { for (i = 0; i < $1; i++) printf \"%08d\\n\", i }"; }
link_type() { dump -r "$1" -c 1 2>&1 >"$work/null" | grep -o 'link-type [A-Z0-9]*'; }

for name in x.pcapng x.pcap x.cap; do
    start -i va -c 500 -w "$work/$name" "$patient"
    send "$group" 4000 500 30 100
    ends 0
    is "$name: numbers" "$(numbers "$work/$name")" "$(all 500)"
    is "$name: link type" "$(link_type "$work/$name")" 'link-type RAW'
    [ ! -s "$work/out" ] || fail "-w prints nothing"
    has "$work/err" '^500 datagrams delivered$'
done
# magic FILE: its first four bytes.
magic() { od -An -tx1 -N4 "$1" | tr -d ' '; }
is 'magic of .pcapng' "$(magic "$work/x.pcapng")" 0a0d0d0a
is 'magic of .pcap' "$(magic "$work/x.pcap")" d4c3b2a1
is 'magic of another name' "$(magic "$work/x.cap")" 0a0d0d0a
start -i va -c 1 -w "$work/x.pcap" --time-stamp-precision=nano
send "$group" 4000 1 30
ends 0
is 'magic with nano' "$(magic "$work/x.pcap")" 4d3cb2a1

# --format stands above the name, and is the only way for a pipe.
start -i va -c 1 -w "$work/y.pcapng" --format pcap --time-stamp-precision nano
send "$group" 4000 1 30
ends 0
is 'magic with --format pcap' "$(magic "$work/y.pcapng")" 4d3cb2a1
start -i va -c 1 -w "$work/y.pcap" --format=pcapng
send "$group" 4000 1 30
ends 0
is 'magic with --format pcapng' "$(magic "$work/y.pcap")" 0a0d0d0a
start -i va -c 2 -w - --format pcap
send "$group" 4000 2 30
ends 0
is 'magic on standard output' "$(magic "$work/out")" d4c3b2a1
is 'numbers on standard output' "$(numbers "$work/out")" "$(all 2)"

# Through a pipe, to a reader that sees each datagram soon, not only at the end.
mkfifo "$work/pipe"
dump -l -r - 'udp dst port 4000' <"$work/pipe" >"$work/read" 2>"$work/null" &
reader=$!
: >"$work/err"
"$ipfunnel" capture -i va -w - >"$work/pipe" 2>"$work/err" &
capture=$!
wait_for captures
send "$group" 4000 3 30
wait_for sh -c "[ \$(grep -c UDP '$work/read') -eq 3 ]"
stop INT
ends 0
wait "$reader" || fail "the reader of -w - is not content"
has "$work/err" '^3 datagrams delivered$'

# With --print lines as well.
start -i va -c 2 -w "$work/x.pcapng" --print
send "$group" 4000 2 30
ends 0
is 'printed lines' "$(grep -c UDP "$work/out")" 2
is 'numbers beside --print' "$(numbers "$work/x.pcapng")" "$(all 2)"
# Only the chosen family, on lo where both are.
start -i lo -6 -c 3 -w "$work/x.pcapng"
send 127.0.0.1 4000 3 30
send ::1 4000 3 30
ends 0
is 'numbers over IPv6' "$(numbers "$work/x.pcapng" | sort -u | head -n 1)" 00000000
is 'IPv4 beside -6' "$(dump -r "$work/x.pcapng" ip 2>"$work/null")" ''

# What the file says of the interface, and that nothing in it is malformed.
command -v capinfos >/dev/null && command -v tshark >/dev/null || skip "no tshark: the facts in the file were not looked at"
start -i va -c 5 -s 40 -w "$work/x.pcapng"
send "$group" 4000 5 30
ends 0
capinfos "$work/x.pcapng" >"$work/info" 2>&1 || fail "capinfos refuses: $(cat "$work/info")"
has "$work/info" 'Name = va'
has "$work/info" 'Encapsulation = Raw IP'
has "$work/info" 'Time precision = nanoseconds'
has "$work/info" 'Number of stat entries = 1'
has "$work/info" 'Number of packets = 5'
is 'direction, length' "$(tshark -r "$work/x.pcapng" -T fields -e frame.packet_flags_direction -e frame.len -e frame.cap_len \
    2>"$work/null" | sort -u | tr '\t' ' ')" "$(printf '0x00000002 58 40')"
