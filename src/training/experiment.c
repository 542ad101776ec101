#define _GNU_SOURCE
#include "training/experiment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/random.h"
#include "corpora/labels.h"
#include "evaluation/evaluate.h"
#include "training/checkpoint.h"
#include "training/epoch_log.h"
#include "training/facts.h"
#include "training/outputs.h"
#include "training/plan.h"

enum { NAME_LENGTH = 32, SEED_WEIGHTS = 0, SEED_TRAINING = 1, MAX_EPOCHS = 100000 };

struct experiment {
    struct experiment_settings settings;
    struct experiment_result *result;
    struct label_map labels;
    struct corpus corpus;
    struct plan plan;
    struct dataset dataset;
    struct augment_recipe recipe;
    struct augmenter *augmenter; /* NULL: nothing is augmented */
    struct pool *pool;
    char *folder; /* of the checkpoints */
    struct epoch_log log;
};

static ser_status create_model(const struct experiment *e, uint64_t seed, ser_model **model,
                               ser_error *error)
{
    struct network_file file;
    ser_status status = network_file_read(&file, e->settings.network, error);
    if (status) {
        network_file_release(&file);
        return status;
    }
    if (e->settings.epochs) {
        file.recipe.epochs = e->settings.epochs;
        if (file.recipe.warmup >= file.recipe.epochs)
            file.recipe.warmup = 0;
    }
    return model_create(model, &file, e->dataset.labels, e->dataset.classes, seed,
                        e->settings.network, error);
}

static ser_status train_epochs(const struct experiment *e, struct trainer *trainer,
                               const char *checkpoint, ser_error *error)
{
    ser_status status = SER_OK;
    if (e->settings.resume && !access(checkpoint, F_OK)) {
        status = checkpoint_load(trainer, checkpoint, error);
        if (!status)
            status = epoch_log_write(&e->log, trainer, error);
    }
    while (!status && trainer->epoch < trainer->recipe.epochs) {
        status = trainer_run_epoch(trainer, &e->settings.sink, error);
        if (!status)
            status = checkpoint_save(trainer, checkpoint, error);
        if (!status)
            status = epoch_log_write(&e->log, trainer, error);
    }
    return status;
}

/* Trains run `number`, named `name`, on these recordings. */
static ser_status train(struct experiment *e, int number, const char *name, const int *indices,
                        int count, ser_model **model, ser_error *error)
{
    *model = NULL;
    uint64_t seed = random_mix(e->settings.seed, (uint64_t)number);
    struct trainer *trainer = NULL;
    char *checkpoint = NULL;
    if (asprintf(&checkpoint, "%s/run-%d.safetensors", e->folder, number) < 0) {
        checkpoint = NULL;
        return error_memory(error, "preparing the training");
    }
    ser_status status = create_model(e, random_mix(seed, SEED_WEIGHTS), model, error);
    if (!status)
        status = trainer_create(&trainer, *model, &e->dataset, e->augmenter, indices, count,
                                random_mix(seed, SEED_TRAINING), e->settings.threads, name, error);
    if (!status)
        status = train_epochs(e, trainer, checkpoint, error);
    if (!status)
        status = trainer_finish(trainer, error);
    if (!status)
        status = epoch_log_keep(&e->log, trainer, error);
    trainer_destroy(trainer);
    free(checkpoint);
    return status;
}

struct test_sink {
    const struct progress_sink *sink;
    const char *run;
};

static int report_test(void *user, int done, int total)
{
    const struct test_sink *test = user;
    struct progress progress = {
        .stage = PROGRESS_TESTING, .run = test->run, .done = done, .total = total};
    return progress_report(test->sink, &progress);
}

/* Trains on one side of the split and tests on the other; adds to the result. */
static ser_status train_and_test(struct experiment *e, int number, const char *name,
                                 const struct split *split, double *accuracy, double *uar,
                                 ser_model **model, ser_error *error)
{
    struct confusion confusion;
    struct test_sink sink = {&e->settings.sink, name};
    ser_status status = split_check(split, &e->corpus, e->plan.protocol, error);
    if (!status)
        status = train(e, number, name, split->train, split->train_count, model, error);
    if (!status)
        status = evaluate_model(*model, &e->corpus, split->test, split->test_count, e->pool,
                                report_test, &sink, &confusion, error);
    if (!status)
        status = confusion_merge(&e->result->confusion, &confusion, error);
    if (status)
        return status;
    struct metrics metrics = metrics_compute(&confusion);
    *accuracy = metrics.accuracy;
    *uar = metrics.uar;
    e->result->folds++;
    return SER_OK;
}

/* What only some trainings have. */
static void add_choices(const struct experiment *e, json_t *facts)
{
    if (e->labels.root)
        json_object_set(facts, "label_map", e->labels.root);
    if (e->settings.split)
        json_object_set_new(facts, "split", plan_to_json(&e->plan));
    if (e->augmenter)
        json_object_set_new(facts, "augmentation", augment_recipe_to_json(&e->recipe));
}

static ser_status finish(struct experiment *e, ser_model *model, const int *train_indices,
                         int count, ser_error *error)
{
    json_t *recipe = recipe_to_json(&model->file.recipe);
    json_t *facts = facts_of_training(&e->settings, &e->plan, e->result, &e->dataset, train_indices,
                                      count, recipe);
    add_choices(e, facts);
    json_decref(recipe);
    ser_status status = model_set_training(model, facts, error);
    return status ? status : model_save(model, e->settings.out, error);
}

/* Trains and tests split after split; *model is that of the last. */
static ser_status run_splits(struct experiment *e, ser_model **model, ser_error *error)
{
    double accuracy[EXPERIMENT_MAX_FOLDS], uar[EXPERIMENT_MAX_FOLDS];
    ser_status status = SER_OK;
    for (int i = 0; i < e->plan.count && !status; i++) {
        char name[NAME_LENGTH] = "model";
        if (e->plan.trains_all)
            snprintf(name, sizeof name, "fold %d of %d", i + 1, e->plan.count);
        ser_model_destroy(*model);
        status = train_and_test(e, e->plan.trains_all ? i + 1 : 0, name, &e->plan.splits[i],
                                &accuracy[i], &uar[i], model, error);
    }
    if (!status && e->plan.count) {
        e->result->accuracy = summary_compute(accuracy, e->plan.count);
        e->result->uar = summary_compute(uar, e->plan.count);
    }
    return status;
}

/* The model that is kept, trained with everybody. */
static ser_status run_everybody(struct experiment *e, ser_error *error)
{
    ser_model *model = NULL;
    int *all = calloc((size_t)e->corpus.count, sizeof *all);
    if (!all)
        return error_memory(error, "preparing the training");
    for (int i = 0; i < e->corpus.count; i++)
        all[i] = i;
    ser_status status = train(e, 0, "model", all, e->corpus.count, &model, error);
    if (!status)
        status = finish(e, model, all, e->corpus.count, error);
    ser_model_destroy(model);
    free(all);
    return status;
}

static ser_status run_plan(struct experiment *e, ser_error *error)
{
    ser_model *model = NULL;
    ser_status status = run_splits(e, &model, error);
    if (!status && !e->plan.trains_all)
        status = finish(e, model, e->plan.splits[0].train, e->plan.splits[0].train_count, error);
    ser_model_destroy(model);
    return status || !e->plan.trains_all ? status : run_everybody(e, error);
}

static ser_status load_corpus(struct experiment *e, ser_error *error)
{
    const struct experiment_settings *s = &e->settings;
    ser_status status = corpus_read(&e->corpus, s->data, s->data_count, &s->corpus, error);
    if (!status)
        status = plan_open(&e->plan, s, &e->corpus, error);
    if (!status && s->labels)
        status = label_map_read(&e->labels, s->labels, error);
    if (!status && !s->labels)
        status = labels_check_words(&e->corpus, error);
    if (!status)
        status = label_map_apply(s->labels ? &e->labels : NULL, &e->corpus, error);
    return status;
}

static ser_status load_dataset(struct experiment *e, const struct network_file *file,
                               ser_error *error)
{
    struct dataset_settings settings = {
        .clean = file->clean, .features = file->features, .cache = e->settings.cache};
    const char *recipe = e->settings.augment;
    ser_status status = SER_OK;
    if (recipe)
        status = augment_recipe_read(&e->recipe, recipe, file->features.rate, error);
    settings.keep_sounds = augment_recipe_has(&e->recipe, AUGMENT_SOUND);
    if (!status)
        status =
            dataset_load(&e->dataset, &e->corpus, &settings, e->pool, &e->settings.sink, error);
    if (!status && recipe)
        status = augmenter_create(&e->augmenter, &e->recipe, &e->dataset, e->pool, error);
    return status;
}

static ser_status load(struct experiment *e, ser_error *error)
{
    struct network_file file;
    ser_status status = network_file_read(&file, e->settings.network, error);
    if (!status)
        status = load_corpus(e, error);
    if (!status) /* what is wrong with it is said before hours of work */
        status = plan_make(&e->plan, &e->settings, &e->corpus, error);
    int found = e->corpus.count;
    if (!status)
        status = load_dataset(e, &file, error);
    if (!status)
        status = plan_make(&e->plan, &e->settings, &e->corpus, error);
    if (!status)
        status = confusion_reset(&e->result->confusion, e->dataset.classes, error);
    network_file_release(&file);
    e->result->recordings = e->corpus.count;
    e->result->skipped = found - e->corpus.count;
    return status;
}

static ser_status check_settings(const struct experiment_settings *settings, ser_error *error)
{
    if ((settings->folds != 0) + (settings->test_speakers != NULL) + (settings->split != NULL) > 1)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "folds, test speakers and a split file are different protocols; choose "
                         "one");
    if (settings->folds < 0 || settings->folds == 1 || settings->folds > EXPERIMENT_MAX_FOLDS)
        return error_set(error, SER_ERROR_ARGUMENT, "%d folds, expected 2 to %d", settings->folds,
                         EXPERIMENT_MAX_FOLDS);
    if (settings->epochs < 0 || settings->epochs > MAX_EPOCHS)
        return error_set(error, SER_ERROR_ARGUMENT, "%d epochs, expected 1 to %d", settings->epochs,
                         MAX_EPOCHS);
    return SER_OK;
}

ser_status experiment_run(const struct experiment_settings *settings,
                          struct experiment_result *result, ser_error *error)
{
    *result = (struct experiment_result){0};
    struct experiment e = {.settings = *settings, .result = result, .log.path = result->log};
    if (e.settings.threads <= 0)
        e.settings.threads = pool_processors();
    ser_status status = check_settings(settings, error);
    if (!status)
        status = pool_create(&e.pool, e.settings.threads, error);
    if (!status)
        status = outputs_prepare(settings, result->log, &e.folder, error);
    if (!status)
        status = load(&e, error);
    if (!status)
        status = run_plan(&e, error);
    if (!status)
        outputs_remove_checkpoints(e.folder);
    else if (e.folder)
        rmdir(e.folder); /* goes only if it is empty: a run that failed before its first epoch */
    plan_release(&e.plan);
    augmenter_destroy(e.augmenter);
    augment_recipe_release(&e.recipe);
    dataset_release(&e.dataset);
    corpus_release(&e.corpus);
    label_map_release(&e.labels);
    pool_destroy(e.pool);
    free(e.folder);
    epoch_log_release(&e.log);
    return status;
}
