#!/bin/sh
# on_wire on a sender against a capture behind a bridge that does by itself what the hardware would have done. Runs
# inside netns.sh -2, whose second namespace becomes the bridge's.
#
#   here            second namespace                third
#   va  <--------->  vb = bridge = r1  <--------->  b0
#   cuts nothing,    bz            r1 cuts and       10.9.0.2, fd09::2
#   fills in nothing               fills in          receives nothing put together
#
#   on_wire_proof.sh PROGRAM
program=$1
skip() { echo "SKIP: $*"; exit 77; }
command -v ethtool >/dev/null || skip "ethtool is not installed"

unshare -n sleep 600 </dev/null >/dev/null 2>&1 &
third=$!
trap 'kill "$third" 2>/dev/null' EXIT
while [ "$(readlink "/proc/$third/ns/net")" = "$(readlink /proc/self/ns/net)" ]; do
    kill -0 "$third" 2>/dev/null || skip "no third network namespace"
    sleep 0.01
done
second="nsenter -t $NETNS_PEER_PID -n"
behind="nsenter -t $third -n"

$second ip addr flush dev vb &&
    $second ip link set vb address 02:00:00:00:00:0c &&
    $second ip link add bz type bridge 2>/dev/null || skip "this kernel has no bridges"
$second ip link add r1 type veth peer name b0 || exit 1
$second ip link set b0 netns "$third" || exit 1
$second ip link set vb master bz && $second ip link set r1 master bz || exit 1
$second ethtool -K r1 tso off gso off tx off >/dev/null || exit 1
$behind ethtool -K b0 gro off tso off gso off tx off rx off >/dev/null || exit 1
$behind sh -c 'echo 0 >/proc/sys/net/ipv6/conf/b0/accept_dad' 2>/dev/null
$behind ip link set b0 address 02:00:00:00:00:0b up || exit 1
$second ip link set r1 up && $second ip link set bz up || exit 1
$behind ip addr add 10.9.0.2/24 dev b0
$behind ip addr add fd09::2/64 dev b0 nodad 2>/dev/null
$behind ip neigh replace 10.9.0.1 lladdr 02:00:00:00:00:0a dev b0
$behind ip neigh replace fd09::1 lladdr 02:00:00:00:00:0a dev b0 2>/dev/null
"$program" "$third"
