#!/bin/sh
# The shared library exports exactly the functions that the public headers declare; every global name of the static
# library begins with ipfunnel_, so that it cannot collide with a name of the program it is linked into.
#   symbols.sh <folder of the public headers> <libipfunnel.a> <libipfunnel.so>
set -eu
headers=$1 static=$2 shared=$3
command -v nm >/dev/null || { echo "SKIP: no nm (Debian: binutils)"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A declaration may go over several lines: join them, then take what stands before the first parenthesis.
cat "$headers"/*.h | tr '\n' ' ' | sed 's/IPFUNNEL_API/\n&/g' |
    sed -n 's/^IPFUNNEL_API[^(;]*[ *]\(ipfunnel_[a-z0-9_]*\)(.*/\1/p' | sort -u >"$work/declared"
[ -s "$work/declared" ] || { echo "no declaration found in $headers"; exit 1; }
nm -D --defined-only "$shared" | awk '{ print $3 }' | sort -u >"$work/exported"
if ! diff "$work/declared" "$work/exported" >"$work/difference"; then
    echo "declared (<) and exported (>) differ:"
    cat "$work/difference"
    exit 1
fi
stray=$(nm -g --defined-only "$static" | awk 'NF == 3 && $3 !~ /^ipfunnel_/ { print $3 }')
[ -z "$stray" ] || { echo "global names without the prefix: $stray"; exit 1; }
