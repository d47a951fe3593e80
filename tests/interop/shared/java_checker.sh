# What the checks by Java programs begin and end with; sourced. Give the name of the program in fetch.sh, its class and the workspace.
# Afterwards: $work is a folder of its own; `check` reads names of files and says PASS or FAIL for each.
workspace=$(cd "$3" && pwd)
cd "$(dirname "$0")/../.."
classpath=$(tools/interop/fetch.sh "$1") || { status=$?; echo "$classpath"; exit $status; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
class=$2
check() { java -cp "$classpath" "tools/interop/$class.java"; }
samples=$(tools/interop/samples.sh "$workspace")

# Every file must pass. Usage: all_pass WHAT-IS-MISSING-WHEN-THERE-IS-NONE, the names in $work/list.
all_pass() {
    [ -s "$work/list" ] || { echo "not checked: $1"; exit 77; }
    check <"$work/list" >"$work/said" || { grep -v '^PASS ' "$work/said" | head -n 60 >&2; exit 1; }
}

# The first file, broken, must be refused for the right reason; otherwise a yes means nothing.
# Usage: a_broken_one_fails KIND REASON
a_broken_one_fails() {
    .venv/bin/python tools/interop/break_file.py "$(head -n 1 "$work/list")" "$work/broken.$1"
    echo "$work/broken.$1" | check >"$work/refused" && { echo "$class did not notice a broken file" >&2; exit 1; }
    grep -q "$2" "$work/refused" || { cat "$work/refused" >&2; exit 1; }
}
