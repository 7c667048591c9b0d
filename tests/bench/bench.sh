#!/bin/sh
# Measures ipfunnel against other programs: contenders take turns, round after round.
#   sh tests/bench/bench.sh [--rounds N] [--suite NAME]... [--bench PATTERN] [--output FOLDER]
#     --rounds   5 when not said
#     --suite    live, file, ...: a NAME_suite.sh beside this file; all when none is named
#     --bench    only benches whose name matches this shell pattern
#     --output   where records.txt, bench.json and bench.html go: build/bench when not said
# Prints what was measured and the goals of goals.txt. No limit makes it fail: measurements are no tests.
set -u
usage()
{
    sed -n '3,7s/^# *//p' "$0" >&2
    exit 2
}
rounds=5 suites='' only='*' output=''
while [ $# -gt 0 ]; do
    [ $# -gt 1 ] || usage
    case $1 in
        --rounds) rounds=$2 ;;
        --suite) suites="$suites $2" ;;
        --bench) only=$2 ;;
        --output) output=$2 ;;
        *) usage ;;
    esac
    shift 2
done
case $rounds in
    '' | *[!0-9]* | 0*) echo "--rounds takes a number from 1 on, not \"$rounds\"" >&2; usage ;;
esac
top=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
for suite in $suites; do
    [ -f "$top/tests/bench/${suite}_suite.sh" ] && continue
    echo "there is no suite \"$suite\": tests/bench has no ${suite}_suite.sh" >&2
    usage
done
output=${output:-$top/build/bench}
mkdir -p "$output" || exit 1
output=$(cd "$output" && pwd)
if [ -z "$suites" ]; then
    for suite in "$top"/tests/bench/*_suite.sh; do
        suite=${suite##*/}
        suites="$suites ${suite%_suite.sh}"
    done
fi
PATH=$PATH:/usr/sbin:/sbin
unset IPFUNNEL_BACKEND

echo "building" >&2
(cd "$top" && cmake --preset test && cmake --build --preset test --target bench) >"$output/build.log" 2>&1 || {
    tail -n 20 "$output/build.log"
    exit 1
}
BENCH_PROGRAMS=$top/build/test/tests/bench
BENCH_COMMAND=$top/build/test/examples/ipfunnel/ipfunnel
BENCH_SCRATCH=$(mktemp -d) || exit 1
export BENCH_PROGRAMS BENCH_COMMAND BENCH_SCRATCH
records=$output/records.txt
: >"$records"
{
    uname -srm
    sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | sort | uniq -c | sed 's/^ *//'
    echo "rounds $rounds, load at the start $(cut -d ' ' -f 1-3 /proc/loadavg 2>/dev/null)"
} >"$output/notes.txt"

report()
{
    trap - EXIT
    echo "load at the end $(cut -d ' ' -f 1-3 /proc/loadavg 2>/dev/null)" >>"$output/notes.txt"
    cat "$output/notes.txt"
    "$BENCH_PROGRAMS/bench_report" "$records" "$top/tests/bench/goals.txt" "$output/notes.txt" \
        "$output/bench.json" "$output/bench.html"
    echo "written: $output/bench.json, $output/bench.html"
    rm -rf "$BENCH_SCRATCH"
}
trap report EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# The list of a suite has a line "bench contender" for each, in the order in which they take turns.
for suite in $suites; do
    if ! sh "$top/tests/bench/${suite}_suite.sh" list >"$BENCH_SCRATCH/$suite.list" 2>"$BENCH_SCRATCH/absent"; then
        echo "suite $suite: $(cat "$BENCH_SCRATCH/absent")"
        exit 2
    fi
    cat "$BENCH_SCRATCH/absent" >>"$output/notes.txt"
done

# measure <suite> <bench> <contender> <round>
measure()
{
    echo "round $4: $2 $3" >&2
    sh "$top/tests/bench/$1_suite.sh" run "$2" "$3" >"$BENCH_SCRATCH/result" </dev/null ||
        echo "round $4: $2 $3: no result (exit $?)" | tee -a "$output/notes.txt" >&2
    while read -r metric unit value; do
        echo "$2 $3 $4 $metric $unit $value"
    done <"$BENCH_SCRATCH/result" >>"$records"
}

round=1
while [ "$round" -le "$rounds" ]; do
    for suite in $suites; do
        for bench in $(cut -d ' ' -f 1 "$BENCH_SCRATCH/$suite.list" | awk '!seen[$0]++'); do
            # shellcheck disable=SC2254
            case $bench in $only) ;; *) continue ;; esac
            contenders=$(awk -v bench="$bench" '$1 == bench { print $2 }' "$BENCH_SCRATCH/$suite.list")
            [ $((round % 2)) = 1 ] || contenders=$(echo "$contenders" | sed '1!G;h;$!d')
            for contender in $contenders; do
                measure "$suite" "$bench" "$contender" "$round"
            done
        done
    done
    round=$((round + 1))
done
