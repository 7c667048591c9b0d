#!/bin/sh
# Files of the writer in the programs people read them with: no complaint, and the facts that were written.
#   writer_tools.sh SAMPLE_PROGRAM
for tool in tshark capinfos tcpdump; do
    command -v $tool >/dev/null || { echo "SKIP: $tool is not installed"; exit 77; }
done
program=$1
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" && "$program" || exit 1

# A mark in the folder, not a variable: parts of pipelines run in shells of their own.
fail() {
    echo "$*"
    : >failed
}

# quiet NAME COMMAND...: runs it into NAME; it must succeed and say nothing but what every run says
quiet() {
    name=$1
    shift
    "$@" >"$name" 2>errors
    status=$?
    grep -v -e '^Running as user "root"' -e '^reading from file' errors >complaints
    if [ $status -ne 0 ] || [ -s complaints ]; then
        fail "$* exits with $status and complains: $(cat errors)"
    fi
}

# same NAME: compares it with standard input
same() {
    cat >expected
    diff -u expected "$1" || fail "$1 differs"
}

# fields NAME FILE FIELD...: one line per packet
fields() {
    name=$1 file=$2
    shift 2
    for field; do set -- "$@" -e "$field"; shift; done
    quiet "$name" env TZ=UTC tshark -n -r "$file" -T fields -E separator='|' "$@"
}

for file in sample.pcapng sample-one.pcapng sample-ns.pcap sample-us.pcap; do
    quiet capinfos.$file capinfos -c -M -E $file
    sed -n 's/^Number of packets: *//p' capinfos.$file >count
    echo 7 | same count
    sed -n 's/^File encapsulation: *//p' capinfos.$file >encapsulation
    echo rawip | same encapsulation
done
for file in sample-one.pcapng sample-ns.pcap sample-us.pcap; do
    quiet tcpdump.$file tcpdump -nn -tt -r $file
    [ "$(wc -l <tcpdump.$file)" -eq 7 ] || fail "tcpdump reads another number of packets in $file"
done

fields packets sample.pcapng frame.time_epoch frame.cap_len frame.len frame.interface_name frame.packet_flags \
    frame.drop_count frame.comment
same packets <<'END'
1700000000.123456789|32|32|eth0|0x00000401||
1700000001.000000000|49|49|wg0|0x00000202|17|ipfunnel: direction_by=addresses
0.000000000|28|32|eth0|||
0.000000000|30|32|wg0|||ipfunnel: time=unknown, short, vlan=0x2007/0x000c
0.000000001|262144|262144|eth0|0x00000800||ipfunnel: length_assumed, segment_size=1448
0.000000000|262144|300000|wg0|||ipfunnel: time=-1, length_assumed, dropped=unknown
4102444800.000000001|49|49|eth0|||
END

fields contents sample.pcapng ip.src ipv6.src udp.srcport udp.dstport
same contents <<'END'
10.0.0.1||4000|53
|fd00::1|4000|4001
10.0.0.1||4000|53
10.0.0.1||4000|53
10.0.0.1||0|0
10.0.0.1||0|0
|fd00::1|4000|4001
END

fields packets-ns sample-ns.pcap frame.time_epoch frame.cap_len frame.len
same packets-ns <<'END'
1700000000.123456789|32|32
1700000001.000000000|49|49
0.000000000|28|32
0.000000000|30|32
0.000000001|262144|262144
0.000000000|262144|300000
4102444800.000000001|49|49
END

# Some versions pad to nine digits, some do not.
fields packets-us sample-us.pcap frame.time_epoch frame.cap_len frame.len
sed 's/^\([0-9]*\.[0-9]\{6\}\)000|/\1|/' packets-us >packets-us-6
same packets-us-6 <<'END'
1700000000.123456|32|32
1700000001.000000|49|49
0.000000|28|32
0.000000|30|32
0.000000|262144|262144
0.000000|262144|300000
4102444800.000000|49|49
END

# The blocks themselves, as Wireshark's dissector of the format sees them.
option=pcapng.options.option.data
quiet blocks tshark -X 'read_format:MIME Files Format' -r sample.pcapng -T fields -E separator='|' \
    -e $option.user_application -e $option.interface.name -e $option.interface.description -e $option.ipv4 \
    -e $option.ipv4_mask -e $option.ipv6 -e $option.mac -e $option.interface.filter.string -e $option.interface.os \
    -e $option.interface.received -e $option.interface.accepted_by_filter -e $option.interface.dropped_by_os \
    -e $option.interface.delivered_to_user
same blocks <<'END'
sample 1|eth0,wg0|wired|10.0.0.1|255.255.255.0|fd00::1|02:00:00:00:00:01|udp port 53|Sample OS|33|25|3,0|25,25
END
[ ! -e failed ]
