#!/bin/sh
# Run named steps one after the other, go on when one fails, and list all that failed at the end.
# Usage: tools/steps.sh check|test|conformance|bench|interop
set -u
cd "$(dirname "$0")/.."
BIN=".venv/bin"
failed=""

step() {
    name=$1
    shift
    printf '\n=== %s ===\n' "$name"
    "$@" || failed="$failed
  $name"
}

finish() {
    if [ -n "$failed" ]; then
        printf '\nFAILED:%s\n' "$failed" >&2
        exit 1
    fi
    printf '\nall steps passed\n'
}

static_checks() {
    step "format (ruff format)" $BIN/ruff format --check
    step "lint (ruff check)" $BIN/ruff check
    step "types (mypy)" $BIN/mypy
    step "types (pyright)" $BIN/pyright
    step "imports point downwards (import-linter)" $BIN/lint-imports
    step "texts are translated (catalogue)" $BIN/python tools/catalogue.py check
    step "generated docs are up to date" $BIN/python tools/build_docs.py check
}

conformance() {
    $BIN/pytest -m conformance -n auto --dist loadfile
    status=$?
    # 5: nothing was collected; with the vectors at hand that would be a silent hole
    [ $status -ne 5 ] || echo "no conformance test was found although ../shared is there" >&2
    return $status
}

interop() {
    workspace=$(mktemp -d) || return 1
    $BIN/webir demo "$workspace/demo" >"$workspace/log" 2>&1 || { cat "$workspace/log"; rm -rf "$workspace"; return 1; }
    for check in tests/interop/*.sh; do
        printf '%s: ' "$(basename "$check" .sh)"
        sh "$check" "$workspace/demo/workspace"
        case $? in
        0) ;;
        77) ;; # the check said which program is missing
        *) wrong="${wrong-} $check" ;;
        esac
    done
    rm -rf "$workspace"
    [ -z "${wrong-}" ] || { echo "failed:$wrong" >&2; return 1; }
}

case "${1-}" in
check)
    static_checks
    ;;
test)
    static_checks
    step "tests (pytest)" $BIN/pytest -m "not conformance" -n auto --dist loadfile
    ;;
conformance)
    if [ ! -d ../shared ]; then
        echo "The folder ../shared (public vectors, an agency's example data) is not here: nothing to compare with."
        exit 0
    fi
    step "public vectors and example data (pytest -m conformance)" conformance
    ;;
bench)
    set -- bench/bench_*.py
    [ -e "$1" ] || { echo "no benchmark yet: bench/bench_*.py"; exit 0; }
    for program in "$@"; do
        step "$program" $BIN/python "$program"
    done
    ;;
interop)
    step "other people's programs read what we write" interop
    ;;
*)
    sed -n '2,3s/^# //p' "$0" >&2
    exit 2
    ;;
esac
finish
