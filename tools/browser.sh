#!/bin/sh
# A browser for the tests: CHROME, else one on PATH, else Debian's package when root, else Playwright's own.
set -eu
python="$1"
if [ -n "${CHROME:-}" ]; then
    [ -x "$CHROME" ] && exit 0
    echo "CHROME names $CHROME, which is not a program" >&2
    exit 1
fi
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
echo "installing a browser for the tests …"
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk >/dev/null
else
    "$python" -m playwright install chromium
fi
