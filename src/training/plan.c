#include "training/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/log.h"

static ser_status refuse_leaks(const struct split_file *file, const struct corpus *corpus,
                               ser_error *error)
{
    struct leak_list leaks = {0};
    ser_status status = split_file_find_leaks(file, corpus, &leaks, error);
    for (int i = 0; i < leaks.count && !status; i++) {
        const struct leak *leak = &leaks.items[i];
        if (leak->is_leak)
            status = error_set(error, SER_ERROR_ARGUMENT, "%s: the split leaks: %s (%s%s)",
                               file->path, leak_kind_text(leak->kind), leak->text,
                               leaks.leaks > 1 ? "; and more" : "");
    }
    leaks_release(&leaks);
    return status;
}

ser_status plan_open(struct plan *plan, const struct experiment_settings *settings,
                     struct corpus *corpus, ser_error *error)
{
    snprintf(plan->protocol, sizeof plan->protocol, "speaker");
    if (!settings->split)
        return SER_OK;
    ser_status status = split_file_read(&plan->file, settings->split, error);
    if (!status && plan->file.folds > EXPERIMENT_MAX_FOLDS)
        status = error_set(error, SER_ERROR_ARGUMENT, "%s: has %d folds, expected at most %d",
                           settings->split, plan->file.folds, EXPERIMENT_MAX_FOLDS);
    if (!status)
        status = split_file_narrow(&plan->file, corpus, error);
    if (!status)
        status = refuse_leaks(&plan->file, corpus, error);
    memcpy(plan->protocol, plan->file.protocol, sizeof plan->protocol);
    const char *caveat = protocol_caveat(plan->protocol);
    if (!status && *caveat)
        log_message(SER_LOG_WARNING, "%s: %s", settings->split, caveat);
    return status;
}

static void drop_splits(struct plan *plan)
{
    for (int i = 0; i < plan->count; i++)
        split_release(&plan->splits[i]);
    free(plan->splits);
    plan->splits = NULL;
    plan->count = 0;
}

static ser_status make_room(struct plan *plan, int count, ser_error *error)
{
    plan->splits = calloc((size_t)count + 1, sizeof *plan->splits);
    if (!plan->splits)
        return error_memory(error, "planning the training");
    plan->count = count;
    return SER_OK;
}

static ser_status make_folds(struct plan *plan, int folds, const struct corpus *corpus,
                             ser_error *error)
{
    ser_status status = make_room(plan, folds, error);
    for (int i = 0; i < folds && !status; i++)
        status = split_fold(&plan->splits[i], corpus, folds, i, error);
    return status;
}

static ser_status make_of_file(struct plan *plan, const struct corpus *corpus, ser_error *error)
{
    struct partition partition;
    ser_status status = split_file_match(&plan->file, corpus, &partition, error);
    if (!status)
        status = make_room(plan, partition.folds ? partition.folds : 1, error);
    for (int i = 0; i < plan->count && !status; i++)
        status = partition_split(&partition, i, &plan->splits[i], error);
    if (!status)
        plan->unused = partition_count(&partition, PART_VALIDATION);
    partition_release(&partition);
    return status;
}

ser_status plan_make(struct plan *plan, const struct experiment_settings *settings,
                     const struct corpus *corpus, ser_error *error)
{
    ser_status status = SER_OK;
    drop_splits(plan);
    if (settings->split) {
        status = make_of_file(plan, corpus, error);
    } else if (settings->test_speakers) {
        status = make_room(plan, 1, error);
        if (!status)
            status = split_by_speakers(plan->splits, corpus, settings->test_speakers, error);
    } else if (settings->folds) {
        status = make_folds(plan, settings->folds, corpus, error);
    }
    plan->trains_all = settings->split ? plan->file.folds > 0 : !settings->test_speakers;
    for (int i = 0; i < plan->count && !status; i++) {
        status = split_check(&plan->splits[i], corpus, plan->protocol, error);
        if (!status)
            status = split_test_originals(&plan->splits[i], corpus, error);
    }
    return status;
}

static json_t *file_sentence(const struct plan *plan)
{
    const char *caveat = protocol_caveat(plan->protocol), *stop = *caveat ? ". " : "";
    if (plan->file.folds)
        return json_sprintf("%s%s%d folds of a split file (protocol %s): each recording was "
                            "tested by a model trained, by the same recipe, without its fold; this "
                            "model was trained with all of them; last epoch, nothing selected on "
                            "test recordings",
                            caveat, stop, plan->file.folds, plan->protocol);
    return json_sprintf(
        "%s%s%shis model was not trained with the %d test recordings of a split file "
        "(protocol %s)%s; last epoch, nothing selected on them",
        caveat, stop, *caveat ? "T" : "t", plan->splits[0].test_count, plan->protocol,
        plan->unused ? ", nor were those for validation used" : "");
}

json_t *plan_to_sentence(const struct plan *plan, const struct experiment_settings *settings)
{
    if (settings->split)
        return file_sentence(plan);
    if (settings->folds)
        return json_sprintf("%d folds of speakers: each speaker was tested by a model trained, by "
                            "the same recipe, without them; this model was trained with all of "
                            "them; last epoch, nothing selected on test speakers",
                            settings->folds);
    if (settings->test_speakers)
        return json_sprintf("this model never heard the test speakers (%s); last epoch, nothing "
                            "selected on them",
                            settings->test_speakers);
    return json_string("trained with all speakers, not tested");
}

json_t *plan_to_json(const struct plan *plan)
{
    char hash[HASH_TEXT_LENGTH];
    hash_to_text(plan->file.hash, hash);
    return json_pack("{s:s, s:b, s:i, s:s}", "protocol", plan->protocol, "speakers_apart",
                     protocol_keeps_speakers_apart(plan->protocol), "folds", plan->file.folds,
                     "hash", hash);
}

void plan_release(struct plan *plan)
{
    drop_splits(plan);
    split_file_release(&plan->file);
    *plan = (struct plan){0};
}
