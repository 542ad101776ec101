#include "evaluation/trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "evaluation/groups.h"
#include "evaluation/heard.h"

enum { SEED = 0 /* of the bootstrap */ };

/* Keeps the part of the split that is to be tested. */
static ser_status take_part(struct trial *trial, const struct trial_settings *settings,
                            ser_error *error)
{
    ser_status status = split_file_read(&trial->split, settings->split, error);
    if (status)
        return status;
    trial->part = settings->part;
    if (trial->part == PART_NONE && trial->split.folds)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "%s: is divided into folds, expected which one to test, 1 to %d",
                         settings->split, trial->split.folds);
    if (trial->part == PART_NONE)
        trial->part = PART_TEST;
    trial->is_own_split = heard_by_split(trial->model, &trial->split, trial->part);
    return split_file_keep_part(&trial->split, trial->part, &trial->corpus, error);
}

ser_status trial_open(struct trial *trial, const struct trial_settings *settings, ser_error *error)
{
    *trial = (struct trial){0};
    ser_status status = ser_model_load(&trial->model, settings->model, error);
    if (!status)
        status = classes_find(&trial->classes, trial->model, settings->labels, error);
    if (!status)
        status = corpus_read(&trial->corpus, settings->places, settings->count, &settings->corpus,
                             error);
    if (!status && settings->split)
        status = take_part(trial, settings, error);
    const struct selection_settings selection = {
        .with_heard = settings->with_heard,
        .is_apart = trial->is_own_split,
    };
    if (!status)
        status = selection_make(&trial->selection, &trial->corpus, trial->model, &trial->classes,
                                &selection, error);
    return status;
}

/* Counts truth against prediction; *tests are what the interval is of. */
static ser_status count_predictions(struct trial *trial, const struct groups *speakers,
                                    struct tested *tests, int *count, ser_error *error)
{
    const struct selection *s = &trial->selection;
    ser_status status = confusion_reset(&trial->confusion, trial->classes.count, error);
    *count = 0;
    for (int i = 0; i < s->count && !status; i++) {
        float probabilities[SER_MAX_LABELS];
        if (trial->each[i].problem) {
            trial->unreadable++;
            continue;
        }
        int predicted =
            classes_predicted(&trial->classes, &trial->each[i].prediction, probabilities);
        tests[(*count)++] = (struct tested){
            .speaker = speakers->of[s->indices[i]], .truth = s->truths[i], .predicted = predicted};
        status = confusion_add(&trial->confusion, s->truths[i], predicted, error);
    }
    if (!status && !*count)
        status = error_set(error, SER_ERROR_FORMAT,
                           "none of %d recordings could be read, the first because of: %s",
                           s->count, trial->each[0].problem);
    return status;
}

static ser_status count_all(struct trial *trial, ser_error *error)
{
    struct groups speakers;
    int count;
    ser_status status = groups_of_speakers(&speakers, &trial->corpus, error);
    if (status)
        return status;
    struct tested *tests = calloc((size_t)trial->selection.count + 1, sizeof *tests);
    status = tests ? count_predictions(trial, &speakers, tests, &count, error)
                   : error_memory(error, "testing a model");
    if (!status)
        status = bootstrap_uar(&trial->uar, tests, count, speakers.count, trial->classes.count,
                               SEED, error);
    free(tests);
    groups_release(&speakers);
    return status;
}

ser_status trial_run(struct trial *trial, int threads, evaluate_progress progress, void *user,
                     ser_error *error)
{
    const struct selection *s = &trial->selection;
    struct pool *pool;
    ser_status status = pool_create(&pool, threads, error);
    if (status)
        return status;
    trial->each = calloc((size_t)s->count + 1, sizeof *trial->each);
    status = trial->each ? evaluate_each(trial->model, &trial->corpus, s->indices, s->count, pool,
                                         progress, user, trial->each, error)
                         : error_memory(error, "testing a model");
    pool_destroy(pool);
    return status ? status : count_all(trial, error);
}

void trial_describe(const struct trial *trial, char sentence[TRIAL_SENTENCE])
{
    const struct selection *s = &trial->selection;
    const char *nothing = "the model was trained with: this tells nothing about new ones";
    int used = snprintf(sentence, TRIAL_SENTENCE, "%d recordings of %d speakers",
                        s->count - trial->unreadable, s->speakers);
    char *rest = sentence + used, part[12];
    size_t room = TRIAL_SENTENCE - (size_t)used;
    const char *caveat = protocol_caveat(trial->split.protocol);
    part_name(trial->part, part);
    if (trial->is_own_split)
        snprintf(rest, room, ": the %s part of the split that the model was trained by%s%s", part,
                 *caveat ? "; " : "", caveat);
    else if (!heard_is_known(trial->model))
        snprintf(rest, room,
                 "; the model does not say whom it was trained with, so it may have "
                 "heard them");
    else if (s->heard == s->count)
        snprintf(rest, room, " %s", nothing);
    else if (s->heard)
        snprintf(rest, room, ", %d of them of speakers %s", s->heard, nothing);
    else
        snprintf(rest, room, " the model was not trained with");
}

void trial_release(struct trial *trial)
{
    evaluated_release(trial->each, trial->selection.count);
    free(trial->each);
    selection_release(&trial->selection);
    classes_release(&trial->classes);
    split_file_release(&trial->split);
    corpus_release(&trial->corpus);
    ser_model_destroy(trial->model);
    *trial = (struct trial){0};
}
