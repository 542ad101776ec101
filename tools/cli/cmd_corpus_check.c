#include <unistd.h>

#include "corpus_commands.h"
#include "corpus_options.h"
#include "corpus_report.h"
#include "progress_line.h"
#include "stop.h"

enum { KEY_JSON = 256, KEY_ALL, MAX_THREADS = 256 };

static const char name[] = "corpus check";

static const struct option_row rows[] = {
    {KEY_ALL, "all", NULL, "name every file, not just the first few of each kind"},
    {KEY_JSON, "json", NULL, "print everything as JSON"},
    {KEY_VOICES, "voices", "LIST", "of speech, song, non-speech (default: all)"},
    {'j', "threads", "N", "recordings at a time (default: one a processor)"},
    OPTION_HELP_ROW,
    {0},
};

struct options {
    struct corpus_options corpora;
    int threads, all, json;
};

static void print_help(void)
{
    help_print(
        "ser corpus check [OPTION]… PLACE…",
        "Looks for what is known to go wrong in corpora: copies, also of the same sound under\n"
        "two names, contradicting labels, files that cannot be decoded, are cut short or hold\n"
        "nothing to hear, odd sample rates and lengths, missing speakers and recordings.\n"
        "Problems spoil a model or its figures; remarks are good to know.",
        rows,
        "Examples:\n"
        "  ser corpus check ravdess\n"
        "  ser corpus check --all ravdess tess=TESS\n"
        "  ser corpus check --json . | jq '.findings[] | select(.kind == \"silent\").path'\n\n"
        "Exit status: 0 no problem was found, 1 some were, or a corpus cannot be read,\n"
        "2 wrong usage, 130 interrupted.\n");
}

/* Reads one option; 0 when it is wrong. */
static int take_option(void *context, int key, const char *value)
{
    struct options *options = context;
    long long number;
    switch (key) {
    case KEY_ALL: options->all = 1; return 1;
    case KEY_JSON: options->json = 1; return 1;
    case 'j':
        if (!parse_number(name, "threads", value, 1, MAX_THREADS, &number))
            return 0;
        options->threads = (int)number;
        return 1;
    default: return corpus_options_take(&options->corpora, name, key, value);
    }
}

static int show_progress(void *user, int done, int total)
{
    (void)user;
    progress_line_show_recordings("listening", done, total);
    return stop_requested();
}

static int check(const struct options *options)
{
    struct doctor_settings settings = doctor_settings_defaults();
    struct doctor_report report;
    ser_error error = {0};
    for (int i = 0; i < VOICE_KINDS; i++)
        settings.voices[i] = options->corpora.settings.voices[i];
    settings.threads = options->threads;
    settings.progress = show_progress;
    stop_catch_signals(0);
    ser_status status = doctor_examine(&report, (const char *const *)options->corpora.places,
                                       options->corpora.count, &settings, &error);
    progress_line_clear();
    if (status) {
        complain(name, "%s", error.message);
        return status == SER_ERROR_INTERRUPTED ? EXIT_INTERRUPTED : EXIT_FAILED;
    }
    int code = report.problems ? EXIT_FAILED : EXIT_DONE;
    if (!options->json)
        corpus_report_print(&report, options->all);
    else if (!corpus_report_print_json(&report))
        code = EXIT_FAILED;
    doctor_release(&report);
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
    if (corpus_options_take_places(&options.corpora, name, count - optind, arguments + optind))
        code = check(&options);
done:
    corpus_options_release(&options.corpora);
    return code;
}

const struct command command_corpus_check = {
    .name = "check",
    .summary = "look for what is wrong with a corpus",
    .run = run,
};
