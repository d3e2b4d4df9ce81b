#!/bin/sh
# Compiles tools/clock.c: clock.sh PYTHON FILE. With CC, cc, else Debian's compiler when root, else one in a PyPI package.
set -eu
python="$1"
made="$2"
if [ "$(uname -s)" != Linux ]; then
    echo "TODAY moves the clock by LD_PRELOAD, which needs Linux" >&2
    exit 1
fi
compile() { "$@" -O2 -shared -fPIC -o "$made" tools/clock.c -ldl; }
if [ -n "${CC:-}" ]; then compile $CC; exit; fi
if command -v cc >/dev/null 2>&1; then compile cc; exit; fi
echo "installing a C compiler for the tests' clock …"
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq gcc libc6-dev >/dev/null
    compile cc
else
    "$python" -m pip install -qq ziglang
    compile "$python" -m ziglang cc
fi
