#!/bin/sh
# Tessera's fsck reads the whole published log, computes every tile and the root anew, and checks the signature.
# It must refuse a log of which one bit was changed.
# Usage: tessera_fsck.sh WORKSPACE; exit 77 when Go or the network is missing.
set -eu
archive=$(cd "$1/archive" && pwd)
cd "$(dirname "$0")/../.."
version=v1.0.4
fsck=$PWD/.tools/interop/tessera-$version/fsck

command -v go >/dev/null || [ -x "$fsck" ] || { echo "not checked: Go is not installed"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ ! -x "$fsck" ]; then
    GOBIN=$(dirname "$fsck") go install "github.com/transparency-dev/tessera/cmd/fsck@$version" >"$work/go" 2>&1 ||
        { tail -n 3 "$work/go"; echo "not checked: Tessera's fsck could not be built (network?)"; exit 77; }
fi

# fsck says so when a log is whole; its exit code does not tell
whole() { "$fsck" --ui=false --storage_url="file://$1/" --public_key="$work/key" >"$work/said" 2>&1 && grep -q "Successfully fsck'd" "$work/said"; }

head -n 1 "$archive/log.vkey" >"$work/key"
whole "$archive" || { tail -n 5 "$work/said" | cut -c 1-500 >&2; exit 1; }
size=$(sed -n 2p "$archive/checkpoint")

cp -r "$archive" "$work/broken"
bundle=$(find "$work/broken/tile/entries" -type f | sort | head -n 1)
.venv/bin/python tools/interop/flip_bit.py "$bundle"
whole "$work/broken" && { echo "fsck did not notice a changed bit" >&2; exit 1; }
echo "a log of $size entries is whole to Tessera $version; with one bit changed it is refused"
