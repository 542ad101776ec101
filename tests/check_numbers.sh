#!/bin/sh
# Checks that the README and the model's card say what the model file says. Prints TAP.
# usage: check_numbers.sh COMMAND SOURCE_FOLDER
set -eu
command=$1
source=$2
facts=$("$command" info --model "$source/models/speech.safetensors")
number=0
status=0

# expect FILE TEXT: whether the file holds the text
expect() {
    number=$((number + 1))
    if grep -qF -- "$2" "$source/$1"; then
        echo "ok $number - $1 says $2"
    else
        echo "not ok $number - $1 does not say $2"
        status=1
    fi
}

field() {
    echo "$facts" | awk -v name="$1" '$1 == name { print $2; exit }'
}

parameters=$(echo "$facts" | awk '$2 == "parameters," { print $1 }')
for file in README.md models/speech.md; do
    expect $file "$(field UAR) %"
    expect $file "$(field accuracy) %"
    expect $file "$(echo "$facts" | sed -n 's/.*UAR.*folds \(.*\) %/\1/p') %"
    expect $file "$parameters parameters"
done
for emotion in neutral calm happy sad angry fearful disgust surprised; do
    expect models/speech.md "| $emotion | $(echo "$facts" | awk -v e="$emotion" '$1 == e { print $2 }') |"
done
echo "1..$number"
exit $status
