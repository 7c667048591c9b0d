# file_compare.sh - sourced by the tests that read files of other programs, after $same_records is set to the program of
# that name: what two readers and tshark make of one file.
# shellcheck shell=sh disable=SC2154  # $same_records comes from those who source it

# both_read FILE [TEXT]: savefile and pcap find the same; with TEXT pcap gives up for this reason.
both_read()
{
    [ -n "$same_records" ] || return 0
    if [ $# -gt 1 ]; then
        "$same_records" --refused "$2" "$1" || fail "$1: pcap does not give up as expected"
    else
        "$same_records" "$1" || fail "$1: savefile and pcap differ"
    fi
}

# tshark_bytes FILE: each datagram as hex, cut out of the frame by tshark's word for where it starts and how long it is.
# Frames whose outermost network layer is not IP are none of ours: tshark also looks into MPLS, PPPoE and the like.
tshark_bytes()
{
    tshark -n -r "$1" --no-duplicate-keys -T json -x 2>null | jq -r '
        def first_of(x): if (x | type) == "array" and (x[0] | type) != "string" then x[0] else x end;
        .[]._source.layers
        | (.frame["frame.protocols"] | split(":")) as $names
        | ([$names[] | select(. == "ip" or . == "ipv6")] | first) as $ip
        | select($ip != null and ($names[:($names | index($ip))]
                 | all(. as $n | ["mpls", "pppoes"] | index($n) | not)))
        | first_of(.[$ip + "_raw"]) as $raw
        | first_of(.[$ip]) as $fields
        | (if $ip == "ip" then $fields["ip.len"] | tonumber else ($fields["ipv6.plen"] | tonumber) + 40 end) as $length
        | first_of(.frame_raw)[0][$raw[1] * 2 : ($raw[1] + $length) * 2]'
}

# tshark_agrees FILE BACKEND...: the bytes of every datagram.
tshark_agrees()
{
    [ -n "$same_records" ] || return 0
    file=$1
    shift
    tshark_bytes "$file" >theirs.hex
    [ -s theirs.hex ] || fail "$file: tshark finds no datagrams"
    for backend in "$@"; do
        "$same_records" --hex "$backend" "$file" >ours.hex || fail "$file: $backend cannot read it"
        cmp -s theirs.hex ours.hex || { diff theirs.hex ours.hex | cut -c 1-200 | head -n 6
            fail "$file: tshark sees other bytes than $backend"; }
    done
}
