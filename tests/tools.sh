# tools.sh - sourced by tests/run.sh and examples/demo.sh: gets from Debian what a script needs and the machine lacks.
# shellcheck shell=sh
missing_packages=''

want_package()
{
    case " $missing_packages " in
        *" $1 "*) ;;
        *) missing_packages="${missing_packages:+$missing_packages }$1" ;;
    esac
}

# want <program> <package that has it>
want()
{
    command -v "$1" >/dev/null 2>&1 || want_package "$2"
}

# Headers and runtimes have no program to look for; a file that does not compile tells.
# want_header <header> <package that has it>
want_header()
{
    echo "#include <$1>" | cc -E - >/dev/null 2>&1 || want_package "$2"
}
can_build_fuzzers()
{
    probe=$(mktemp) || return 1
    echo 'int LLVMFuzzerTestOneInput(const char *b, unsigned long n); int LLVMFuzzerTestOneInput(const char *b,
        unsigned long n) { return b && n ? 0 : 0; }' |
        clang -x c -fsanitize=fuzzer,address - -o "$probe" >/dev/null 2>&1
    can=$?
    rm -f "$probe"
    return $can
}

# Installs what was wanted, where that needs no password; otherwise prints the line that does it. Returns 0 when nothing
# is missing any more.
install_missing()
{
    [ -n "$missing_packages" ] || return 0
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "Missing on this machine; the Debian packages are: $missing_packages"
        return 1
    fi
    as_root=''
    if [ "$(id -u)" -ne 0 ]; then
        as_root='sudo'
        if ! sudo -n true 2>/dev/null; then
            echo "Some Debian packages are missing. To install them:"
            echo "  sudo apt-get install -y --no-install-recommends $missing_packages"
            return 1
        fi
    fi
    echo "Installing from Debian: $missing_packages"
    apt_log=$(mktemp)
    # shellcheck disable=SC2086  # a list of packages, and a prefix that may be empty
    if { $as_root apt-get update -qq && $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends $missing_packages; } </dev/null >"$apt_log" 2>&1; then
        rm -f "$apt_log"
        return 0
    fi
    tail -n 10 "$apt_log"
    rm -f "$apt_log"
    echo "That failed. To try it by hand:"
    echo "  ${as_root:+$as_root }apt-get install -y --no-install-recommends $missing_packages"
    return 1
}
