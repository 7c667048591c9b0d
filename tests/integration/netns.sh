#!/bin/sh
# netns.sh - runs a command in a network of its own, with real kernel devices and nobody else's traffic.
#
#   sh netns.sh COMMAND...      one namespace: lo up, and a veth pair va <-> vb, both ends here and up
#   sh netns.sh -2 COMMAND...   vb in a second namespace; enter it with: nsenter -t $NETNS_PEER_PID -n COMMAND...
#   sh netns.sh --again [-2] COMMAND...   the same in the namespace of an outer netns.sh, emptied before
#
#   va  02:00:00:00:00:0a  10.9.0.1/24  fd09::1/64
#   vb  02:00:00:00:00:0b  10.9.0.2/24  fd09::2/64
#
# With both ends in one namespace the kernel routes 10.9.0.1 -> 10.9.0.2 over lo, so the pair carries only frames that
# a packet socket sends. With -2 it carries whatever either side says to the other.
# Needs no privileges: who is not root becomes root of a user namespace. The command's exit code is passed on; 77 with a
# printed reason when this system cannot make such namespaces.

skip()
{
    echo "SKIP: $*"
    exit 77
}

# What a command of before may have left.
empty()
{
    for device in $(ip -o link | sed 's/^[0-9]*: \([^:@]*\).*/\1/'); do
        [ "$device" = lo ] || ip link del "$device" 2>/dev/null
    done
    ip link set lo down && ip link set lo mtu 65536 || exit 1
    for setting in ipv4/ip_forward ipv6/conf/all/forwarding; do
        echo 0 2>/dev/null >"/proc/sys/net/$setting"
    done
}

if [ "$1" = --again ]; then
    empty
elif [ "$1" != --inside ]; then
    [ $# -gt 0 ] || { echo "usage: sh netns.sh [-2] COMMAND..." >&2; exit 2; }
    command -v unshare >/dev/null || skip "unshare (util-linux) is not installed"
    command -v ip >/dev/null || skip "ip (iproute2) is not installed"
    if unshare -n true 2>/dev/null; then
        exec unshare -n sh "$0" --inside "$@"
    fi
    unshare -Urn true 2>/dev/null || skip "no permission for a network namespace, nor for a user namespace (unshare -Urn)"
    exec unshare -Urn sh "$0" --inside "$@"
fi
shift

peer=''
enter=''
if [ "$1" = -2 ]; then
    shift
    command -v nsenter >/dev/null || skip "nsenter (util-linux) is not installed"
    # Something has to live in the second namespace. Bounded, in case this script is killed before its trap.
    unshare -n sleep 600 </dev/null >/dev/null 2>&1 &
    peer=$!
    trap 'kill "$peer" 2>/dev/null' EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    while [ "$(readlink "/proc/$peer/ns/net")" = "$(readlink /proc/self/ns/net)" ]; do
        kill -0 "$peer" 2>/dev/null || skip "no second network namespace"
        sleep 0.01
    done
    enter="nsenter -t $peer -n"
    NETNS_PEER_PID=$peer
    export NETNS_PEER_PID
fi

ip link add va address 02:00:00:00:00:0a type veth peer name vb address 02:00:00:00:00:0b 2>/dev/null ||
    skip "this kernel has no veth devices"
[ -z "$peer" ] || ip link set vb netns "$peer" || exit 1
ip link set lo up || exit 1

# Best effort: a read-only /proc/sys only means some more frames of the kernel's own.
quiet()
{
    for setting in accept_dad=0 router_solicitations=0 addr_gen_mode=1 mldv2_unsolicited_report_interval=1 \
        mldv1_unsolicited_report_interval=1; do
        $2 sh -c "echo ${setting#*=} >/proc/sys/net/ipv6/conf/$1/${setting%=*}" 2>/dev/null
    done
}

# An address family that this kernel lacks is the business of the test that needs it.
set_up()
{
    device=$1 number=$2 other=$3 other_mac=$4 in=$5
    quiet "$device" "$in"
    $in ip link set "$device" up || exit 1
    $in ip addr add "10.9.0.$number/24" dev "$device"
    $in ip addr add "fd09::$number/64" dev "$device" nodad 2>/dev/null
    $in ip neigh replace "10.9.0.$other" lladdr "$other_mac" dev "$device"
    $in ip neigh replace "fd09::$other" lladdr "$other_mac" dev "$device" 2>/dev/null
}
[ -z "$peer" ] || $enter ip link set lo up || exit 1
set_up va 1 2 02:00:00:00:00:0b ''
set_up vb 2 1 02:00:00:00:00:0a "$enter"

# The kernel announces its multicast memberships when a device comes up. Start after that: when the counters of va,
# which sees what both ends say, stand still.
still=0
before=''
turn=0
while [ "$still" -lt 3 ] && [ "$turn" -lt 100 ]; do
    now=$(grep 'va:' /proc/net/dev)
    if [ "$now" = "$before" ]; then still=$((still + 1)); else still=0; fi
    before=$now
    turn=$((turn + 1))
    sleep 0.02
done

[ -n "$peer" ] || exec "$@"
"$@"
