#!/bin/sh
# Signals: a clean end loses nothing that was sent before; USR1 and USR2 go on; nohup; the second INT.
. "$(dirname "$0")/command_tools.sh"
command -v tcpdump >/dev/null || skip "no tcpdump"
written() { dump -r "$1" 'udp dst port 4000' 2>"$work/null" | grep -c UDP; }
delivered() { sed -n 's/^\([0-9]*\) datagrams delivered$/\1/p' "$work/err" | tail -n 1; }

# The burst is over when the signal is sent, in the middle of what the capture has still to read.
for signal in INT TERM HUP; do
    for turn in 1 2 3 4 5; do
        rm -f "$work/x.pcapng"
        start -i va -w "$work/x.pcapng" "$patient"
        send "$group" 4000 2000 100
        stop $signal
        ends 0
        is "$signal, turn $turn: datagrams in the file" "$(written "$work/x.pcapng")" 2000
        is "$signal, turn $turn: totals" "$(delivered)" 2000
    done
done

# While traffic goes on: what was sent before the signal, and a file that is whole.
start -i va -w "$work/x.pcapng" "$patient"
send "$group" 4000 1000 100
"$burst" "$group" 4001 20000 100 100 &
sender=$!
stop INT
ends 0
kill "$sender" 2>/dev/null
wait "$sender" 2>/dev/null
is 'datagrams in the file under traffic' "$(written "$work/x.pcapng")" 1000
dump -r "$work/x.pcapng" 2>&1 >"$work/null" | grep -qi truncated && fail "the file is cut"

start -i va -c 6
send "$group" 4000 2 30
wait_for sh -c "[ \$(grep -c UDP '$work/out') -eq 2 ]"
stop USR1
wait_for grep -q '^2 datagrams delivered$' "$work/err"
send "$group" 4000 2 30
wait_for sh -c "[ \$(grep -c UDP '$work/out') -eq 4 ]"
stop USR1
wait_for grep -q '^4 datagrams delivered$' "$work/err"
send "$group" 4000 2 30
ends 0
is 'totals printed' "$(grep -c 'datagrams delivered$' "$work/err")" 3

# USR2: in the file at once, not after the second that it may take.
holds() { [ "$(written "$work/x.pcapng")" -eq "$1" ]; }
start -i va -w "$work/x.pcapng"
for turn in 1 2 3; do
    send "$group" 4000 1 30
    stop USR2
    wait_for holds $turn
done
stop TERM
ends 0

# nohup: ignored at the start, ignored ever after.
: >"$work/err"
nohup "$ipfunnel" capture -i va -c 1 >"$work/out" 2>"$work/err" &
capture=$!
wait_for captures
stop HUP
send "$group" 4000 1 30
ends 0
has "$work/err" '^1 datagram delivered$'

# Writing to a pipe that nobody reads: the first INT waits for the reader, a later one ends at once.
mkfifo "$work/pipe"
exec 3<>"$work/pipe"
: >"$work/err"
"$ipfunnel" capture -i va --json -x >"$work/pipe" 2>"$work/err" &
capture=$!
wait_for captures
send "$group" 4000 500 1000
stop INT
sleep 0.4                       # nothing to wait for: repetitions within 250 ms count as one
stop INT
ends 130
exec 3>&-

# timeout(1) signals process and group: still one clean end.
if command -v timeout >/dev/null; then
    got=0
    timeout -s INT 0.3 "$ipfunnel" capture -i va -q >"$work/out" 2>"$work/err" || got=$?
    is 'exit status of timeout' $got 124
    has "$work/err" 'datagrams delivered$'
fi
