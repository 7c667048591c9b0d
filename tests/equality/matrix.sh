#!/bin/sh
# matrix.sh - the rows of the equality table, each in a network of its own, as a matrix: row by backend.
#   sh tests/equality/matrix.sh                     builds it, and runs all rows
#   sh tests/equality/matrix.sh PROGRAM [ROW...]    a program that is built
# Ends with 0 when nothing is different, and with 77 when no row could be run.
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
build()
{
    cd "$here/../.." && cmake --preset test || return
    cmake --build build/test --target help | grep -qw equality || return 77
    cmake --build build/test --target equality
}
if [ $# -eq 0 ]; then
    (build) >"$work/log" 2>&1
    case $? in
        0) set -- "$here/../../build/test/tests/equality/equality" ;;
        77) echo "SKIP: a build without af_packet, pcap or savefile has nothing to compare"; exit 77 ;;
        *) cat "$work/log"; exit 1 ;;
    esac
fi
program=$1
shift
cd "$work" || exit 1
# shellcheck disable=SC2046  # words
[ $# -gt 0 ] || set -- $("$program" --rows)

line() { printf '%-32s %9s  %-12s %-14s %-12s %-14s %s\n' "$@"; }
line row datagrams af_packet pcap memory file:savefile file:pcap
for row; do
    # shellcheck disable=SC2046  # no option, or one
    sh "$here/../integration/netns.sh" $("$program" --netns "$row") "$program" "$row" >out 2>err
    status=$?
    [ ! -s err ] || cat err >&2
    cells=$(tail -n 1 out)
    case $status,$cells in
        0,"$row "* | 1,"$row "*DIFFERENT*) ;;
        77,*)
            sed "s/^SKIP: /$row: /" out >>skipped
            cells="$row 0 skipped - - - -" ;;
        *) cells="$row 0 DIFFERENT - - - -" ;;
    esac
    echo "$cells" >>results
    # shellcheck disable=SC2086  # words
    line $cells
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
