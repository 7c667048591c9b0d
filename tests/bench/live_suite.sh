#!/bin/sh
# Live captures: the library against libpcap, and the command against other commands.
#   live_suite.sh list | live_suite.sh run BENCH CONTENDER
# All have the same buffer, 16 MiB, and where they let one choose the same delay: 1 ms, or what the bench is named after.
#   live.SIZE, live.SIZE.10ms   CPU of reader and kernel per datagram
#   rate.SIZE                   frames per second without loss
#   rejected.SIZE               the same as live, with a filter that accepts nothing: per frame sent
#   captures                    20000 frames a second to each of 1, 4, ... captures in one process, with 1 MiB each
#   fanout.60                   two senders, one reader, and two that share the traffic
#   write.SIZE, disk.SIZE       a command that writes a file, to nowhere and to a disk
set -u
here=$(cd "$(dirname "$0")" && pwd)
programs=${BENCH_PROGRAMS:-}
command=${BENCH_COMMAND:-}

have() { command -v "$1" >/dev/null 2>&1; }
absent() { echo "absent: $1: $2" >&2; }

# benches <contenders> <bench>...
benches()
{
    contenders=$1
    shift
    for bench in "$@"; do
        for contender in $contenders; do
            echo "$bench $contender"
        done
    done
}

list()
{
    libpcap=''
    if [ -x "$programs/reader_libpcap" ]; then
        libpcap='libpcap'
    else
        absent libpcap "not found when ipfunnel was built"
    fi
    benches "ipfunnel $libpcap ${libpcap:+libpcap-next_ex ipfunnel-pcap}" live.60 live.512 live.1514
    benches "ipfunnel $libpcap" live.60.10ms live.512.10ms live.1514.10ms rate.60 rate.1514 rejected.60
    benches "1 4 16 64" captures
    benches "one two" fanout.60
    commands=''
    for contender in tcpdump dumpcap netsniff-ng; do
        if have "$contender"; then commands="$commands $contender"; else absent "$contender" "not installed"; fi
    done
    benches "ipfunnel $commands" write.60 write.512 write.1514 disk.1514
}

round() { sh "$here/../integration/netns.sh" "$programs/live_round" "$@"; }

# reader <contender> <live_round's options> -- <the reader's>
reader()
{
    program=$programs/reader_${1%%-*} special=''
    case $1 in
        libpcap-next_ex) special=-n ;;
        ipfunnel-pcap) special='-b pcap' ;;
    esac
    shift
    options=''
    while [ "$1" != -- ]; do
        options="$options $1"
        shift
    done
    shift
    # shellcheck disable=SC2086
    round $options "$program" $special -B 16384 "$@"
}

# As fast as it goes; while that loses frames, less fast by a tenth.
rate()
{
    pace=''
    for turn in 0 1 2 3 4 5 6 7 8 9; do
        reader "$1" -s "$2" -n 2000000 $pace -- vb >"$BENCH_SCRATCH/turn" || return 1
        reached=$(sed -n 's/^rate Mpps //p' "$BENCH_SCRATCH/turn")
        if grep -q '^lost % 0$' "$BENCH_SCRATCH/turn"; then
            echo "lossless_rate Mpps $reached"
            echo "attempts times $((turn + 1))"
            return 0
        fi
        pace="-r $(awk -v reached="$reached" 'BEGIN { printf "%d", reached * 900000 }')"
    done
    return 1
}

write_to()
{
    file=$3
    case $2 in
        ipfunnel)
            round -s "$1" -R 'capturing on' -B ' datagrams delivered' \
                "$command" capture -i vb -B 16384 -w "$file" ;;
        tcpdump)
            round -s "$1" -w 1200 -R 'listening on' -B ' packets captured' \
                tcpdump -Z root -i vb -n -B 16384 -w "$file" ;;
        dumpcap)
            round -s "$1" -w 600 -R 'File:' -A "received/dropped on interface 'vb': " \
                dumpcap -q -i vb -B 16 -w "$file" ;;
        netsniff-ng)
            round -s "$1" -w 200 -R 'Running!' -B '  packets passed filter' \
                netsniff-ng -i vb -o "$file" -s -S 16MiB ;;
    esac
}

run()
{
    size=${1#*.}
    case $1 in
        live.*.10ms) reader "$2" -s "${size%.10ms}" -- -L 10 vb ;;
        live.*) reader "$2" -s "$size" -- -L 1 vb ;;
        rate.*) rate "$2" "$size" ;;
        rejected.*) reader "$2" -s "$size" -- vb tcp port 9 ;;
        captures) round -s 60 -n 20000 -r 20000 "$programs/reader_ipfunnel" -B 1024 -c "$2" vb ;;
        fanout.60)
            sharing=''
            [ "$2" = one ] || sharing='-F -c 2'
            # shellcheck disable=SC2086
            reader ipfunnel -2 -s "$size" -n 3000000 -- $sharing vb ;;
        write.*) write_to "$size" "$2" /dev/null ;;
        disk.*)
            write_to "$size" "$2" "$BENCH_SCRATCH/written.pcapng"
            rm -f "$BENCH_SCRATCH/written.pcapng" ;;
        *) echo "unknown: $*" >&2; exit 2 ;;
    esac
}

case ${1:-} in
    list) list ;;
    run) shift; run "$@" ;;
    *) sed -n '3s/^# *//p' "$0" >&2; exit 2 ;;
esac
