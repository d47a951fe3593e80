#!/bin/sh
# openssl alone confirms the signature under the checkpoint (C2SP signed note, Ed25519).
# Usage: checkpoint_openssl.sh WORKSPACE; exit 77 when openssl 3 or base64 is missing.
set -eu
command -v base64 >/dev/null 2>&1 && openssl version 2>/dev/null | grep -q '^OpenSSL 3' || {
    echo "not checked: openssl 3 or base64 is missing"
    exit 77
}
archive="$1/archive"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# log.vkey: name+hash+base64(0x01 || 32-byte key); openssl wants the key behind a fixed DER prefix
key=$(sed 's/^[^+]*+[^+]*+//' "$archive/log.vkey")
{ printf '\060\052\060\005\006\003\053\145\160\003\041\000' && printf '%s' "$key" | base64 -d | tail -c 32; } >"$work/key.der"

# the text ends with the newline before the empty line; a signature line is "— name base64(4-byte hash || 64 bytes)"
sed '/^$/,$d' "$archive/checkpoint" >"$work/text"
sed -n '/^$/,$p' "$archive/checkpoint" | sed -n 's/^.* .* //p' | head -n 1 | base64 -d | tail -c 64 >"$work/signature"

openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key.der" -rawin -in "$work/text" -sigfile "$work/signature" >/dev/null
echo "the checkpoint's signature is good: $(sed -n 2p "$work/text") entries"
