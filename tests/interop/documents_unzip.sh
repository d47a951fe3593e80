#!/bin/sh
# unzip finds every Word document whole.
# Usage: documents_unzip.sh WORKSPACE; exit 77 when unzip is missing.
set -eu
command -v unzip >/dev/null 2>&1 || {
    echo "not checked: unzip is missing"
    exit 77
}
count=0
for document in $(find "$1" -name '*.docx' | sort); do
    unzip -tqq "$document" >/dev/null || { echo "$document is damaged" >&2; exit 1; }
    count=$((count + 1))
done
[ "$count" -gt 0 ] || { echo "no document found" >&2; exit 1; }
echo "$count Word documents are whole"
