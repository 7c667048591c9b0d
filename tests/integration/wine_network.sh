#!/bin/sh
# wine_network.sh - a network of netns.sh that stays, with a Wine server inside and a program that sends frames, for many
# short tests one after the other.
#   wine_network.sh start FOLDER FRAME_SENDER      FOLDER holds the Wine prefix and what the parts need to find each other
#   wine_network.sh run FOLDER PROGRAM...
#   wine_network.sh stop FOLDER
here=$(dirname "$0")
verb=$1 folder=$2
shift 2
pid_file=$folder/pid
export FRAME_SENDER_ORDERS="$folder/orders" FRAME_SENDER_ANSWERS="$folder/answers"

# Inside. Both pipes are held open at both ends, so that neither ever ends; the network lives as long as this does, and in
# case nobody ends it not for ever.
if [ "$verb" = --inside ]; then
    exec 3<>"$FRAME_SENDER_ORDERS" 4<>"$FRAME_SENDER_ANSWERS"
    timeout 1200 "$1" <&3 >&4 &
    sender=$!
    trap 'kill "$sender" 2>/dev/null; sh "$here/../wine.sh" stop "$folder/wine"; exit 0' HUP INT TERM
    sh "$here/../wine.sh" start "$folder/wine"
    echo "$?" >"$folder/started"
    echo "$$" >"$pid_file.new" && mv "$pid_file.new" "$pid_file"
    wait "$sender"
    exit
fi

stop()
{
    [ -e "$pid_file" ] || return 0
    kill "$(cat "$pid_file")" 2>/dev/null
    while kill -0 "$(cat "$pid_file")" 2>/dev/null; do sleep 0.02; done
    rm -f "$pid_file"
}

case $verb in
    start)
        stop
        mkdir -p "$folder" && rm -f "$FRAME_SENDER_ORDERS" "$FRAME_SENDER_ANSWERS" || exit 1
        mkfifo "$FRAME_SENDER_ORDERS" "$FRAME_SENDER_ANSWERS" || exit 1
        sh "$here/netns.sh" sh "$0" --inside "$folder" "$1" >"$folder/log" 2>&1 </dev/null &
        network=$!
        while [ ! -e "$pid_file" ]; do
            if ! kill -0 "$network" 2>/dev/null; then
                wait "$network"
                status=$?
                cat "$folder/log"
                exit "$status"
            fi
            sleep 0.05
        done ;;
    run)
        [ -e "$pid_file" ] || { echo "SKIP: there is no network to run it in"; exit 77; }
        pid=$(cat "$pid_file")
        user=''
        [ "$(readlink "/proc/$pid/ns/user")" = "$(readlink /proc/self/ns/user)" ] || user='-U --preserve-credentials'
        # shellcheck disable=SC2086  # options, or none
        exec nsenter -t "$pid" $user -n sh "$here/../wine.sh" run "$folder/wine" "$@" ;;
    stop) stop ;;
    *) exit 2 ;;
esac
