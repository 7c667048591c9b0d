#!/bin/sh
# The backend options keep their promises: OFF leaves a backend out and the rest builds; ON where it cannot be built is
# a configure error that says why and names the package; a value that is none is refused.
#   backend_options.sh <source folder> <work folder>
set -eu
source=$1 work=$2
rm -rf "$work"
mkdir -p "$work"
backends="AF_PACKET PCAP SIO_RCVALL SAVEFILE"

# configure <name> <-D...>: quietly, library only; the output is in $work/<name>.log.
configure()
{
    name=$1
    shift
    cmake -S "$source" -B "$work/$name" -DCMAKE_BUILD_TYPE=Debug -DIPFUNNEL_PROGRAMS=OFF -DIPFUNNEL_TESTS=OFF \
        -DIPFUNNEL_WERROR=ON "$@" >"$work/$name.log" 2>&1
}

build()
{
    cmake --build "$work/$1" -j 2 >>"$work/$1.log" 2>&1 ||
        { tail -n 30 "$work/$1.log"; echo "$1: build failed"; exit 1; }
}

# refused <name> <text that must be in the message> <-D...>
refused()
{
    name=$1 text=$2
    shift 2
    echo "refused: $name"
    if configure "$name" "$@"; then
        echo "configuring with $* should have failed"
        exit 1
    fi
    grep -q -e "$text" "$work/$name.log" || { cat "$work/$name.log"; echo "the message lacks: $text"; exit 1; }
}

for backend in $backends; do
    echo "$backend=OFF"
    configure "off_$backend" -DIPFUNNEL_BACKEND_"$backend"=OFF
    grep -q "switched off by IPFUNNEL_BACKEND_$backend=OFF" "$work/off_$backend.log"
done
# The tests follow what is built: without AF_PACKET all that remain pass or say why not. Of the pcap backend's a few do:
# it is the same one.
configure off_AF_PACKET -DIPFUNNEL_BACKEND_AF_PACKET=OFF -DIPFUNNEL_TESTS=ON -DIPFUNNEL_PROGRAMS=ON
build off_AF_PACKET
ctest --test-dir "$work/off_AF_PACKET" -j 2 -L '^(unit|live)$' -E '^conformance\.pcap.*\.[^v]' --output-on-failure >"$work/tests.log" 2>&1 ||
    { tail -n 40 "$work/tests.log"; echo "without AF_PACKET: tests failed"; exit 1; }
echo "all OFF"
configure all_off -DIPFUNNEL_BACKEND_AF_PACKET=OFF -DIPFUNNEL_BACKEND_PCAP=OFF -DIPFUNNEL_BACKEND_SIO_RCVALL=OFF \
    -DIPFUNNEL_BACKEND_SAVEFILE=OFF
grep -q "memory: yes" "$work/all_off.log"
grep -q "filters: no" "$work/all_off.log"
build all_off

echo "savefile without compression"
configure no_compression -DIPFUNNEL_ZLIB=OFF -DIPFUNNEL_ZSTD=OFF
grep -q "savefile: yes, .gz: no (switched off by IPFUNNEL_ZLIB=OFF), .zst: no" "$work/no_compression.log"
build no_compression
echo "PCAP=ON, and without libpcap"
configure on_PCAP -DIPFUNNEL_BACKEND_PCAP=ON
grep -q "pcap: yes" "$work/on_PCAP.log"
refused no_libpcap "libpcap-dev" -DIPFUNNEL_BACKEND_PCAP=ON -DIPFUNNEL_HAS_PCAP=0
refused no_zlib "zlib1g-dev" -DIPFUNNEL_ZLIB=ON -DIPFUNNEL_HAS_z=0

refused bad_value "takes ON, OFF or AUTO" -DIPFUNNEL_BACKEND_AF_PACKET=maybe
refused no_headers "linux-libc-dev" -DIPFUNNEL_BACKEND_AF_PACKET=ON -DIPFUNNEL_HAS_TPACKET_V3=0
if [ "$(uname -s)" = Linux ]; then
    refused rcvall_here "IPFUNNEL_BACKEND_SIO_RCVALL=ON, but" -DIPFUNNEL_BACKEND_SIO_RCVALL=ON
    echo "AF_PACKET=ON"
    configure on_AF_PACKET -DIPFUNNEL_BACKEND_AF_PACKET=ON
    grep -q "af_packet: yes" "$work/on_AF_PACKET.log"
fi

# Without the AF_PACKET backend the library and the programs need no Linux header: where there is none, neither a source
# of such a build asks for one nor a header of ours that it includes; and what is built so works.
echo "no Linux header without AF_PACKET"
configure no_linux -DIPFUNNEL_BACKEND_AF_PACKET=OFF -DIPFUNNEL_PROGRAMS=ON -DCMAKE_EXPORT_COMPILE_COMMANDS=ON \
    -DIPFUNNEL_HAS_LINUX_HEADERS=0
build no_linux
"$work/no_linux/examples/ipfunnel/ipfunnel" list >/dev/null
sources=$(sed -n 's/^ *"file": "\(.*\)",*$/\1/p' "$work/no_linux/compile_commands.json")
folders=$(find "$source/core" "$source/backends" -type d | sed 's/^/-I/')
for file in $sources; do
    # shellcheck disable=SC2086  # a list of options
    ${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L -MM -I"$source/include" $folders "$file" || exit 1
done >"$work/dependencies"
tr -d '\\' <"$work/dependencies" | tr ' ' '\n' | grep '^/' | sort -u >"$work/ours"
grep -q 'core/capture\.c$' "$work/ours"
if xargs grep -nE '#[[:space:]]*include[[:space:]]*<(linux|asm)/' /dev/null <"$work/ours"; then
    echo "these Linux headers are needed although AF_PACKET is OFF"
    exit 1
fi
