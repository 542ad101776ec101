#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "command.h"
#include "corpus_options.h"
#include "progress_line.h"
#include "scores.h"
#include "ser/model.h"
#include "stop.h"
#include "training/experiment.h"

enum {
    KEY_DATA = 256,
    KEY_NETWORK,
    KEY_OUT,
    KEY_SEED,
    KEY_TEST,
    KEY_FOLDS,
    KEY_SPLIT,
    KEY_EPOCHS,
    KEY_RESUME,
    KEY_AUGMENT
};

static const struct option_row rows[] = {
    {KEY_DATA, "data", "PLACE", "folder, CORPUS=FOLDER or manifest; may be repeated"},
    CORPUS_OPTION_ROWS,
    {KEY_AUGMENT, "augment", "RECIPE", "change clips on the fly: speech, noisy, … or a file"},
    {KEY_NETWORK, "network", "FILE", "architecture and recipe, such as networks/cnn.json"},
    {KEY_OUT, "out", "FILE", "the model to write, such as my.safetensors"},
    {KEY_SEED, "seed", "N", "of all chance (default 0)"},
    {KEY_TEST, "test-speakers", "LIST",
     "test on these speakers, such as 1,2,20; never train on them"},
    {KEY_FOLDS, "folds", "K", "test every speaker, in K folds; then train with all of them"},
    {KEY_SPLIT, "split", "FILE", "train and test as a file of 'ser corpus split' says"},
    {KEY_EPOCHS, "epochs", "N", "instead of the recipe's"},
    {'j', "threads", "N", "(default: one a processor; on a busy machine fewer are faster)"},
    {KEY_RESUME, "resume", NULL, "go on with an interrupted training"},
    OPTION_HELP_ROW,
    {0},
};

static void print_help(void)
{
    help_print(
        "ser train --network FILE --out FILE [OPTION]…",
        "Trains a model on labelled recordings (without --data those in $SER_DATA/ravdess) and\n"
        "tests it on speakers it has never heard. Without --test-speakers, --folds or --split it\n"
        "is trained with everybody and not tested. Every epoch is logged in OUT.csv (in place of\n"
        ".safetensors) and saved in the folder OUT.checkpoints: after an interruption, the same\n"
        "command with --resume goes on and gives the same model, to the bit, as if it had not\n"
        "been interrupted.",
        rows,
        "Examples:\n"
        "  ser train --data ravdess --network networks/cnn.json --out my.safetensors --folds 5\n"
        "  ser train --data ravdess --network networks/cnn.json --out my.safetensors \\\n"
        "            --test-speakers 17,18,19,20 --seed 1\n"
        "  ser train --data ravdess --data tess --labels common7 --network networks/cnn.json \\\n"
        "            --out both.safetensors --test-speakers ravdess:17,ravdess:18,tess:YAF\n"
        "  ser train --data ravdess --network networks/cnn.json --out my.safetensors \\\n"
        "            --split split.csv\n\n"
        "Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted.\n");
}

static int report(void *user, const struct progress *p)
{
    (void)user;
    char text[160];
    switch (p->stage) {
    case PROGRESS_READING: progress_line_show_recordings("reading", p->done, p->total); break;
    case PROGRESS_TRAINING: {
        int left = p->seconds_left > 0 ? (int)p->seconds_left : 0;
        snprintf(text, sizeof text,
                 "epoch %d/%d  loss %.3f  accuracy %4.1f %%  %.0f clips/s  %d:%02d left", p->epoch,
                 p->epochs, p->loss, 100 * p->accuracy, p->clips_per_second, left / 60, left % 60);
        progress_line_show(p->run, p->done, p->total, text);
        break;
    }
    case PROGRESS_TESTING:
        snprintf(text, sizeof text, "testing %d of %d recordings", p->done, p->total);
        progress_line_show(p->run, p->done, p->total, text);
        break;
    }
    return stop_requested();
}

/* Reads one option; 0 when it is wrong. */
static int take_option(int key, const char *value, struct experiment_settings *s,
                       struct corpus_options *corpora)
{
    long long number = 0;
    switch (key) {
    case KEY_DATA: return corpus_options_add_place(corpora, "train", value);
    case KEY_LABELS:
    case KEY_VOICES: return corpus_options_take(corpora, "train", key, value);
    case KEY_NETWORK: s->network = value; return 1;
    case KEY_OUT: s->out = value; return 1;
    case KEY_AUGMENT: s->augment = value; return 1;
    case KEY_TEST: s->test_speakers = value; return 1;
    case KEY_SPLIT: s->split = value; return 1;
    case KEY_RESUME: s->resume = true; return 1;
    case KEY_SEED:
        if (!parse_number("train", "seed", value, 0, INT32_MAX, &number))
            return 0;
        s->seed = (uint64_t)number;
        return 1;
    case KEY_FOLDS:
        if (!parse_number("train", "folds", value, 2, EXPERIMENT_MAX_FOLDS, &number))
            return 0;
        s->folds = (int)number;
        return 1;
    case KEY_EPOCHS:
        if (!parse_number("train", "epochs", value, 1, 100000, &number))
            return 0;
        s->epochs = (int)number;
        return 1;
    case 'j':
        if (!parse_number("train", "threads", value, 1, 256, &number))
            return 0;
        s->threads = (int)number;
        return 1;
    default: return 0;
    }
}

static int check_options(const struct experiment_settings *s, int count, char **arguments)
{
    if (optind < count)
        complain("train", "'%s' is not expected; see 'ser train --help'", arguments[optind]);
    else if (!s->network)
        complain("train", "option '--network' is missing; try networks/cnn.json");
    else if (!s->out)
        complain("train", "option '--out' is missing: the model file to write");
    else if (!s->data_count)
        complain("train", "option '--data' is missing: the folder of the corpus");
    else if ((s->folds != 0) + (s->test_speakers != NULL) + (s->split != NULL) > 1)
        complain("train", "'--folds', '--test-speakers' and '--split' are different protocols; "
                          "choose one");
    else
        return 1;
    return 0;
}

/* What the new model says about itself is what the user sees. */
static int print_result(const struct experiment_settings *s, const struct experiment_result *result)
{
    ser_model *model;
    ser_error error;
    if (ser_model_load(&model, s->out, &error)) {
        complain("train", "%s", error.message);
        return EXIT_FAILED;
    }
    json_t *facts = json_loads(ser_model_facts(model), 0, NULL);
    const json_t *training = json_object_get(facts, "training");
    printf("%d recordings (%d could not be read); %s\n\n", result->recordings, result->skipped,
           json_string_value(json_object_get(training, "protocol")));
    scores_print(json_object_get(training, "scores"));
    printf("\nmodel %s\nlog   %s\n", s->out, result->log);
    json_decref(facts);
    ser_model_destroy(model);
    return EXIT_DONE;
}

static int train(const struct experiment_settings *settings)
{
    struct experiment_result result;
    ser_error error = {0};
    stop_catch_signals(0);
    ser_status status = experiment_run(settings, &result, &error);
    progress_line_clear();
    if (status) {
        complain("train", "%s%s", error.message,
                 status == SER_ERROR_INTERRUPTED ? "; the same command with --resume goes on" : "");
        return status == SER_ERROR_INTERRUPTED ? EXIT_INTERRUPTED : EXIT_FAILED;
    }
    return print_result(settings, &result);
}

static int run(int count, char **arguments)
{
    struct experiment_settings settings = {.sink = {.report = report}};
    struct corpus_options corpora = corpus_options_defaults();
    const char *value;
    int key, code = EXIT_USAGE;
    while ((key = option_next("train", rows, count, arguments, &value)) != OPTION_END) {
        if (key == OPTION_HELP) {
            print_help();
            code = EXIT_DONE;
            goto done;
        }
        if (key == OPTION_WRONG || !take_option(key, value, &settings, &corpora))
            goto done;
    }
    char *augment = settings.augment ? find_named_file("recipes", settings.augment) : NULL;
    char *cache = find_cache();
    settings.augment = augment;
    settings.cache = cache;
    corpus_options_finish(&corpora);
    settings.data = (const char *const *)corpora.places;
    settings.data_count = corpora.count;
    settings.corpus = corpora.settings;
    settings.labels = corpora.labels;
    if (check_options(&settings, count, arguments))
        code = train(&settings);
    free(augment);
    free(cache);
done:
    corpus_options_release(&corpora);
    return code;
}

const struct command command_train = {
    .name = "train",
    .summary = "train and test a model",
    .run = run,
};
