#!/bin/sh
# doctor --verify: the experiments in a network where the answers are known, and the report as it is documented.
. "$(dirname "$0")/command_tools.sh"
command -v jq >/dev/null || skip "no jq to read the report with"
schema=$(dirname "$0")/../../examples/ipfunnel/README.md

# Something passes va meanwhile: only sent, for nobody answers.
"$burst" "$group" 4000 4000 30 2000 &
other=$!
got=0
"$ipfunnel" doctor --verify -i va --json "$work/report" >"$work/out" 2>"$work/err" || got=$?
kill "$other" 2>/dev/null
wait "$other" 2>/dev/null
is 'exit status' "$got" 0
is 'lines on standard error' "$(lines "$work/err")" 2
has "$work/err" 'now captures on loopback and va .* sends at most 3000 datagrams and 2048 KiB of TCP .* at most 60 s'
has "$work/err" "the report is in $work/report"
has "$work/out" '^ipfunnel doctor --verify on Linux '
has "$work/out" '^yes  *Is a datagram on 127.0.0.1 delivered exactly once?'
jq -e . "$work/report" >"$work/null" || fail "the report is no JSON"

# verdict ID, observed ID NAME
verdict()
{
    jq -r ".points[] | select(.id == \"$1\") | .verdict" "$work/report"
}
observed()
{
    jq -r ".points[] | select(.id == \"$1\") | .observed.$2" "$work/report"
}
while read -r id expected; do
    is "verdict of $id" "$(verdict "$id")" "$expected"
done <<VERDICTS
loopback_v4 yes
loopback_v6 yes
own_address_v4 no
own_address_v6 no
fragments_v4 yes
reassembled_v4 no
fragments_v6 yes
reassembled_v6 no
short_datagram yes
ipv6_header yes
unread yes
large_send no
fast_path not_applicable
any_refused yes
both_directions no
firewall_inbound not_applicable
raw_rcvbuf not_applicable
wfp_refusal not_applicable
address_removal not_tried
VERDICTS
is 'copies on loopback' "$(observed loopback_v4 sent) $(observed loopback_v4 seen)" '5 5'
is 'where own addresses show' "$(observed own_address_v4 seen_on_interface) $(observed own_address_v4 seen_on_loopback)" '0 5'
is 'fragments' "$(observed fragments_v6 sent) $(observed fragments_v6 arrived) $(observed fragments_v6 fragments)" '3 1 3'
is 'kept unread' "$(observed unread distinct)" 2000
is 'received by TCP' "$(observed large_send kib_received)" 1024
[ "$(observed both_directions out)" -ge 10 ] || fail "what passed va was not seen"

# What was sent is what was announced, and the report says which system it was.
is 'system' "$(jq -r '[.system.name, .is_windows, .backend, .interface] | join(" ")' "$work/report")" 'Linux false af_packet va'
is 'kept to the bounds' "$(jq '.sent.datagrams <= 3000 and .sent.tcp_bytes <= 2097152 and .sent.milliseconds < 60000' \
    "$work/report")" true
is 'points' "$(jq '.points | length' "$work/report")" "$(jq '[.verdicts[]] | add' "$work/report")"
# Nothing in it tells whose machine it is.
! grep -qE '10\.9\.0\.|fd09::|02:00:00' "$work/report" || fail "the report has an address of this machine"

# Each member and each id is documented.
for name in $(jq -r '(keys[]), (.points[0] | keys[]), .points[].id, (.verdicts | keys[]), (.sent | keys[])' "$work/report" |
    sort -u); do
    grep -q "\`$name\`" "$schema" || fail "examples/ipfunnel/README.md does not know \"$name\""
done

# On loopback alone; the JSON to standard output, and the text out of its way.
got=0
"$ipfunnel" doctor --verify -i lo --json - >"$work/report" 2>"$work/err" || got=$?
is 'exit status' "$got" 0
has "$work/err" 'now captures on loopback (promiscuous)'
has "$work/err" '^yes  *Is a datagram on ::1 delivered exactly once?'
is 'without an interface' "$(verdict loopback_v4) $(verdict own_address_v4) $(verdict both_directions)" \
    'yes not_applicable not_applicable'

# Where nothing can be tried nothing is sent.
if setpriv --inh-caps=-all --ambient-caps=-all --bounding-set=-all true 2>/dev/null; then
    got=0
    setpriv --inh-caps=-all --ambient-caps=-all --bounding-set=-all "$ipfunnel" doctor --verify -i va >"$work/out" \
        2>"$work/err" || got=$?
    is 'exit status without privileges' "$got" 1
    is 'lines without privileges' "$(lines "$work/err") $(lines "$work/out")" '1 0'
    has "$work/err" 'setcap'
fi
for arguments in '-i nothing' '-b nothing' '-b memory'; do
    got=0
    # shellcheck disable=SC2086  # two words
    "$ipfunnel" doctor --verify $arguments >"$work/out" 2>"$work/err" || got=$?
    is "exit status of $arguments" "$got" 1
    is "lines about $arguments" "$(lines "$work/err") $(lines "$work/out")" '1 0'
done
got=0
"$ipfunnel" doctor --verify --json >"$work/out" 2>"$work/err" || got=$?
is 'exit status of --json without a file' "$got" 2
exit 0
