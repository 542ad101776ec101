#include "evaluation/evaluate.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "corpora/load.h"
#include "models/model.h"

struct job {
    const ser_model *model;
    const struct corpus *corpus;
    const int *indices;
    int count;
    ser_recognizer **recognizers; /* one a thread */
    struct evaluated *each;       /* (count) */
    bool goes_on;                 /* after a recording that cannot be recognised */
    evaluate_progress progress;
    void *user;
    pthread_mutex_t lock; /* for what follows */
    int done;
    ser_status status; /* the first failure */
    ser_error *error;
};

int evaluate_label(const ser_model *model, const char *emotion)
{
    for (int i = 0; i < ser_model_label_count(model); i++)
        if (!strcmp(ser_model_label(model, i), emotion))
            return i;
    return -1;
}

static ser_status recognise(const struct job *job, const struct recording *recording, int thread,
                            ser_prediction *prediction, ser_error *error)
{
    ser_audio audio = {0};
    ser_error reason = {0};
    ser_audio_settings settings = ser_audio_settings_defaults();
    settings.rate = job->model->file.features.rate;
    ser_status status = recording_load(&audio, recording, &settings, error);
    if (status)
        return status;
    status = ser_recognizer_run(job->recognizers[thread], &audio, prediction, &reason);
    ser_audio_release(&audio);
    return status ? error_set(error, status, "%s: %s", recording->path, reason.message) : SER_OK;
}

/* Notes why a recording could not be recognised. */
static ser_status note_problem(struct job *job, int turn, ser_status status, ser_error *error)
{
    job->each[turn].problem = memory_copy_text(error->message);
    if (!job->each[turn].problem)
        return error_memory(error, "testing a model");
    return job->goes_on ? SER_OK : status;
}

static void recognise_one(void *context, int turn, int thread)
{
    struct job *job = context;
    const struct recording *recording = &job->corpus->recordings[job->indices[turn]];
    ser_error error = {0};
    pthread_mutex_lock(&job->lock);
    int stopped = job->status != SER_OK;
    pthread_mutex_unlock(&job->lock);
    if (stopped)
        return;
    ser_status status = recognise(job, recording, thread, &job->each[turn].prediction, &error);
    if (status)
        status = note_problem(job, turn, status, &error);
    pthread_mutex_lock(&job->lock);
    job->done++;
    if (status && !job->status)
        job->status = error_set(job->error, status, "%s", error.message);
    if (job->progress && job->progress(job->user, job->done, job->count) && !job->status)
        job->status = error_set(job->error, SER_ERROR_INTERRUPTED, "testing was stopped");
    pthread_mutex_unlock(&job->lock);
}

/* Makes the recognizers and lets them work. */
static ser_status run(struct job *job, struct pool *pool)
{
    int threads = pool_threads(pool);
    job->recognizers = calloc((size_t)threads, sizeof *job->recognizers);
    pthread_mutex_init(&job->lock, NULL);
    if (!job->recognizers)
        job->status = error_memory(job->error, "testing a model");
    for (int i = 0; i < threads && !job->status; i++)
        job->status = ser_recognizer_create(&job->recognizers[i], job->model, NULL, job->error);
    if (!job->status)
        pool_run(pool, job->count, recognise_one, job);
    for (int i = 0; job->recognizers && i < threads; i++)
        ser_recognizer_destroy(job->recognizers[i]);
    free(job->recognizers);
    pthread_mutex_destroy(&job->lock);
    return job->status;
}

ser_status evaluate_each(const ser_model *model, const struct corpus *corpus, const int *indices,
                         int count, struct pool *pool, evaluate_progress progress, void *user,
                         struct evaluated *each, ser_error *error)
{
    struct job job = {
        .model = model,
        .corpus = corpus,
        .indices = indices,
        .count = count,
        .each = each,
        .goes_on = true,
        .progress = progress,
        .user = user,
        .error = error,
    };
    return run(&job, pool);
}

void evaluated_release(struct evaluated *each, int count)
{
    for (int i = 0; each && i < count; i++) {
        free(each[i].problem);
        each[i].problem = NULL;
    }
}

static ser_status count_predictions(const struct job *job, struct confusion *confusion,
                                    ser_error *error)
{
    ser_status status = SER_OK;
    for (int i = 0; i < job->count && !status; i++) {
        const struct recording *recording = &job->corpus->recordings[job->indices[i]];
        int truth = evaluate_label(job->model, recording->emotion);
        if (truth < 0)
            return error_set(error, SER_ERROR_ARGUMENT,
                             "%s: the model does not know its emotion, %s", recording->path,
                             recording->emotion);
        status = confusion_add(confusion, truth, job->each[i].prediction.label, error);
    }
    return status;
}

ser_status evaluate_model(const ser_model *model, const struct corpus *corpus, const int *indices,
                          int count, struct pool *pool, evaluate_progress progress, void *user,
                          struct confusion *confusion, ser_error *error)
{
    struct job job = {
        .model = model,
        .corpus = corpus,
        .indices = indices,
        .count = count,
        .each = calloc((size_t)count + 1, sizeof *job.each),
        .progress = progress,
        .user = user,
        .error = error,
    };
    ser_status status = confusion_reset(confusion, ser_model_label_count(model), error);
    if (!status && !job.each)
        status = error_memory(error, "testing a model");
    if (!status)
        status = run(&job, pool);
    if (!status)
        status = count_predictions(&job, confusion, error);
    evaluated_release(job.each, count);
    free(job.each);
    return status;
}
