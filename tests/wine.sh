#!/bin/sh
# wine.sh - Windows programs under Wine, with a prefix of their own and nothing of the user's.
#
#   sh wine.sh start PREFIX               makes the prefix where there is none, and starts its server, detached
#   sh wine.sh run PREFIX PROGRAM...      what ctest puts before a program; with or without a server that runs
#   sh wine.sh stop PREFIX
#   sh wine.sh around PREFIX COMMAND...   start, COMMAND, stop: for networks of their own, where the server has to be
#                                         started inside (it owns all sockets)
#
# WINE_PRELOAD: a library for LD_PRELOAD in the server and in the programs. WINE_TEMPLATE: a prefix that a new one is
# copied from, by links, so that it costs neither time nor space. 77 with a printed reason where Wine is missing.

if [ $# -lt 2 ]; then
    sed -n '/^#   /s/^#   //p' "$0" >&2
    exit 2
fi
if ! command -v wine >/dev/null || ! command -v wineserver >/dev/null; then
    echo "SKIP: Wine is not installed (Debian: wine wine64)"
    exit 77
fi
verb=$1
case $2 in
    /*) WINEPREFIX=$2 ;;
    *) WINEPREFIX=$(pwd)/$2 ;;
esac
shift 2
unset DISPLAY WAYLAND_DISPLAY WINEARCH
export WINEPREFIX
export WINEDEBUG="${WINEDEBUG:--all}"
# No .NET, no HTML engine, no desktop menus; a program that crashes ends at once instead of asking a debugger.
export WINEDLLOVERRIDES="${WINE_DLLS:+$WINE_DLLS;}mscoree,mshtml,winemenubuilder.exe,winedbg.exe="

preloaded()
{
    if [ -n "${WINE_PRELOAD:-}" ]; then
        LD_PRELOAD=$WINE_PRELOAD "$@"
    else
        "$@"
    fi
}

# Wine writes into a registry file that has several links, so these are real copies.
copy_template()
{
    mkdir -p "$(dirname "$WINEPREFIX")" && cp -al "$WINE_TEMPLATE" "$WINEPREFIX" || return
    for registry in "$WINEPREFIX"/*.reg; do
        cp -p "$registry" "$registry.own" && mv "$registry.own" "$registry" || return
    done
}

# What outlives this call must hold none of its streams: whoever waits for their end would wait for the server's. It ends
# by itself a while after the last program, should nobody stop it.
start()
{
    if [ ! -e "$WINEPREFIX" ] && [ -e "${WINE_TEMPLATE:-}/system.reg" ]; then copy_template; fi
    mkdir -p "$WINEPREFIX" || exit 1
    preloaded wineserver -p60 >/dev/null 2>&1 </dev/null
    preloaded wine cmd /c exit >/dev/null 2>&1 </dev/null && return
    echo "Wine cannot run anything in $WINEPREFIX"
    exit 1
}
stop()
{
    wineserver -k >/dev/null 2>&1 </dev/null
    wineserver -w >/dev/null 2>&1 </dev/null
}

case $verb in
    start) start ;;
    stop) stop ;;
    run)
        [ -z "${WINE_PRELOAD:-}" ] || export LD_PRELOAD="$WINE_PRELOAD"
        exec wine "$@" ;;
    around)
        stop
        trap stop EXIT
        trap 'exit 129' HUP
        trap 'exit 130' INT
        trap 'exit 143' TERM
        start
        "$@" ;;
    *) exit 2 ;;
esac
