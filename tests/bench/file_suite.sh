#!/bin/sh
# Capture files: reading them, through the library and through libpcap; converting them, with the commands; and what is
# cut to the size of the wire.
#   file_suite.sh list | file_suite.sh run BENCH CONTENDER
# Ten million small datagrams, made once; the readers find the file in the page cache. BENCH_DATAGRAMS says another number.
set -u
programs=${BENCH_PROGRAMS:-}
command=${BENCH_COMMAND:-}
scratch=${BENCH_SCRATCH:-/tmp}
datagrams=${BENCH_DATAGRAMS:-10000000}

have() { command -v "$1" >/dev/null 2>&1; }
absent() { echo "absent: $1: $2" >&2; }

list()
{
    readers='ipfunnel'
    if [ -x "$programs/file_reader_libpcap" ]; then
        readers='libpcap-loop libpcap-next_ex libpcap-alone ipfunnel-pcap ipfunnel'
    else
        absent libpcap "not found when ipfunnel was built"
    fi
    for format in pcap pcapng; do
        for contender in $readers; do
            echo "read.$format $contender"
        done
    done
    converters=''
    for contender in tcpdump editcap; do
        if have "$contender"; then converters="$converters $contender"; else absent "$contender" "not installed"; fi
    done
    for format in pcap pcapng; do
        for contender in $converters ipfunnel; do
            case $contender.$format in tcpdump.pcapng) continue ;; esac
            echo "convert.$format $contender"
        done
    done
    for count in 100000 1000000 10000000 100000000; do
        echo "pipe ipfunnel-$count"
    done
    echo "on_wire ipfunnel"
    echo "on_wire ipfunnel-portable"
}

# The file to read; makes it when it is not there.
input()
{
    file=$scratch/input-$datagrams.$1
    [ -f "$file" ] || "$programs/make_capture" "$file" "$datagrams"
    echo "$file"
}

convert()
{
    format=$1
    output=$scratch/output.$format
    shift
    rm -f "$output"
    "$programs/child_cost" "$@" "$output"
    status=$?
    rm -f "$output"
    return "$status"
}

run()
{
    case $1.$2 in
        read.*.ipfunnel) "$programs/file_reader_ipfunnel" "$(input "${1#*.}")" savefile ;;
        read.*.ipfunnel-pcap) "$programs/file_reader_ipfunnel" "$(input "${1#*.}")" pcap ;;
        read.*.libpcap-loop) "$programs/file_reader_libpcap" loop "$(input "${1#*.}")" ;;
        read.*.libpcap-next_ex) "$programs/file_reader_libpcap" next "$(input "${1#*.}")" ;;
        read.*.libpcap-alone) "$programs/file_reader_libpcap" alone "$(input "${1#*.}")" ;;
        convert.*.ipfunnel) convert "${1#*.}" "$command" capture -q -r "$(input pcap)" -w ;;
        convert.*.tcpdump) convert "${1#*.}" tcpdump -r "$(input pcap)" -w ;;
        convert.*.editcap) convert "${1#*.}" editcap -F "${1#*.}" "$(input pcap)" ;;
        pipe.ipfunnel-*)
            "$programs/make_capture" - "${2#*-}" | "$programs/file_reader_ipfunnel" - savefile ;;
        on_wire.ipfunnel) "$programs/on_wire_round" fastest ;;
        on_wire.ipfunnel-portable) "$programs/on_wire_round" portable ;;
        *) echo "unknown: $*" >&2; exit 2 ;;
    esac
}

case ${1:-} in
    list) list ;;
    run) shift; run "$@" ;;
    *) sed -n '4s/^# *//p' "$0" >&2; exit 2 ;;
esac
