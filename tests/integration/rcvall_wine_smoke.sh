#!/bin/sh
# sio_rcvall in ipfunnel.exe under Wine over the raw socket shim: what real hosts say to each other arrives, both ways, by
# whatever name the interface is called.
#   rcvall_wine_smoke.sh NATIVE_BUILD header|withheld WINDOWS_IPFUNNEL...      inside netns.sh -2 and wine.sh around
native=$1 ipv6=$2
shift 2
. "$(dirname "$0")/wine_command_tools.sh"

"$ipfunnel" backends >"$work/out" || fail "backends: exit status $?"
has "$work/out" '^sio_rcvall  *ready '
"$ipfunnel" list >"$work/out" || fail "list: exit status $?"
has "$work/out" '  va  *up .* sio_rcvall[ ,]'
guid=$(guid_of_va)

start -i va -t -l
"$burst" 10.9.0.2 4000 3 100 && peer "$burst" 10.9.0.1 4000 3 100 || fail "cannot send"
sees '^-> va 10\.9\.0\.1:[0-9]* > 10\.9\.0\.2:4000 UDP 128$'
sees '^<- va 10\.9\.0\.2:[0-9]* > 10\.9\.0\.1:4000 UDP 128$'
# Nobody listens there, and the kernels say so.
sees '^<- va 10\.9\.0\.2 > 10\.9\.0\.1 ICMP unreachable '
sees '^-> va 10\.9\.0\.1 > 10\.9\.0\.2 ICMP unreachable '
"$burst" fd09::2 4000 3 100 && peer "$burst" fd09::1 4000 3 100 || fail "cannot send"
if [ "$ipv6" = header ]; then
    sees '^-> va \[fd09::1\]:[0-9]* > \[fd09::2\]:4000 UDP 148$'
    sees '^<- va \[fd09::2\]:[0-9]* > \[fd09::1\]:4000 UDP 148$'
    sees '^<- va fd09::2 > fd09::1 ICMPv6 unreachable '
else
    sees '^-> va fd09::1 > fd09::2 no next header 148 header-rebuilt$'
    sees '^<- va fd09::2 > fd09::1 no next header 148 header-rebuilt$'
fi
stop INT
ends 0
has "$work/err" ' datagrams delivered'

# Each name opens it; an address selects its IP version.
for name in 10.9.0.1 3 default toward:10.9.0.2 "$guid" "\\Device\\NPF_$guid" VA; do
    start -i "$name" -t -c 1
    "$burst" 10.9.0.2 4001 1 10 || fail "cannot send"
    ends 0
    seen '^[<-][->] va ' || fail "-i $name captures something else"
done
