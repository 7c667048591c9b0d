#!/bin/sh
# What captures cost while nothing arrives: one, and a hundred that one thread waits for.
#   idle_suite.sh list | idle_suite.sh run BENCH CONTENDER
# The number behind the bench is that of the captures, each with a buffer of 1 MiB. "nothing" has none: the interrupts are
# those of the whole machine.
set -u
here=$(cd "$(dirname "$0")" && pwd)
programs=${BENCH_PROGRAMS:-}

list()
{
    contenders='nothing ipfunnel ipfunnel-low ipfunnel-100ms'
    if [ -x "$programs/idle_libpcap" ]; then
        contenders="$contenders libpcap libpcap-immediate libpcap-100ms"
    else
        echo "absent: libpcap: not found when ipfunnel was built" >&2
    fi
    for count in 1 100; do
        for contender in $contenders; do
            echo "idle.$count $contender"
        done
    done
}

round() { sh "$here/../integration/netns.sh" "$programs/$@"; }

run()
{
    count=${1#idle.}
    case $2 in
        nothing) round idle_ipfunnel 1000 0 ;;
        ipfunnel) round idle_ipfunnel 1000 "$count" ;;
        ipfunnel-low) round idle_ipfunnel 200 "$count" ;;
        ipfunnel-100ms) round idle_ipfunnel 100000 "$count" ;;
        libpcap) round idle_libpcap 1 "$count" ;;
        libpcap-immediate) round idle_libpcap immediate "$count" ;;
        libpcap-100ms) round idle_libpcap 100 "$count" ;;
        *) echo "unknown: $*" >&2; exit 2 ;;
    esac
}

case ${1:-} in
    list) list ;;
    run) shift; run "$@" ;;
    *) sed -n '3s/^# *//p' "$0" >&2; exit 2 ;;
esac
