#!/bin/sh
# Run the demo into the first free folder of demo, demo-2, demo-3, …: an earlier demo is never touched.
set -eu
cd "$(dirname "$0")/.."
folder="demo"
number=1
while [ -e "$folder" ]; do
    number=$((number + 1))
    folder="demo-$number"
done
[ "$folder" = demo ] || printf 'demo exists already and stays as it is; the new one goes to %s\n' "$folder"
exec .venv/bin/webir demo "$folder"
