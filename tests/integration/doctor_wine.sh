#!/bin/sh
# doctor under plain Wine, which has no SIO_RCVALL, and here no wpcap.dll either: nothing can capture. It never calls
# itself Windows, and no experiment claims an answer.
#   doctor_wine.sh WINDOWS_IPFUNNEL...      with all that runs it
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work" || exit 1

export WINE_DLLS=wpcap=

fail()
{
    echo "FAILED: $*"
    cat out err
    exit 1
}

got=0
"$@" doctor >out 2>err </dev/null || got=$?
[ "$got" -eq 1 ] || fail "exit status of doctor is $got"
grep -q '^ipfunnel on Wine ' out || fail "it does not say that this is Wine"
grep -q '^note     this is Wine, not Windows' out || fail "it does not find Wine"

got=0
"$@" doctor --verify --json report >out 2>err </dev/null || got=$?
# Who is not root may make no raw socket under Wine either.
if [ "$got" -eq 1 ] && [ "$(id -u)" -ne 0 ]; then
    echo "SKIP: raw sockets under Wine want root"
    exit 77
fi
[ "$got" -eq 0 ] || fail "exit status of doctor --verify is $got"
grep -q '^ipfunnel doctor --verify on Wine ' out || fail "the text does not say that this is Wine"
command -v jq >/dev/null || { echo "SKIP: the report was not looked at: no jq"; exit 77; }
is()
{
    [ "$(jq -c "$1" report | tr -d '\r')" = "$2" ] || fail "$1 is $(jq -c "$1" report), expected $2"
}
is '[.system.name, .is_windows, .backend]' '["Wine",false,null]'
is '.verdicts.yes + .verdicts.no' 0
is '[.points[] | select(.id == "raw_ipv6_protocol_41") | .observed.code]' '[10045]'
is '[.points[] | select(.id == "raw_loopback_v4") | .observed.code]' '[10043]'
is '.sent.datagrams' 0
