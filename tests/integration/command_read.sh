#!/bin/sh
# -r: what is wrong with a file is said in one line with its remedy; a file that cannot be read overwrites nothing.
. "$(dirname "$0")/command_tools.sh"
cd "$work" || exit 1
"$ipfunnel" backends | grep -q '^savefile  *ready' || skip "the backend savefile is not in this build"
start -i va -c 3 -w good.pcapng
send "$group" 4000 3 30
ends 0
start -i va -c 3 -w good.pcap
send "$group" 4000 3 30
ends 0
echo precious >old.pcapng

# refuses FILE TEXT: exit status 1, one line with text and remedy; also as the source of a conversion.
refuses()
{
    for target in '' '-w old.pcapng' '-w new.pcapng'; do
        got=0
        # shellcheck disable=SC2086  # words to be split
        timeout 20 "$ipfunnel" capture -r "$1" $target >out 2>err <"${3:-null}" || got=$?
        is "exit status of -r $1 $target" "$got" 1
        is "complaints about $1" "$(grep -c '^ipfunnel: .*; ' err)" 1
        has err "$2"
        [ ! -s out ] || fail "-r $1: an error belongs on stderr only"
        is 'the old file' "$(cat old.pcapng)" precious
        [ ! -e new.pcapng ] || fail "-r $1 made a file"
    done
}
: >null
: >empty
echo 'hello, world' >text
head -c 10 good.pcap >short.pcap
head -c 20 good.pcapng >short.pcapng
{ head -c 8 good.pcap; tail -c +9 good.pcap | head -c 12; printf '\223\000\000\000'; } >link.pcap
{ cat good.pcap; printf '\377\377\377\377\000\000\000\000\377\377\377\377\377\377\377\377'; } >huge.pcap
{ head -c 28 /dev/zero | tr '\0' x; } >x
printf '\012\015\015\012\377\377\377\377\115\074\053\032\001\000\000\000' >huge.pcapng
refuses . 'a directory\|is a folder\|Is a directory'
refuses nosuch 'nosuch: No such file'
refuses empty 'empty is empty'
refuses text 'begins with 68 65 6c 6c'
refuses short.pcap 'ends inside its header, after 10 bytes'
refuses short.pcapng 'ends inside its header, after 20 bytes'
refuses link.pcap 'link type 147'
refuses huge.pcapng 'byte 0: a block of 4294967295 bytes'
refuses - 'standard input is empty' empty
refuses - 'standard input is no capture file' text
mkfifo endless
for target in '' '-w old.pcapng'; do
    yes >endless &
    # shellcheck disable=SC2086  # words to be split
    timeout 20 "$ipfunnel" capture -r endless $target >out 2>err && fail "an endless pipe of nonsense is an error"
    has err '^ipfunnel: endless is no capture file: .*; '
    wait $!
done
is 'the old file' "$(cat old.pcapng)" precious
if unprivileged=$(id -u) && [ "$unprivileged" -ne 0 ]; then
    chmod 0 empty
    refuses empty 'ermission denied'
fi

# What comes before the damage is delivered, and the place is named.
got=0
"$ipfunnel" capture -r huge.pcap >out 2>err || got=$?
is 'exit status of a damaged file' "$got" 1
is 'datagrams before the damage' "$(lines out)" 3
has err "^ipfunnel: huge.pcap is damaged at byte $(wc -c <good.pcap | tr -d ' '): .*; "

# A cut is a warning, and the rest is converted.
head -c $(($(wc -c <good.pcap) - 5)) good.pcap >cut.pcap
"$ipfunnel" capture -r cut.pcap -w new.pcapng 2>err || fail "cut.pcap: exit status $?"
has err '^ipfunnel: cut.pcap is cut: its last record, at byte [0-9]*, is incomplete; '
has err '^2 datagrams delivered$'
is 'datagrams of the converted file' "$("$ipfunnel" capture -r new.pcapng 2>null | wc -l | tr -d ' ')" 2

# A file without datagrams gives a file without datagrams; direction comes back; a growing pipe is followed.
head -c 24 good.pcap >none.pcap
"$ipfunnel" capture -r none.pcap -w new.pcapng 2>err || fail "none.pcap: exit status $?"
has err '^0 datagrams delivered$'
"$ipfunnel" capture -r new.pcapng 2>err || fail "an empty file of our own: exit status $?"
is 'lines sent on va' "$("$ipfunnel" capture -r good.pcapng 2>null | grep -c ' -> va 10.9.0.1:')" 3
is 'without what was sent' "$("$ipfunnel" capture -r good.pcapng --no-outgoing 2>null | wc -l | tr -d ' ')" 0
mkfifo growing
"$ipfunnel" capture -l -r growing >out 2>err &
capture=$!
{ cat good.pcap; wait_for sh -c "[ \$(grep -c UDP out) -eq 3 ]"; kill -INT $capture; } >growing
ends 0
has err '^3 datagrams delivered$'
