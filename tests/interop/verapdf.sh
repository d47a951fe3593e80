#!/bin/sh
# veraPDF takes every PDF for PDF/A-2b: those of the demo, and one of each form from each kind of layout.
# It must refuse a PDF whose colour profile was removed.
# Usage: verapdf.sh WORKSPACE; exit 77 when Java, Maven, the network or LibreOffice is missing.
set -eu
set -- verapdf PdfaCheck "$1"
. "$(dirname "$0")/shared/java_checker.sh"

find "$workspace" "$samples" -name '*.pdf' | sort >"$work/list"
all_pass "there is no PDF (no LibreOffice)"
a_broken_one_fails pdf '^FAIL .*ISO 19005-2'
echo "$(wc -l <"$work/list") files are PDF/A-2b; a broken one was refused"
