#include <string.h>
#include <unistd.h>

#include "command.h"
#include "corpus_options.h"
#include "progress_line.h"
#include "report/explore/explore.h"
#include "stop.h"

enum { MAX_THREADS = 256 };

static const char name[] = "explore";

static const struct option_row rows[] = {
    {'o', "out", "FILE", "the page to write (default: report.html)"},
    CORPUS_OPTION_ROWS,
    {'j', "threads", "N", "recordings at a time (default: one a processor)"},
    OPTION_HELP_ROW,
    {0},
};

struct options {
    struct corpus_options corpora;
    const char *out;
    int threads;
};

static void print_help(void)
{
    help_print(
        "ser explore [OPTION]… [PLACE]…",
        "Measures all recordings of one or several corpora and writes a page about them, for a\n"
        "browser or a printer: how many there are of each emotion, corpus, sex and speaker, how\n"
        "long, loud and high they are, women beside men, examples drawn, what listeners heard,\n"
        "and what 'ser corpus check' finds. The page is one file that needs nothing else.\n"
        "A PLACE is a folder, CORPUS=FOLDER or a manifest (default: $SER_DATA/ravdess).",
        rows,
        "Examples:\n"
        "  ser explore ravdess\n"
        "  ser explore --out both.html --labels common7 ravdess tess\n"
        "  ser explore --voices speech,song --out all.html ravdess\n\n"
        "Exit status: 0 done, 1 some recordings could not be read (the page tells which), or\n"
        "nothing could be done, 2 wrong usage, 130 interrupted.\n");
}

/* Reads one option; 0 when it is wrong. */
static int take_option(void *context, int key, const char *value)
{
    struct options *options = context;
    long long number;
    switch (key) {
    case 'o': options->out = value; return 1;
    case 'j':
        if (!parse_number(name, "threads", value, 1, MAX_THREADS, &number))
            return 0;
        options->threads = (int)number;
        return 1;
    default: return corpus_options_take(&options->corpora, name, key, value);
    }
}

static int show_progress(void *user, const char *doing, int done, int total)
{
    char text[64];
    (void)user;
    snprintf(text, sizeof text, "%d of %d %s", done, total,
             strcmp(doing, "drawing") == 0 ? "emotions" : "recordings");
    progress_line_show(doing, done, total, text);
    return stop_requested();
}

static int explore(const struct options *options)
{
    struct explore_settings settings = {
        .places = (const char *const *)options->corpora.places,
        .count = options->corpora.count,
        .labels = options->corpora.labels,
        .threads = options->threads,
        .progress = show_progress,
    };
    struct exploration exploration;
    ser_error error = {0};
    memcpy(settings.voices, options->corpora.settings.voices, sizeof settings.voices);
    stop_catch_signals(0);
    ser_status status = explore_collect(&exploration, &settings, &error);
    if (!status)
        status = explore_write(&exploration, options->out, &error);
    progress_line_clear();
    if (status)
        complain(name, "%s", error.message);
    else if (exploration.unreadable)
        complain(name, "%d of %d recordings could not be read; %s says which and why",
                 exploration.unreadable, exploration.corpus.count, options->out);
    int code = status == SER_ERROR_INTERRUPTED    ? EXIT_INTERRUPTED
               : status || exploration.unreadable ? EXIT_FAILED
                                                  : EXIT_DONE;
    explore_release(&exploration);
    return code;
}

static int run(int count, char **arguments)
{
    struct options options = {.corpora = corpus_options_defaults(), .out = "report.html"};
    int code = options_read(name, rows, count, arguments, print_help, take_option, &options);
    if (code != OPTIONS_READ)
        goto done;
    code = EXIT_USAGE;
    if (corpus_options_take_places(&options.corpora, name, count - optind, arguments + optind))
        code = explore(&options);
done:
    corpus_options_release(&options.corpora);
    return code;
}

const struct command command_explore = {
    .name = "explore",
    .summary = "measure corpora and write a page about them",
    .run = run,
};
