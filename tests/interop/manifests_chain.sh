#!/bin/sh
# Each manifest holds the SHA-256 of the one before it; sha256sum alone can follow the chain.
# Usage: manifests_chain.sh WORKSPACE; exit 77 when sha256sum is missing.
set -eu
command -v sha256sum >/dev/null 2>&1 || {
    echo "not checked: sha256sum is missing"
    exit 77
}
cd "$1/archive/manifests"
before=""
count=0
for manifest in $(find . -name '*.json' | sort -t/ -k3); do
    if [ -n "$before" ] && ! grep -q "\"previous_sha256\":\"$before\"" "$manifest"; then
        echo "$manifest does not name the manifest before it ($before)" >&2
        exit 1
    fi
    before=$(sha256sum "$manifest" | cut -d' ' -f1)
    count=$((count + 1))
done
[ "$count" -gt 0 ] || { echo "no manifest found" >&2; exit 1; }
echo "$count manifests, one chain; newest $before"
