#!/bin/sh
# Files that other programs made: read and converted by ipfunnel, tshark and tcpdump find the same datagrams in the result
# as in the file; and savefile, libpcap and tshark find the same bytes in the file itself.
#   savefile_tools.sh IPFUNNEL UDP_BURST [SAME_RECORDS]
. "$(dirname "$0")/command_tools.sh"
same_records=${3:-}                             # where the backend pcap is not built there is nothing to compare
. "$(dirname "$0")/file_compare.sh"
for tool in tcpdump dumpcap editcap mergecap text2pcap tshark jq; do
    command -v $tool >/dev/null || skip "no $tool"
done
cd "$work" || exit 1

# fields FILE: one line for each frame whose network layer is IP. Times to nine digits: not every version pads them.
fields()
{
    tshark -n -r "$1" -Y 'ip || ipv6' -T fields -E separator=' ' -E occurrence=f -e frame.time_epoch -e ip.len -e ip.id \
        -e ip.flags -e ip.frag_offset -e ip.ttl -e ip.proto -e ip.checksum -e ip.src -e ip.dst -e ipv6.plen -e ipv6.flow \
        -e ipv6.hlim -e ipv6.src -e ipv6.dst -e udp.srcport -e udp.dstport -e udp.checksum -e tcp.seq_raw \
        -e udp.payload -e data.data 2>null | awk '{ while (length($1) < 20) $1 = $1 "0"; print }'
}

# same_as FILE [TEXT]: ipfunnel finds in FILE what tshark does. TEXT: why libpcap cannot read it.
compared=0
same_as()
{
    both_read "$@"
    if [ $# -gt 1 ]; then tshark_agrees "$1" savefile; else tshark_agrees "$1" pcap; fi
    fields "$1" >theirs
    [ -s theirs ] || fail "$1: tshark finds no datagrams"
    "$ipfunnel" capture -q -r "$1" -w ours.pcapng 2>err || fail "$1: exit status $?"
    ! grep -q '^ipfunnel: .*; ' err || fail "$1: complaints"
    fields ours.pcapng >ours
    cmp -s theirs ours || { diff theirs ours | head -n 6; fail "$1: tshark finds other datagrams in the converted file"; }
    compared=$((compared + $(lines ours)))
}

# tcpdump_agrees FILE: where libpcap can read it, too.
tcpdump_agrees()
{
    dump --time-stamp-precision=nano -tt -r "$1" 'ip or ip6' >theirs 2>null || fail "$1: tcpdump cannot read it"
    "$ipfunnel" capture -q -r "$1" -w ours.pcap --time-stamp-precision nano 2>err || fail "$1: exit status $?"
    dump --time-stamp-precision=nano -tt -r ours.pcap >ours 2>null
    cmp -s theirs ours || { diff theirs ours | head -n 6; fail "$1: tcpdump prints other datagrams"; }
}

# record FILE INTERFACE COUNT OPTION...: in the background, until COUNT frames are in FILE. Where only one user exists
# tcpdump cannot become another one to write a file; dumpcap takes its place.
pids=''
record()
{
    file=$1 interface=$2 count=$3
    shift 3
    if [ -z "$without_privileges" ]; then
        timeout 30 tcpdump -Z root -n -i "$interface" -c "$count" -w "$file" "$@" 2>"$file.log" &
        wait_for grep -q "listening on $interface" "$file.log"
    else
        timeout 30 dumpcap -q -P -i "$interface" -c "$count" -w "$file" "$@" 2>"$file.log" &
        wait_for grep -q '^File: ' "$file.log"
    fi
    pids="$pids $!"
}

# The same traffic captured by several programs at once: 40 datagrams and 9 fragments on va, 40 datagrams on lo, where
# each is seen twice.
nano=--time-stamp-precision=nano
[ -z "$without_privileges" ] || nano=''
record us.pcap va 49
# shellcheck disable=SC2086  # nothing where it is empty
record ns.pcap va 49 $nano
record snapped.pcap va 49 -s 50
record LINUX_SLL.pcap any 150 -y LINUX_SLL
record LINUX_SLL2.pcap any 150 -y LINUX_SLL2
timeout 30 dumpcap -q -i va -i lo -c 129 -w dumpcap.pcapng 2>dumpcap &
pids="$pids $!"
wait_for grep -q '^File: ' dumpcap
send "$group" 4000 40 30 100
send "$group" 4000 3 4000
send 127.0.0.1 4000 20 200
send ::1 4000 20 200
for pid in $pids; do
    wait "$pid" || fail "a capture of another program: exit status $?"
done
for file in us.pcap ns.pcap snapped.pcap LINUX_SLL.pcap LINUX_SLL2.pcap dumpcap.pcapng; do
    same_as $file
done
for file in us.pcap ns.pcap snapped.pcap; do
    tcpdump_agrees $file
done

# Other formats and changes by editcap.
for format in pcap nsecpcap modpcap pcapng; do
    editcap -F $format ns.pcap edited.$format || fail "editcap -F $format"
    same_as edited.$format
    [ $format = pcapng ] || tcpdump_agrees edited.$format
done
editcap -t -1234567.25 -s 70 us.pcap edited.pcapng
same_as edited.pcapng
editcap -a '1:a comment, ipfunnel: short' -a '2:ipfunnel: later=1' us.pcap edited.pcapng
same_as edited.pcapng

# Link types, sections and interfaces side by side.
text2pcap -q -l 101 -N raw - raw.pcapng 2>null <<'END'
0000 45 00 00 1c 00 07 00 00 40 11 66 c4 0a 00 00 01
0010 0a 00 00 02 0f a0 0f a1 00 08 00 00
0000 60 00 00 00 00 08 11 40 fd 00 00 00 00 00 00 00
0010 00 00 00 00 00 00 00 01 fd 00 00 00 00 00 00 00
0020 00 00 00 00 00 00 00 02 0f a0 0f a1 00 08 f4 b2
END
same_as raw.pcapng
mergecap -w mixed.pcapng raw.pcapng us.pcap LINUX_SLL2.pcap dumpcap.pcapng || fail mergecap
same_as mixed.pcapng 'an interface has a type 1 different from'
cat raw.pcapng dumpcap.pcapng mixed.pcapng >sections.pcapng
same_as sections.pcapng 'an interface has a type 1 different from'
"$ipfunnel" capture -q -r sections.pcapng -w twice.pcapng 2>null
same_as twice.pcapng 'an interface has a type 101 different from'     # from 12, libpcap's own number for it

# Compressed, and through a pipe.
fields mixed.pcapng >theirs
for packer in gzip zstd; do
    command -v $packer >/dev/null || { echo "not looked at: no $packer"; continue; }
    $packer -q -c mixed.pcapng >packed.$packer
    if "$ipfunnel" capture -q -r packed.$packer -w ours.pcapng 2>err; then
        fields ours.pcapng | cmp -s theirs - || fail "packed.$packer: other datagrams"
        # zstd packs a small file in one piece, of which nothing can be had before its end.
        head -c 1000 packed.$packer | "$ipfunnel" capture -q -r - 2>err || [ $packer = zstd ] ||
            fail "cut packed.$packer: exit status $?"
        has err 'standard input is cut'
    else
        grep -q "$packer data, which this build cannot read; .* build with" err || fail "packed.$packer"
    fi
done
# shellcheck disable=SC2002  # a pipe is what is tested
cat mixed.pcapng | "$ipfunnel" capture -q -r - -w - 2>null >ours.pcapng
fields ours.pcapng | cmp -s theirs - || fail "a pipe: other datagrams"
echo "$compared datagrams compared"
