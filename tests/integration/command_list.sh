#!/bin/sh
# list and backends: what is here, for people and as JSON.
. "$(dirname "$0")/command_tools.sh"

"$ipfunnel" list >"$work/out" 2>"$work/err" || fail "list: exit status $?"
has "$work/out" '^[ *] *1  lo  *up  *65536  -  *af_packet[,a-z]*  *127.0.0.1/8$'
has "$work/out" '  va  *up  *1500  02:00:00:00:00:0a  *af_packet[,a-z]*  *10.9.0.1/24$'
has "$work/out" '^ *fd09::1/64$'
[ ! -s "$work/err" ] || fail "list has something to complain"
# Columns: each address of an interface begins where the first does.
is 'the columns of addresses' \
    "$(awk '/[0-9]\/[0-9]+$/ { match($0, /[0-9a-f:.]+\/[0-9]+$/); print RSTART }' "$work/out" | sort -u | wc -l)" 1

ip link set va down
wait_for sh -c "'$ipfunnel' list | grep -q '  va  *down '"
wait_for sh -c "'$ipfunnel' list | grep -q '  vb  *no carrier '"
ip link set va up
ip addr add fd09::1/64 dev va nodad 2>/dev/null       # gone with the link

"$ipfunnel" backends >"$work/out" || fail "backends: exit status $?"
has "$work/out" '^af_packet  *ready '
has "$work/out" '^memory  *ready '
has "$work/out" '^sio_rcvall  *not built '

if setpriv --inh-caps=-all --ambient-caps=-all --bounding-set=-all true 2>/dev/null; then
    setpriv --inh-caps=-all --ambient-caps=-all --bounding-set=-all "$ipfunnel" backends >"$work/out" ||
        fail "backends without privileges: exit status $?"
    has "$work/out" '^af_packet  *cannot run here '
    has "$work/out" 'setcap'
    setpriv --inh-caps=-all --ambient-caps=-all --bounding-set=-all "$ipfunnel" list >"$work/out" ||
        fail "list without privileges: exit status $?"
    has "$work/out" '  va  .* none  '
    has "$work/out" '^af_packet cannot run here: .*setcap'
fi

# What it is called besides its name.
ip link set dev va alias 'uplink to core' || fail "no alias"
ip link property add dev va altname a-long-alternative-name 2>"$work/null" || fail "no alternative name"
"$ipfunnel" list >"$work/out" || fail "list: exit status $?"
has "$work/out" '^  *also a-long-alternative-name$'
has "$work/out" '^  *uplink to core$'
for name in a-long-alternative-name 'uplink to core' 10.9.0.1/24 fd09::1 fd09::1%va/64; do
    "$ipfunnel" capture -i "$name" -q --duration 0.01 2>"$work/err" || fail "-i $name: exit status $?"
    has "$work/err" '^ipfunnel: capturing on va '
done
"$ipfunnel" capture -i lo -q --duration 0.01 2>"$work/err" || fail "-i lo: exit status $?"

# refuses NAME PATTERN: with the interfaces that it can be.
refuses()
{
    ! "$ipfunnel" capture -i "$1" -q --duration 0.01 2>"$work/err" || fail "-i $1 is accepted"
    has "$work/err" "$2"
}
refuses 10.9.0.0/24 ': 2 interfaces have an address in 10.9.0.0/24; name one of them: v[ab], v[ab]$'
refuses 10.9.0.7 ': no interface here has the address 10.9.0.7; use one of 10.9.0.[12] (v[ab]), 10.9'
refuses va1 ': there is no interface "va1"; did you mean va? There are va, '
ip link set dev vb alias 'uplink to core'
refuses 'uplink to core' ': 2 interfaces are described as "uplink to core"; name one of them: v[ab], v[ab]$'
ip link set dev vb alias ''

# The one that a person most likely wants.
ip route add default via 10.9.0.2 dev va || fail "no default route"
"$ipfunnel" list >"$work/out" || fail "list: exit status $?"
has "$work/out" '^\* *[0-9]*  va '
has "$work/out" '^\* va is what "default" opens: up, running, and the default route leads through it$'

"$ipfunnel" list --json >"$work/list" || fail "list --json: exit status $?"
"$ipfunnel" backends --json >"$work/backends" || fail "backends --json: exit status $?"
command -v jq >/dev/null || skip "the JSON was not looked at: no jq"
is 'addresses of va' "$(jq -r '.[] | select(.name == "va") | [.addresses[] | .address + "/" + (.prefix_length | tostring)] |
    sort | join(" ")' "$work/list" | sed 's/ fe80[^ ]*//')" '10.9.0.1/24 fd09::1/64'
is 'va' "$(jq -c '.[] | select(.name == "va") | [.state, .mtu, .hardware_address, .loopback, .backends[0]]' "$work/list")" \
    '["up",1500,"02:00:00:00:00:0a",false,"af_packet"]'
is 'what else va is called' "$(jq -c '.[] | select(.name == "va") | [.other_names, .description]' "$work/list")" \
    '[["a-long-alternative-name"],"uplink to core"]'
is 'the suggested one' "$(jq -r '.[] | select(.suggested) | [.name, .default_route, .suggestion] | join(", ")' "$work/list")" \
    'va, true, up, running, and the default route leads through it'
is 'the rest of them' "$(jq -c '[.[] | select(.suggested | not) | [.default_route, .suggestion]] | unique' "$work/list")" \
    '[[false,null]]'
is 'traffic' "$(jq '[.[] | select(.frames != null)] | length' "$work/list")" 3
is 'the address of lo' "$(jq -c '.[] | select(.name == "lo") | [.hardware_address, .loopback]' "$work/list")" '[null,true]'
is 'states' "$(jq -r '.[] | select(.name == "af_packet" or .name == "sio_rcvall") | .state' "$work/backends" | sort |
    tr '\n' ' ')" 'not_built ready '
is 'a capability' "$(jq '.[] | select(.name == "af_packet") | .capabilities | index("live") != null' "$work/backends")" true
