#!/bin/sh
# libpcap_source.sh - the source of Debian's libpcap, for building it for Windows. Says on standard output where it is.
#
#   sh libpcap_source.sh FOLDER      there it is unpacked, once; apt works there, too, and nothing else is changed
#
# Needs apt-get, no privileges. 77 with a printed reason when it cannot be had here.
set -u
[ $# -eq 1 ] || { sed -n '/^#   sh/s/^#   //p' "$0" >&2; exit 2; }

skip()
{
    echo "SKIP: $*"
    exit 77
}
mkdir -p "$1" || exit 1
folder=$(cd "$1" && pwd)
found()
{
    for file in "$folder"/libpcap-*/gencode.c; do
        [ -e "$file" ] && dirname "$file" && return
    done
    return 1
}
found && exit

command -v apt-get >/dev/null || skip "no apt-get to fetch the source of libpcap with; unpack it in $folder"
release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
# The server that this machine already asks for packages of its release; without lists of them, the one in its settings.
# shellcheck disable=SC2016  # apt-get puts in what they stand for
server=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null |
    awk -v release="$release" '$2 == release && $3 == "main" { print $1; exit }')
[ -n "$server" ] || server=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | grep -v '^ *#' |
    grep -oE 'https?://[^ ]*/debian/?( |$)' | head -n 1)
[ -n "$server" ] || skip "apt here asks no server of Debian for the source of libpcap; unpack it in $folder"
keys=/usr/share/keyrings/debian-archive-keyring.gpg
mkdir -p "$folder/apt/lists/partial" "$folder/apt/cache/archives/partial" || exit 1
{
    echo "Types: deb-src"
    echo "URIs: $server"
    echo "Suites: $release"
    echo "Components: main"
    [ ! -r $keys ] || echo "Signed-By: $keys"
} >"$folder/apt/libpcap.sources"

ask_apt()
{
    apt-get -qq -o "Dir::Etc::SourceList=$folder/apt/libpcap.sources" -o Dir::Etc::SourceParts=- \
        -o "Dir::State::Lists=$folder/apt/lists" -o "Dir::Cache=$folder/apt/cache" -o APT::Sandbox::User=root \
        -o Acquire::Retries=3 "$@" >>"$folder/apt/log" 2>&1 </dev/null
}
: >"$folder/apt/log"
cd "$folder/apt" || exit 1
if ! ask_apt update || ! ask_apt source --download-only libpcap; then
    tail -n 5 "$folder/apt/log" >&2
    skip "$server does not give the source of libpcap; unpack it in $folder"
fi
# Unpacked beside its place, so that what is in its place is complete.
rm -rf unpacked && mkdir unpacked || exit 1
if ! tar -C unpacked -xf libpcap_*.orig.tar.?z || ! mv unpacked/libpcap-* ..; then
    skip "the source of libpcap cannot be unpacked"
fi
cd .. && rm -rf apt
found
