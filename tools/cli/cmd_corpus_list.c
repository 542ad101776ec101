#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "corpora/labels.h"
#include "corpus_commands.h"
#include "corpus_options.h"
#include "recording_writer.h"
#include "stop.h"

enum { KEY_FORMAT = 256 };

static const char name[] = "corpus list";

static const struct option_row rows[] = {
    {KEY_FORMAT, "format", "FORMAT", "csv, or jsonl: an object a line (default: csv)"},
    {'o', "out", "FILE", "write FILE, .csv or .jsonl, instead of printing"},
    {KEY_LABELS, "labels", "MAP", "labels of a map in place of emotions: common7, common6 …"},
    {KEY_VOICES, "voices", "LIST", "of speech, song, non-speech (default: all)"},
    OPTION_HELP_ROW,
    {0},
};

struct options {
    struct corpus_options corpora;
    const char *out;
    const struct recording_writer *writer;
};

static void print_help(void)
{
    help_print(
        "ser corpus list [OPTION]… PLACE…",
        "Lists the recordings of corpora, and all that is known of each: who speaks, in what\n"
        "emotion, what is said. The list is a manifest, which every command reads as a place.",
        rows,
        "Examples:\n"
        "  ser corpus list ravdess\n"
        "  ser corpus list --out all.csv ravdess tess=TESS crema-d\n"
        "  ser corpus list --labels common7 --voices speech --format jsonl ravdess tess\n\n"
        "Exit status: 0 listed, 1 nothing to list or not to be written, 2 wrong usage.\n");
}

static int take_format(struct options *options, const char *value)
{
    options->writer = recording_writer_find(value);
    if (!options->writer)
        complain(name, "option '--format' is '%s', expected csv or jsonl", value);
    return options->writer != NULL;
}

/* Reads one option; 0 when it is wrong. */
static int take_option(void *context, int key, const char *value)
{
    struct options *options = context;
    switch (key) {
    case KEY_FORMAT: return take_format(options, value);
    case 'o': options->out = value; return 1;
    default: return corpus_options_take(&options->corpora, name, key, value);
    }
}

/* Paths in a manifest are taken from its own folder, so those in a list that goes elsewhere must
 * not be relative. Returns what is to stand before relative paths, NULL for nothing; the caller
 * frees it. */
static char *find_prefix(const char *out)
{
    if (!out || !strchr(out, '/'))
        return NULL;
    return get_current_dir_name();
}

static ser_status read_corpus(const struct corpus_options *options, struct corpus *corpus,
                              ser_error *error)
{
    struct label_map map;
    ser_status status = corpus_read(corpus, (const char *const *)options->places, options->count,
                                    &options->settings, error);
    if (status || !options->labels)
        return status;
    status = label_map_read(&map, options->labels, error);
    if (!status)
        status = label_map_apply(&map, corpus, error);
    label_map_release(&map);
    return status;
}

/* The list as it is to be written; the caller frees *text. */
static int make_text(const struct options *options, const struct corpus *corpus, char **text,
                     size_t *size)
{
    char *prefix = find_prefix(options->out);
    FILE *stream = open_memstream(text, size);
    if (stream && options->writer->begin)
        options->writer->begin(stream);
    for (int i = 0; stream && i < corpus->count; i++)
        options->writer->row(stream, &corpus->recordings[i], prefix);
    int failed = !stream || ferror(stream);
    failed |= stream && fclose(stream);
    free(prefix);
    return !failed;
}

static int list(const struct options *options)
{
    struct corpus corpus = {0};
    ser_error error = {0};
    char *text = NULL;
    size_t size = 0;
    int code = EXIT_FAILED;
    if (read_corpus(&options->corpora, &corpus, &error)) {
        complain(name, "%s", error.message);
        goto done;
    }
    if (!make_text(options, &corpus, &text, &size)) {
        complain(name, "out of memory");
        goto done;
    }
    code = EXIT_DONE;
    if (!options->out) {
        fwrite(text, 1, size, stdout);
        goto done;
    }
    stop_hold_signals();
    ser_status status = file_write(options->out, text, size, &error);
    stop_release_signals();
    if (status) {
        complain(name, "%s", error.message);
        code = EXIT_FAILED;
    } else {
        printf("%s: %d recordings\n", options->out, corpus.count);
    }
done:
    free(text);
    corpus_release(&corpus);
    return code;
}

static int run(int count, char **arguments)
{
    struct options options = {.corpora = corpus_options_defaults()};
    for (int i = 0; i < VOICE_KINDS; i++)
        options.corpora.settings.voices[i] = true;
    int code = options_read(name, rows, count, arguments, print_help, take_option, &options);
    if (code != OPTIONS_READ)
        goto done;
    code = EXIT_USAGE;
    if (!corpus_options_take_places(&options.corpora, name, count - optind, arguments + optind))
        goto done;
    if (!options.writer)
        options.writer = recording_writer_of(options.out);
    code = list(&options);
done:
    corpus_options_release(&options.corpora);
    return code;
}

const struct command command_corpus_list = {
    .name = "list",
    .summary = "list recordings, with all that is known of them",
    .run = run,
};
