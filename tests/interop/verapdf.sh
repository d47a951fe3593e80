#!/bin/sh
# veraPDF takes every PDF for PDF/A-2b: those of the demo, and one of each form from each kind of layout.
# It must refuse a PDF whose colour profile was removed; otherwise its yes means nothing.
# Usage: verapdf.sh WORKSPACE; exit 77 when Java, Maven, the network or LibreOffice is missing.
set -eu
workspace=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.."
classpath=$(tools/interop/fetch.sh verapdf) || { status=$?; echo "$classpath"; exit $status; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
check() { java -cp "$classpath" tools/interop/PdfaCheck.java; }

samples=$(tools/interop/samples.sh "$workspace")
find "$workspace" "$samples" -name '*.pdf' | sort >"$work/list"
[ -s "$work/list" ] || { echo "not checked: there is no PDF (no LibreOffice)"; exit 77; }
check <"$work/list" >"$work/said" || { grep -v '^PASS ' "$work/said" | head -n 60 >&2; exit 1; }

.venv/bin/python tools/interop/break_file.py "$(head -n 1 "$work/list")" "$work/broken.pdf"
echo "$work/broken.pdf" | check >"$work/refused" && { echo "veraPDF did not notice a broken file" >&2; exit 1; }
grep -q '^FAIL .*ISO 19005-2' "$work/refused" || { cat "$work/refused" >&2; exit 1; }
echo "$(wc -l <"$work/list") files are PDF/A-2b; a broken one was refused"
