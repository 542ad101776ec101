#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "command.h"
#include "corpus_options.h"
#include "progress_line.h"
#include "stop.h"
#include "trial_report.h"

enum { KEY_SPLIT = 256, KEY_PART, KEY_HEARD, KEY_JSON, MAX_THREADS = 256 };

static const char name[] = "evaluate";

static const struct option_row rows[] = {
    {'m', "model", "FILE", "the model to test (default: the one that comes with ser)"},
    CORPUS_OPTION_ROWS,
    {KEY_SPLIT, "split", "FILE", "only a part of a file of 'ser corpus split'"},
    {KEY_PART, "part", "PART", "which: test (default), validation, or the number of a fold"},
    {KEY_HEARD, "heard", NULL, "test speakers that the model was trained with all the same"},
    {KEY_JSON, "json", NULL, "print everything as a JSON object"},
    {'o', "out", "FILE", "write what was predicted of each recording, such as predictions.csv"},
    {'j', "threads", "N", "recordings at a time (default: one a processor)"},
    OPTION_HELP_ROW,
    {0},
};

struct options {
    struct corpus_options corpora;
    struct trial_settings trial;
    const char *out;
    int threads, as_json;
};

static void print_help(void)
{
    help_print(
        "ser evaluate [OPTION]… [PLACE]…",
        "Tests a model on labelled recordings: accuracy, unweighted average recall (UAR), the\n"
        "confusion matrix and figures for each emotion. A PLACE is a folder, CORPUS=FOLDER or a\n"
        "manifest (default: $SER_DATA/ravdess). Left out, and counted, are speakers whom the\n"
        "model was trained with, emotions that it does not know, and augmented copies beside\n"
        "their originals.",
        rows,
        "Examples:\n"
        "  ser evaluate --labels common7 tess\n"
        "  ser evaluate --model my.safetensors --split split.csv ravdess\n"
        "  ser evaluate --model my.safetensors --out predictions.csv --json crema-d >test.json\n\n"
        "Exit status: 0 all were tested, 1 some could not be read (the others were tested), or\n"
        "nothing could be done, 2 wrong usage, 130 interrupted.\n");
}

static int take_part(struct options *options, const char *value)
{
    options->trial.part = part_find(value);
    if (options->trial.part == PART_NONE)
        complain(name,
                 "option '--part' is '%s', expected test, validation, train or the number of a "
                 "fold",
                 value);
    return options->trial.part != PART_NONE;
}

/* Reads one option; 0 when it is wrong. */
static int take_option(void *context, int key, const char *value)
{
    struct options *options = context;
    long long number;
    switch (key) {
    case 'm': options->trial.model = value; return 1;
    case KEY_SPLIT: options->trial.split = value; return 1;
    case KEY_PART: return take_part(options, value);
    case KEY_HEARD: options->trial.with_heard = true; return 1;
    case KEY_JSON: options->as_json = 1; return 1;
    case 'o': options->out = value; return 1;
    case 'j':
        if (!parse_number(name, "threads", value, 1, MAX_THREADS, &number))
            return 0;
        options->threads = (int)number;
        return 1;
    default: return corpus_options_take(&options->corpora, name, key, value);
    }
}

static int take_places(struct options *options, int count, char **places)
{
    if (options->trial.part != PART_NONE && !options->trial.split) {
        complain(name, "'--part' goes with '--split'");
        return 0;
    }
    if (!corpus_options_take_places(&options->corpora, name, count, places))
        return 0;
    options->trial.places = (const char *const *)options->corpora.places;
    options->trial.count = options->corpora.count;
    options->trial.corpus = options->corpora.settings;
    options->trial.labels = options->corpora.labels;
    return options->corpora.count;
}

static int show_progress(void *user, int done, int total)
{
    (void)user;
    progress_line_show_recordings("testing", done, total);
    return stop_requested();
}

/* Names the recordings that could not be read, in order. */
static void complain_unreadable(const struct trial *trial)
{
    for (int i = 0; i < trial->selection.count; i++)
        if (trial->each[i].problem)
            complain(name, "%s; left out", trial->each[i].problem);
}

/* Tests, with the table open beside its name from before the work on, so that one that cannot be
 * written does not cost it. */
static ser_status test(const struct options *options, struct trial *trial, ser_error *error)
{
    struct file_writer table = {0};
    ser_status status = trial_open(trial, &options->trial, error);
    stop_catch_signals(0);
    if (!status && options->out)
        status = file_writer_open(&table, options->out, error);
    if (!status)
        status = trial_run(trial, options->threads, show_progress, NULL, error);
    progress_line_clear();
    if (trial->each)
        complain_unreadable(trial);
    if (!status && options->out) {
        trial_write_table(table.stream, trial);
        status = file_writer_commit(&table, error);
    }
    file_writer_abandon(&table);
    return status;
}

static int evaluate(const struct options *options)
{
    struct trial trial;
    const struct trial_report report = {&trial, &options->trial};
    ser_error error = {0};
    int code = EXIT_FAILED;
    ser_status status = test(options, &trial, &error);
    if (status) {
        complain(name, "%s", error.message);
        code = status == SER_ERROR_INTERRUPTED ? EXIT_INTERRUPTED : EXIT_FAILED;
    } else if (!(options->as_json ? trial_report_json : trial_report_text)(&report)) {
        complain(name, "out of memory");
    } else {
        code = trial.unreadable ? EXIT_FAILED : EXIT_DONE;
    }
    trial_release(&trial);
    return code;
}

static int find_model_and_evaluate(struct options *options)
{
    char *found = options->trial.model ? NULL : find_default_model();
    int code = EXIT_FAILED;
    if (found)
        options->trial.model = found;
    if (options->trial.model)
        code = evaluate(options);
    else
        complain(name, "no model was found; name one by --model or SER_MODEL");
    free(found);
    return code;
}

static int run(int count, char **arguments)
{
    struct options options = {.corpora = corpus_options_defaults()};
    int code = options_read(name, rows, count, arguments, print_help, take_option, &options);
    if (code != OPTIONS_READ)
        goto done;
    code = EXIT_USAGE;
    if (take_places(&options, count - optind, arguments + optind))
        code = find_model_and_evaluate(&options);
done:
    corpus_options_release(&options.corpora);
    return code;
}

const struct command command_evaluate = {
    .name = "evaluate",
    .summary = "test a model on recordings",
    .run = run,
};
