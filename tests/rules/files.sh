# Sourced by the checkers: list_files <tree> prints the files that belong to the repository, relative to the tree.
# By git where the tree is a checkout, else everything but hidden folders and build folders.
# shellcheck shell=sh
list_files()
{
    if [ -e "$1/.git" ] && git -C "$1" ls-files >/dev/null 2>&1; then
        git -C "$1" ls-files --cached --others --exclude-standard | while IFS= read -r file; do
            [ ! -e "$1/$file" ] || printf '%s\n' "$file"
        done
    else
        (cd "$1" && find . -name '.?*' -prune -o -name 'build*' -type d -prune -o -type f -print) | sed 's|^\./||'
    fi | LC_ALL=C sort -u
}
