#!/bin/sh
# Where wpcap.dll is loaded from, and what happens where there is none. Under Wine, whose own one lies in System32.
#   wpcap_wine_places.sh absent|planted|double PREFIX DOUBLES RECORDING WINDOWS_IPFUNNEL...      inside wine.sh around
#     DOUBLES     the folder with wpcap.dll and Packet.dll (doubles of Npcap's) and planted_library.dll
#     RECORDING   a capture file with UDP in it
case_name=$1 prefix=$2 doubles=$3 recording=$4
shift 4
work=$(mktemp -d) || exit 1
system=$prefix/drive_c/windows/system32
put_back()
{
    rm -rf "$work" "$system/Npcap"
    [ ! -e "$system/wpcap.away" ] || mv "$system/wpcap.away" "$system/wpcap.dll"
}
trap put_back EXIT
trap 'exit 1' HUP INT TERM
put_back && mkdir "$work" && cd "$work" || exit 1
[ -e "$system/wpcap.dll" ] || { echo "SKIP: this Wine was built without libpcap"; exit 77; }
log=$work/log
export WPCAP_DOUBLE_LOG="$log" PLANTED_LOG="$log"

fail()
{
    echo "FAILED: $*"
    head -c 3000 out err log 2>/dev/null
    exit 1
}
# windows STATUS ARGUMENTS...: out and err, with lines as they end elsewhere.
program="$*"
windows()
{
    expected=$1
    shift
    got=0
    # shellcheck disable=SC2086  # a command and its arguments
    $program "$@" >out.crlf 2>err.crlf </dev/null || got=$?
    tr -d '\r' <out.crlf >out
    tr -d '\r' <err.crlf >err
    [ "$got" -eq "$expected" ] || fail "$*: exit status is $got, expected $expected"
}
has()
{
    grep -q -e "$2" "$1" || fail "$1 has no line with \"$2\""
}
install_double()
{
    export WINE_DLLS=wpcap=n,b            # or Wine would put its own in the place of any other
    mkdir "$system/Npcap" && cp "$doubles/wpcap.dll" "$doubles/Packet.dll" "$system/Npcap" || fail "no doubles"
}

case $case_name in
    absent)
        mv "$system/wpcap.dll" "$system/wpcap.away"
        windows 0 backends
        has out '^pcap  *cannot run here '
        has out '^ *Npcap is not installed: there is no wpcap.dll in C:'
        has out '^ *install Npcap (https://npcap.com)'
        windows 1 capture -b pcap -i lo
        [ "$(grep -c '' err)" -eq 1 ] || fail "that should be said in one line"
        has err '^ipfunnel: Npcap is not installed: .*; install Npcap '
        # Without -b the backend before it is asked, and its reason is the one that is given.
        windows 1 capture -i lo
        has err 'raw socket'
        # Filters need nothing of it.
        windows 0 capture -r "$recording" 'udp and not tcp'
        [ -s out ] || fail "the filter accepts nothing"
        windows 0 capture -r "$recording" 'tcp'
        [ ! -s out ] || fail "the filter accepts everything"
        # What is there but cannot be used is told as that.
        mkdir "$system/Npcap" && echo 'no library' >"$system/Npcap/wpcap.dll"
        export WINE_DLLS=wpcap=n          # or Wine would put its own in the place of a bad one
        windows 0 backends
        has out '^ *cannot load C:.*Npcap.wpcap.dll: '
        cp "$doubles/planted_library.dll" "$system/Npcap/wpcap.dll"
        windows 0 backends
        has out '^ *C:.*Npcap.wpcap.dll is too old: it has no pcap_create$' ;;

    planted)
        # Beside the program and in the current folder, which is another one, and in PATH.
        for program_file; do :; done
        mkdir -p program current/Npcap && cp "$program_file" program/ipfunnel.exe
        for name in wpcap.dll Packet.dll npcap.dll; do
            for folder in program current current/Npcap; do
                cp "$doubles/planted_library.dll" "$folder/$name" || fail "no planted library"
            done
        done
        program=$(printf '%s' "$program" | sed "s|[^ ]*$|$work/program/ipfunnel.exe|")
        WINEPATH="$work/current;$work/program"
        export WINEPATH
        everything()
        {
            cd "$work/current" || exit 1
            for arguments in backends list 'capture -b pcap -i lo --duration 0.1'; do
                # shellcheck disable=SC2086  # words to be split
                windows 0 $arguments
            done
            cd "$work" || exit 1
            [ ! -e log ] || fail "a planted library was loaded"
        }
        everything
        has current/err 'capturing on lo (pcap'
        # Nor for what Npcap's library needs.
        install_double
        WPCAP_DOUBLE_LOG='' everything
        export WINE_DLLS=
        mv "$system/wpcap.dll" "$system/wpcap.away"
        rm -r "$system/Npcap"
        cd current || exit 1
        windows 0 backends
        has out '^ *Npcap is not installed'
        cd .. || exit 1
        [ ! -e log ] || fail "a planted library was loaded"
        # By its name alone it is found, and tells.
        cd current || exit 1
        program=$(printf '%s' "$program" | sed 's|[^ ]*$|rundll32|')
        windows 0 npcap.dll,planted
        cd .. || exit 1
        grep -q 'npcap.dll' log || fail "the planted library tells nothing" ;;

    double)
        # Npcap's folder goes before System32, where Wine's own lies; its functions need its Packet.dll.
        install_double
        windows 0 capture -b pcap -i lo -c 20 -t
        [ "$(grep -c '10\.0\.0\.1:4000 > 10\.0\.0\.2:4001 UDP 28$' out)" -eq 20 ] || fail "other datagrams"
        has log '^device .Device.NPF_Loopback given 20 .* immediate 1 packet.dll C:.*[Nn]pcap.[Pp]acket.dll'
        # Two seconds long: by looking each millisecond that would be two thousand.
        looks=$(sed -n 's/.* looks \([0-9]*\) .*/\1/p' log)
        [ "$looks" -le 400 ] || fail "the event is not waited for: $looks looks"
        echo "$looks looks for 20 frames"
        rm log
        windows 0 capture -b pcap -c 2 -t
        has log '^device .Device.NPF_{[0-9A-F-]*} given 2 '
        # One that cannot be used does not keep the other from being used.
        cp "$doubles/planted_library.dll" "$system/Npcap/wpcap.dll"
        windows 0 backends
        has out '^pcap  *ready ' ;;
    *) exit 2 ;;
esac
