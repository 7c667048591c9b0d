#!/bin/sh
# Live captures: the library against libpcap, and the command against other commands.
#   live_suite.sh list | live_suite.sh run BENCH CONTENDER
# All have the same buffer, 16 MiB, and the same delay, 1 ms, where they let one choose.
set -u
here=$(cd "$(dirname "$0")" && pwd)
programs=${BENCH_PROGRAMS:-}
command=${BENCH_COMMAND:-}

have() { command -v "$1" >/dev/null 2>&1; }
absent() { echo "absent: $1: $2" >&2; }

list()
{
    contenders='ipfunnel'
    if [ -x "$programs/reader_libpcap" ]; then
        contenders="$contenders libpcap libpcap-next_ex ipfunnel-pcap"
    else
        absent libpcap "not found when ipfunnel was built"
    fi
    for size in 60 512 1514; do
        for contender in $contenders; do
            echo "live.$size $contender"
        done
    done
    commands=''
    for contender in tcpdump dumpcap netsniff-ng; do
        if have "$contender"; then commands="$commands $contender"; else absent "$contender" "not installed"; fi
    done
    for size in 60 512 1514; do
        for contender in ipfunnel $commands; do
            echo "write.$size $contender"
        done
    done
}

# The number of frames is what takes about a second and a half.
round() { sh "$here/../integration/netns.sh" "$programs/live_round" "$@"; }

run()
{
    size=${1#*.}
    case $1.$2 in
        live.*.ipfunnel) round -s "$size" "$programs/reader_ipfunnel" -B 16384 vb ;;
        live.*.ipfunnel-pcap) round -s "$size" "$programs/reader_ipfunnel" -b pcap -B 16384 vb ;;
        live.*.libpcap) round -s "$size" "$programs/reader_libpcap" -B 16384 vb ;;
        live.*.libpcap-next_ex) round -s "$size" "$programs/reader_libpcap" -B 16384 -n vb ;;
        write.*.ipfunnel)
            round -s "$size" -R 'capturing on' -B ' datagrams delivered' \
                "$command" capture -i vb -B 16384 -w /dev/null ;;
        write.*.tcpdump)
            round -s "$size" -w 1200 -R 'listening on' -B ' packets captured' \
                tcpdump -i vb -n -B 16384 -w /dev/null ;;
        write.*.dumpcap)
            round -s "$size" -w 600 -R 'File:' -A "received/dropped on interface 'vb': " \
                dumpcap -q -i vb -B 16 -w /dev/null ;;
        write.*.netsniff-ng)
            round -s "$size" -w 200 -R 'Running!' -B '  packets passed filter' \
                netsniff-ng -i vb -o /dev/null -s -S 16MiB ;;
        *) echo "unknown: $*" >&2; exit 2 ;;
    esac
}

case ${1:-} in
    list) list ;;
    run) shift; run "$@" ;;
    *) sed -n '3s/^# *//p' "$0" >&2; exit 2 ;;
esac
