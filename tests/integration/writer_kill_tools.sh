#!/bin/sh
# What a killed writer leaves, in tshark and capinfos: as many packets as our own reader counts, and no complaint but
# that the last one is cut.
#   writer_kill_tools.sh KILL_PROGRAM
for tool in tshark capinfos; do
    command -v $tool >/dev/null || { echo "SKIP: $tool is not installed"; exit 77; }
done
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
"$1" "$folder" || exit 1
cd "$folder" || exit 1
failed=0

# check TOOL FILE COUNT EXPECTED
check() {
    grep -v -e '^Running as user "root"' -e 'cut short in the middle of a packet' -e 'will continue anyway' \
        -e "An error occurred after reading $4 packets" errors >complaints
    if [ "$3" != "$4" ] || [ -s complaints ]; then
        echo "$1 reads $3 packets in $2 and says:"
        cat errors
        failed=1
    fi
}

[ "$(ls -d kill-* | wc -l)" -eq 20 ] || exit 1
for file in kill-*; do
    records=${file##*-}
    records=${records%%.*}
    count=$(capinfos -c -M "$file" 2>errors | sed -n 's/^Number of packets: *//p')
    check capinfos "$file" "$count" "$records"
    count=$(tshark -n -r "$file" -T fields -e frame.number 2>errors | wc -l)
    check tshark "$file" "$count" "$records"
done
exit $failed
