#!/bin/sh
# Builds and installs the library as its users would, moves the install tree, and builds and runs a consumer in every
# way there is: find_package (install and build tree), pkg-config from C and C++11, add_subdirectory.
#   package.sh static|shared <source folder> <work folder>
# Leaves the install tree in <work folder>/moved for the tests that look at it.
set -eu
kind=$1 source=$2 work=$3
here=$source/tests/package
rm -rf "$work"
mkdir -p "$work"
if [ "$kind" = shared ]; then
    shared=ON static_flag=
else
    shared=OFF static_flag=--static
fi

# Runs a command quietly; on failure shows the end of what it said and ends the test.
run()
{
    if ! "$@" >"$work/log" 2>&1; then
        tail -n 40 "$work/log"
        echo "failed: $*"
        exit 1
    fi
}

cc=${CC:-cc}
cxx=${CXX:-$(command -v g++ || command -v c++ || command -v clang++ || true)}
[ -n "$cxx" ] || { echo "SKIP: no C++ compiler (Debian: g++)"; exit 77; }
command -v pkg-config >/dev/null || { echo "SKIP: no pkg-config (Debian: pkgconf)"; exit 77; }

run cmake -S "$source" -B "$work/library" -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=$shared \
    -DIPFUNNEL_TESTS=OFF -DCMAKE_INSTALL_LIBDIR=lib
run cmake --build "$work/library" -j 2
run cmake --install "$work/library" --prefix "$work/first"
mv "$work/first" "$work/moved"
echo "the installed command"
run "$work/moved/bin/ipfunnel" backends
LD_LIBRARY_PATH=$work/moved/lib
PKG_CONFIG_PATH=$work/moved/lib/pkgconfig
export LD_LIBRARY_PATH PKG_CONFIG_PATH

echo "find_package, installed"
run cmake -S "$here/find_package" -B "$work/found" -DCMAKE_PREFIX_PATH="$work/moved"
run cmake --build "$work/found"
run "$work/found/consumer"

echo "find_package COMPONENTS: the other kind is not installed"
other=static
[ "$kind" = shared ] || other=shared
mkdir "$work/other"
printf '%s\n' 'cmake_minimum_required(VERSION 3.20)' 'project(other LANGUAGES NONE)' \
    "find_package(ipfunnel REQUIRED COMPONENTS $other)" >"$work/other/CMakeLists.txt"
if cmake -S "$work/other" -B "$work/other/build" -DCMAKE_PREFIX_PATH="$work/moved" >"$work/log" 2>&1; then
    echo "failed: found a $other library where only the $kind one is installed"
    exit 1
fi
grep -q "none of these kinds" "$work/log" || { cat "$work/log"; exit 1; }

echo "find_package, build folder"
run cmake -S "$here/find_package" -B "$work/found_build" -Dipfunnel_DIR="$work/library"
run cmake --build "$work/found_build"
run "$work/found_build/consumer"

echo "pkg-config, C11"
# shellcheck disable=SC2046  # flags are meant to be split
run "$cc" -std=c11 -Wall -Wextra -Wpedantic -Werror "$here/consumer.c" -o "$work/consumer_c" \
    $(pkg-config --cflags --libs $static_flag ipfunnel)
run "$work/consumer_c"

echo "pkg-config, C++11"
# shellcheck disable=SC2046
run "$cxx" -x c++ -std=c++11 -Wall -Wextra -Wpedantic -Werror "$here/consumer.c" -o "$work/consumer_cxx" \
    -x none $(pkg-config --cflags --libs $static_flag ipfunnel)
run "$work/consumer_cxx"

echo "add_subdirectory"
run cmake -S "$here/add_subdirectory" -B "$work/added" -DBUILD_SHARED_LIBS=$shared
run cmake --build "$work/added" -j 2
run "$work/added/consumer"
