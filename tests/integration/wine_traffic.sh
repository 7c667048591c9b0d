#!/bin/sh
# The traffic script in both directions past va, captured at the same time by af_packet and, under Wine, by sio_rcvall
# over the raw socket shim or by pcap over Wine's wpcap.dll: the same datagrams, byte for byte.
#   wine_traffic.sh NATIVE_BUILD BACKEND header|withheld MODE WINDOWS_IPFUNNEL...      inside netns.sh and wine.sh around
rounds=40 per_second=3000 least=10000
. "$(dirname "$0")/command_tools.sh"
native=$1 backend=$2 ipv6=$3 mode=$4
shift 4
for program in examples/ipfunnel/ipfunnel tests/integration/traffic_sender tests/integration/same_datagrams; do
    [ -x "$native/$program" ] || skip "$native/$program is not built (cmake --workflow --preset test)"
done
# What arrives while Wine does not get to run waits in the buffer of a socket.
if [ "$backend" = sio_rcvall ] && ! grep -q 4294967295 /proc/self/uid_map &&
    [ "$(cat /proc/sys/net/core/rmem_max)" -lt 33554432 ]; then
    skip "only root may give sockets the buffer it takes: or sysctl net.core.rmem_max=33554432"
fi
ip link set va mtu 65535 && ip link set vb mtu 65535 || fail "no large MTU"
: >"$work/err"
options=''
[ "$backend" != pcap ] || options="-B 65536 $patient"
# shellcheck disable=SC2086  # options, or none
"$@" capture -i va -m "$mode" -b "$backend" $options -U -w "$work/wine.pcapng" >"$work/wine.log" 2>&1 &
wine=$!
trap 'kill -KILL "$wine" 2>/dev/null; end' EXIT
ipfunnel=$native/examples/ipfunnel/ipfunnel
start -i va -m "$mode" -b af_packet -B 65536 "$patient" -w "$work/native.pcapng"
started() { grep -q '; .C ends' "$work/wine.log" || ! kill -0 "$wine"; }
wait_for started
kill -0 "$wine" || { cat "$work/wine.log"; fail "the capture under Wine has ended"; }

"$native/tests/integration/traffic_sender" "$rounds" "$per_second" || fail "cannot send"
# The last datagram of the last round is an end marker; each round has one for each direction.
markers() { [ "$(grep -ao 'end     ' "$work/wine.pcapng" | wc -l)" -ge $((2 * rounds)) ]; }
wait_for markers
kill -INT "$wine"
stop INT
ends 0
wait "$wine" || { cat "$work/wine.log"; fail "the capture under Wine: exit status $?"; }
cat "$work/wine.log"
"$native/tests/integration/same_datagrams" "$work/native.pcapng" "$work/wine.pcapng" "$least" "$ipv6" ||
    fail "differences"
