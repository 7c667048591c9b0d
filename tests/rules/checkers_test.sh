#!/bin/sh
# The checkers of this folder can fail: each rule is broken in a small tree, and the checker must name the place.
#   checkers_test.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
failed=0

# put <file> <line>...: writes a file of the tree.
put()
{
    file=$tree/$1
    shift
    mkdir -p "$(dirname "$file")"
    printf '%s\n' "$@" >"$file"
}

# A small tree that keeps every rule.
fresh()
{
    tree=$top/tree
    rm -rf "$tree"
    put include/ipfunnel.h '#include <stdint.h>' '#define IPFUNNEL_VERSION_MAJOR 1' '#define IPFUNNEL_VERSION_MINOR 2' \
        '#define IPFUNNEL_VERSION_PATCH 3' 'int ipfunnel_version(void);'
    put CMakeLists.txt 'project(ipfunnel VERSION 1.2.3 LANGUAGES C)'
    put core/frame.h '#include <ipfunnel.h>'
    put core/bytes.h '#include <stdbool.h>'
    put core/capture.h '#include "frame.h"'
    put core/normalize/link.h '#include "../bytes.h"'
    put core/normalize/ip.h '#include "link.h"'
    put core/normalize/link.c '#include "link.h"'
    put backends/door/door.c '#include "frame.h"' '#include <sys/socket.h>'
    put examples/show.c '#include <ipfunnel.h>' '#include <stdio.h>'
    put examples/show_posix.c '#include <poll.h>'
    put run.list 'sh run.sh --all'
    mv "$tree/run.list" "$tree/.run"
}

# expect <status> <text in the output, or ''> <checker> <arguments>...
expect()
{
    status=$1 text=$2
    shift 2
    got=0
    output=$(sh "$here/$1.sh" "$tree" "$2" "$3" 2>&1) || got=$?
    if [ "$got" -ne "$status" ] || ! printf '%s\n' "$output" | grep -qF -e "$text"; then
        echo "$case_name: $1 ended with $got, expected $status and \"$text\". It said:"
        printf '%s\n' "$output"
        failed=1
    fi
}

includes() # <name> <text> <file> <line>
{
    fresh
    case_name=$1
    put "$3" "$4"
    expect 1 "$2" includes '' ''
}

fresh
case_name="a tree that keeps the rules"
expect 0 '' includes '' ''
expect 0 '' layout '' ''

includes "OS header in a public header" include/ipfunnel.h:1 include/ipfunnel.h '#include <sys/types.h>'
includes "OS header in core" core/capture.c:1 core/capture.c '#include <unistd.h>'
includes "pcap in core" core/capture.c:1 core/capture.c '#  include <pcap.h>'
includes "backend in core" core/capture.c:1 core/capture.c '#include "door.c"'
includes "stdio in the normaliser" core/normalize/ip.c:1 core/normalize/ip.c '#include <stdio.h>'
includes "capture in the normaliser" core/normalize/ip.c:1 core/normalize/ip.c '#include "../capture.h"'
includes "upward in the normaliser" core/normalize/link.c:1 core/normalize/link.c '#include "ip.h"'
includes "upward in a family of link types" core/normalize/link_tape.c:1 core/normalize/link_tape.c '#include "ip.h"'
includes "normaliser in a backend" backends/door/door.c:1 backends/door/door.c '#include "normalize/link.h"'
includes "capture in a backend" backends/door/door.c:1 backends/door/door.c '#include "capture.h"'
includes "another backend" backends/gate/gate.c:1 backends/gate/gate.c '#include "door.c"'
includes "core in an example" examples/show.c:1 examples/show.c '#include "frame.h"'
includes "OS header in an example" examples/show.c:1 examples/show.c '#include <poll.h>'
includes "OS header in the conformance suite" tests/conformance/suite.c:1 tests/conformance/suite.c '#include <poll.h>'

layout() # <name> <text> <file> <line>
{
    fresh
    case_name=$1
    put "$3" "$4"
    expect 1 "$2" layout '' ''
}
layout "a folder too many" docs docs/plan.md 'plan'
layout "a name that stands twice" link.c backends/door/link.c 'int x;'
layout "a long line" examples/show.c:1 examples/show.c "/* $(printf '%0120d' 0) */"
layout "a path of one machine" examples/show.c:1 examples/show.c "/* see /""home/someone/notes */"
layout "two versions" "1.2.4" CMakeLists.txt 'project(ipfunnel VERSION 1.2.4 LANGUAGES C)'

readme() # <name> <status> <text> <line of the README>...
{
    fresh
    case_name=$1 status=$2 text=$3
    shift 3
    put README.md "$@"
    expect "$status" "$text" readme README.md ''
}
readme "file: the text" 0 '' '<!-- file: examples/show.c -->' '```c' '  #include <stdio.h>' '```'
readme "file: other text" 1 README.md:2 '<!-- file: examples/show.c -->' '```c' '#include <math.h>' '```'
readme "file: missing" 1 'no examples/none.c' '<!-- file: examples/none.c -->' '```c' 'int x;' '```'
readme "compile" 0 '' '<!-- compile -->' '```c' 'int x;' '```'
readme "compile: does not" 1 README.md:2 '<!-- compile -->' '```c' 'int x' '```'
readme "body" 0 '' '<!-- compile: body -->' '```c' 'printf("%d\n", ipfunnel_version());' '```'
readme "body: does not compile" 1 README.md:2 '<!-- compile: body -->' '```c' 'ipfunnel_nothing();' '```'
readme "run" 0 '' '<!-- run -->' '```sh' 'test -f README.md' '```'
readme "run: fails" 1 README.md:2 '<!-- run -->' '```sh' 'false' 'true' '```'
readme "run by" 0 '' '<!-- run by: .run -->' '```sh' '# comment' 'sh run.sh' '```'
readme "run by: does not" 1 'does not run: sh other.sh' '<!-- run by: .run -->' '```sh' 'sh run.sh' 'sh other.sh' '```'
readme "no mark" 1 README.md:3 'text' '' '```sh' 'true' '```'
readme "a mark is for one block" 1 README.md:5 '<!-- run -->' '```sh' 'true' '```' '```sh' 'true' '```'
readme "a mark ends at text" 1 README.md:3 '<!-- run -->' 'text' '```sh' 'true' '```'
readme "shown" 0 '' '<!-- shown: needs Windows -->' '```sh' 'none.exe' '```'
readme "output needs no mark" 0 '' '```' 'anything' '```'
exit $failed
