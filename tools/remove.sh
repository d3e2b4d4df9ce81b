#!/bin/sh
# Removes an environment that make has made: remove.sh FOLDER MARKER…; one without any of the markers is left as it is.
# So is what a link leads to, also in the middle of the path, and what is named with `.` or `..`: the markers that are
# found there may be those of another folder than the person means.
set -eu
unset CDPATH
named="$1"
shift
leave() {
    echo "$named $1, so it is left as it is: delete it yourself, or name another" >&2
    exit 1
}

folder="${named#./}"
while [ "$folder" != "${folder%/}" ]; do folder="${folder%/}"; done
if [ -z "$folder" ]; then leave "is no folder that make makes"; fi
if [ ! -e "$folder" ] && [ ! -L "$folder" ]; then exit 0; fi
top="$(pwd -P)"
case "$folder" in
    /*) plain="$folder" ;;
    *) plain="$top/$folder" ;;
esac
# Where one is after all links, `.` and `..`: the same words, or it is named in a roundabout way.
if [ "$(cd -- "$folder" 2>/dev/null && pwd -P)" != "$plain" ]; then
    leave "is no folder, or is named through a link, . or .."
fi
case "$top/" in "$plain"/*) leave "is the folder you stand in, or lies above it" ;; esac
if [ -z "$(ls -A "$plain")" ]; then exec rmdir -- "$plain"; fi
for marker; do
    if [ -f "$plain/$marker" ] && [ ! -L "$plain/$marker" ]; then exec rm -rf -- "$plain"; fi
done
leave "was not made here (it has no $*)"
