#!/bin/sh
# Checks that the shared library shows its public names and no others. Prints TAP.
# usage: check_symbols.sh LIBRARY HEADER_FOLDER
set -eu
shown=$(nm -D --defined-only "$1" | awk '{print $3}' | grep -v '^_' | sort)
promised=$(sed -n 's/.*SER_API .*[ *]\(ser_[a-z_]*\)(.*/\1/p' "$2"/*.h | sort)
status=0

report() {
    if [ -z "$2" ]; then
        echo "ok $1 - $3"
    else
        echo "not ok $1 - $3"
        echo "$2" | sed 's/^/# /'
        status=1
    fi
}

foreign=$(echo "$shown" | grep -v '^ser_' || true)
missing=$(for name in $promised; do echo "$shown" | grep -qx "$name" || echo "$name"; done)
hidden=$(for name in $shown; do echo "$promised" | grep -qx "$name" || echo "$name"; done)
report 1 "$foreign" "no names without the prefix ser_"
report 2 "$missing" "every function of the headers is there"
report 3 "$hidden" "no function that the headers do not have"
echo "1..3"
exit $status
