#!/bin/sh
# Filter expressions of the command: what is captured, counted and written into the file; the program; a bad expression.
. "$(dirname "$0")/command_tools.sh"
cd "$work" || exit 1
got=0
"$ipfunnel" capture -d udp >out 2>err || got=$?
[ "$got" -eq 0 ] || { grep -q 'no filter compiler' err && skip "the build has no filter compiler: it needs libpcap"; }
"$ipfunnel" backends | grep -q 'filters,\{0,1\}' || fail "the backends do not show that they can filter"

# Live, from several operands; what the kernel leaves out is not counted.
start -i va -c 2 udp dst port 4001
send "$group" 4000 4 30
send "$group" 4001 2 30
ends 0
has err '^ipfunnel: capturing on va (.*, filter in the kernel)'
has err '^2 datagrams delivered$'
has err '^not counted: by the filter'
start -i va -c 1 ip protochain 17 and dst port 4001
send "$group" 4001 1 30
ends 0
has err '^ipfunnel: capturing on va (.*, filter partly in the kernel)'

# Counted.
start -i va -c 3 --count-all udp dst port 4001 and not port 5002
send "$group" 4000 4 30 1000 5001
send "$group" 4001 2 30 1000 5002
send "$group" 4001 3 30 1000 5003
ends 0
is 'datagrams' "$(grep -c ' 10\.9\.0\.1:5003 > 239\.9\.9\.9:4001 UDP' out)" 3
is 'lines' "$(lines out)" 3
has err '^3 datagrams delivered; left out: [1-9][0-9]* by the filter'

# It sees what -s cuts off; the direction is the system's.
start -i va -c 1 -s 20 -v 'len < 500 and udp[30] = 0x2e and outbound'
send "$group" 4001 1 600
send "$group" 4001 1 30
ends 0
has out '20 of 58 bytes'

# "ip broadcast" is about the network of the address that names the interface, not about the first one.
ip address add 172.16.0.1/16 dev va && ip neighbour add 172.16.3.255 lladdr 02:00:00:00:00:0b dev va || exit 1
start -i 172.16.0.1 -c 1 udp port 4001 and not ip broadcast
send 172.16.3.255 4001 1 30
ends 0
ip address del 172.16.0.1/16 dev va || exit 1

# Of all interfaces, and in the file's own words.
start -i any -c 2 -w any.pcapng udp port 4001
send "$group" 4000 2 30
send "$group" 4001 1 30
ends 0
is 'interfaces whose filter the file names' "$(grep -ao 'udp port 4001' any.pcapng | grep -c '')" 3
if command -v tshark >/dev/null; then
    is 'datagrams in the file' "$(tshark -r any.pcapng 2>/dev/null | grep -c UDP)" 2
    is 'others' "$(tshark -r any.pcapng -Y 'udp.port != 4001' 2>/dev/null | grep -c UDP)" 0
fi

# A file through a filter, from -F; # begins a comment.
start -i va -c 6 -w all.pcapng udp port 4000 or port 4001
send "$group" 4000 4 30
send "$group" 4001 2 30
ends 0
printf 'udp # the small one\n\n  and port 4001\n' >filter
"$ipfunnel" capture -r all.pcapng -w some.pcapng -F filter 2>err || fail "exit status $? of -r with -F"
has err '^2 datagrams delivered; left out: 4 by the filter'
"$ipfunnel" capture -r some.pcapng >out 2>err || fail "exit status $? of -r"
is 'datagrams in the new file' "$(grep -c ':4001 UDP' out)" 2

# As an editor of Windows saves it.
printf '\357\273\277udp port 4001\r\n' >filter
"$ipfunnel" capture -r all.pcapng -q -F filter 2>err || fail "exit status $? of -F with a byte order mark"
has err '^2 datagrams delivered'

# The program is the one that tcpdump shows for raw IP.
for expression in '' udp 'udp port 53' 'host 10.0.0.1 or ip6' 'tcp[tcpflags] & (tcp-syn|tcp-fin) != 0' 'less 100' \
    'ip6 protochain 6' 'inbound and ifindex 3' 'net 10.0.0.0/8 and not portrange 1-1023' 'ip[(ip[0]&0xf)<<2] % 3 = 1'; do
    "$ipfunnel" capture -d "$expression" >out 2>err || fail "exit status $? of -d $expression"
    [ ! -s err ] || fail "-d $expression says something on stderr"
    has out '^(000) '
    if dump -y RAW -d "$expression" >theirs 2>/dev/null; then
        cmp -s out theirs || { diff out theirs; fail "-d $expression differs from tcpdump's"; }
    fi
done
is 'lines of -d with -i' "$("$ipfunnel" capture -i nosuch -d ip | lines -)" 5

# The lines of the README.
ipfunnel() { "$ipfunnel" "$@"; }
ipfunnel capture -d udp port 53 and outbound >out || fail "exit status $? of the README's program"
has out '\[type\]'
got=0
ipfunnel capture -d udp and vlan 7 2>err || got=$?
is "exit status of the README's error" "$got" 2
is 'its caret' "$(sed -n 3p err)" '          ^'

# refuses EXPRESSION COLUMN TEXT [EXTRACT]: exit status 2; the error, the expression, and a caret under the column.
refuses()
{
    expression=$1 column=$2 text=$3 extract=${4:-$1}
    for way in '-i va' '-i any' '-r all.pcapng' '-i va -w old.pcapng' '-i any -w new.pcapng' '-r all.pcapng -w old.pcapng' \
        '-r all.pcapng -w new.pcapng' -d; do
        got=0
        # shellcheck disable=SC2086  # words to be split
        timeout 20 "$ipfunnel" capture $way "$expression" >out 2>err </dev/null || got=$?
        is "exit status of $way $expression" "$got" 2
        is "lines about $way $expression" "$(lines err)" 3
        [ ! -s out ] || fail "$way: an error belongs on stderr only"
        case $(head -n 1 err) in
            "ipfunnel: filter, at "*"$text"*"; "*) ;;
            *) fail "$expression: not \"ipfunnel: filter, at ...$text...; REMEDY\"" ;;
        esac
        is "the expression" "$(sed -n 2p err)" "  $extract"
        is "the caret under $expression" "$(sed -n 3p err)" "$(printf '%*s' $((column + 2)) '^')"
        is 'the old file' "$(cat old.pcapng)" precious
        [ ! -e new.pcapng ] || fail "$way made a file"
    done
}
echo precious >old.pcapng
refuses 'udp and and tcp' 9 'this cannot follow "and"'
refuses '(udp' 5 'something is missing'
refuses 'vlan 7' 1 'VLAN tags are removed'
refuses 'udp or port nosuchservice' 13 'no service has this name'
refuses 'udp	or
or' 8 'this cannot follow' 'udp or or'
refuses 'net 10.0.0.0/33' 14 'mask length'
# Of a long one what surrounds the place; a character of several bytes is one.
long=$(printf 'udp or %.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20)
refuses "$long or tcp $long icmp" 54 'this cannot follow "or"' "...$(printf '%s' "$long" | tail -c 49) or tcp udp or udp or udp..."
refuses 'ü or udp' 1 'cannot begin'

got=0
"$ipfunnel" capture -i va -F nosuch 2>err || got=$?
is 'exit status without the file' "$got" 1
has err '^ipfunnel: cannot open the filter file nosuch: .*; '
got=0
yes 'udp # again' | timeout 20 "$ipfunnel" capture -i va -F /dev/stdin 2>err || got=$?
is 'exit status of a filter without end' "$got" 1
has err '^ipfunnel: the filter file /dev/stdin is too long: .*; '
got=0
"$ipfunnel" capture -i va -F filter udp 2>err || got=$?
is 'exit status with file and expression' "$got" 2
has err '^ipfunnel: -F and an expression exclude each other: '
