#!/bin/sh
# Other libraries and programs open what we write: python-docx every docx, odfdo every odt, poppler every PDF.
# A PDF must have every font embedded and its form number in its text; a document its form number too.
# Usage: documents_readers.sh WORKSPACE; exit 77 when poppler-utils is missing.
set -eu
command -v pdffonts >/dev/null 2>&1 && command -v pdftotext >/dev/null 2>&1 || {
    echo "not checked: poppler-utils (pdffonts, pdftotext) are missing"
    exit 77
}
workspace=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.."
samples=$(tools/interop/samples.sh "$workspace")
exec .venv/bin/python tools/interop/open_documents.py "$workspace/out" "$samples"
