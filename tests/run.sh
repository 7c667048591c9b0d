#!/bin/sh
# Builds and runs every test that this machine can run, and installs what it lacks from Debian where it may.
#   sh tests/run.sh [--all] [--label LABEL]...
#     --all      a test that this machine cannot run counts as failed
#     --label    only these: build unit live wine fuzz package rules demo
# FUZZ_SECONDS (default 5) is the time for each fuzz harness. Logs are kept in build/logs.
set -u
usage()
{
    echo "usage: sh tests/run.sh [--all] [--label build|unit|live|wine|fuzz|package|rules|demo]..." >&2
    exit 2
}
all='' labels=''
while [ $# -gt 0 ]; do
    case $1 in
        --all) all=yes ;;
        --label)
            case ${2:-} in
                build | unit | live | wine | fuzz | package | rules | demo) labels="$labels $2" ;;
                *) usage ;;
            esac
            shift ;;
        *) usage ;;
    esac
    shift
done
cd "$(dirname "$0")/.." || exit 1
top=$(pwd)
PATH=$PATH:/usr/sbin:/sbin
unset IPFUNNEL_BACKEND
# Tests ask for more memory than there is, and expect to be told.
ASAN_OPTIONS=${ASAN_OPTIONS:-allocator_may_return_null=1}
export ASAN_OPTIONS
jobs=$(nproc 2>/dev/null || echo 2)
logs=$top/build/logs
results=$logs/results
rm -rf "$logs"
mkdir -p "$logs" || exit 1
: >"$results"
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
started=$(date +%s)
. tests/tools.sh
. tests/rules/files.sh

wanted()
{
    [ -n "$labels" ] || return 0
    for wanted_label in "$@"; do
        case "$labels " in *" $wanted_label "*) return 0 ;; esac
    done
    return 1
}
have() { command -v "$1" >/dev/null 2>&1; }
clock() { now=$(($(date +%s) - started)); printf '%d:%02d' $((now / 60)) $((now % 60)); }

# ---- Results: one line each, "label status name: reason" ------------------------------------------------------------

# record <label> passed|skipped|failed <name: reason>
# "inapplicable" is a skip that --all accepts: in the nature of a backend or of Windows, or of a run without privileges
# where the run with them covers it.
record()
{
    outcome=$2
    case $2,$3 in
        skipped,*': backend '* | skipped,*': the '*' rig cannot '*) outcome=inapplicable ;;
        skipped,rootless/*': /dev/net/tun: Permission denied') outcome=inapplicable ;;
        skipped,mingw/*': this system has no signals') outcome=inapplicable ;;
        skipped,*) echo "        skipped  $3" ;;
        failed,*) echo "        FAILED   $3" ;;
    esac
    printf '%s %s %s\n' "$1" "$outcome" "$3" >>"$results"
}

show_end_of()
{
    echo "        ---- the end of $1"
    tail -n "${2:-25}" "$1" | sed 's/^/        | /'
}

# step <label> <name> <command>...: one result by the exit code; 77 is a skip.
step()
{
    step_label=$1 step_name=$2
    shift 2
    step_log=$logs/$(printf '%s' "$step_name" | tr -c 'A-Za-z0-9' _).log
    echo "$(clock)    $step_name"
    "$@" >"$step_log" 2>&1 </dev/null
    step_status=$?
    case $step_status in
        0) record "$step_label" passed "$step_name" ;;
        77) record "$step_label" skipped "$step_name: $(sed -n 's/^SKIP: *//p' "$step_log" | head -n 1)" ;;
        *)
            record "$step_label" failed "$step_name"
            show_end_of "$step_log" ;;
    esac
    return $step_status
}

# build_preset <preset> [<-D...>]
build_preset()
{
    cmake --preset "$@" && cmake --build "build/$1" -j "$jobs"
}

# Runs as the user that `as` names ("" for this one), as every command of a run without privileges does.
as=''
run_ctest()
{
    # shellcheck disable=SC2086  # a prefix that may be empty
    $as ctest --test-dir "$1" -j 2 -LE '^bench$' -L "$2" --no-tests=ignore
}

# tests <name of the run> <build folder> <label>...: the tests with these labels, each one result.
tests()
{
    run=$1 folder=$2
    shift 2
    : >"$scratch/labels"
    : >"$scratch/selected"
    for label in unit live wine fuzz package rules; do
        # shellcheck disable=SC2086  # a prefix that may be empty
        $as ctest --test-dir "$folder" -N -L "^$label\$" -LE '^bench$' |
            sed -n "s/^ *Test *#[0-9]*: \\([^ ]*\\).*/$label \\1/p" >>"$scratch/labels"
    done
    pattern=''
    for label in "$@"; do
        wanted "$label" && pattern="${pattern:+$pattern|}$label"
    done
    [ -n "$pattern" ] || return 0
    echo "$(clock)    $run: tests $(printf '%s' "$pattern" | tr '|' ' ')"
    ctest_log=$logs/tests_$(printf '%s' "$run" | tr -c 'A-Za-z0-9' _).log
    run_ctest "$folder" "^($pattern)\$" >"$ctest_log" 2>&1 </dev/null
    ctest_status=$?
    cat "$folder/Testing/Temporary/LastTest.log" >>"$ctest_log" 2>/dev/null

    # What each test said, by the markers of ctest's own log; then one line for each result.
    awk -v run="$run" '
        FILENAME ~ /labels$/ { if (!($2 in label)) label[$2] = $1; next }
        / Testing: / && /^[0-9]+\/[0-9]+ / { saying = $NF; next }
        /^SKIP: / && saying != "" && !(saying in reason) { reason[saying] = substr($0, 7) }
        /^ *[0-9]+\/[0-9]+ +Test +#[0-9]+: / {
            line = $0
            sub(/^[^:]*: /, "", line)
            name = line
            sub(/ .*/, "", name)
            status[name] = line ~ / Passed / ? "passed" : line ~ /\*\*\*Skipped / ? "skipped" : "failed"
            order[++count] = name
        }
        END {
            for (i = 1; i <= count; i++) {
                name = order[i]
                print label[name], status[name], run "/" name (name in reason ? ": " reason[name] : "")
            }
        }' "$scratch/labels" "$ctest_log" >"$scratch/outcome"
    while read -r label status name; do
        record "$label" "$status" "$name"
        if [ "$status" = failed ]; then
            test_name=${name#*/}
            test_name=${test_name%%:*}
            test_log=$logs/failed_$(printf '%s' "$run/$test_name" | tr -c 'A-Za-z0-9' _).log
            awk -v test="$test_name" '
                / Testing: / && /^[0-9]+\/[0-9]+ / { inside = $NF == test }
                /^<end of output>/ { inside = 0 }
                inside' "$ctest_log" >"$test_log"
            show_end_of "$test_log"
        fi
    done <"$scratch/outcome"
    if [ "$ctest_status" -ne 0 ] && ! grep -q ' failed ' "$scratch/outcome"; then
        record build failed "$run: ctest itself"
        show_end_of "$ctest_log"
    fi
}

# A test without a label would never be run by anybody who asks for labels.
every_test_has_a_label()
{
    ctest --test-dir "$1" -N -LE '^(unit|live|wine|fuzz|package|rules|bench)$' >"$scratch/unlabelled"
    sed -n 's/^ *Test *#[0-9]*: /no label: /p' "$scratch/unlabelled"
    grep -q '^Total Tests: 0$' "$scratch/unlabelled"
}

# ---- What is there ------------------------------------------------------------------------------------------------

want cmake cmake
want make make
want gcc gcc
want_header stdio.h libc6-dev
want_header zlib.h zlib1g-dev
want_header zstd.h libzstd-dev
want_header pcap/pcap.h libpcap-dev
if wanted build fuzz package; then
    want clang clang
fi
if wanted unit; then
    want valgrind valgrind                            # counts instructions
fi
if wanted build package wine; then
    want x86_64-w64-mingw32-gcc gcc-mingw-w64-x86-64
fi
if wanted build wine; then
    want flex flex                                    # for libpcap
    want bison bison
fi
if wanted wine; then
    have wine || want_package wine64                  # what Debian's wine only recommends
    want wine wine
fi
if wanted package rules; then
    want g++ g++
    want pkg-config pkgconf
fi
if wanted live wine demo; then
    want ip iproute2
    want unshare util-linux
fi
# What other programs make of our files and output, and we of theirs; and how offloads are switched off.
if wanted live wine; then
    want jq jq
fi
if wanted live; then
    want ethtool ethtool
    want tshark tshark
    want capinfos wireshark-common
    want tcpdump tcpdump
    want zstd zstd
    want text2pcap wireshark-common
    /usr/bin/python3 -c 'import scapy' 2>/dev/null || want_package python3-scapy
fi
if wanted fuzz; then
    can_build_fuzzers || want_package libclang-rt-dev
fi
install_missing
if ! have cmake || ! have gcc; then
    echo "Without cmake and a C compiler nothing can be tested."
    exit 1
fi

# ---- The runs -----------------------------------------------------------------------------------------------------

if wanted build unit live wine fuzz package rules demo && step build "gcc, Release" build_preset test; then
    step rules "every test has a label" every_test_has_a_label build/test
    tests gcc build/test unit live wine fuzz package rules
fi

# Root also does what everybody else does: the live tests without privileges, from a copy that anybody may read.
rootless_copy()
{
    copy=$scratch/rootless
    chmod 755 "$scratch" && mkdir "$copy" || return 1
    list_files . | while IFS= read -r file; do
        mkdir -p "$copy/$(dirname "$file")" && cp -p "$file" "$copy/$file" || return 1
    done
    chown -R 65534:65534 "$copy"
    $as true || return 1
    cd "$copy" || return 1
    $as cmake --preset test && $as cmake --build build/test -j "$jobs"
}
if wanted live && [ "$(id -u)" -eq 0 ]; then
    as='setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/nonexistent'
    if ! have setpriv; then
        record live skipped "rootless: setpriv (Debian: util-linux) is not installed"
    elif ! $as unshare -Urn true 2>/dev/null; then
        record live skipped "rootless: this system gives user namespaces to nobody but root"
    elif step build "rootless: the same build as an unprivileged user" rootless_copy; then
        cd "$top" || exit 1
        tests rootless "$scratch/rootless/build/test" live
    fi
    cd "$top" || exit 1
    as=''
fi

if wanted build unit live fuzz &&
    step build "gcc, AddressSanitizer and UndefinedBehaviorSanitizer" build_preset asan; then
    tests asan build/asan unit live fuzz
fi

if wanted build; then
    if have clang; then
        step build "clang, Release" build_preset clang
    else
        record build skipped "clang: not installed (Debian: clang)"
    fi
fi

# Windows has no libpcap to link with: it is built, too, from Debian's source. Without it there are no filters, no pcap.
libpcap=''
if wanted build wine && have x86_64-w64-mingw32-gcc &&
    step build "the source of libpcap" sh tests/libpcap_source.sh build/libpcap; then
    libpcap=$(sh tests/libpcap_source.sh build/libpcap)
fi

# What runs under Wine is not thereby tested on Windows; it is tested.
if wanted build wine; then
    if ! have x86_64-w64-mingw32-gcc; then
        record build skipped "mingw-w64: not installed (Debian: gcc-mingw-w64-x86-64)"
    elif step build "mingw-w64, for Windows" build_preset mingw "-DIPFUNNEL_LIBPCAP_SOURCE_DIR=$libpcap"; then
        step rules "every test under Wine has a label" every_test_has_a_label build/mingw
        if have wine && have wineserver; then
            tests mingw build/mingw wine
        elif wanted wine; then
            record wine skipped "mingw: Wine is not installed (Debian: wine wine64)"
        fi
    fi
fi

# The matrix of the README, as a person asks for it: the rows once more, all in one table, with the column under Wine where
# the build for Windows is there by now.
if wanted live; then
    step live "sh tests/equality/matrix.sh" sh tests/equality/matrix.sh
fi

# Each harness from a copy of the committed corpus, so that what it finds does not change the checkout; two at a time.
fuzz_one()
{
    harness=$1
    name=${harness##*/}
    corpus=$scratch/corpus/$name
    mkdir -p "$corpus"
    seeds=tests/fuzz/corpus/${name#fuzz_}
    [ ! -d "$seeds" ] || cp -R "$seeds/." "$corpus"
    "$harness" -max_total_time="${FUZZ_SECONDS:-5}" -print_final_stats=1 -artifact_prefix="$logs/$name." "$corpus"
}
if wanted fuzz && [ -d tests/fuzz ]; then
    if ! have clang || ! can_build_fuzzers; then
        record fuzz skipped "fuzzing: no clang with libFuzzer (Debian: clang libclang-rt-dev)"
    elif step build "clang, fuzz harnesses" build_preset fuzz; then
        find build/fuzz -type f -name 'fuzz_*' -perm -u+x | sort >"$scratch/harnesses"
        echo "$(clock)    fuzzing, ${FUZZ_SECONDS:-5} s for each of $(grep -c . "$scratch/harnesses") harnesses"
        [ -s "$scratch/harnesses" ] || record fuzz failed "fuzzing: no harness was built"
        : >"$scratch/running"
        while IFS= read -r harness; do
            name=${harness##*/}
            { fuzz_one "$harness" >"$logs/$name.log" 2>&1 </dev/null; echo $? >"$scratch/$name.status"; } &
            echo "$name" >>"$scratch/running"
            [ $(($(grep -c . "$scratch/running") % 2)) -eq 1 ] || wait
        done <"$scratch/harnesses"
        wait
        while IFS= read -r name; do
            executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$logs/$name.log")
            if [ "$(cat "$scratch/$name.status")" = 0 ]; then
                record fuzz passed "fuzzing/$name"
                echo "        $name: ${executions:-?} executions"
            else
                record fuzz failed "fuzzing/$name"
                show_end_of "$logs/$name.log"
            fi
        done <"$scratch/running"
    fi
fi

# The first command of the README, as a person runs it, in a folder of its own.
demo()
{
    cd "$scratch" && sh "$top/examples/demo.sh"
}
if wanted demo && [ -f examples/demo.sh ]; then
    step demo "sh examples/demo.sh" demo
    cd "$top" || exit 1
fi

# ---- The end ------------------------------------------------------------------------------------------------------

echo
awk -v all="$all" '
    { outcome = $2 == "inapplicable" ? "skipped" : $2 }
    { seen[$1] = 1; n[$1, outcome]++; total[outcome]++ }
    $2 == "inapplicable" { inapplicable++ }
    $2 == "skipped" || $2 == "failed" { line = $0; sub(/^[^ ]* /, "", line); odd[++lines] = line }
    END {
        unexpected = total["skipped"] - inapplicable
        for (i = 1; i <= lines; i++) print odd[i]
        if (lines) print ""
        printf "%-8s %7s %7s %7s\n", "", "passed", "failed", "skipped"
        count = split("build unit live wine fuzz package rules demo", order)
        for (i = 1; i <= count; i++)
            if (order[i] in seen)
                printf "%-8s %7d %7d %7d\n", order[i], n[order[i], "passed"], n[order[i], "failed"],
                       n[order[i], "skipped"]
        if (inapplicable)
            printf "%d skips are no gap: a backend cannot do that by its nature, or only root may and root did\n",
                   inapplicable
        if (all != "" && unexpected) printf "--all: %d skips count as failed\n", unexpected
        printf "%d passed, %d failed, %d skipped\n", total["passed"], total["failed"], total["skipped"]
        exit total["failed"] || (all != "" && unexpected) || !total["passed"]
    }' "$results"
