#!/bin/sh
# Print the folder with one document of every form in every format, beside the workspace; the first call makes it.
# Usage: samples.sh WORKSPACE
set -eu
samples="$1/../samples"
if [ ! -e "$samples/complete" ]; then
    "$(dirname "$0")/../../.venv/bin/python" "$(dirname "$0")/make_samples.py" "$samples"
    touch "$samples/complete"
fi
echo "$samples"
