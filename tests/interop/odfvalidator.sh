#!/bin/sh
# The ODF Toolkit's validator takes every odt for conforming OpenDocument: those of the demo, one of each form, and the empty forms.
# It must refuse a file with an unknown element; otherwise its yes means nothing.
# Usage: odfvalidator.sh WORKSPACE; exit 77 when Java, Maven or the network is missing, or there is no odt.
set -eu
workspace=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.."
classpath=$(tools/interop/fetch.sh odfvalidator) || { status=$?; echo "$classpath"; exit $status; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
check() { java -cp "$classpath" tools/interop/OdfCheck.java; }

samples=$(tools/interop/samples.sh "$workspace")
find "$workspace" "$samples" templates -name '*.odt' | sort >"$work/list"
[ -s "$work/list" ] || { echo "not checked: there is no odt"; exit 77; }
check <"$work/list" >"$work/said" || { grep -v '^PASS ' "$work/said" | head -n 60 >&2; exit 1; }

.venv/bin/python tools/interop/break_file.py "$(head -n 1 "$work/list")" "$work/broken.odt"
echo "$work/broken.odt" | check >"$work/refused" && { echo "the ODF validator did not notice a broken file" >&2; exit 1; }
grep -q 'webir-unknown' "$work/refused" || { cat "$work/refused" >&2; exit 1; }
echo "$(wc -l <"$work/list") files are conforming OpenDocument; a broken one was refused"
