#!/bin/sh
# Removes a folder that make or the demo has made: remove.sh FOLDER MARKER…; one without any of the markers is left as it is.
set -eu
folder="$1"
shift
if [ ! -e "$folder" ] && [ ! -L "$folder" ]; then exit 0; fi
if [ ! -L "$folder" ]; then
    if [ -z "$(ls -A "$folder")" ]; then exec rmdir -- "$folder"; fi
    for marker; do
        if [ -f "$folder/$marker" ]; then exec rm -rf -- "$folder"; fi
    done
fi
echo "$folder was not made here (it has no $*), so it is left as it is: delete it yourself, or name another" >&2
exit 1
