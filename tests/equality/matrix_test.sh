#!/bin/sh
# matrix.sh over programs that are made up: a difference, a program that crashes, and nothing but skips are not success.
set -u
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
fail() { echo "failed: $*"; cat "$work/log"; exit 1; }

# says <exit status of the rows> <line of the rows>
says()
{
    cat >"$work/program" <<END
#!/bin/sh
case \$1 in
    --rows) echo first; echo second ;;
    --netns) ;;
    --reasons) echo "d  a reason" ;;
    first) echo "first 3 equal explained:d not_run - equal explained:d" ;;
    *) $2; exit $1 ;;
esac
END
    chmod +x "$work/program"
    sh "$here/matrix.sh" "$work/program" >"$work/log" 2>&1
}
says 0 'echo "second 4 equal equal explained:d equal equal equal"' || fail "equal is success"
grep -q '^2 rows, 7 datagrams, 10 cells: 7 equal, 3 explained, 0 different; 1 cells .* not run$' "$work/log" ||
    fail "the totals"
says 1 'echo "second 4 equal DIFFERENT not_run equal equal equal"' && fail "a difference is no success"
grep -q ': 6 equal, 2 explained, 1 different; 2 cells' "$work/log" || fail "the totals with a difference"
says 139 'true' && fail "a crash is no success"
grep -q ', 1 different;' "$work/log" || fail "the totals with a crash"
says 0 'true' && fail "saying nothing is no success"
says 77 'echo "SKIP: no such device"' || fail "one skip of two is success"
grep -q '^SKIP: second: no such device$' "$work/log" || fail "the reason of a skip"
grep -q '; 1 rows skipped$' "$work/log" || fail "the totals with a skip"
says 77 'true' && sh "$here/matrix.sh" "$work/program" second >"$work/log" 2>&1
[ $? -eq 77 ] || fail "nothing but skips is a skip"
