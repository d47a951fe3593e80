#!/bin/sh
# Write requirements.lock (what runs) and requirements-dev.lock (what also checks) again.
# No host is recorded, so the files are the same wherever they are made.
set -eu
cd "$(dirname "$0")/.."
uv=uv
"$uv" --version >/dev/null 2>&1 || uv=.tools/bin/uv

lock() {
    output=$1
    shift
    "$uv" pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
        pyproject.toml "$@" -o "$output" --python-version 3.11
    printf 'wrote %s\n' "$output"
}

lock requirements.lock
lock requirements-dev.lock --group dev
