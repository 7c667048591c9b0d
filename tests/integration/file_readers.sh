#!/bin/sh
# What savefile, libpcap and tshark make of the same file: of files that scapy made, of our own with everything in them,
# and of what is no capture file.
#   file_readers.sh IPFUNNEL UDP_BURST SAME_RECORDS TRAFFIC_SCRIPT
. "$(dirname "$0")/command_tools.sh"
same_records=$3 traffic_script=$4
here=$(cd "$(dirname "$0")" && pwd)
. "$here/file_compare.sh"
cd "$work" || exit 1

# Our own files hold what a capture delivered, tags and all; libpcap does not read the comments they are in.
start -i vb --vlan all -w own.pcapng $patient
"$traffic_script" af_packet veth-in on both all >script || fail "the traffic script: $(cat script)"
stop INT
ends 0
delivered=$(sed -n 's/.* sent, \([0-9]*\) datagrams.*/\1/p' script)
"$ipfunnel" capture -q -r own.pcapng -w own.pcap --time-stamp-precision nano 2>err || fail "own.pcap: exit status $?"
for file in own.pcapng own.pcap; do
    "$same_records" --bytes $file >out || fail "$file: savefile and pcap differ"
    has out "^$file: [1-9][0-9]* datagrams, 0 differences$"
    [ "$(sed 's/[^:]*: \([0-9]*\) .*/\1/' out)" -ge "$delivered" ] || fail "$file: fewer than $delivered datagrams"
    cat out
done

# broken FILE STATUS TEXT REMEDY: the command says so, in one line.
broken()
{
    got=0
    "$ipfunnel" capture -q -b pcap -r "$1" >out 2>err || got=$?
    [ "$got" -eq "$2" ] || fail "$1: exit status $got, expected $2"
    has err "$3"
    has err "$4"
}
: >empty
head -c 100 own.pcap >cut.pcap
echo 'this is no capture file, but it is long enough to have been one' >wrong
mkdir folder
mkfifo fifo
broken missing 1 'cannot read missing: No such file' 'correct the path'
broken folder 1 'cannot read folder: Is a directory' 'name a file'
broken empty 1 'cannot read empty: truncated dump file; tried to read .* only got 0' 'savefile'
broken wrong 1 'cannot read wrong: unknown file format' 'savefile'
broken cut.pcap 1 'cannot go on reading cut.pcap: truncated dump file' 'the backend savefile reads more'
broken fifo 1 'fifo is no regular file' 'use the backend savefile'
broken - 1 'standard input is no regular file' 'use the backend savefile'
if setpriv --reuid=65534 --regid=65534 --clear-groups true 2>null; then
    chmod 755 "$work" && cp own.pcap secret && chmod 0 secret
    setpriv --reuid=65534 --regid=65534 --clear-groups "$ipfunnel" capture -q -b pcap -r secret 2>err &&
        fail "a file that may not be read was read"
    has err 'Permission denied .*chmod'
fi

# Files of scapy: libraries of another language, for every link type that it can write.
python=''
for candidate in python3 /usr/bin/python3; do
    [ -n "$python" ] || ! $candidate -c 'import scapy' 2>null || python=$candidate
done
[ -n "$python" ] || skip "no scapy (Debian: python3-scapy)"
mkdir scapy && cd scapy || exit 1
$python "$here/scapy_files.py" 2>../err || fail "scapy writes no files: $(cat ../err)"
for tool in tshark jq; do
    command -v $tool >/dev/null || skip "no $tool"
done
for file in *.pcap *.pcapng; do
    both_read "$file"
    # What is malformed tshark looks into in its own way.
    case $file in *.bad.*) ;; *) tshark_agrees "$file" pcap savefile ;; esac
done
