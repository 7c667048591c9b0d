#!/bin/sh
# The first program of the README compiles as it stands against the installed library, and its error output is of use:
# for an interface that does not exist it says what failed and what to do.
#   first_program.sh <source folder> <install tree> <work folder>
set -eu
source=$1 installed=$2 work=$3
mkdir -p "$work"
PKG_CONFIG_PATH=$installed/lib/pkgconfig
export PKG_CONFIG_PATH
# shellcheck disable=SC2046  # flags are meant to be split
${CC:-cc} -std=c11 -Wall -Wextra -Werror "$source/examples/01_print.c" -o "$work/first_program" \
    $(pkg-config --cflags --libs --static ipfunnel)
status=0
"$work/first_program" no-such-interface >"$work/out" 2>"$work/err" || status=$?
cat "$work/err"
[ "$status" -eq 1 ] || { echo "exit status is $status, expected 1"; exit 1; }
[ ! -s "$work/out" ] || { echo "an error belongs on stderr only"; exit 1; }
[ "$(grep -c . "$work/err")" -eq 2 ] || { echo "expected two lines: the error and its remedy"; exit 1; }
