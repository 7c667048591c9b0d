#!/bin/sh
# Every public header compiles alone, and twice in one file, with one compiler and one language.
#   headers.sh <source folder> <compiler> c11|c++11
set -eu
source=$1 compiler=$2 standard=$3
command -v "$compiler" >/dev/null || { echo "SKIP: $compiler is not installed"; exit 77; }
case $standard in
    c++*) language=c++ ;;
    *) language=c ;;
esac
for header in "$source"/include/*.h; do
    name=${header##*/}
    printf '#include <%s>\n#include <%s>\nint main(void) { return 0; }\n' "$name" "$name" |
        "$compiler" -x $language "-std=$standard" -Wall -Wextra -Wpedantic -Werror -fsyntax-only \
            -I "$source/include" - || { echo "$name does not compile alone as $standard with $compiler"; exit 1; }
done
