#!/bin/sh
# The command for Windows is one file that starts on Windows 7: it imports nothing but what stands in the list beside
# this script. Prints its size.
#   windows_imports.sh OBJDUMP PROGRAM
objdump=$1 program=$2
allowed=$(dirname "$0")/windows_imports.txt
command -v "$objdump" >/dev/null ||
    { echo "SKIP: $objdump is not installed (Debian: binutils-mingw-w64-x86-64)"; exit 77; }
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

"$objdump" -p "$program" >"$work/headers" || exit 1
awk '/DLL Name: / { library = tolower($3) }
     NF == 0 { library = "" }
     library && NF == 3 && /^\t[0-9a-f]+\t/ { print library, $3 }' "$work/headers" | LC_ALL=C sort -u >"$work/imports"
grep -q '^kernel32\.dll ' "$work/imports" ||
    { echo "no imports of kernel32.dll were found: does $objdump print something else now?"; exit 1; }
grep -v '^#' "$allowed" | LC_ALL=C sort -u >"$work/allowed"
LC_ALL=C comm -23 "$work/imports" "$work/allowed" >"$work/foreign"
if [ -s "$work/foreign" ]; then
    sed 's/^/not in windows_imports.txt: /' "$work/foreign"
    echo "Where Windows 7 has it, add it to the list; else look it up at run time."
    exit 1
fi
echo "$(wc -c <"$program") bytes; imports from: $(cut -d' ' -f1 "$work/imports" | sort -u | paste -sd' ')"
