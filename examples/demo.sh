#!/bin/sh
# Builds ipfunnel and shows it at work on real traffic, which this script makes itself in a network of its own: nothing
# of this machine's traffic is captured and nothing leaves it. No privileges needed. Writes demo.pcapng into the current
# folder. Takes a few seconds beyond the build.
#   sh examples/demo.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")
build=$top/build/demo
ipfunnel=$build/examples/ipfunnel/ipfunnel
traffic=$build/examples/demo_traffic
port=4000

# ---- The second half: inside that network -------------------------------------------------------------------------

show()
{
    interface=$1 written=$2 file=$3
    shift 3
    "$traffic" serve $port 8 &
    [ -z "${NETNS_PEER_PID:-}" ] || nsenter -t "$NETNS_PEER_PID" -n "$traffic" serve $port 8 &
    "$traffic" send $port 6 "$@" &
    "$ipfunnel" capture -i "$written" --duration 5 -q -w "$file" 2>"$file.log" &
    writer=$!
    echo "\$ ipfunnel capture -i $interface -c 40 --duration 4"
    "$ipfunnel" capture -i "$interface" -c 40 --duration 4
    echo
    echo "\$ ipfunnel capture -i $written --duration 5 -q -w demo.pcapng"
    status=0
    wait "$writer" || status=$?
    cat "$file.log"
    # What nobody reads is no demonstration.
    grep -q '^[1-9][0-9]* datagrams\{0,1\} delivered' "$file.log" || status=1
    rm -f "$file.log"
    return $status
}
if [ "${1:-}" = --inside ]; then
    # One interface in the file: libpcap reads no pcapng file with two of type raw IP.
    show any va "$2" 10.9.0.2 fd09::2 127.0.0.1 ::1
    exit
fi

# ---- The first half: everything up to there -------------------------------------------------------------------------

PATH=$PATH:/usr/sbin:/sbin
. "$top/tests/tools.sh"
want cmake cmake
want make make
want cc gcc
want_header stdio.h libc6-dev
want_header pcap/pcap.h libpcap-dev
want ip iproute2
want unshare util-linux
install_missing || exit 1

echo "Building into build/demo ..."
mkdir -p "$build"
if ! (cd "$top" && cmake --workflow --preset demo) >"$build/demo.log" 2>&1 </dev/null; then
    tail -n 30 "$build/demo.log"
    echo "The build failed; all of it is in $build/demo.log"
    exit 1
fi

file=$(pwd)/demo.pcapng
echo "A network of its own: this side 10.9.0.1 and fd09::1 on va, the other side 10.9.0.2 and fd09::2, and lo."
echo "Its traffic: ICMP echo, UDP, UDP in fragments, and TCP, over IPv4 and IPv6."
echo
status=0
sh "$top/tests/integration/netns.sh" -2 sh "$here/demo.sh" --inside "$file" || status=$?
if [ "$status" -eq 77 ]; then
    echo "This system gives out no networks of their own, so: the loopback interface, with the same traffic."
    status=0
    show lo lo "$file" 127.0.0.1 ::1 || status=$?
fi
if [ "$status" -ne 0 ] || [ ! -s "$file" ]; then
    echo "The demonstration failed."
    exit 1
fi

# As short as it can be written from where the user stands.
case $build in
    "$(pwd)"/*) command=${build#"$(pwd)"/}/examples/ipfunnel/ipfunnel ;;
    *) command=$ipfunnel ;;
esac
cat <<END

demo.pcapng holds those datagrams ($(wc -c <"$file") bytes). What to try next:
  tcpdump -nr demo.pcapng                    or: tshark -r, wireshark
  $command list
  sudo $command capture -i default -c 20
  $command capture -h
  sh tests/run.sh                            every test this machine can run
END
