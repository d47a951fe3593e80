#!/bin/sh
# Prepare this folder: uv, .venv from the locked requirements, the package itself, and what PDF needs.
# Safe to run again: it does only what is missing.
set -eu
cd "$(dirname "$0")/.."

NEEDED_PYTHON="3.11"
STAMP=".venv/.setup-stamp"

say() { printf 'setup: %s\n' "$*"; }

fail() {
    printf 'setup: %s\n' "$@" >&2
    exit 4
}

# --- as_root COMMAND…: run it as root without asking for a password, or fail --------------------------------
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo -n "$@"
    fi
}

can_apt() {
    command -v apt-get >/dev/null 2>&1 || return 1
    [ "$(id -u)" = 0 ] || sudo -n true >/dev/null 2>&1
}

# apt's own output goes to a file that is shown only when it fails
apt_install() {
    log=$(mktemp)
    if as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q >"$log" 2>&1 &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@" >>"$log" 2>&1; then
        rm -f "$log"
    else
        tail -n 5 "$log" >&2
        rm -f "$log"
        return 1
    fi
}

# --- Python and uv ------------------------------------------------------------------------------------------
is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for candidate in python3.13 python3.12 python3.11 python3 python3.14 python; do
        if command -v "$candidate" >/dev/null 2>&1 && is_new_enough "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

make_tools_folder() {
    rm -rf .tools
    "$1" -m venv .tools >/dev/null 2>&1 && [ -x .tools/bin/pip ]
}

install_uv() {
    if ! python=$(find_python); then
        if can_apt; then
            say "installing Python by apt"
            apt_install python3 python3-venv || true
        fi
        python=$(find_python) || fail \
            "Python $NEEDED_PYTHON or newer is needed, and was not found." \
            "Debian 12 / Ubuntu 24.04 or newer:  sudo apt-get install python3 python3-venv" \
            "anywhere else: install Python from python.org, or install uv, which brings its own; then run this again."
    fi
    if ! make_tools_folder "$python"; then
        can_apt && apt_install python3-venv || true
        make_tools_folder "$python" || fail \
            "$python cannot make a virtual environment (the module venv or ensurepip is missing)." \
            "Debian / Ubuntu:  sudo apt-get install python3-venv   then run this again."
    fi
    say "installing uv into .tools"
    .tools/bin/pip install --quiet --disable-pip-version-check 'uv>=0.5' || fail \
        "pip could not install uv (see above). Install uv by hand so that 'uv --version' works; then run this again."
}

# A shim on the PATH may exist and still not run, so ask each candidate for its version.
find_uv() {
    for candidate in uv .tools/bin/uv; do
        if "$candidate" --version >/dev/null 2>&1; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    return 1
}

# --- the virtual environment --------------------------------------------------------------------------------
# Changes whenever the locks, the package's metadata, this script or the folder's place change.
wanted_stamp() {
    { cat requirements.lock requirements-dev.lock pyproject.toml tools/setup.sh && pwd; } | cksum
}

environment_is_current() {
    [ -f "$STAMP" ] && [ "$(cat "$STAMP")" = "$(wanted_stamp)" ] && .venv/bin/python -c 'import webir_records' 2>/dev/null
}

build_environment() {
    uv=$(find_uv) || { install_uv && uv=$(find_uv); } || fail "uv does not run; remove the folder .tools and run this again."
    say "building .venv with $("$uv" --version)"
    if ! .venv/bin/python -c '' 2>/dev/null || ! is_new_enough .venv/bin/python; then
        "$uv" venv --quiet --clear --python ">=$NEEDED_PYTHON" .venv
    fi
    rm -f "$STAMP"
    "$uv" pip sync --quiet --python .venv/bin/python --require-hashes requirements-dev.lock
    # hatchling comes from the lock, so nothing needs to be downloaded that the lock does not name
    "$uv" pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable . 2>/dev/null ||
        "$uv" pip install --quiet --python .venv/bin/python --no-deps --editable .
    wanted_stamp >"$STAMP"
}

# --- LibreOffice and fonts: only PDF needs them ---------------------------------------------------------------
missing_packages() {
    if ! command -v soffice >/dev/null 2>&1 && ! command -v libreoffice >/dev/null 2>&1; then
        printf '%s ' libreoffice-writer-nogui libreoffice-calc-nogui
    fi
    if ! command -v fc-list >/dev/null 2>&1; then
        printf '%s ' fontconfig fonts-cns11643-kai fonts-noto-cjk
    else
        [ -n "$(fc-list :family=TW\\-Kai family 2>/dev/null)" ] || printf 'fonts-cns11643-kai '
        fc-list : family 2>/dev/null | grep -q 'Noto .* CJK' || printf 'fonts-noto-cjk '
    fi
    command -v pdftoppm >/dev/null 2>&1 || printf 'poppler-utils '
    [ -e /usr/share/zoneinfo/Asia/Taipei ] || printf 'tzdata '
}

install_packages() {
    packages=$(missing_packages)
    [ -n "$packages" ] || return 0
    if can_apt; then
        say "installing by apt: $packages(a few minutes)"
        # shellcheck disable=SC2086  # one word per package
        apt_install $packages || say "apt could not install them; going on without."
        packages=$(missing_packages)
        [ -n "$packages" ] || return 0
    fi
    say "not installed: $packages"
    say "Without them Word documents still work; PDF does not. To have PDF:"
    say "  Debian / Ubuntu:  sudo apt-get install $packages"
    say "  elsewhere: LibreOffice 7.4 or newer, the fonts TW-Kai (全字庫正楷體) and Noto CJK, poppler-utils"
}

environment_is_current || build_environment
install_packages
say "ready"
