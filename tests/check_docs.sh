#!/bin/sh
# Checks that docs/networks.md knows every kind of layer and each of its settings, and that every
# command has a man page. Prints TAP. usage: check_docs.sh COMMAND SOURCE_FOLDER
set -eu
command=$1
source=$2
number=0
status=0

# verdict WHETHER SENTENCE
verdict() {
    number=$((number + 1))
    [ "$1" = yes ] || status=1
    [ "$1" = yes ] && echo "ok $number - $2" || echo "not ok $number - $2"
}

layers=$("$command" info --layers | awk '{ print $1 }')
for layer in $layers; do
    row=$(grep "^|.*\`$layer\`" "$source/docs/networks.md" || true)
    missing=""
    for key in $("$command" info --layers |
        awk -v layer="$layer" '$1 == layer { sub(/.*settings: /, "") || $0 = ""; print }'); do
        case "$row" in *"\`$key\`"* | *"the same"*) ;; *) missing="$missing $key" ;; esac
    done
    verdict "$([ -n "$row" ] && [ -z "$missing" ] && echo yes)" \
        "docs/networks.md describes $layer${missing:+, but not$missing}"
done
for name in $("$command" --help | awk '/^Commands:/ { on = 1; next } !NF { on = 0 } on { print $1 }'); do
    [ "$name" = version ] && continue
    verdict "$([ -f "$source/man/ser-$name.1" ] && echo yes)" "ser $name has a man page"
done
echo "1..$number"
exit $status
