#!/bin/sh
# Counts what the hot loops execute for each datagram, which other programs on the machine do not change, and holds it
# against the counts of instructions.txt: a quarter more is a failure, a quarter less a reason to write the new ones down.
#   instructions.sh FOLDER COMMAND [--print]     FOLDER has the programs of CMakeLists.txt here, COMMAND is ipfunnel;
#                                                --print: prints a new instructions.txt
# The counts are those of one compiler, as instructions.txt says. Exit 77: no valgrind, or it cannot run here.
set -u
programs=$1
command=$2
print=${3:-}
here=$(cd "$(dirname "$0")" && pwd)
command -v valgrind >/dev/null || { echo "SKIP: valgrind is not installed"; exit 77; }
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
few=10000 many=30000

count()
{
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 >/dev/null | sed -n 's/.*Collected : //p'
}

# per_datagram <what a run with few of them executes> <with many> <how many more these are>
per_datagram() { echo $((($2 - $1 + $3 / 2) / $3)); }

read_file()
{
    for n in $few $many; do "$programs/make_capture" "$scratch/$n.$1" $n; done
    per_datagram "$(count "$programs/file_reader_ipfunnel" "$scratch/$few.$1")" \
        "$(count "$programs/file_reader_ipfunnel" "$scratch/$many.$1")" $((many - few))
}

convert_file()
{
    per_datagram "$(count "$command" capture -q -r "$scratch/$few.pcap" -w "$scratch/out.$1")" \
        "$(count "$command" capture -q -r "$scratch/$many.pcap" -w "$scratch/out.$1")" $((many - few))
}

busy_capture()
{
    per_datagram "$(count "$programs/hot_loop" "$1" $few 256)" "$(count "$programs/hot_loop" "$1" $many 256)" \
        $((many - few))
}

"$programs/make_capture" "$scratch/1.pcap" 1
[ -n "$(count "$programs/file_reader_ipfunnel" "$scratch/1.pcap")" ] || { echo "SKIP: callgrind cannot run here"; exit 77; }
{
    echo "read.pcap $(read_file pcap)"
    echo "read.pcapng $(read_file pcapng)"
    echo "convert.pcap $(convert_file pcap)"
    echo "convert.pcapng $(convert_file pcapng)"
    echo "live.60 $(busy_capture 60)"
} >"$scratch/counts"
if [ "$print" = --print ]; then
    grep '^#' "$here/instructions.txt"
    cat "$scratch/counts"
    exit 0
fi
grep -v '^#' "$here/instructions.txt" | awk -v counts="$scratch/counts" '
    BEGIN { while ((getline line < counts) > 0) { split(line, part, " "); now[part[1]] = part[2] } }
    {
        change = now[$1] - $2
        printf "%-18s %5d instructions for each datagram, %5d written down\n", $1, now[$1], $2
        if (!now[$1] || change * 4 > $2) { bad = 1; print "  too many: say why in instructions.txt, or win them back" }
        if (-change * 4 > $2) print "  fewer: write it down (instructions.sh --print)"
    }
    END { exit bad }'
