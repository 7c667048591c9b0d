#!/bin/sh
# ioctl: the table of control codes, one code by name or number, codes that are in no table, and what is no code.
. "$(dirname "$0")/command_tools.sh"
headers=$(dirname "$0")/../../include

# ioctl ARGUMENTS...: into $work/out.
ioctl()
{
    "$ipfunnel" ioctl "$@" >"$work/out" 2>"$work/err" || fail "ioctl $*: exit status $?"
    [ ! -s "$work/err" ] || fail "ioctl $* has something to complain"
}

ioctl
is 'codes in the list' "$(lines "$work/out")" 45
has "$work/out" '^0x98000001  SIO_RCVALL  *the capture itself'
has "$work/out" '^0x8004667e  FIONBIO  '

# One code, however it is called.
ioctl SIO_RCVALL
has "$work/out" '^0x98000001  2550136833  SIO_RCVALL$'
has "$work/out" '^  direction   I (input buffer)$'
has "$work/out" '^  type        T==3: vendor 0$'
has "$work/out" '^  number      1$'
has "$work/out" '^  documented  I, T==3$'
has "$work/out" '^  everywhere  ipfunnel_set_mode'
cp "$work/out" "$work/first"
for call in rcvall Sio_Rcvall RCVALL 0x98000001 0X98000001 0x0000000098000001 2550136833; do
    ioctl "$call"
    cmp -s "$work/first" "$work/out" || fail "ioctl $call is not ioctl SIO_RCVALL"
done

ioctl get_qos
has "$work/out" '^  documented  O, T==1; the headers have I, O, T==1$'
ioctl timestamping
has "$work/out" '^  documented  no page tells the bits$'
ioctl enable_circular_queueing
has "$work/out" '^  Windows     none: '
has "$work/out" '^  Linux       none: '
has "$work/out" '^  libpcap     none: '

# Codes of no table are taken apart bit by bit.
ioctl 0x98000099
is 'an unknown code' "$(cat "$work/out")" '0x98000099  2550136985  no code that ipfunnel knows
  direction   I (input buffer)
  type        T==3: vendor 0
  number      153'
ioctl 0x50170001
has "$work/out" '^  type        T==2: address family 23$'
ioctl 0x4004667d
has "$work/out" "^  number      0x667d: 'f' 125$"
has "$work/out" '^  type        T==0: as on Unix, with 4 bytes of argument$'
ioctl 0
has "$work/out" '^  direction   no bit is set$'
ioctl 4294967295
has "$work/out" '^  direction   I (input buffer), O (output buffer), V (no parameters)$'

# What is no code. No number reaches the table cut to 32 bits.
for word in nothing SIO_ "" 0x 0xg 0x198000001 0x10000000098000001 4294967296 18446744073709551617 1.5 98000001h; do
    got=0
    "$ipfunnel" ioctl "$word" >"$work/out" 2>"$work/err" || got=$?
    is "exit status of ioctl \"$word\"" "$got" 2
    is "lines about \"$word\"" "$(lines "$work/err")" 1
    has "$work/err" 'see ipfunnel help ioctl'
    [ ! -s "$work/out" ] || fail "ioctl \"$word\" prints something"
done

# Whatever function or option a row names is in a public header.
"$ipfunnel" ioctl --json >"$work/json" || fail "ioctl --json: exit status $?"
names=$(grep -oE '(ipfunnel|IPFUNNEL)_[A-Za-z0-9_]+(\.[a-z_]+)?' "$work/json" | sort -u)
[ "$(printf '%s\n' "$names" | lines -)" -ge 10 ] || fail "the rows name too little: $names"
for name in $names; do
    for part in $(printf '%s' "$name" | tr . ' '); do
        cat "$headers"/ipfunnel*.h | grep -qw -e "$part" || fail "no public header has $part of $name"
    done
done

command -v jq >/dev/null || skip "the JSON was not looked at: no jq"
is 'objects' "$(jq length "$work/json")" 45
is 'each has the same members' "$(jq -r '.[] | keys | join(" ")' "$work/json" | sort -u | lines -)" 1
ioctl --json RCVALL
is 'SIO_RCVALL' "$(jq -c '[.name, .other_name, .code, .hex, .in, .out, .void, .type, .owner, .number, .argument_size,
    .letter, .count, .documented]' "$work/out")" \
    '["SIO_RCVALL",null,2550136833,"0x98000001",true,false,false,3,0,1,null,null,null,"I, T==3"]'
ioctl 0x4004667f --json
is 'FIONREAD' "$(jq -c '[.name, .in, .out, .type, .owner, .argument_size, .letter, .count, .documented]' "$work/out")" \
    '["FIONREAD",false,true,0,4,4,"f",127,null]'
ioctl --json 0x20000000
is 'an unknown code' "$(jq -c '[.name, .void, .number, .letter, .meaning, .windows, .linux, .libpcap]' "$work/out")" \
    '[null,true,0,null,null,null,null,null]'
