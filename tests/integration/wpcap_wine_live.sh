#!/bin/sh
# pcap in ipfunnel.exe under Wine, whose wpcap.dll captures through the host's libpcap: what real hosts say to each other
# arrives, both ways, and over loopback.
#   wpcap_wine_live.sh NATIVE_BUILD WINDOWS_IPFUNNEL...      inside netns.sh -2 and wine.sh around
native=$1
shift
. "$(dirname "$0")/wine_command_tools.sh"
talk() { "$burst" "$1" 4000 3 100 && peer "$burst" "$2" 4000 3 100 || fail "cannot send"; }

"$ipfunnel" backends >"$work/out" || fail "backends: exit status $?"
has "$work/out" '^pcap  *ready '
"$ipfunnel" list >"$work/out" || fail "list: exit status $?"
has "$work/out" '  va  *up .* pcap '
guid=$(guid_of_va)

start -b pcap -i va -t -l
has "$work/err" 'Npcap shows what is sent twice'
talk 10.9.0.2 10.9.0.1
sees '^-> va 10\.9\.0\.1:[0-9]* > 10\.9\.0\.2:4000 UDP 128$'
sees '^<- va 10\.9\.0\.2:[0-9]* > 10\.9\.0\.1:4000 UDP 128$'
sees '^<- va 10\.9\.0\.2 > 10\.9\.0\.1 ICMP unreachable '
talk fd09::2 fd09::1
sees '^-> va \[fd09::1\]:[0-9]* > \[fd09::2\]:4000 UDP 148$'
sees '^<- va fd09::2 > fd09::1 ICMPv6 unreachable '
stop INT
ends 0
has "$work/err" ' datagrams delivered'
has "$work/err" '^0 frames dropped by the system'

# An interface that goes away is waited for, and all interfaces are followed: here somebody has to look.
start -b pcap -i vc --follow -t -l 'udp port 4003'
ip link add vc type veth peer name vd && ip addr add 10.8.0.1/24 dev vc && ip link set vd up && ip link set vc up
wait_for grep -q 'capturing on vc.*$' "$work/err"
ip route add 239.8.8.8 dev vc
"$burst" 239.8.8.8 4003 3 100 || fail "cannot send"
sees '^-> vc 10\.8\.0\.1:[0-9]* > 239\.8\.8\.8:4003 UDP 128$'
ip link del vc
wait_for grep -q 'vc is [a-z]*; waiting until it is back' "$work/err"
stop INT
ends 0
start -b pcap -i any -t -l 'udp port 4003'
ip link add vc type veth peer name vd && ip addr add 10.8.0.1/24 dev vc && ip link set vd up && ip link set vc up
wait_for grep -q 'capturing on vc as well' "$work/err"
ip route add 239.8.8.8 dev vc
"$burst" 239.8.8.8 4003 3 100 || fail "cannot send"
sees '^-> vc *10\.8\.0\.1:[0-9]* > 239\.8\.8\.8:4003 UDP 128$'
ip link del vc
wait_for grep -q 'vc is [a-z]*; it is captured again' "$work/err"
stop INT
ends 0

# Filters, which are compiled by what is linked in; IPLEVEL, where the warning about raw sockets is not due.
start -b pcap -i "\\Device\\NPF_$guid" -m iplevel -t -c 3 'inbound and udp and port 4000'
talk 10.9.0.2 10.9.0.1
ends 0
[ "$(tr -d '\r' <"$work/out" | grep -c '^<- va 10\.9\.0\.2:[0-9]* > 10\.9\.0\.1:4000 UDP 128$')" -eq 3 ] || fail "other datagrams"
! grep -q 'sent twice' "$work/err" || fail "iplevel: the warning is about mode on"

# Wine has no NPF_Loopback, but a device for lo.
start -b pcap -i 127.0.0.1 -t -c 3 'udp port 4002'
"$burst" 127.0.0.1 4002 3 100 || fail "cannot send"
ends 0
[ "$(tr -d '\r' <"$work/out" | grep -c ' lo 127\.0\.0\.1:[0-9]* > 127\.0\.0\.1:4002 UDP 128$')" -eq 3 ] || fail "loopback: other datagrams"
