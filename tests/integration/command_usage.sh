#!/bin/sh
# What is wrong with a command line, or with what it asks for, is said in one line, with the right exit status; nothing
# is captured, printed or written.
. "$(dirname "$0")/command_tools.sh"

# refuses STATUS TEXT COMMAND...
refuses()
{
    status=$1 text=$2
    shift 2
    got=0
    "$@" >"$work/out" 2>"$work/err" </dev/null || got=$?
    case=$*
    [ "$got" -eq "$status" ] || fail "$case: exit status is $got, expected $status"
    [ "$(lines "$work/err")" -eq 1 ] || fail "$case: stderr should have exactly one line"
    [ ! -s "$work/out" ] || fail "$case: an error belongs on stderr only"
    case $(cat "$work/err") in
        "ipfunnel: "*"$text"*"; "*) ;;
        *) fail "$case: not \"ipfunnel: ...$text...; REMEDY\"" ;;
    esac
}
unprivileged() { setpriv --inh-caps=-all --ambient-caps=-all --bounding-set=-all "$@"; }

refuses 2 'no command' "$ipfunnel"
refuses 2 '"shark"' "$ipfunnel" shark
refuses 2 '"shark"' "$ipfunnel" help shark
refuses 2 '"-i" is not a command: did you mean: ipfunnel capture -i va udp port 53' "$ipfunnel" -i va udp port 53
refuses 2 'did you mean: ipfunnel capture --nope' "$ipfunnel" --nope
refuses 2 '--nope' "$ipfunnel" list --nope
refuses 2 '"x"' "$ipfunnel" backends x
refuses 2 'no control code has the name "x"' "$ipfunnel" ioctl x
refuses 2 '"0xg" is not a 32-bit number' "$ipfunnel" ioctl 0xg
refuses 2 '"2" is too much' "$ipfunnel" ioctl 1 2
refuses 2 '--nope is not an option' "$ipfunnel" ioctl --nope
refuses 2 '--nope is not an option' "$ipfunnel" capture --nope
refuses 2 '-y is not an option' "$ipfunnel" capture -ny
refuses 2 '-i needs a value' "$ipfunnel" capture -i
refuses 2 '--backend needs a value' "$ipfunnel" capture --backend
refuses 2 '--json takes no value' "$ipfunnel" capture --json=yes
for value in abc 0 -1 1.5 99999999999999999999; do
    refuses 2 "-c takes a number from 1, not \"$value\"" "$ipfunnel" capture -c "$value"
done
refuses 2 '-s takes' "$ipfunnel" capture -s -1
refuses 2 '-s takes' "$ipfunnel" capture -s 4294967296
refuses 2 '-B takes' "$ipfunnel" capture -B 99999999999999999999
refuses 2 '-m takes on or iplevel' "$ipfunnel" capture -m promiscuous
refuses 2 '--vlan takes' "$ipfunnel" capture --vlan 4095
for value in 1001 0 0.0001 soon; do
    refuses 2 '--latency takes' "$ipfunnel" capture --latency "$value"
done
refuses 2 '--duration takes' "$ipfunnel" capture --duration soon
refuses 2 '-C takes' "$ipfunnel" capture -w "$work/x" -C 1t
refuses 2 '-4 and -6' "$ipfunnel" capture -4 -6
refuses 2 '-i and -r' "$ipfunnel" capture -i lo -r x.pcap
refuses 2 '-i is given twice: name one interface, or any' "$ipfunnel" capture -i va -i lo
refuses 2 '--interface is given twice' "$ipfunnel" capture -i any --interface=any
refuses 2 '-w is given twice' "$ipfunnel" capture -w "$work/x" -w "$work/x"
refuses 2 '-r is given twice' "$ipfunnel" capture -r "$work/x" -r "$work/y"
refuses 2 '-b is given twice' "$ipfunnel" capture -b af_packet -b memory
refuses 2 'memory takes frames from a program' "$ipfunnel" capture -b memory
refuses 2 'memory takes frames from a program' "$ipfunnel" capture -b memory -i 10.0.0.1/24
refuses 2 'memory takes frames from a program' env IPFUNNEL_BACKEND=memory "$ipfunnel" capture -i 10.0.0.1/24
refuses 2 'savefile reads files' "$ipfunnel" capture -b savefile
refuses 2 '-r needs the name' "$ipfunnel" capture -r ''
refuses 2 '-F needs the name' "$ipfunnel" capture -F ''
refuses 2 '-q' "$ipfunnel" capture -qv
refuses 2 '-q' "$ipfunnel" capture -qt
refuses 2 '-t takes at most' "$ipfunnel" capture -tttttt
refuses 2 '-t is about lines' "$ipfunnel" capture -tt --json
refuses 2 '--format takes pcap or pcapng' "$ipfunnel" capture -w "$work/x" --format cap
refuses 2 'need -w' "$ipfunnel" capture --format pcap
refuses 2 '-G would overwrite' "$ipfunnel" capture -w "$work/x.pcap" -G 60
refuses 2 '-G would overwrite' "$ipfunnel" capture -w "$work/100%%.pcap" -G 60 -W 2
refuses 2 '-w - fills standard output' "$ipfunnel" capture -w - --json
refuses 2 '-w - fills standard output' "$ipfunnel" capture -w - --print
refuses 2 'need -w' "$ipfunnel" capture -C 1
refuses 2 '-W' "$ipfunnel" capture -w "$work/x" -W 2
refuses 2 'standard output' "$ipfunnel" capture -w - -C 1
refuses 2 '--time-stamp-precision' "$ipfunnel" capture -w "$work/x.pcapng" --time-stamp-precision nano
refuses 2 '--time-stamp-precision' "$ipfunnel" capture -w "$work/x.pcap" --format pcapng --time-stamp-precision nano

refuses 1 '"nosuch"' "$ipfunnel" capture -i nosuch
refuses 1 '0.0.0.0' "$ipfunnel" capture -i 0.0.0.0
refuses 1 '::' "$ipfunnel" capture -i ::
refuses 1 '"nosuch"' "$ipfunnel" capture -b nosuch
refuses 1 'ring' "$ipfunnel" capture -i lo -B 4000000000
refuses 1 'control' "$ipfunnel" capture -i "control
characters"

# The default was not typed: so it is not called by its name.
ip link set lo down
ip link set va down
ip link set vb down
refuses 1 'no interface is up' "$ipfunnel" capture
ip link set lo up

# Nothing is created, and nothing that exists is touched.
echo precious >"$work/old.pcapng"
refuses 1 '"nosuch"' "$ipfunnel" capture -i nosuch -w "$work/old.pcapng"
refuses 1 '"nosuch"' "$ipfunnel" capture -i nosuch -w "$work/new.pcapng"
refuses 1 'ring' "$ipfunnel" capture -i lo -B 4000000000 -w "$work/old.pcapng"
refuses 1 "$work/none/x.pcapng" "$ipfunnel" capture -i lo -w "$work/none/x.pcapng"
refuses 2 'same file' "$ipfunnel" capture -r "$work/old.pcapng" -w "$work/../$(basename "$work")/old.pcapng"
refuses 2 '-F and -w name the same file' "$ipfunnel" capture -i lo -F "$work/old.pcapng" -w "$work/old.pcapng"
is 'the old file' "$(cat "$work/old.pcapng")" precious
[ ! -e "$work/new.pcapng" ] || fail "a file was created although nothing could be captured"

if unprivileged true 2>/dev/null; then
    refuses 1 'ermi' unprivileged "$ipfunnel" capture -i lo
    refuses 1 'ermi' unprivileged "$ipfunnel" capture -i any -w "$work/new.pcapng"
    [ ! -e "$work/new.pcapng" ] || fail "a file was created without permission to capture"
fi

# Help is no error.
for words in --help -h help 'help list' 'help backends' 'help capture' 'help ioctl' 'list --help' 'capture -h' \
    'ioctl -h' --version -V version; do
    # shellcheck disable=SC2086  # words to be split
    "$ipfunnel" $words >"$work/out" 2>"$work/err" || fail "ipfunnel $words: exit status $?"
    [ -s "$work/out" ] && [ ! -s "$work/err" ] || fail "ipfunnel $words prints to stdout"
done
