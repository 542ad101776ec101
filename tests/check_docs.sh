#!/bin/sh
# Checks that docs/networks.md knows every kind of layer and each of its settings, that
# docs/features.md has every feature set with its columns and formulae, that docs/augmentation.md has
# every augmentation with its parameters, that docs/evaluation.md has every protocol, and that every
# command has a man page. Prints TAP.
# usage: check_docs.sh COMMAND SOURCE_FOLDER
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

# The strings of one key of a JSON text, one a line, each once, as Markdown's tables have them.
values_of() {
    sed -n "s/^ *\"$1\": \"\(.*\)\",\{0,1\}\$/\1/p" | sed 's/|/\\|/g' | sort -u
}

# lacks FILE: those of the lines given that the file lacks
lacks() {
    while IFS= read -r line; do
        grep -qF -- "$line" "$1" || echo "$line"
    done
}

for set in $("$command" features --list --json | sed -n '/"sets"/,/^ ]/s/^ *"name": "\(.*\)",$/\1/p'); do
    missing=$("$command" features --describe "$set" --json | values_of formula |
        lacks "$source/docs/features.md")
    grep -q "^### $set\$" "$source/docs/features.md" || missing="its section $missing"
    verdict "$([ -z "$missing" ] && echo yes)" \
        "docs/features.md describes $set${missing:+, but lacks $missing}"
done
missing=$("$command" features --list --json | sed -n '/"functionals"/,$p' | values_of name |
    lacks "$source/docs/features.md")
verdict "$([ -z "$missing" ] && echo yes)" \
    "docs/features.md describes all functionals${missing:+, but lacks $missing}"

# A row of the table for every augmentation, with all of its parameters.
for name in $("$command" augment --list --json | sed -n 's/^  "name": "\(.*\)",$/\1/p'); do
    row=$(grep "^| \`$name\`" "$source/docs/augmentation.md" || true)
    missing=""
    for key in $("$command" augment --list --json |
        awk -v name="$name" -F'"' '/^  "name"/ { on = $4 == name } on && /^    "name"/ { print $4 }'); do
        case "$row" in *"\`$key\`"*) ;; *) missing="$missing $key" ;; esac
    done
    verdict "$([ -n "$row" ] && [ -z "$missing" ] && echo yes)" \
        "docs/augmentation.md describes $name${missing:+, but not$missing}"
done

for name in $("$command" corpus split --help |
    awk '/^Protocols:/ { on = 1; next } !NF { on = 0 } on { print $1 }'); do
    verdict "$(grep -q "^| \`$name\` |" "$source/docs/evaluation.md" &&
        grep -q "^.It Cm $name\$" "$source/man/ser-corpus.1" && echo yes)" \
        "docs/evaluation.md and ser-corpus(1) describe the protocol $name"
done

for name in $("$command" --help | awk '/^Commands:/ { on = 1; next } !NF { on = 0 } on { print $1 }'); do
    [ "$name" = version ] && continue
    verdict "$([ -f "$source/man/ser-$name.1" ] && echo yes)" "ser $name has a man page"
done
echo "1..$number"
exit $status
