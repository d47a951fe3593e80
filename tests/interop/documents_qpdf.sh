#!/bin/sh
# qpdf finds nothing wrong with any PDF.
# Usage: documents_qpdf.sh WORKSPACE; exit 77 when qpdf is missing or there is no PDF (no LibreOffice).
set -eu
command -v qpdf >/dev/null 2>&1 || {
    echo "not checked: qpdf is missing"
    exit 77
}
count=0
for document in $(find "$1" -name '*.pdf' | sort); do
    qpdf --check "$document" >/dev/null || { echo "$document is damaged" >&2; exit 1; }
    count=$((count + 1))
done
[ "$count" -gt 0 ] || { echo "not checked: the demo made no PDF"; exit 77; }
echo "$count PDF files are whole"
