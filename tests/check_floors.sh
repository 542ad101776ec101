#!/bin/sh
# Checks that the house stands on its floors: a file includes only headers of its own folder and of
# floors below, and only one folder knows each dependency. Prints TAP.
# usage: check_floors.sh SOURCE_FOLDER
# shellcheck disable=SC2016 # the dollars in quotes are awk's
set -eu

rules='floors dnnl sndfile soxr portaudio ffmpeg jansson xxhash speexdsp ebur128 cairo sqlite
civetweb mpi cmocka'

# Prints "rule TAB sentence" for every violation below the folder $1, and "files TAB count" last.
violations()
{
    (
        cd "$1"
        for folder in src tools include; do
            [ ! -d $folder ] || find $folder -type f \( -name '*.c' -o -name '*.h' \)
        done | sort | xargs awk '
function floor_of(number, names,    list, i)
{
    split(names, list, " ")
    for (i in list)
        floor[list[i]] = number
}

function knows(rule, pattern, place)
{
    dependency[rule] = pattern
    home[rule] = place
}

BEGIN {
    floor_of(0, "base")
    floor_of(1, "audio features nn")
    floor_of(2, "clean corpora augment")
    floor_of(3, "models")
    floor_of(4, "recognize")
    floor_of(5, "evaluation")
    floor_of(6, "training")
    floor_of(7, "report store")
    floor_of(8, "tools")

    # Which folder makes what an installed header promises.
    maker["status"] = maker["version"] = "base"
    maker["audio"] = "audio"
    maker["features"] = "features"
    maker["clean"] = "clean"
    maker["model"] = "models"
    maker["recognizer"] = maker["stream"] = maker["ser"] = "recognize"

    knows("dnnl", "(^|/)dnnl[^/]*[.]h$", "src/nn/onednn/")
    knows("sndfile", "(^|/)sndfile[.]h$", "src/audio/")
    knows("soxr", "(^|/)soxr[^/]*[.]h$", "src/audio/")
    knows("portaudio", "(^|/)portaudio[.]h$", "src/audio/")
    knows("ffmpeg", "^lib(av|sw)[a-z]*/", "src/audio/ffmpeg_module.c")
    knows("jansson", "(^|/)jansson[^/]*[.]h$", "src/base/")
    knows("xxhash", "(^|/)xxh[^/]*[.]h$", "src/base/")
    knows("speexdsp", "(^|/)speex", "src/clean/")
    knows("ebur128", "(^|/)ebur128[.]h$", "src/clean/")
    knows("cairo", "(^|/)cairo[^/]*[.]h$", "src/report/")
    knows("sqlite", "(^|/)sqlite3[^/]*[.]h$", "src/store/")
    knows("civetweb", "(^|/)civetweb[.]h$", "tools/server/")
    knows("mpi", "(^|/)mpi[.]h$", "src/training/")
    knows("cmocka", "(^|/)cmocka[^/]*[.]h$", "tests/")
}

# The folder that a file belongs to: src/nn/plain/dense.c to nn, include/ser/model.h to models.
function owner(path,    parts)
{
    split(path, parts, "/")
    if (parts[1] == "tools")
        return "tools"
    if (parts[1] == "src")
        return parts[2]
    sub(/[.]h$/, "", parts[3])
    return (parts[3] in maker) ? maker[parts[3]] : parts[3] ".h, whose maker is not in the table"
}

function complain(rule, sentence)
{
    printf "%s\t%s:%d: includes %s: %s\n", rule, FILENAME, FNR, header, sentence
}

function check_installed(    name)
{
    name = header
    sub(/^ser\//, "", name)
    sub(/[.]h$/, "", name)
    if (!(name in maker))
        complain("floors", "no such installed header is in the table of makers")
    else if (floor[maker[name]] > floor[from])
        complain("floors", "it is made by " maker[name] ", on a floor above " from)
}

function check_floor(    to)
{
    to = header
    if (!sub(/\/.*/, "", to)) {
        if (quoted && from != "tools")
            complain("floors", "write it as \"folder/" header "\"")
        return
    }
    if (to == "ser") {
        check_installed()
        return
    }
    if (from == "tools" && (to == "cli" || to == "server"))
        return
    if (!(to in floor)) {
        if (quoted)
            complain("floors", to " is no folder of the house")
    } else if (to != from && floor[to] >= floor[from]) {
        complain("floors", to " is not on a floor below " from)
    }
}

FNR == 1 {
    files++
    from = owner(FILENAME)
    if (!(from in floor)) {
        printf "floors\t%s: the folder %s has no floor\n", FILENAME, from
        floor[from] = 99 # one complaint is enough
    }
}

/^[ \t]*#[ \t]*include[ \t]*[<"]/ {
    header = $0
    quoted = header ~ /^[ \t]*#[ \t]*include[ \t]*"/
    sub(/^[ \t]*#[ \t]*include[ \t]*[<"]/, "", header)
    sub(/[>"].*/, "", header)
    check_floor()
    for (rule in dependency)
        if (header ~ dependency[rule] && index(FILENAME, home[rule]) != 1)
            complain(rule, "only " home[rule] " knows it")
}

END { printf "files\t%d\n", files }'
    )
}

number=0
failed=0

# Prints one line of TAP: ok when the text $2 is empty, otherwise the text as comments.
report()
{
    number=$((number + 1))
    if [ -z "$2" ]; then
        echo "ok $number - $1"
    else
        failed=1
        echo "not ok $number - $1"
        echo "$2" | sed 's/^/# /'
    fi
}

# Makes a file of a made-up house that includes the headers given.
make()
{
    mkdir -p "$house/${1%/*}"
    file=$house/$1
    shift
    for header in "$@"; do
        case $header in
            '<'*) echo "#include $header" ;;
            *) echo "#  include \"$header\" /* a remark */" ;;
        esac
    done > "$file"
}

# A house with one violation of every kind and with much that is allowed.
make_house()
{
    make src/base/good.c base/good.h ser/status.h '<jansson.h>' '<stdio.h>' '<sys/stat.h>'
    make src/audio/good.c audio/good.h base/good.h ser/audio.h '<sndfile.h>' '<soxr.h>'
    make src/audio/ffmpeg_module.c '<libavcodec/avcodec.h>' '<libswresample/swresample.h>'
    make src/nn/onednn/good.c nn/tensor.h nn/onednn/good.h '<oneapi/dnnl/dnnl.h>'
    make src/features/good.c '<kiss_fftr.h>' ser/features.h ser/audio.h
    make src/evaluation/good.c recognize/good.h corpora/corpus.h ser/model.h
    make tools/cli/good.c cli.h cli/good.h training/good.h ser/ser.h
    make include/ser/model.h ser/status.h ser/audio.h
    make src/base/upward.c audio/good.h
    make src/features/sideways.c audio/good.h
    make src/models/angle.c '<training/good.h>'
    make src/nn/bare.c tensor.h
    make src/nn/dots.c ../base/good.h
    make src/audio/promise.c ser/model.h
    make src/audio/unknown.c ser/nothing.h
    make src/attic/strange.c base/good.h
    make include/ser/features.h ser/recognizer.h
    make src/nn/dnnl.c '<dnnl.h>'
    make src/features/sndfile.c '<sndfile.h>'
    make src/recognize/soxr.c '<soxr.h>'
    make tools/cli/portaudio.c '<portaudio.h>'
    make src/audio/ffmpeg.c '<libavformat/avformat.h>'
    make src/evaluation/jansson.c '<jansson.h>'
    make src/corpora/xxhash.c '<xxhash.h>'
    make src/recognize/ebur128.c '<ebur128.h>'
    make src/audio/speexdsp.c '<speex/speex_preprocess.h>'
    make tools/cli/cairo.c '<cairo/cairo.h>'
    make src/training/sqlite.c sqlite3.h
    make tools/cli/civetweb.c '<civetweb.h>'
    make src/nn/mpi.c '<mpi.h>'
    make src/base/cmocka.c '<cmocka.h>'
}

# The files that make_house made wrong, as "rule file".
expected_in_house()
{
    for file in include/ser/features.h src/attic/strange.c src/audio/promise.c \
        src/audio/unknown.c src/base/upward.c src/features/sideways.c src/models/angle.c \
        src/nn/bare.c src/nn/dots.c src/training/sqlite.c; do
        echo "floors $file"
    done
    for rule in $rules; do
        [ "$rule" = floors ] || find "$house" -name "$rule.c" | sed "s|^$house/|$rule |"
    done
}

check_itself()
{
    house=$(mktemp -d)
    trap 'rm -rf "$house"' EXIT
    make_house
    expected_in_house | sort > "$house/expected"
    violations "$house" | sed -n 's/^\([a-z0-9]*\)	\([^:]*\):.*/\1 \2/p' | sort > "$house/found"
    diff "$house/expected" "$house/found" || true
}

if [ $# -ne 1 ] || [ ! -d "$1/src" ]; then
    echo "usage: check_floors.sh SOURCE_FOLDER" >&2
    exit 2
fi
found=$(violations "$1")
files=$(echo "$found" | sed -n 's/^files	//p')
for rule in $rules; do
    report "$rule" "$(echo "$found" | sed -n "s/^$rule	//p")"
done
if [ "${files:-0}" -gt 0 ]; then
    report "$files files were looked at" ""
else
    report "files were looked at" "no file was found below $1"
fi
report "every violation in a made-up house is found" "$(check_itself)"
echo "1..$number"
exit $failed
