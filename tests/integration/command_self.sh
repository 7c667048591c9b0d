#!/bin/sh
# --exclude-self: the TCP connection of SSH_CONNECTION is left out, be the variable of this process or of one above.
. "$(dirname "$0")/command_tools.sh"
command -v tcpdump >/dev/null || skip "no tcpdump"
command -v bash >/dev/null || skip "no bash, which makes the TCP connections here"

# A TCP connection attempt to a port where nobody listens: SYN and RST, both over lo.
knock() { bash -c "exec 4<>/dev/tcp/127.0.0.1/$1" 2>"$work/null"; }

# The port that the other end will have is not known before: so it is chosen by narrowing the range to one.
range() { echo "$1 $1" >/proc/sys/net/ipv4/ip_local_port_range; }
(range 40000) 2>"$work/null" || skip "the range of local ports cannot be set here"

look()
{
    range 40000
    knock 22
    range 40001
    knock 22
    wait_for sh -c "[ \$(grep -c TCP '$work/out') -ge $1 ]"
    stop INT
    ends 0
}

SSH_CONNECTION='127.0.0.1 40000 127.0.0.1 22'
export SSH_CONNECTION
start -i lo -4 -l --exclude-self
look 2
is 'own datagrams' "$(grep -c ':40000' "$work/out")" 0
is 'others' "$(grep -c ':40001' "$work/out")" 2
has "$work/err" '^2 datagrams delivered; left out: 2 of the own SSH connection$'

# As under sudo: the command's own environment has been cleared, that of the shell above has not.
: >"$work/err"
sh -c 'env -i "$0" capture -i lo -4 -l --exclude-self; exit $?' "$ipfunnel" >"$work/out" 2>"$work/err" &
shell=$!
wait_for grep -q 'ends$' "$work/err"
capture=$(cat "/proc/$shell/task/$shell/children" 2>"$work/null")
capture=${capture% }
[ -n "$capture" ] || capture=$shell
range 40000
knock 22
range 40001
knock 22
wait_for sh -c "[ \$(grep -c TCP '$work/out') -ge 2 ]"
stop INT
wait "$shell"
capture=''
is 'own datagrams, variable above' "$(grep -c ':40000' "$work/out")" 0
has "$work/err" '^2 datagrams delivered; left out: 2 of the own SSH connection$'

# Without one: a note of one line, and everything is shown. Whether a process above this test has it is not ours to say.
SSH_CONNECTION='not a connection'
start -i lo -4 -l --exclude-self
look 4
is 'notes' "$(grep -c '^ipfunnel: --exclude-self: .*; ' "$work/err")" 1
has "$work/err" '^4 datagrams delivered$'
