#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "corpora/labels.h"
#include "corpus_commands.h"
#include "corpus_options.h"
#include "evaluation/split_file.h"
#include "split_report.h"
#include "stop.h"

enum { KEY_BY = 256, KEY_FOLDS, KEY_TEST, KEY_VALIDATION, KEY_SEED, KEY_CHECK, KEY_ALL };

static const char name[] = "corpus split";

static const struct option_row rows[] = {
    {KEY_BY, "by", "PROTOCOL", "what is kept apart, see below (default: speaker)"},
    {KEY_FOLDS, "folds", "K", "into K folds, for a cross-validation"},
    {KEY_TEST, "test", "SHARE", "once: this share to test, such as 0.2, the rest to train"},
    {KEY_VALIDATION, "validation", "SHARE", "with --test: this share for validation"},
    {KEY_SEED, "seed", "N", "of chance (default 0)"},
    CORPUS_OPTION_ROWS,
    {'o', "out", "FILE", "the split file to write, such as split.csv"},
    {KEY_CHECK, "check", "FILE", "look for leaks in a split file instead (all voices)"},
    {KEY_ALL, "all", NULL, "with --check: name every leak, not just the first few"},
    OPTION_HELP_ROW,
    {0},
};

struct options {
    struct corpus_options corpora;
    struct partition_settings split;
    const char *out, *check;
    int all, voices, seed;
};

static void print_help(void)
{
    help_print(
        "ser corpus split --by PROTOCOL [--folds K | --test SHARE] --out FILE PLACE…\n"
        "       ser corpus split --check FILE PLACE…",
        "Divides recordings into folds, or into a training, a validation and a test part,\n"
        "and writes a file that says which recording is in which: 'ser train --split' goes\n"
        "by it. The same seed gives the same file on every machine. With --check, looks for\n"
        "what makes the figures of a split look better than they are: speakers, copies or\n"
        "equal files on both sides.",
        rows, "Protocols:\n");
    for (int i = 0; protocols[i]; i++)
        printf("  %-22s %s\n", protocols[i]->name, protocols[i]->about);
    fputs("\nExamples:\n"
          "  ser corpus split --folds 5 --out split.csv ravdess\n"
          "  ser corpus split --test 0.2 --validation 0.1 --seed 3 --out split.csv crema-d\n"
          "  ser corpus split --by corpus --labels common6 --out split.csv ravdess tess crema-d\n"
          "  ser corpus split --check split.csv ravdess\n\n"
          "Exit status: 0 the split was written, or does not leak; 1 it was not, or leaks;\n"
          "2 wrong usage.\n",
          stdout);
}

static int take_protocol(struct options *options, const char *value)
{
    options->split.protocol = protocol_find(value);
    if (!options->split.protocol)
        complain(name, "option '--by' is '%s', expected a protocol; see 'ser corpus split --help'",
                 value);
    return options->split.protocol != NULL;
}

static int take_share(double *share, const char *option, const char *value)
{
    char *end;
    *share = strtod(value, &end);
    if (end == value || *end || !(*share > 0 && *share < 1)) {
        complain(name, "option '--%s' is '%s', expected a share between 0 and 1", option, value);
        return 0;
    }
    return 1;
}

/* Reads one option; 0 when it is wrong. */
static int take_option(void *context, int key, const char *value)
{
    struct options *options = context;
    long long number;
    switch (key) {
    case KEY_BY: return take_protocol(options, value);
    case KEY_FOLDS:
        if (!parse_number(name, "folds", value, 2, PARTITION_MAX_FOLDS, &number))
            return 0;
        options->split.folds = (int)number;
        return 1;
    case KEY_TEST: return take_share(&options->split.test, "test", value);
    case KEY_VALIDATION: return take_share(&options->split.validation, "validation", value);
    case KEY_SEED:
        if (!parse_number(name, "seed", value, 0, INT32_MAX, &number))
            return 0;
        options->split.seed = (uint64_t)number;
        options->seed = 1;
        return 1;
    case 'o': options->out = value; return 1;
    case KEY_CHECK: options->check = value; return 1;
    case KEY_ALL: options->all = 1; return 1;
    case KEY_VOICES: options->voices = 1; /* fallthrough */
    default: return corpus_options_take(&options->corpora, name, key, value);
    }
}

/* Whether what was asked for goes together. */
static int check_options(const struct options *options)
{
    const struct partition_settings *split = &options->split;
    bool has_shares = split->test > 0 || split->validation > 0;
    bool is_chosen = !split->protocol || split->protocol->kind == PROTOCOL_CHOSEN;
    if (options->check &&
        (options->out || split->protocol || split->folds || has_shares || options->seed))
        complain(name, "'--check' looks at a split that is there: leave out the options that make "
                       "one");
    else if (!options->check && options->all)
        complain(name, "'--all' goes with '--check'");
    else if (!options->check && !options->out)
        complain(name, "option '--out' is missing: the split file to write");
    else if (split->folds && has_shares)
        complain(name, "'--folds' and '--%s' are two ways to divide; choose one",
                 split->test > 0 ? "test" : "validation");
    else if (!is_chosen && (split->folds || has_shares))
        complain(name, "'%s' has folds of its own: leave out '--%s'", split->protocol->name,
                 split->folds ? "folds" : "test");
    else if (!options->check && is_chosen && !split->folds && !(split->test > 0))
        complain(name, "into how many parts? '--folds K' or '--test SHARE' is missing");
    else if (split->test + split->validation >= 1)
        complain(name, "'--test' and '--validation' leave nothing to train with");
    else
        return 1;
    return 0;
}

static ser_status apply_labels(const struct corpus_options *options, struct corpus *corpus,
                               ser_error *error)
{
    struct label_map map;
    if (!options->labels)
        return label_map_apply(NULL, corpus, error);
    ser_status status = label_map_read(&map, options->labels, error);
    if (!status)
        status = label_map_apply(&map, corpus, error);
    label_map_release(&map);
    return status;
}

static int split(const struct options *options, struct corpus *corpus, ser_error *error)
{
    struct partition partition = {0};
    struct leak_list leaks = {0};
    ser_status status = apply_labels(&options->corpora, corpus, error);
    if (!status)
        status = partition_make(&partition, corpus, &options->split, error);
    if (!status)
        status = split_find_leaks(&leaks, &partition, corpus, error);
    stop_hold_signals();
    if (!status)
        status = split_file_write(options->out, corpus, &partition, error);
    stop_release_signals();
    if (!status && !split_report_table(corpus, &partition))
        status = error_memory(error, "counting recordings");
    if (!status) {
        putchar('\n');
        split_report_warnings(corpus, &partition);
        split_report_leaks(&leaks, 0);
        printf("%s: %d recordings by protocol %s\n", options->out, corpus->count,
               partition.protocol);
    }
    partition_release(&partition);
    leaks_release(&leaks);
    return status ? EXIT_FAILED : EXIT_DONE;
}

static int check(const struct options *options, struct corpus *corpus, ser_error *error)
{
    struct split_file file;
    struct partition partition = {0};
    struct leak_list leaks = {0};
    ser_status status = split_file_read(&file, options->check, error);
    if (!status && options->corpora.labels)
        status = apply_labels(&options->corpora, corpus, error);
    if (!status)
        status = split_file_match(&file, corpus, &partition, error);
    if (!status)
        status = split_file_find_leaks(&file, corpus, &leaks, error);
    if (!status && !split_report_table(corpus, &partition))
        status = error_memory(error, "counting recordings");
    int code = status || leaks.leaks ? EXIT_FAILED : EXIT_DONE;
    if (!status) {
        putchar('\n');
        split_report_warnings(corpus, &partition);
        split_report_leaks(&leaks, options->all);
        printf("%s: protocol %s, ", options->check, partition.protocol);
        printf(leaks.leaks ? "%d leaks\n" : "no leaks\n", leaks.leaks);
    }
    partition_release(&partition);
    leaks_release(&leaks);
    split_file_release(&file);
    return code;
}

static int work(struct options *options)
{
    struct corpus corpus = {0};
    ser_error error = {0};
    int code = EXIT_FAILED;
    if (!options->split.protocol)
        options->split.protocol = protocols[0];
    for (int i = 0; i < VOICE_KINDS && options->check && !options->voices; i++)
        options->corpora.settings.voices[i] = true;
    if (!corpus_read(&corpus, (const char *const *)options->corpora.places, options->corpora.count,
                     &options->corpora.settings, &error))
        code = (options->check ? check : split)(options, &corpus, &error);
    if (*error.message)
        complain(name, "%s", error.message);
    corpus_release(&corpus);
    return code;
}

static int run(int count, char **arguments)
{
    struct options options = {.corpora = corpus_options_defaults()};
    int code = options_read(name, rows, count, arguments, print_help, take_option, &options);
    if (code != OPTIONS_READ)
        goto done;
    code = EXIT_USAGE;
    if (check_options(&options) &&
        corpus_options_take_places(&options.corpora, name, count - optind, arguments + optind))
        code = work(&options);
done:
    corpus_options_release(&options.corpora);
    return code;
}

const struct command command_corpus_split = {
    .name = "split",
    .summary = "divide recordings to train and to test, or check how others did",
    .run = run,
};
