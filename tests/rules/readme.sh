#!/bin/sh
# Every code block of a README is proved by something; README.md beside this file has the marks.
#   readme.sh <tree> <readme, relative to the tree> [lenient]
# lenient: blocks without a mark are allowed (for the READMEs of folders).
set -eu
tree=$1 readme=$2 lenient=${3:-}
cd "$tree"
[ -f "$readme" ] || { echo "SKIP: there is no $readme"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# One file per fenced block: N.block the text; in the index a line "N line language mark".
awk -v work="$work" '
/^```/ {
    if (inside) { inside = 0; close(work "/" count ".block"); mark = ""; next }
    inside = 1
    language = substr($0, 4); sub(/[ \t].*/, "", language)
    print ++count, FNR, (language == "" ? "text" : language), (mark == "" ? "-" : mark) >(work "/index")
    printf "" >(work "/" count ".block")
    next
}
inside { print >(work "/" count ".block"); next }
/^<!-- .* -->[ \t]*$/ { mark = $0; sub(/^<!-- */, "", mark); sub(/ *-->[ \t]*$/, "", mark); next }
!/^[ \t]*$/ { mark = "" }
' "$readme"
[ -s "$work/index" ] || exit 0

failed=0
fail()
{
    echo "$readme:$line: $*"
    failed=1
}

# The block stands, line for line, in the file; indentation aside, so that it may be the body of a function.
stands_in()
{
    awk '
        { sub(/^[ \t]+/, ""); sub(/[ \t]+$/, "") }
        FNR == NR { want[++wanted] = $0; next }
        { have[++had] = $0 }
        END {
            for (start = 1; start + wanted - 1 <= had; start++) {
                for (i = 1; i <= wanted && have[start + i - 1] == want[i]; i++);
                if (i > wanted) exit 0
            }
            exit 1
        }' "$1" "$2"
}

compile()
{
    ${CC:-cc} -std=c11 -Wall -Wextra -Werror -Wno-unused -fsyntax-only -x c -I include "$1" ||
        fail "this block does not compile"
}

while read -r number line language mark; do
    block=$work/$number.block
    case $mark in
        'file: '*)
            file=${mark#file: }
            if [ ! -f "$file" ]; then
                fail "there is no $file"
            elif ! stands_in "$block" "$file"; then
                fail "this block is not the text of $file"
            fi ;;
        'compile')
            compile "$block" ;;
        'compile: body')
            {
                for header in include/*.h; do echo "#include <${header##*/}>"; done
                printf '#include <%s>\n' inttypes.h stdio.h stdlib.h string.h
                echo 'int main(int argc, char **argv) {'
                cat "$block"
                echo '(void)argc; (void)argv; return 0; }'
            } >"$work/body.c"
            compile "$work/body.c" ;;
        'run')
            sh -eu "$block" </dev/null >"$work/log" 2>&1 ||
                { cat "$work/log"; fail "this block fails when it is run"; } ;;
        'run by: '*)
            file=${mark#run by: }
            if [ ! -f "$file" ]; then
                fail "there is no $file"
                continue
            fi
            grep -v -e '^[[:space:]]*#' -e '^[[:space:]]*$' "$block" >"$work/commands" || true
            while IFS= read -r command; do
                grep -qF -e "$command" "$file" || fail "$file does not run: $command"
            done <"$work/commands" ;;
        'shown: '*) ;;
        *)
            case $language in
                c | cpp | cmake | sh | bash) [ -n "$lenient" ] || fail "a block of $language without a mark" ;;
            esac ;;
    esac
done <"$work/index"
exit $failed
