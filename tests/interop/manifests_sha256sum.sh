#!/bin/sh
# sha256sum alone confirms every sealed file that the manifests name and that is still there.
# Usage: manifests_sha256sum.sh WORKSPACE; exit 77 when sha256sum or python3 is missing.
set -eu
command -v sha256sum >/dev/null 2>&1 && command -v python3 >/dev/null 2>&1 || {
    echo "not checked: sha256sum or python3 is missing"
    exit 77
}
cd "$1/archive"
list=$(mktemp)
trap 'rm -f "$list"' EXIT
find manifests -name '*.json' | sort | xargs python3 -c '
import json, sys
for name in sys.argv[1:]:
    for entry in json.load(open(name, encoding="utf-8"))["entries"]:
        if "sealed_sha256" in entry:
            print(entry["sealed_sha256"] + "  " + entry["path"])
' >"$list"
# destroyed records have no file any more; at least one must be there, or sha256sum fails
sha256sum --check --strict --quiet --ignore-missing "$list"
echo "$(wc -l <"$list") sealed files named, every one that is there agrees"
