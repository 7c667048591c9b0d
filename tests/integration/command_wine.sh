#!/bin/sh
# ipfunnel.exe under Wine: what does not capture. It reads and writes files as the native command does, to the byte;
# interfaces, backends, usage errors.
#   command_wine.sh NATIVE_IPFUNNEL CORPUS WINDOWS_IPFUNNEL...      the last one with all that runs it
native=$1 corpus=$2
shift 2
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work" || exit 1

fail()
{
    echo "FAILED: $*"
    exit 1
}

# windows ARGUMENTS...: out and err, with lines as they end elsewhere; status.
windows()
{
    status=0
    "$@" >out.crlf 2>err.crlf </dev/null || status=$?
    tr -d '\r' <out.crlf >out
    tr -d '\r' <err.crlf >err
}
has()
{
    grep -q -e "$2" "$1" || { cat "$1"; fail "$1 has no line with \"$2\""; }
}
# The first block names the program and its system; the rest has to be the same.
without_section_header()
{
    length=$(od -An -tu4 -j4 -N4 "$1" | tr -d ' ')
    tail -c "+$((length + 1))" "$1"
}

# ---- Files

[ -x "$native" ] || { echo "SKIP: $native is not built (cmake --workflow --preset test)"; exit 77; }
for file in "$corpus"/*; do
    cp "$file" input
    # Compressed files are read where the build has their libraries.
    case $(head -c 4 input | od -An -tx1 | tr -d ' ') in 1f8b* | 28b52ffd) continue ;; esac
    for arguments in -tttt -v -x --json '-w - --format pcap' '-w copy.pcapng' '-w copy.pcap'; do
        rm -f copy.* native.*
        expected=0
        # shellcheck disable=SC2086  # words to be split
        "$native" capture -r input $arguments >native.out 2>native.err </dev/null || expected=$?
        for name in copy.pcap copy.pcapng; do [ ! -e $name ] || mv $name "native.$name"; done
        # shellcheck disable=SC2086
        windows "$@" capture -r input $arguments
        what="${file##*/}, $arguments"
        [ "$status" -eq "$expected" ] || { cat err; fail "$what: exit status $status, expected $expected"; }
        case $arguments in *'-w -'*) mv out.crlf out ;; esac
        cmp out native.out || fail "$what: the output differs"
        diff native.err err || fail "$what: the messages differ"
        [ -e copy.pcap ] || [ ! -e native.copy.pcap ] || fail "$what: no file"
        [ ! -e copy.pcap ] || cmp copy.pcap native.copy.pcap || fail "$what: the file differs"
        if [ -e copy.pcapng ]; then
            without_section_header copy.pcapng >a
            without_section_header native.copy.pcapng >b
            cmp a b || fail "$what: the file differs"
            head -c 256 copy.pcapng | grep -aq 'Windows' || fail "$what: the section does not name its system"
        fi
    done
done

# Standard input that is a pipe.
cp "$corpus/le_us" input
"$native" capture -r - <input >native.out 2>native.err
cat input | "$@" capture -r - >out.crlf 2>err.crlf || fail "-r - from a pipe: exit status $?"
tr -d '\r' <out.crlf | cmp - native.out || fail "-r - from a pipe: the output differs"
tr -d '\r' <err.crlf | diff native.err - || fail "-r - from a pipe: the messages differ"

# The console's interrupt ends a capture cleanly.
mkfifo endless && exec 3<>endless
"$@" capture -l -r - <endless >out 2>err.crlf &
capture=$!
cat input >&3
turn=0
until [ "$(grep -c UDP out)" -eq 2 ]; do
    turn=$((turn + 1))
    [ "$turn" -lt 500 ] || fail "-r - from a pipe that does not end shows nothing"
    sleep 0.02
done
kill -INT "$capture"
# Where each of its threads is, should it not end.
turn=0
while kill -0 "$capture" 2>/dev/null && ! grep -q '^State:[[:space:]]*Z' "/proc/$capture/status" 2>/dev/null; do
    turn=$((turn + 1))
    [ "$turn" -lt 500 ] || {
        cat err.crlf
        grep -E '^(Name|State|SigPnd|ShdPnd|SigBlk|SigCgt):' /proc/"$capture"/task/*/status
        grep '' /proc/"$capture"/task/*/syscall /proc/"$capture"/task/*/wchan
        kill -KILL "$capture"
        fail "an interrupt does not end it"
    }
    sleep 0.02
done
wait "$capture" || fail "after an interrupt: exit status $?"
tr -d '\r' <err.crlf >err
has err '^2 datagrams delivered$'
exec 3>&-

# ---- This machine

windows "$@" backends
[ "$status" -eq 0 ] || fail "backends: exit status $status"
has out '^sio_rcvall  *cannot run here '          # Wine has no such sockets, and the backend says so
has out '^af_packet  *not built '
has out '^savefile  *ready '
has out '^memory  *ready '
windows "$@" backends --json
has out '^\[.*"name":"memory".*\]$'
windows "$@" list
[ "$status" -eq 0 ] || fail "list: exit status $status"
has out '  lo  *up .* ::1/128$\|  lo  *up .* 127\.0\.0\.1/8$'
windows "$@" list --json
has out '"name":"lo".*"loopback":true'
# What Wine tells of the interfaces is what Linux says.
if command -v jq >/dev/null; then
    facts='.[] | [.name, .index, .mtu, .hardware_address, .loopback, ([.addresses[] | .address + "/\(.prefix_length)"] | sort)]'
    "$native" list --json | jq -c "$facts" >native.list
    jq -c "$facts" out | diff native.list - || fail "list --json: not the interfaces of this machine"
    [ "$(jq -r '.[].guid' out | grep -cvE '^\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}$')" -eq 0 ] || fail "GUIDs"
    [ "$("$native" list --json | jq -r '.[].guid' | sort -u)" = null ] || fail "Linux has no GUIDs"
    [ "$(jq '[.[] | select(.suggested)] | length' out)" -le 1 ] || fail "several interfaces are suggested"
    [ "$(jq '[.[] | select((.frames | type) != "number")] | length' out)" -eq 0 ] || fail "no traffic is known"
fi
windows "$@" --version
has out '^ipfunnel [0-9.]*$'

# ---- What is wrong is said in one line

# refused STATUS TEXT WHAT
refused()
{
    [ "$status" -eq "$1" ] || fail "$3: exit status is $status, expected $1"
    [ "$(grep -c '' err)" -eq 1 ] || { cat err; fail "$3: stderr should have exactly one line"; }
    [ ! -s out ] || fail "$3: an error belongs on stderr only"
    case $(cat err) in
        "ipfunnel: "*"$2"*"; "*) ;;
        *) cat err; fail "$3: not \"ipfunnel: ...$2...; REMEDY\"" ;;
    esac
}
windows "$@"
refused 2 'no command' 'no arguments'
windows "$@" capture --nope
refused 2 '--nope is not an option' --nope
windows "$@" capture -c 0
refused 2 '-c takes a number from 1, not "0"' '-c 0'
windows "$@" capture -r nosuch
refused 1 'cannot read nosuch: ' '-r nosuch'
windows "$@" capture -r .
refused 1 'cannot read .: it is a folder' '-r .'
windows "$@" capture -b af_packet -i 127.0.0.1
refused 1 'af_packet' '-b af_packet'
windows "$@" capture -b sio_rcvall -i 127.0.0.1
refused 1 'cannot make a raw socket on lo (IPv4): ' '-b sio_rcvall'
# Names in any case; networks; and what else it can be.
for name in LO Lo 127.0.0.0/8 127.0.0.1/8; do
    windows "$@" capture -b sio_rcvall -i $name
    refused 1 ' on lo (' "-i $name"
done
windows "$@" capture -b sio_rcvall -i lo0
refused 1 'there is no interface "lo0"' '-i lo0'
has err '; did you mean lo? There are lo'
windows "$@" capture -b sio_rcvall -i 240.0.0.0/8
refused 1 'no interface here has an address in 240.0.0.0/8' '-i 240.0.0.0/8'
# What is not there is waited for; here nothing tells when it comes, so somebody has to look.
windows "$@" capture -b sio_rcvall -i lo0 --follow --duration 1.2
[ "$status" -eq 0 ] || { cat err; fail "--follow: exit status $status"; }
has err '^ipfunnel: waiting for lo0; '
has err '^0 datagrams delivered$'
windows "$@" capture -b sio_rcvall -i any
[ "$status" -eq 1 ] || { cat err; fail "-i any: exit status $status"; }
windows "$@" capture -r input -w none/x.pcapng
[ "$status" -eq 1 ] || fail "-w into no folder: exit status $status"
has err '^ipfunnel: cannot create none/x.pcapng: .*; create the folder first'
windows "$@" capture -r input -w ./INPUT
refused 2 'same file' 'the same file'
