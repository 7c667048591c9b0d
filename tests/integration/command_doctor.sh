#!/bin/sh
# doctor: what it finds in a network that is known, and its exit status.
. "$(dirname "$0")/command_tools.sh"

# doctor STATUS ARGUMENTS...: into $work/out.
doctor()
{
    expected=$1
    shift
    got=0
    "$ipfunnel" doctor "$@" >"$work/out" 2>"$work/err" || got=$?
    is "exit status of doctor $*" "$got" "$expected"
}

doctor 0 -i va
has "$work/out" '^ipfunnel on Linux '
has "$work/out" '^ok       af_packet can run here'
has "$work/out" '^note     the backend sio_rcvall is not in this build'
has "$work/out" '^ok       this user may capture$'
has "$work/out" '^ok       va is up$'
has "$work/out" '^ok       a capture was opened on va with af_packet: '
has "$work/out" '^ok       IPv4 and IPv6 can be captured$'
has "$work/out" '^ok       promiscuous mode was obtained'
has "$work/out" '^ok       losses: the system counts'
is 'the last line' "$(tail -n 1 "$work/out")" 'nothing prevents a capture'
[ ! -s "$work/err" ] || fail "doctor has something to complain"

# An address is as good as a name, and each names the same interface.
doctor 0 -i fd09::1
has "$work/out" '^ok       va is up$'
doctor 0
has "$work/out" 'is what "default" opens: '

# What prevents a capture is a problem, and says what to do.
ip link set va down
doctor 1 -i va
has "$work/out" '^problem  va is down'
has "$work/out" '^         bring it up: sudo ip link set dev va up$'
is 'the last line' "$(tail -n 1 "$work/out")" '1 problem prevents a capture'
ip link set va up
doctor 1 -i nothing
has "$work/out" '^problem  .*nothing'
doctor 1 -i va -b sio_rcvall
has "$work/out" '^problem  the backend sio_rcvall is not in this build'
doctor 1 -i va -b memory
has "$work/out" '^problem  memory captures nothing from interfaces'
doctor 1 -i va -b nothing
has "$work/out" '^problem  no backend is called "nothing"'
if setpriv --inh-caps=-all --ambient-caps=-all --bounding-set=-all true 2>/dev/null; then
    got=0
    setpriv --inh-caps=-all --ambient-caps=-all --bounding-set=-all "$ipfunnel" doctor -i va >"$work/out" || got=$?
    is 'exit status without privileges' "$got" 1
    has "$work/out" '^problem  .*EPERM'
    has "$work/out" 'setcap'
    has "$work/out" '^ok       va is up$'
fi

# Wrong usage.
doctor 2 va
doctor 2 --everything
has "$work/err" 'see ipfunnel help doctor'

command -v jq >/dev/null || skip "the JSON was not looked at: no jq"
# level ID: of the findings in $work/out.
level()
{
    jq -r ".findings[] | select(.id == \"$1\") | .level" "$work/out"
}
doctor 0 --json -i va
is 'can_capture' "$(jq .can_capture "$work/out")" true
is 'system and interface' "$(jq -r '.system.name + " " + .interface' "$work/out")" 'Linux va'
is 'members of a finding' "$(jq -r '.findings[] | keys | join(" ")' "$work/out" | sort -u)" 'id level remedy text topic'
is 'levels' "$(jq -r '.findings[].level' "$work/out" | sort -u | tr '\n' ' ')" 'note ok '
for id in privileges state addresses opened families promiscuous direction drops checksum segmentation vlan events; do
    is "level of $id" "$(level $id)" ok
done
# Every id is in the documentation.
for id in $(jq -r '.findings[].id' "$work/out" | sort -u); do
    grep -q "\`$id\`" "$(dirname "$0")/../../examples/README.md" || fail "examples/README.md does not know \"$id\""
done
ip link set va down
doctor 1 --json -i va
is 'can_capture' "$(jq .can_capture "$work/out")" false
is 'state' "$(level state)" problem
ip link set va up

command -v ethtool >/dev/null || skip "no ethtool: the offloads were not switched"
is 'offloads of va' "$(doctor 0 --json -i va; level offloads)" note
has "$work/out" 'with --on-wire .* to have none: sudo ethtool -K va '
ethtool -K va tso off gso off gro off >/dev/null 2>&1 || skip "this va has offloads that stay"
is 'no offloads of va' "$(doctor 0 --json -i va; level offloads)" ok
