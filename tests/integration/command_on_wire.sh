#!/bin/sh
# --on-wire: of a TCP transfer whose cutting and checksums are left to the interface, the file has what the wire would:
# other programs find no datagram too long and no checksum wrong. Called as the other command tests are, but with
# tcp_segmentation, and inside netns.sh -2.
. "$(dirname "$0")/command_tools.sh"
command -v tshark >/dev/null || skip "no tshark"
command -v jq >/dev/null || skip "no jq"

for family in 4 6; do
    start -i va -w "$work/x.pcapng" --on-wire "$patient" -B 65536
    "$burst" af_packet "$family" >"$work/sent" || fail "no transfer: $(cat "$work/sent")"
    stop INT
    ends 0
    has "$work/err" '; [0-9]* more datagrams by cutting$'
    has "$work/err" '^0 frames dropped by the system$'
    tshark -r "$work/x.pcapng" -o tcp.check_checksum:TRUE -T fields -e frame.len -e tcp.checksum.status -Y tcp \
        >"$work/out" 2>"$work/null" || fail "tshark complains"
    [ "$(lines "$work/out")" -gt 2000 ] || fail "only $(lines "$work/out") datagrams of 3 MiB"
    awk '$1 > 1500 { print "too long:", $0; bad = 1 } $2 != 1 { print "wrong checksum:", $0; bad = 1 }
         END { exit bad }' "$work/out" || fail "that is not what a wire carries"

    # What was done to them is in the file.
    "$ipfunnel" capture -r "$work/x.pcapng" --json >"$work/json" 2>"$work/err" || fail "cannot read the file"
    is 'what was not filled in' "$(jq -r 'select(.protocol == 6) | .flags - ["reconstructed"] | join(" ")' "$work/json" |
        sort -u)" checksum_filled
    is 'what was received in one piece' "$(jq -r 'select(.direction == "out") | .flags[]' "$work/json" |
        grep -c reconstructed)" 0
done

# libpcap tells nothing: what looks left to the interface is filled in, what is too long for the wire is marked.
start -i va -b pcap -w "$work/x.pcapng" --on-wire "$patient" -B 65536
has "$work/err" '^ipfunnel: --on-wire: pcap does not tell '
"$burst" af_packet 4 >"$work/sent" || fail "no transfer: $(cat "$work/sent")"
stop INT
ends 0
"$ipfunnel" capture -r "$work/x.pcapng" --json >"$work/json" 2>"$work/null" || fail "cannot read the file"
flags() { jq -r "select(.protocol == 6 and .length $1) | .flags | join(\" \")" "$work/json" | sort -u; }
is 'what is too long' "$(flags '> 1500')" not_cut
flags '<= 1500' >"$work/out"
has "$work/out" '^checksum_filled$'
tshark -r "$work/x.pcapng" -o tcp.check_checksum:TRUE -T fields -e tcp.checksum.status -Y 'tcp && frame.len <= 1500' \
    >"$work/out" 2>"$work/null" || fail "tshark complains"
is 'checksums' "$(sort -u "$work/out")" 1
