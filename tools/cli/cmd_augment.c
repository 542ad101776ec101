#define _GNU_SOURCE
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "augment/recipe.h"
#include "augment_list.h"
#include "augment_manifest.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/plain_text.h"
#include "command.h"
#include "convert_files.h"

enum {
    KEY_STEPS = 256,
    KEY_COPIES,
    KEY_SEED,
    KEY_FORMAT,
    KEY_RATE,
    KEY_FORCE,
    KEY_LIST,
    KEY_JSON,
    MAX_COPIES = 1000,
    MAX_THREADS = 256
};

static const struct option_row rows[] = {
    {'r', "recipe", "NAME|FILE", "the recipe: speech, telephone, noisy, or a file of one's own"},
    {KEY_STEPS, "steps", "LIST", "instead of a recipe: \"pitch semitones=2, noise snr=5..15\""},
    {KEY_COPIES, "copies", "N", "files to make of each recording (default 1)"},
    {KEY_SEED, "seed", "N", "of all chance (default 0)"},
    {KEY_FORMAT, "format", "ENDING", "wav (default), flac, ogg or opus"},
    {KEY_RATE, "rate", "HZ", "resample to this rate (default: 16000)"},
    {'j', "threads", "N", "recordings at a time (default: one a processor)"},
    {KEY_FORCE, "force", NULL, "replace files that exist"},
    {KEY_LIST, "list", NULL, "list the augmentations and their parameters"},
    {KEY_JSON, "json", NULL, "print --list as JSON"},
    OPTION_HELP_ROW,
    {0},
};

struct options {
    struct conversion conversion;
    const char *recipe, *steps;
    long long seed;
    int list, json;
};

/* What all threads share, and what each has for itself. */
struct work {
    const struct options *options;
    struct augment_recipe recipe;
    struct augment_scratch **scratch; // (threads)
};

static void print_help(void)
{
    help_print(
        "ser augment [OPTION]… --recipe NAME|FILE IN OUT\n"
        "       ser augment --list [--json]",
        "Makes changed copies of recordings, for training: IN is a recording or a folder of\n"
        "them, OUT a folder, or a file where IN is one. Beside the copies lies manifest.csv,\n"
        "which names the original, recipe and seed of each. The same recording, recipe, seed\n"
        "and copy give the same sound. (ser train does this itself, anew in every epoch.)",
        rows,
        "Examples:\n"
        "  ser augment --list\n"
        "  ser augment --recipe speech --copies 3 calls/ augmented/\n"
        "  ser augment --recipe my-recipe.json --format flac --seed 7 calls/ augmented/\n"
        "  ser augment --steps \"pitch semitones=2, room rt60=0.4\" call.wav higher.wav\n\n"
        "Exit status: 0 all were made, 1 some failed (the others were made),\n"
        "2 wrong usage, 130 interrupted.\n");
}

static int take_number(const char *option, const char *value, long long low, long long high,
                       int *result)
{
    long long number;
    if (!parse_number("augment", option, value, low, high, &number))
        return 0;
    *result = (int)number;
    return 1;
}

/* Reads one option; 0 when it is wrong. */
static int take_option(int key, const char *value, struct options *options)
{
    struct conversion *conversion = &options->conversion;
    switch (key) {
    case 'r': options->recipe = value; return 1;
    case KEY_STEPS: options->steps = value; return 1;
    case KEY_COPIES: return take_number("copies", value, 1, MAX_COPIES, &conversion->copies);
    case KEY_SEED: return parse_number("augment", "seed", value, 0, INT32_MAX, &options->seed);
    case KEY_FORMAT: conversion->format = value; return 1;
    case KEY_RATE:
        return take_number("rate", value, SER_AUDIO_MIN_RATE, SER_AUDIO_MAX_RATE,
                           &conversion->load.rate);
    case 'j': return take_number("threads", value, 1, MAX_THREADS, &conversion->threads);
    case KEY_FORCE: conversion->force = 1; return 1;
    case KEY_LIST: options->list = 1; return 1;
    case KEY_JSON: options->json = 1; return 1;
    default: return 0;
    }
}

static int check_options(const struct options *options, int operands, char **names)
{
    if (options->list && operands)
        complain("augment", "'%s' is not expected beside '--list'", names[0]);
    else if (options->json && !options->list)
        complain("augment", "'--json' goes with '--list'");
    else if (options->recipe && options->steps)
        complain("augment", "'--recipe' and '--steps' are two recipes; choose one");
    else if (!options->list && !options->recipe && !options->steps)
        complain("augment", "option '--recipe' is missing; try '--recipe speech'");
    else if (!options->list && operands != 2)
        complain("augment",
                 "expected a recording or a folder, and where to write; see 'ser augment "
                 "--help'");
    else
        return 1;
    return 0;
}

/* Numbers a recording by its name below the folder that is read, so that it gets the same whatever
 * else lies there. */
static uint64_t item_of(const struct conversion *conversion, const char *in)
{
    const char *name = file_name(in);
    if (file_is_folder(conversion->in)) {
        name = in + strlen(conversion->in);
        name += strspn(name, "/");
    }
    return hash_bytes(name, strlen(name)).low;
}

/* What would be clipped in a file of 16 bits is made as soft as need be. */
static void fit(ser_audio *audio)
{
    float peak = 0;
    for (size_t i = 0; i < audio->frames; i++)
        peak = fmaxf(peak, fabsf(audio->samples[i]));
    for (size_t i = 0; peak > 1 && i < audio->frames; i++)
        audio->samples[i] /= peak;
}

static ser_status change(void *context, const struct convert_turn *turn, ser_audio *audio,
                         ser_error *error)
{
    struct work *work = context;
    const struct options *options = work->options;
    uint64_t item = item_of(&options->conversion, turn->in);
    uint64_t seed = augment_seed((uint64_t)options->seed, (uint64_t)turn->copy, item);
    ser_status status =
        augment_sound(&work->recipe, seed, audio, work->scratch[turn->thread], error);
    if (!status && audio->frames == 0)
        return error_set(error, SER_ERROR_FORMAT, "nothing is left of the sound");
    if (!status)
        fit(audio);
    return status;
}

static void name_copy(void *context, int copy, char suffix[CONVERT_SUFFIX])
{
    const struct work *work = context;
    if (work->options->conversion.into_folder || work->options->conversion.copies > 1)
        snprintf(suffix, CONVERT_SUFFIX, "-aug%d", copy + 1);
}

static int read_recipe(struct work *work)
{
    const struct options *options = work->options;
    ser_error error = {0};
    ser_status status;
    int rate = options->conversion.load.rate;
    if (options->steps) {
        status = augment_recipe_parse_steps(&work->recipe, options->steps, rate, &error);
    } else {
        char *path = find_named_file("recipes", options->recipe);
        status = path ? augment_recipe_read(&work->recipe, path, rate, &error)
                      : error_memory(&error, "reading a recipe");
        free(path);
    }
    if (!status && !augment_recipe_has(&work->recipe, AUGMENT_SOUND))
        status = error_set(&error, SER_ERROR_FORMAT,
                           "recipe \"%s\" changes no sound, only what a training makes of it",
                           work->recipe.name);
    if (status)
        complain("augment", "%s", error.message);
    else if (augment_recipe_has(&work->recipe, AUGMENT_FEATURES) ||
             augment_recipe_has(&work->recipe, AUGMENT_BATCH))
        complain("augment",
                 "recipe \"%s\" also changes features or batches in training; files "
                 "have none of that",
                 work->recipe.name);
    if (!status) {
        text_make_plain(work->recipe.name);
        return EXIT_DONE;
    }
    return options->steps && status == SER_ERROR_FORMAT ? EXIT_USAGE : EXIT_FAILED;
}

static int create_scratch(struct work *work)
{
    ser_error error = {0};
    int threads = convert_threads(&work->options->conversion);
    work->scratch = calloc((size_t)threads, sizeof(struct augment_scratch *));
    ser_status status = work->scratch ? SER_OK : error_memory(&error, "starting the work");
    for (int i = 0; i < threads && !status; i++)
        status = augment_scratch_create(&work->scratch[i], &error);
    if (status)
        complain("augment", "%s", error.message);
    return status ? EXIT_FAILED : EXIT_DONE;
}

static void release(struct work *work, int threads)
{
    for (int i = 0; work->scratch && i < threads; i++)
        augment_scratch_destroy(work->scratch[i]);
    free(work->scratch);
    augment_recipe_release(&work->recipe);
}

static int check_manifest(const struct conversion *conversion)
{
    char *path = conversion->into_folder ? manifest_path(conversion) : NULL;
    int exists = path && !access(path, F_OK) && !conversion->force;
    if (exists)
        complain("augment", "'%s' exists; '--force' replaces it", path);
    free(path);
    return exists ? EXIT_USAGE : EXIT_DONE;
}

/* Also after an interruption: the manifest lists what there is. */
static int write_manifest(const struct work *work, int made)
{
    const struct options *options = work->options;
    const struct manifest manifest = {work->recipe.name, options->seed};
    ser_error error = {0};
    if (!made || !options->conversion.into_folder ||
        !manifest_write(&manifest, &options->conversion, &error))
        return EXIT_DONE;
    complain("augment", "%s", error.message);
    return EXIT_FAILED;
}

static int make_copies(struct options *options)
{
    struct conversion *conversion = &options->conversion;
    struct work work = {.options = options};
    int made = 0;
    conversion->context = &work;
    int code = convert_prepare(conversion);
    if (code == EXIT_DONE)
        code = check_manifest(conversion);
    if (code == EXIT_DONE)
        code = read_recipe(&work);
    if (code == EXIT_DONE)
        code = create_scratch(&work);
    if (code == EXIT_DONE) {
        code = convert_run(conversion);
        for (int i = 0; i < convert_turns(conversion); i++)
            made += conversion->done[i];
        int written = write_manifest(&work, made);
        code = code == EXIT_DONE ? written : code;
        printf("%s: %d augmented from %zu recording%s (recipe %s, seed %lld)\n", conversion->out,
               made, conversion->inputs.count, conversion->inputs.count == 1 ? "" : "s",
               work.recipe.name, options->seed);
    }
    release(&work, convert_threads(conversion));
    convert_release(conversion);
    return code;
}

static int run(int count, char **arguments)
{
    struct options options = {
        .conversion = {.command = "augment",
                       .doing = "augmenting",
                       .copies = 1,
                       .load = ser_audio_settings_defaults(),
                       .change = change,
                       .suffix = name_copy},
    };
    const char *value;
    int key;
    while ((key = option_next("augment", rows, count, arguments, &value)) != OPTION_END) {
        if (key == OPTION_HELP) {
            print_help();
            return EXIT_DONE;
        }
        if (key == OPTION_WRONG || !take_option(key, value, &options))
            return EXIT_USAGE;
    }
    if (!check_options(&options, count - optind, arguments + optind))
        return EXIT_USAGE;
    if (options.list) {
        print_augmentations(options.json);
        return EXIT_DONE;
    }
    options.conversion.in = arguments[optind];
    options.conversion.out = arguments[optind + 1];
    return make_copies(&options);
}

const struct command command_augment = {
    .name = "augment",
    .summary = "make changed copies of recordings, for training",
    .run = run,
};
