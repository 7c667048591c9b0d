#!/bin/sh
# matrix.sh - the rows of the equality table, each in a network of its own, as a matrix: row by backend.
#   sh tests/equality/matrix.sh                     builds it, and runs all rows
#   sh tests/equality/matrix.sh PROGRAM [ROW...]    a program that is built
# Ends with 0 when nothing is different, and with 77 when no row could be run.
here=$(cd "$(dirname "$0")" && pwd)
if [ $# -eq 0 ]; then
    cd "$here/../.." || exit 1
    cmake --preset test >/dev/null && cmake --build build/test --target equality >/dev/null || exit 1
    set -- "$PWD/build/test/tests/equality/equality"
fi
program=$1
shift
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
cd "$work" || exit 1
[ $# -gt 0 ] || set -- $("$program" --rows)

header='row datagrams af_packet pcap memory file:savefile file:pcap'
line() { printf '%-32s %9s  %-12s %-14s %-12s %-14s %s\n' "$@"; }
line $header
for row; do
    # shellcheck disable=SC2046  # no option, or one
    sh "$here/../integration/netns.sh" $("$program" --netns "$row") "$program" "$row" >out 2>err
    status=$?
    [ ! -s err ] || cat err >&2
    case $status in
        0 | 1) [ -s out ] && tail -n 1 out >>results || echo "$row 0 DIFFERENT - - - -" >>results ;;
        77) sed "s/^SKIP: /$row: /" out >>skipped; echo "$row 0 skipped - - - -" >>results ;;
        *) echo "$row 0 DIFFERENT - - - -" >>results ;;
    esac
    line $(tail -n 1 results)
done

echo
"$program" --reasons
echo
[ ! -s skipped ] || sed 's/^/SKIP: /' skipped
awk '
    { rows++ }
    $3 == "skipped" { skipped++; next }
    { datagrams += $2; for (i = 3; i <= NF; i++) if ($i != "-") { cells++; split($i, part, ":"); n[part[1]]++ } }
    END {
        printf "%d rows, %d datagrams, %d cells: %d equal, %d explained, %d different", rows, datagrams, cells,
               n["equal"], n["explained"], n["DIFFERENT"]
        printf skipped ? "; %d rows skipped\n" : "\n", skipped
        exit n["DIFFERENT"] ? 1 : skipped == rows ? 77 : 0
    }' results
