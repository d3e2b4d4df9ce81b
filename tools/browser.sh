#!/bin/sh
# A browser for the tests: CHROME, one on PATH, Debian's package when root, else Playwright's own.
set -eu
python="$1"
[ -n "${CHROME:-}" ] && exit 0
command -v chromium >/dev/null 2>&1 && exit 0
command -v google-chrome >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk >/dev/null
else
    "$python" -m playwright install chromium
fi
