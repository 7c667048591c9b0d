#!/bin/sh
# Who may include what. The table is in README.md beside this file.
#   includes.sh <tree>
set -eu
tree=$1
. "$(dirname "$0")/files.sh"
list=$(mktemp)
trap 'rm -f "$list"' EXIT
list_files "$tree" | grep '\.[ch]$' >"$list"
cd "$tree"

awk '
BEGIN {
    split("assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg " \
          "stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string tgmath threads time uchar wchar wctype", c11)
    for (i in c11) standard[c11[i] ".h"] = 1
    # Normaliser, downward only; link_*.c stand beside "link", other files of that folder beside "normalize".
    level["bytes"] = level["checksum"] = level["frame"] = level["ipfunnel"] = 0
    level["link"] = 1; level["ip"] = 2; level["offload"] = 3; level["normalize"] = 4
}
function name_of(path) { sub(/.*\//, "", path); return path }
function folder_of(path) { return path ~ /\// ? substr(path, 1, length(path) - length(name_of(path)) - 1) : "" }
function stem_of(path) { path = name_of(path); sub(/\.[ch]$/, "", path); return path }
function level_of(path, s) { s = stem_of(path); sub(/^link_.*/, "link", s); return s in level ? level[s] : 4 }
function bad(why) { printf "%s:%d: %s: %s\n", file, number, include, why; failed = 1 }
function is_public(h) { return h ~ /^ipfunnel[a-z_]*\.h$/ }

function check(    header, home, own) {
    header = name_of(include)
    # The repository file it means; system headers with a path ("sys/...") never mean one of ours.
    home = (quoted || include !~ /\//) && header in where ? where[header] : ""
    own = folder_of(file)
    if (quoted && home == "") return bad("no file of this repository has that name")

    if (file ~ /^include\/[^\/]*$/) {
        if (header != "stddef.h" && header != "stdint.h" && !is_public(header))
            bad("public headers include <stddef.h>, <stdint.h> and each other")
    } else if (own ~ /^core\/normalize/) {
        if (header == "stdio.h" || header == "stdlib.h" || header == "capture.h" || header == "options.h")
            bad("the normaliser is pure: no I/O, no allocation, no capture")
        else if (home == "" ? !(include in standard) : home !~ /^core(\/|$)/ && !is_public(header))
            bad("core includes C11 headers, core/ and ipfunnel*.h")
        else if (home ~ /^core\/normalize/ && level_of(header) > level_of(file))
            bad("the normaliser includes downward only: normalize > offload > ip > link > bytes")
    } else if (own ~ /^core/) {
        if (home == "" ? !(include in standard) : home !~ /^core(\/|$)/ && !is_public(header))
            bad("core includes C11 headers, core/ and ipfunnel*.h; never the OS, pcap.h or backends/")
    } else if (own ~ /^backends\//) {
        if (home != "" && home != own && !is_public(header) \
            && header !~ /^(backend|frame|frame_places|error|os|bytes|filter[a-z_]*)\.h$/ \
            && !(own == "backends/os" && header == "interface.h"))
            bad("a backend includes ipfunnel.h, core/{backend,frame,frame_places,error,os,bytes}.h, core/filter/ and its own folder")
    } else if (own ~ /^(examples|tests\/conformance)/) {
        if (home ~ /^(core|backends)/)
            bad("programs and the conformance suite use public headers only")
        else if (home == "" && !(include in standard) && file !~ /_(posix|windows|linux)\.[ch]$/)
            bad("OS headers belong into a file named *_posix.c, *_linux.c or *_windows.c")
    }
}

# All names first, then the lines of each file.
{ where[name_of($0)] = folder_of($0); files[++count] = $0 }
END {
    for (f = 1; f <= count; f++) {
        file = files[f]
        number = 0
        while ((getline line < file) > 0) {
            number++
            if (line !~ /^[ \t]*#[ \t]*include[ \t]*[<"]/) continue
            quoted = line ~ /include[ \t]*"/
            include = line
            sub(/^[^<"]*[<"]/, "", include)
            sub(/[>"].*/, "", include)
            check()
        }
        close(file)
    }
    exit failed
}' "$list"
