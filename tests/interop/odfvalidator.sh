#!/bin/sh
# The ODF Toolkit's validator takes every odt for conforming OpenDocument: those of the demo, one of each form, and the empty forms.
# It must refuse a file with an unknown element.
# Usage: odfvalidator.sh WORKSPACE; exit 77 when Java, Maven or the network is missing, or there is no odt.
set -eu
set -- odfvalidator OdfCheck "$1"
. "$(dirname "$0")/shared/java_checker.sh"

find "$workspace" "$samples" templates -name '*.odt' | sort >"$work/list"
all_pass "there is no odt"
a_broken_one_fails odt 'webir-unknown'
echo "$(wc -l <"$work/list") files are conforming OpenDocument; a broken one was refused"
