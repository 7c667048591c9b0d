#!/bin/sh
# overload_notices.sh SPOILED - overload_runs notices each defect that overload_spoil_linux.c can make. Inside netns.sh.
spoiled=$1
failed=0
out=$(mktemp)
trap 'rm -f "$out"' EXIT

notices()
{
    OVERLOAD_SPOIL=$2 "$spoiled" "$1" 1 "$3" >"$out" 2>&1
    status=$?
    if [ "$status" -eq "$4" ]; then
        echo "$1, ${2:-no defect}: $(grep -v '^ ' "$out" | head -n 1)"
    else
        echo "$1, ${2:-no defect}: exit status $status" >&2
        cat "$out" >&2
        failed=1
    fi
}

"$spoiled" af_packet 1 'down and up' >"$out" 2>&1
if [ $? -eq 77 ]; then
    cat "$out"
    exit 77
fi
ip link del vc
for backend in af_packet pcap; do
    notices $backend '' 'close and open' 0
    ip link del vc
done
for defect in drops_forgotten drops_told_twice one_drop_more one_frame_more one_frame_less frame_lost frame_twice; do
    notices af_packet $defect 'tiny ring, filter' 1
    ip link del vc
done
notices pcap one_drop_more 'tiny ring, filter' 1
exit "$failed"
