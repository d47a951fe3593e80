#!/bin/sh
# LibreOffice opens every docx and odt and writes it again; every letter of body, headers and footers is still there, in order.
# Usage: documents_roundtrip.sh WORKSPACE; exit 77 when LibreOffice is missing.
set -eu
command -v soffice >/dev/null 2>&1 || {
    echo "not checked: LibreOffice (soffice) is missing"
    exit 77
}
workspace=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.."
samples=$(tools/interop/samples.sh "$workspace")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for kind in docx odt; do
    mkdir "$work/$kind"
    find "$workspace/out" "$samples" -name "*.$kind" -exec cp {} "$work" \;
    [ -z "$(find "$work" -maxdepth 1 -name "*.$kind")" ] || soffice "-env:UserInstallation=file://$work/profile" --headless --norestore \
        --convert-to "$kind" --outdir "$work/$kind" "$work"/*."$kind" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
done
.venv/bin/python tools/interop/compare_text.py "$work"
