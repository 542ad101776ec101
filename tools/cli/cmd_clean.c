#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/error.h"
#include "base/json.h"
#include "clean/clean_json.h"
#include "clean/loudness.h"
#include "clean/settings.h"
#include "command.h"
#include "convert_files.h"

enum { KEY_STEPS = 256, KEY_FORMAT, KEY_FORCE, KEY_JSON, MAX_THREADS = 256, HELP_COLUMN = 24 };

/* Steps that leave the voice as it is; noise and pauses are only touched when asked for. */
static const char DEFAULT_STEPS[] = "dc,low_cut=80,trim=35,lufs=-23";

static const struct option_row rows[] = {
    {KEY_STEPS, "steps", "LIST", "what to do (default: dc,low_cut=80,trim=35,lufs=-23)"},
    {KEY_FORMAT, "format", "NAME", "of the files in a folder: wav (default), flac, ogg or opus"},
    {KEY_FORCE, "force", NULL, "replace files that exist"},
    {'j', "threads", "N", "recordings at a time (default: one a processor)"},
    {KEY_JSON, "json", NULL, "print the summary as JSON"},
    OPTION_HELP_ROW,
    {0},
};

/* A recording before and after. */
struct measured {
    double seconds[2], lufs[2];
};

struct cleaning {
    ser_clean_settings settings;
    struct measured *files; // (recordings)
};

/* All recordings that were cleaned, before and after. */
struct sums {
    int files, audible[2];
    double seconds[2], lufs[2];
};

static void print_help(void)
{
    help_print(
        "ser clean [OPTION]… FILE FILE\n"
        "       ser clean [OPTION]… FILE|FOLDER FOLDER",
        "Takes away what is not the voice and sets the level. The second name is that of the\n"
        "file to write, or of a folder for all recordings: below it, they keep their places\n"
        "and names. Rate and channels stay. '-' reads standard input.",
        rows, "Steps, in the order in which they are done:\n");
    for (int i = 0; i < CLEAN_STEPS; i++) {
        const struct clean_row *row = &clean_rows[i];
        char name[32];
        if (row->kind == CLEAN_FLAG)
            snprintf(name, sizeof name, "%s", row->name);
        else
            snprintf(name, sizeof name, "%s[=%g] %s", row->name, row->typical, row->unit);
        printf("  %-*s %s\n", HELP_COLUMN, name, row->help);
    }
    fputs("\nExamples:\n"
          "  ser clean call.wav clean.wav\n"
          "  ser clean --format flac calls/ cleaned/\n"
          "  ser clean --steps dc,low_cut=80,noise=15,lufs=-23 calls/ cleaned/\n"
          "  ser clean --steps voice,trim talks/ voices/\n\n"
          "Exit status: 0 all were cleaned, 1 some failed (the others were done),\n"
          "2 wrong usage, 130 interrupted.\n",
          stdout);
}

/* Reads one option; 0 when it is wrong. */
static int take_option(int key, const char *value, struct conversion *conversion,
                       struct cleaning *cleaning, int *as_json)
{
    ser_error error = {0};
    long long number;
    switch (key) {
    case KEY_STEPS:
        if (!ser_clean_settings_parse(&cleaning->settings, value, &error))
            return 1;
        complain("clean", "%s", error.message);
        return 0;
    case KEY_FORMAT: conversion->format = value; return 1;
    case KEY_FORCE: conversion->force = 1; return 1;
    case KEY_JSON: *as_json = 1; return 1;
    case 'j':
        if (!parse_number("clean", "threads", value, 1, MAX_THREADS, &number))
            return 0;
        conversion->threads = (int)number;
        return 1;
    default: return 0;
    }
}

static ser_status measure(struct measured *measured, int after, const ser_audio *audio,
                          ser_error *error)
{
    measured->seconds[after] = ser_audio_duration(audio);
    return loudness_measure(audio, &measured->lufs[after], error);
}

static ser_status clean_one(void *context, const struct convert_turn *turn, ser_audio *audio,
                            ser_error *error)
{
    struct cleaning *cleaning = context;
    struct measured *measured = &cleaning->files[turn->input];
    ser_status status = measure(measured, 0, audio, error);
    if (!status)
        status = ser_clean(audio, &cleaning->settings, error);
    return status ? status : measure(measured, 1, audio, error);
}

static struct sums sum_up(const struct conversion *conversion, const struct cleaning *cleaning)
{
    struct sums sums = {0};
    for (size_t i = 0; i < conversion->inputs.count; i++) {
        if (!conversion->done[i])
            continue;
        sums.files++;
        for (int after = 0; after < 2; after++) {
            double lufs = cleaning->files[i].lufs[after];
            sums.seconds[after] += cleaning->files[i].seconds[after];
            sums.lufs[after] += isfinite(lufs) ? lufs : 0;
            sums.audible[after] += isfinite(lufs);
        }
    }
    for (int after = 0; after < 2; after++)
        sums.lufs[after] = sums.audible[after] ? sums.lufs[after] / sums.audible[after] : NAN;
    return sums;
}

static void print_table(const struct sums *sums)
{
    static const char *const names[] = {"before", "after"};
    printf("%d %s cleaned\n%-8s %12s %18s\n", sums->files,
           sums->files == 1 ? "recording" : "recordings", "", "seconds", "mean loudness");
    for (int after = 0; after < 2; after++) {
        printf("%-8s %12.2f", names[after], sums->seconds[after]);
        if (sums->audible[after])
            printf(" %13.1f LUFS\n", sums->lufs[after]);
        else
            printf(" %18s\n", "silent");
    }
}

static json_t *state_as_json(const struct sums *sums, int after)
{
    json_t *lufs = sums->audible[after] ? json_real(sums->lufs[after]) : json_null();
    return json_pack("{s:f, s:o}", "seconds", sums->seconds[after], "lufs", lufs);
}

static void print_json(const struct sums *sums, const struct conversion *conversion,
                       const ser_clean_settings *settings)
{
    json_t *summary = json_pack("{s:i, s:i, s:o, s:o, s:o}", "recordings", sums->files, "failed",
                                (int)conversion->inputs.count - sums->files, "steps",
                                clean_settings_to_json(settings), "before", state_as_json(sums, 0),
                                "after", state_as_json(sums, 1));
    char *text = summary ? json_dumps(summary, JSON_INDENT(2) | JSON_REAL_PRECISION(6)) : NULL;
    puts(text ? text : "{}");
    free(text);
    json_decref(summary);
}

/* Cleans what was found and says what became of it. */
static int work(struct conversion *conversion, struct cleaning *cleaning, int as_json)
{
    cleaning->files = calloc(conversion->inputs.count, sizeof *cleaning->files);
    if (!cleaning->files) {
        complain("clean", "out of memory");
        return EXIT_FAILED;
    }
    int code = convert_run(conversion);
    struct sums sums = sum_up(conversion, cleaning);
    if (as_json)
        print_json(&sums, conversion, &cleaning->settings);
    else if (sums.files)
        print_table(&sums);
    free(cleaning->files);
    return code;
}

static int run(int count, char **arguments)
{
    struct cleaning cleaning = {0};
    struct conversion conversion = {.command = "clean",
                                    .doing = "cleaning",
                                    .copies = 1,
                                    .change = clean_one,
                                    .context = &cleaning};
    const char *value;
    int key, as_json = 0;
    while ((key = option_next("clean", rows, count, arguments, &value)) != OPTION_END) {
        if (key == OPTION_HELP) {
            print_help();
            return EXIT_DONE;
        }
        if (key == OPTION_WRONG || !take_option(key, value, &conversion, &cleaning, &as_json))
            return EXIT_USAGE;
    }
    if (count - optind != 2) {
        complain("clean", "%d names, expected two: what to clean, and where to write it",
                 count - optind);
        return EXIT_USAGE;
    }
    conversion.in = arguments[optind];
    conversion.out = arguments[optind + 1];
    if (!clean_is_on(&cleaning.settings))
        ser_clean_settings_parse(&cleaning.settings, DEFAULT_STEPS, NULL);
    int code = convert_prepare(&conversion);
    if (code == EXIT_DONE)
        code = work(&conversion, &cleaning, as_json);
    convert_release(&conversion);
    return code;
}

const struct command command_clean = {
    .name = "clean",
    .summary = "take away what is not the voice, set the level",
    .run = run,
};
