#!/bin/sh
# The READMEs of the folders: blocks that carry a mark are held to it.
#   folder_readmes.sh <tree>
set -eu
here=$(dirname "$0")
. "$here/files.sh"
failed=0
for readme in $(list_files "$1" | grep '/README\.md$'); do
    sh "$here/readme.sh" "$1" "$readme" lenient || failed=1
done
exit $failed
