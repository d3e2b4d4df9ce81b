#!/bin/sh
# Makes an environment with the hub, its plugins and the developers' tools: environment.sh FOLDER [CONSTRAINTS].
set -eu
folder="$1"
limits="${2:+-c $2}"

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
found=""
for python in "${PYTHON:-}" python3 python3.13 python3.12 python3.11 python3.14; do
    if [ -n "$python" ] && new_enough "$python"; then found="$python"; break; fi
done
if [ -z "$found" ]; then
    echo "No Python of version 3.11 or newer was found; name one: make PYTHON=/where/it/is" >&2
    exit 1
fi
if ! new_enough "$folder/bin/python" || ! "$folder/bin/python" -m pip --version >/dev/null 2>&1; then
    sh tools/remove.sh "$folder" .installed .made-by-make
    mkdir -p "$folder"
    touch "$folder/.made-by-make"
    if ! "$found" -m venv "$folder" >/dev/null; then
        echo "This Python cannot make environments; on Debian: apt-get install python3-venv" >&2
        exit 1
    fi
fi
echo "installing into $folder …"
# shellcheck disable=SC2086
"$folder/bin/python" -m pip install -qq $limits -r requirements-dev.txt
editable="-e ."
for plugin in plugins/*/; do editable="$editable -e ${plugin%/}"; done
# The build backend is flit_core, installed above; so nothing is fetched to build.
# shellcheck disable=SC2086
"$folder/bin/python" -m pip install -qq --no-build-isolation $limits $editable
