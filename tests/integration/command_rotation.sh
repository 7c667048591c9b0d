#!/bin/sh
# New files by size and by time, named as tcpdump names them; each opens by itself, together they hold everything.
. "$(dirname "$0")/command_tools.sh"
command -v tcpdump >/dev/null || skip "no tcpdump"
names() { (cd "$1" && printf '%s ' *); }
written()
{
    for file in "$@"; do
        dump -r "$file" 'udp dst port 4000' 2>"$work/null" | grep UDP
    done | wc -l
}

# 1000 datagrams of 1028 bytes are a little more than 1 MB; a file is ended when it is larger than the limit.
mkdir "$work/size"
start -i va -C 1 -w "$work/size/x.pcapng" -c 2500 "$patient"
send "$group" 4000 2500 1000 100
ends 0
is 'files by size' "$(names "$work/size")" 'x.pcapng x.pcapng1 x.pcapng2 '
is 'datagrams in files by size' "$(written "$work"/size/*)" 2500
for file in "$work/size/x.pcapng" "$work/size/x.pcapng1"; do
    size=$(wc -c <"$file")
    [ "$size" -gt 1000000 ] && [ "$size" -lt 1003000 ] || fail "$file has $size bytes"
done
if command -v capinfos >/dev/null; then
    for file in "$work"/size/*; do
        is "statistics in ${file##*/}" "$(capinfos "$file" | grep -c 'Number of stat entries = 1')" 1
    done
fi

mkdir "$work/ring"
start -i va -C 64k -W 11 -w "$work/ring/x.pcap" -c 1000 "$patient"
send "$group" 4000 1000 1000 100
ends 0
is 'files of the ring' "$(names "$work/ring" | tr -d '\n')" \
    'x.pcap00 x.pcap01 x.pcap02 x.pcap03 x.pcap04 x.pcap05 x.pcap06 x.pcap07 x.pcap08 x.pcap09 x.pcap10 '
kept=$(written "$work"/ring/*)
[ "$kept" -gt 600 ] && [ "$kept" -lt 1000 ] || fail "the ring keeps $kept of 1000 datagrams"

# By time: three files and an end, with traffic or without.
mkdir "$work/time"
start -i va -G 1 -W 3 -w "$work/time/x-%s.pcapng" "$patient"
send "$group" 4000 200 30 10000
ends 0
is 'number of files by time' "$(names "$work/time" | wc -w)" 3
is 'datagrams in files by time' "$(written "$work"/time/*)" 200

# A name without time has the numbers of -C, which then go on from one period to the next: nothing is overwritten.
mkdir "$work/both"
start -i va -G 0.4 -C 1 -w "$work/both/x.pcapng" --duration 1.3
send "$group" 4000 3 30
ends 0
case $(names "$work/both") in
    'x.pcapng x.pcapng1 x.pcapng2 '*) ;;
    *) fail "numbers over periods: $(names "$work/both")" ;;
esac
is 'datagrams over periods' "$(written "$work"/both/*)" 3

# A folder that goes away in between is an error, not silence.
mkdir "$work/gone"
start -i va -C 1k -w "$work/gone/x.pcapng"
rm -r "$work/gone"
send "$group" 4000 10 1000
ends 1
has "$work/err" '^ipfunnel: .*x.pcapng1.*; '
