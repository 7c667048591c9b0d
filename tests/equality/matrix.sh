#!/bin/sh
# matrix.sh - the rows of the equality table as a matrix: row by backend.
#   sh tests/equality/matrix.sh                                     builds it, and runs all rows
#   sh tests/equality/matrix.sh [--double BUILD] PROGRAM [ROW...]   a program that is built; with the column of
#                                                                   sio_rcvall from a build for Windows
# Each row is in a network of its own. Without arguments the build for Windows is build/mingw, where that is there: Wine
# runs the command over a double of the raw sockets. Wine's server knows one network only, so with it the rows share one
# that is emptied before each.
# Ends with 0 when nothing is different, and with 77 when no row could be run.
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT

build()
{
    cd "$top" && cmake --preset test || return
    cmake --build build/test --target help | grep -qw equality || return 77
    cmake --build build/test --target equality
}
# Brings what the double needs up to date in a build for Windows, or says why there is none: $why.
build_double()
{
    why=''
    if ! command -v wine >/dev/null || ! command -v wineserver >/dev/null; then
        why='Wine is not installed (Debian: wine wine64)'
    elif [ ! -e "$1/CMakeCache.txt" ]; then
        why='there is no build for Windows (cmake --workflow --preset mingw)'
    elif ! cmake --build "$1" --target ipfunnel_shimmed beside_wine_raw_socket_shim.so >"$work/log" 2>&1; then
        cat "$work/log"
        exit 1
    fi
    [ -z "$why" ]
}
# The rows once more from here on, inside, with EQUALITY_DOUBLE: a script that runs the command for Windows.
with_double()
{
    windows=$(cd "$1" && pwd)
    shift
    prefix=$windows/wine_equality
    cat >"$work/windows.sh" <<END
exec sh "$top/tests/wine.sh" run "$prefix" "$windows/tests/integration/ipfunnel_shimmed.exe" "\$@"
END
    WINE_TEMPLATE=$windows/wine
    WINE_PRELOAD=$windows/tests/integration/raw_socket_shim.so
    RAW_SOCKET_SHIM=header
    EQUALITY_DOUBLE=$work/windows.sh
    export WINE_TEMPLATE WINE_PRELOAD RAW_SOCKET_SHIM EQUALITY_DOUBLE
    sh "$top/tests/integration/netns.sh" sh "$top/tests/wine.sh" around "$prefix" sh "$0" "$@"
}

why='only with --double'
if [ $# -eq 0 ]; then
    (build) >"$work/log" 2>&1
    case $? in
        0) set -- "$top/build/test/tests/equality/equality" ;;
        77) echo "SKIP: a build without af_packet, pcap or savefile has nothing to compare"; exit 77 ;;
        *) cat "$work/log"; exit 1 ;;
    esac
    if build_double "$top/build/mingw"; then with_double "$top/build/mingw" "$@"; exit; fi
elif [ "$1" = --double ]; then
    windows=$2
    shift 2
    build_double "$windows" || { echo "SKIP: $why"; exit 77; }
    with_double "$windows" "$@"
    exit
fi
case $1 in
    /*) program=$1 ;;
    *) program=$(pwd)/$1 ;;
esac
shift
[ -x "$program" ] || { echo "SKIP: $program is not built (cmake --workflow --preset test)"; exit 77; }
cd "$work" || exit 1
# shellcheck disable=SC2046  # words
[ $# -gt 0 ] || set -- $("$program" --rows)
again=''
if [ -n "${EQUALITY_DOUBLE:-}" ]; then
    again=--again
    why=''
    EQUALITY_DOUBLE_CAN=$(sh "$EQUALITY_DOUBLE" backends --json |
        sed -n 's/.*"name":"sio_rcvall"[^]]*"capabilities":\[\([^]]*\)\].*/\1/p')
    [ -n "$EQUALITY_DOUBLE_CAN" ] || { echo "the command under Wine does not know sio_rcvall"; exit 1; }
    export EQUALITY_DOUBLE_CAN
fi

line() { printf '%-32s %9s  %-12s %-14s %-18s %-10s %-14s %s\n' "$@"; }
line row datagrams af_packet pcap sio_rcvall-double memory file:savefile file:pcap
for row; do
    # shellcheck disable=SC2046,SC2086  # no option, or one
    sh "$here/../integration/netns.sh" $again $("$program" --netns "$row") "$program" "$row" >out 2>err
    status=$?
    [ ! -s err ] || cat err >&2
    cells=$(tail -n 1 out)
    case $status,$cells in
        0,"$row "* | 1,"$row "*DIFFERENT*) ;;
        77,*)
            sed "s/^SKIP: /$row: /" out >>skipped
            cells="$row 0 skipped - - - - -" ;;
        *) cells="$row 0 DIFFERENT - - - - -" ;;
    esac
    echo "$cells" >>results
    # shellcheck disable=SC2086  # words
    line $cells
done

echo
"$program" --reasons
echo
echo 'sio_rcvall-double: the command for Windows under Wine, with Linux packet sockets in the place of the raw sockets'
echo 'that Wine does not have. It shows what the backend makes of them, not what Windows gives.'
[ -z "$why" ] || echo "Not run: $why"
echo
[ ! -s skipped ] || sed 's/^/SKIP: /' skipped
awk -v double="$again" '
    { rows++ }
    $3 == "skipped" { skipped++; next }
    {
        datagrams += $2
        for (i = 3; i <= NF; i++)
            if ($i == "not_run") not_run++
            else if ($i != "-") { cells++; split($i, part, ":"); n[part[1]]++ }
    }
    END {
        printf "%d rows, %d datagrams, %d cells: %d equal, %d explained, %d different", rows, datagrams, cells,
               n["equal"], n["explained"], n["DIFFERENT"]
        if (not_run) printf "; %d cells of sio_rcvall-double not run", not_run
        if (skipped) printf "; %d rows skipped", skipped
        print ""
        exit n["DIFFERENT"] || (double && not_run) ? 1 : skipped == rows ? 77 : 0
    }' results
