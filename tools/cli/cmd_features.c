#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "feature_describe.h"
#include "feature_extraction.h"
#include "features/functionals.h"
#include "features/settings.h"
#include "operands.h"

enum {
    KEY_FRAMES = 256,
    KEY_FUNCTIONALS,
    KEY_FORMAT,
    KEY_RATE,
    KEY_SETTINGS,
    KEY_LIST,
    KEY_DESCRIBE,
    KEY_JSON,
    MAX_THREADS = 256
};

static const struct option_row rows[] = {
    {'s', "set", "NAME", "the features to measure (default: egemapsv02)"},
    {KEY_FRAMES, "frames", NULL, "a row for each frame"},
    {KEY_FUNCTIONALS, "functionals", "[=LIST]",
     "a row for each recording (default): the set's, or mean,p95 …"},
    {'o', "out", "FILE", "write FILE, which ends in .csv, .npy, .arff or .json; '-': print it"},
    {KEY_FORMAT, "format", "NAME", "csv, npy, arff or json, whatever FILE ends in"},
    {KEY_RATE, "rate", "HZ", "resample to this rate (default: 16000)"},
    {KEY_SETTINGS, "settings", "LIST", "change the set's settings: deltas=2,coefficients=13"},
    {'j', "threads", "N", "recordings at a time (default: one a processor)"},
    {KEY_LIST, "list", NULL, "list the sets and the functionals"},
    {KEY_DESCRIBE, "describe", "NAME", "columns, units, formulae and settings of a set"},
    {KEY_JSON, "json", NULL, "print --list or --describe as JSON"},
    OPTION_HELP_ROW,
    {0},
};

struct options {
    struct feature_request request;
    const char *set, *describe, *settings, *format;
    int rate, functionals, list, json;
};

static void print_help(void)
{
    help_print(
        "ser features [OPTION]… FILE|FOLDER|-…\n"
        "       ser features --list | --describe NAME [--json]",
        "Measures recordings: pitch, loudness, spectrum, voice quality and more, in named\n"
        "sets. Every recording gives a row of functionals, such as means, or, with --frames,\n"
        "a row for every few milliseconds. Of a folder, all recordings below it are taken;\n"
        "'-' reads one from standard input. A recording that is named twice, perhaps by its\n"
        "folder too, is measured once. Without --out the table is printed, as CSV unless\n"
        "--format says otherwise.",
        rows,
        "Examples:\n"
        "  ser features --list\n"
        "  ser features --describe egemapsv02\n"
        "  ser features --out calls.csv calls/\n"
        "  ser features --set mfcc40 --frames --out call.npy call.wav\n"
        "  ser features --set mfcc40 --settings coefficients=13,deltas=2 --out mfcc.csv calls/\n"
        "  ser features --set prosody --functionals=mean,stddev,p95 a.wav b.wav\n"
        "  ser features --format json a.wav | jq '.rows[0].values'\n\n"
        "Exit status: 0 all were measured, 1 some failed (the others were done),\n"
        "2 wrong usage, 130 interrupted.\n");
}

/* Reads one option; 0 when it is wrong. */
static int take_option(int key, const char *value, struct options *options)
{
    struct feature_request *request = &options->request;
    long long number;
    switch (key) {
    case 's': options->set = value; return 1;
    case KEY_FRAMES: request->by_frame = 1; return 1;
    case KEY_FUNCTIONALS:
        options->functionals = 1;
        request->functionals = value;
        return 1;
    case 'o': request->out = value; return 1;
    case KEY_FORMAT: options->format = value; return 1;
    case KEY_RATE:
        if (!parse_number("features", "rate", value, SER_AUDIO_MIN_RATE, SER_AUDIO_MAX_RATE,
                          &number))
            return 0;
        options->rate = (int)number;
        return 1;
    case KEY_SETTINGS: options->settings = value; return 1;
    case 'j':
        if (!parse_number("features", "threads", value, 1, MAX_THREADS, &number))
            return 0;
        request->threads = (int)number;
        return 1;
    case KEY_LIST: options->list = 1; return 1;
    case KEY_DESCRIBE: options->describe = value; return 1;
    case KEY_JSON: options->json = 1; return 1;
    default: return 0;
    }
}

/* Whether the options go together, and with the operands. */
static int check_options(const struct options *options, int operands, const char *operand)
{
    int shows = options->list || options->describe;
    if (options->list && options->describe)
        complain("features", "'--list' and '--describe' are two questions; choose one");
    else if (shows && operands)
        complain("features", "'%s' is not expected beside '--%s'", operand,
                 options->list ? "list" : "describe");
    else if (shows &&
             (options->request.out || options->format || options->set || options->request.by_frame))
        complain("features", "'--%s' measures nothing: leave out '--%s'",
                 options->list ? "list" : "describe",
                 options->request.out ? "out"
                 : options->format    ? "format"
                 : options->set       ? "set"
                                      : "frames");
    else if (!shows && options->json)
        complain("features", "'--json' goes with '--list' or '--describe'; for recordings, "
                             "'--format json' does");
    else if (options->functionals && options->request.by_frame)
        complain("features", "'--frames' and '--functionals' are two tables; choose one");
    else if (!shows && !operands)
        complain("features", "no recording was named; see 'ser features --help'");
    else
        return 1;
    return 0;
}

/* Whether no file is meant by one of the operands but the LIST of '--functionals LIST', which goes
 * behind a '='. */
static int is_lost_list(const struct options *options, int count, char **operands)
{
    struct functional *list;
    int length;
    for (int i = 0; options->functionals && !options->request.functionals && i < count; i++) {
        if (!access(operands[i], F_OK) || functional_list_parse(&list, &length, operands[i], NULL))
            continue;
        functional_list_release(list);
        complain("features", "'%s' is no recording; a list goes behind '=': '--functionals=%s'",
                 operands[i], operands[i]);
        return 1;
    }
    return 0;
}

/* Finds the format; 0 after saying why there is none. */
static int choose_writer(struct options *options)
{
    struct feature_request *request = &options->request;
    if (request->out && !strcmp(request->out, "-"))
        request->out = NULL;
    if (options->format)
        request->writer = feature_writer_named(options->format);
    else if (request->out)
        request->writer = feature_writer_find(request->out);
    if (!request->writer && options->format)
        complain("features", "option '--format' is '%s', expected csv, npy, arff or json",
                 options->format);
    else if (!request->writer)
        complain("features",
                 "'%s' has no ending that names a format, expected .csv, .npy, .arff or .json, or "
                 "the option '--format'",
                 request->out);
    else if (!request->out && request->writer == &feature_writer_npy && isatty(STDOUT_FILENO))
        complain("features", "npy is nothing to be shown; name a file by '--out', or a pipe");
    else
        return 1;
    return 0;
}

/* Finds the set, the format and the functionals, so that a wrong name is said before hours of work.
 * Returns EXIT_DONE when all is well; *extractor is then one as the request wants it. */
static int prepare(struct options *options, ser_extractor **extractor)
{
    struct feature_request *request = &options->request;
    const char *name = options->describe ? options->describe : options->set;
    const ser_feature_set *set = ser_feature_set_find(name);
    ser_error error = {0};
    if (!options->describe && !choose_writer(options))
        return EXIT_USAGE;
    int rate = options->rate;
    if (!rate) {
        /* The same for all sets that can, so that their values go together. */
        rate = ser_audio_settings_defaults().rate;
        if (set && rate < ser_feature_set_min_rate(set))
            rate = ser_feature_set_min_rate(set);
    }
    ser_status status = ser_features_settings_of(name, rate, &request->settings, &error);
    if (!status && options->settings)
        status = features_settings_change(&request->settings, options->settings, &error);
    if (!status)
        status = create_extractor(extractor, request, &error);
    if (!status)
        return EXIT_DONE;
    complain("features", "%s", error.message);
    return status == SER_ERROR_ARGUMENT ? EXIT_USAGE : EXIT_FAILED;
}

static int measure(const struct options *options, int count, char **operands)
{
    struct file_list list = {0};
    int failed = collect_files_once("features", count, operands, &list);
    if (list.count)
        failed += extract_features(&options->request, &list);
    file_list_release(&list);
    return failed ? EXIT_FAILED : EXIT_DONE;
}

static int run(int count, char **arguments)
{
    struct options options = {.request = {.writer = &feature_writer_csv}};
    ser_extractor *extractor = NULL;
    const char *value;
    int key;
    while ((key = option_next("features", rows, count, arguments, &value)) != OPTION_END) {
        if (key == OPTION_HELP) {
            print_help();
            return EXIT_DONE;
        }
        if (key == OPTION_WRONG || !take_option(key, value, &options))
            return EXIT_USAGE;
    }
    if (is_lost_list(&options, count - optind, arguments + optind) ||
        !check_options(&options, count - optind, arguments[optind]))
        return EXIT_USAGE;
    if (options.list)
        return print_feature_sets(options.json) ? EXIT_DONE : EXIT_FAILED;
    if (!options.set)
        options.set = "egemapsv02";
    int code = prepare(&options, &extractor);
    if (code == EXIT_DONE && options.describe)
        print_feature_set(extractor, options.request.functionals, options.json);
    else if (code == EXIT_DONE)
        code = measure(&options, count - optind, arguments + optind);
    ser_extractor_destroy(extractor);
    return code;
}

const struct command command_features = {
    .name = "features",
    .summary = "measure recordings: pitch, loudness, spectrum, voice",
    .run = run,
};
