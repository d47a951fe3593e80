#!/bin/sh
# Have one validator's jars in .tools/interop and print their class path; the second time nothing is fetched.
# Usage: tools/interop/fetch.sh verapdf|odfvalidator
# Exit 77, with the reason on stdout, when Java 17, Maven or the network is missing; 1 when a jar is not the one that we know.
#
# NAME.sha256 lists the jars in the order of the class path. After a change of pom.xml write it anew:
#   tools/interop/fetch.sh --list NAME
set -eu
cd "$(dirname "$0")"
here=$(pwd)
repository="$here/../../.tools/interop/repository"

skip() {
    echo "not checked: $*"
    exit 77
}

resolve() { # PROFILE GOAL [OPTION…]
    profile=$1
    shift
    mvn --batch-mode -Dstyle.color=never --no-transfer-progress --quiet --file "$here/pom.xml" --activate-profiles "$profile" \
        "-Dmaven.repo.local=$repository" "$@"
}

known() { (cd "$repository" 2>/dev/null && sha256sum --check --strict --quiet "$here/$1.sha256" >/dev/null 2>&1); }

list() { # the class path that Maven finds, as SHA-256 sums
    jars=$(mktemp)
    trap 'rm -f "$jars"' EXIT
    resolve "$1" dependency:build-classpath "-Dmdep.outputFile=$jars" >&2
    cd "$repository"
    repository=$(pwd)
    tr ':' '\n' <"$jars" | sed "s|^.*/\.tools/interop/repository/||" | xargs sha256sum >"$here/$1.sha256"
}

if [ "${1-}" = --list ]; then
    list "$2"
    exit
fi
name=$1
java -version 2>&1 | grep -Eq 'version "(1[7-9]|[2-9][0-9])' && java --list-modules 2>/dev/null | grep -q '^jdk\.compiler@' ||
    skip "a Java development kit, 17 or newer, is missing"
command -v sha256sum >/dev/null 2>&1 || skip "sha256sum is missing"
if ! known "$name"; then
    command -v mvn >/dev/null 2>&1 || skip "Maven (mvn) is missing"
    mkdir -p "$repository"
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    resolve "$name" dependency:resolve >"$log" 2>&1 ||
        skip "Maven could not get $name (is there a network?): $(sed -n "s/^.*\[ERROR\] //p" "$log" | head -n 1 | cut -c1-200)"
    known "$name" || {
        echo "the jars of $name are not those that tools/interop/$name.sha256 names" >&2
        exit 1
    }
fi
cd "$repository"
sed 's/^[0-9a-f]*  //' "$here/$name.sha256" | sed "s|^|$(pwd)/|" | paste -sd: -
