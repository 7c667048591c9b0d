#!/bin/sh
# The shape of the tree: what the top level may hold, file names unique, lines of at most 120 columns, no path of
# anybody's machine, one version number.
#   layout.sh <tree>
set -eu
tree=$1
. "$(dirname "$0")/files.sh"
files=$(list_files "$tree")
cd "$tree"
failed=0
# report <what is wrong> <lines>: nothing when there are no lines.
report()
{
    [ -n "$2" ] || return 0
    printf '%s:\n%s\n' "$1" "$2"
    failed=1
}

report "the top level holds only the two CMake files, README.md, LICENSE, core, backends, include, tests, examples" \
    "$(printf '%s\n' "$files" | sed 's|/.*||' | sort -u |
        grep -vxE -e 'CMakeLists\.txt|CMakePresets\.json|README\.md|LICENSE' \
            -e 'core|backends|include|tests|examples|\..*' || true)"

# Exempt are the two names that belong into every folder, and packets: their names are keys given by tools.
report "file names that stand twice in the repository" \
    "$(printf '%s\n' "$files" | grep -vE '^tests/fuzz/corpus/|^include/ipfunnel/' | sed 's|.*/||' |
        grep -vxE 'README\.md|CMakeLists\.txt|\..*' | sort | uniq -d)"

report "lines over 120 columns" \
    "$(printf '%s\n' "$files" | grep '\.[ch]$' | LC_ALL=C xargs awk 'length($0) > 120 { print FILENAME ":" FNR }')"

# Spelled so that this line is not a hit itself.
report "paths of one machine" \
    "$(printf '%s\n' "$files" | xargs grep -nIE '(^|[^A-Za-z0-9_.$}>/-])/(home|root|Users|work)/' 2>/dev/null || true)"

header=$(sed -n 's/^#define IPFUNNEL_VERSION_[A-Z]* \([0-9]*\)$/\1/p' include/ipfunnel.h | paste -sd. -)
cmake=$(sed -n 's/^project(ipfunnel VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
[ "$header" = "$cmake" ] || report "two versions" "include/ipfunnel.h says $header, CMakeLists.txt says $cmake"

exit $failed
