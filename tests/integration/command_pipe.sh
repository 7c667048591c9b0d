#!/bin/sh
# When nobody reads the output any more the capture ends, with status 0 and without a word, also when nothing arrives; a
# full disk is an error.
. "$(dirname "$0")/command_tools.sh"

# into_pipe ARGUMENTS...: a capture that writes into a pipe of which file descriptor 3 is the reader.
into_pipe()
{
    rm -f "$work/pipe"
    mkfifo "$work/pipe"
    : >"$work/err"
    "$ipfunnel" capture "$@" >"$work/pipe" 2>"$work/err" &
    capture=$!
    exec 3<"$work/pipe"
    wait_for captures
}
quiet()
{
    ends 0
    is "lines on stderr with $1" "$(lines "$work/err")" 1
}

into_pipe -i va
send "$group" 4000 1 30
read -r line <&3
exec 3<&-
case $line in *UDP*) ;; *) fail "first line is $line" ;; esac
send "$group" 4000 10 30 1000
quiet traffic

for arguments in '-i va' '-i va --json' '-i va -w -' '-i any'; do
    # shellcheck disable=SC2086  # words to be split
    into_pipe $arguments
    exec 3<&-
    quiet "no traffic, $arguments"
done

into_pipe -i va -w -
exec 3<&-
send "$group" 4000 100 1000 1000
quiet 'traffic into -w -'

# The end may come before the next look at the pipe: then the last write is the first to hear of it.
for arguments in '-c 2 -w -' '-c 2' '-c 2 --json'; do
    # shellcheck disable=SC2086  # words to be split
    into_pipe -i va $arguments
    exec 3<&-
    send "$group" 4000 2 1000
    quiet "the end, $arguments"
done

# Nobody reads from the very beginning.
rm -f "$work/pipe"
mkfifo "$work/pipe"
exec 3<>"$work/pipe" 4>"$work/pipe"
exec 3<&-
got=0
"$ipfunnel" capture -i va -w - >&4 2>"$work/err" || got=$?
exec 4>&-
is 'exit status without any reader' $got 0
is 'lines on stderr without any reader' "$(lines "$work/err")" 0

: >"$work/err"
"$ipfunnel" capture -i va -l 2>"$work/err" | head -n 1 >"$work/out" &
pipe=$!
wait_for grep -q 'ends$' "$work/err"
send "$group" 4000 2 30 1000
wait "$pipe"
is 'lines through head' "$(lines "$work/out")" 1
is 'lines on stderr with head' "$(lines "$work/err")" 1

if [ -c /dev/full ]; then
    : >"$work/err"
    "$ipfunnel" capture -i va >/dev/full 2>"$work/err" &
    capture=$!
    wait_for captures
    send "$group" 4000 1 30
    ends 1
    has "$work/err" '^ipfunnel: cannot write to standard output: .*; '
    # The last buffer, too: with -c, in text, JSON and a file, and when a file that is read ends.
    start -i va -c 2 -w "$work/x.pcapng"
    send "$group" 4000 2 30
    ends 0
    for arguments in '-i va -c 1' '-i va -c 1 --json' '-i va -c 1 -w -' \
        "-r $work/x.pcapng" "-r $work/x.pcapng -w -"; do
        : >"$work/err"
        # shellcheck disable=SC2086  # words to be split
        "$ipfunnel" capture $arguments >/dev/full 2>"$work/err" &
        capture=$!
        wait_for captures
        send "$group" 4000 1 30
        ends 1
        is "errors with $arguments" "$(grep -c '^ipfunnel: .*[Ss]tandard output.*; ' "$work/err")" 1
    done
    got=0
    "$ipfunnel" list >/dev/full 2>"$work/err" || got=$?
    is 'list onto a full disk' $got 1
    is 'lines on stderr' "$(lines "$work/err")" 1
fi
