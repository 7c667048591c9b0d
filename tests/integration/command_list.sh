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

"$ipfunnel" list --json >"$work/list" || fail "list --json: exit status $?"
"$ipfunnel" backends --json >"$work/backends" || fail "backends --json: exit status $?"
command -v jq >/dev/null || skip "the JSON was not looked at: no jq"
is 'addresses of va' "$(jq -r '.[] | select(.name == "va") | [.addresses[] | .address + "/" + (.prefix_length | tostring)] |
    sort | join(" ")' "$work/list" | sed 's/ fe80[^ ]*//')" '10.9.0.1/24 fd09::1/64'
is 'va' "$(jq -c '.[] | select(.name == "va") | [.state, .mtu, .hardware_address, .loopback, .backends[0]]' "$work/list")" \
    '["up",1500,"02:00:00:00:00:0a",false,"af_packet"]'
is 'the address of lo' "$(jq -c '.[] | select(.name == "lo") | [.hardware_address, .loopback]' "$work/list")" '[null,true]'
is 'states' "$(jq -r '.[] | select(.name == "af_packet" or .name == "sio_rcvall") | .state' "$work/backends" | sort |
    tr '\n' ' ')" 'not_built ready '
is 'a capability' "$(jq '.[] | select(.name == "af_packet") | .capabilities | index("live") != null' "$work/backends")" true
