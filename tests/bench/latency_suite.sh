#!/bin/sh
# How long a datagram takes to its reader: seldom ones, and many.
#   latency_suite.sh list | latency_suite.sh run BENCH CONTENDER
# ipfunnel: the default, 1 ms; -low: 200 us, at which a reader that finds much pauses; -lowest: each at once. libpcap: a
# timeout of 1 ms, and immediate mode. All have a buffer of 16 MiB. What sends and what reads have a core each, and go
# first there where that is permitted (SCHED_FIFO): other programs of a busy machine are not what is measured.
set -u
here=$(cd "$(dirname "$0")" && pwd)
programs=${BENCH_PROGRAMS:-}

list()
{
    contenders='ipfunnel ipfunnel-low ipfunnel-lowest'
    if [ -x "$programs/latency_libpcap" ]; then
        contenders="$contenders libpcap libpcap-immediate"
    else
        echo "absent: libpcap: not found when ipfunnel was built" >&2
    fi
    for rate in 200 100000; do
        for contender in $contenders; do
            echo "latency.$rate $contender"
        done
    done
}

round() { sh "$here/../integration/netns.sh" "$programs/$@"; }

run()
{
    rate=${1#latency.}
    seconds=1.5
    [ "$rate" -gt 1000 ] || seconds=3
    case $2 in
        ipfunnel) round latency_ipfunnel 1000 "$rate" "$seconds" ;;
        ipfunnel-low) round latency_ipfunnel 200 "$rate" "$seconds" ;;
        ipfunnel-lowest) round latency_ipfunnel 1 "$rate" "$seconds" ;;
        libpcap) round latency_libpcap 1 "$rate" "$seconds" ;;
        libpcap-immediate) round latency_libpcap immediate "$rate" "$seconds" ;;
        *) echo "unknown: $*" >&2; exit 2 ;;
    esac
}

case ${1:-} in
    list) list ;;
    run) shift; run "$@" ;;
    *) sed -n '3s/^# *//p' "$0" >&2; exit 2 ;;
esac
