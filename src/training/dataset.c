#include "training/dataset.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "audio/copy.h"
#include "base/error.h"
#include "base/log.h"
#include "clean/clean_json.h"
#include "corpora/load.h"
#include "features/sets.h"
#include "training/feature_cache.h"

struct job {
    struct dataset *dataset;
    struct feature_cache cache;
    ser_extractor **extractors; /* one a thread */
    const struct progress_sink *sink;
    pthread_mutex_t lock; /* for what follows */
    int done;
    ser_status status; /* a failure that is not of one recording */
    ser_error *error;
};

static ser_status compute(struct job *job, int index, int thread, ser_error *error)
{
    struct dataset *dataset = job->dataset;
    ser_audio audio = {0};
    ser_audio_settings settings = ser_audio_settings_defaults();
    settings.rate = dataset->settings.features.rate;
    ser_status status =
        recording_load(&audio, &dataset->corpus->recordings[index], &settings, error);
    if (!status && dataset->sounds)
        status = audio_copy(&dataset->sounds[index], &audio, error);
    if (!status)
        status = ser_clean(&audio, &dataset->settings.clean, error);
    if (!status)
        status = ser_extractor_run(job->extractors[thread], audio.samples, audio.frames,
                                   &dataset->features[index], error);
    ser_audio_release(&audio);
    return status;
}

static ser_status read_recording(struct job *job, int index, int thread, ser_error *error)
{
    struct hash key = {0};
    ser_features *features = &job->dataset->features[index];
    if (!job->dataset->sounds &&
        feature_cache_load(&job->cache, &job->dataset->corpus->recordings[index], features, &key))
        return SER_OK;
    ser_status status = compute(job, index, thread, error);
    if (!status)
        feature_cache_store(&job->cache, key, features);
    return status;
}

static void read_one(void *context, int index, int thread)
{
    struct job *job = context;
    ser_error error = {0};
    pthread_mutex_lock(&job->lock);
    int stopped = job->status != SER_OK;
    pthread_mutex_unlock(&job->lock);
    if (stopped)
        return;
    ser_status status = read_recording(job, index, thread, &error);
    if (status) {
        log_message(SER_LOG_WARNING, "%s; left out", error.message);
        ser_features_release(&job->dataset->features[index]);
    }
    pthread_mutex_lock(&job->lock);
    struct progress progress = {
        .stage = PROGRESS_READING, .done = ++job->done, .total = job->dataset->corpus->count};
    if (status == SER_ERROR_MEMORY && !job->status)
        job->status = error_set(job->error, status, "%s", error.message);
    if (progress_report(job->sink, &progress) && !job->status)
        job->status = error_set(job->error, SER_ERROR_INTERRUPTED, "reading was stopped");
    pthread_mutex_unlock(&job->lock);
}

/* Takes recordings without features out of both lists. */
static ser_status drop_unread(struct dataset *dataset, struct corpus *corpus, ser_error *error)
{
    int kept = 0;
    ser_status status = SER_OK;
    for (int i = 0; i < corpus->count && !status; i++) {
        if (dataset->features[i].values) {
            if (dataset->sounds)
                dataset->sounds[kept] = dataset->sounds[i];
            dataset->features[kept++] = dataset->features[i];
        } else {
            if (dataset->sounds)
                ser_audio_release(&dataset->sounds[i]);
            status = corpus_leave_out(corpus, i, LEFT_OUT_UNREADABLE, NULL, NULL, error);
        }
    }
    corpus_close_gaps(corpus);
    return status;
}

static void assign_classes(struct dataset *dataset)
{
    const struct corpus *corpus = dataset->corpus;
    for (int i = 0; i < corpus->label_count; i++)
        if (corpus_count(corpus, corpus->labels[i]))
            dataset->labels[dataset->classes++] = corpus->labels[i];
    for (int i = 0; i < corpus->count; i++)
        for (int c = 0; c < dataset->classes; c++)
            if (!strcmp(dataset->labels[c], corpus->recordings[i].emotion))
                dataset->targets[i] = c;
}

/* All that makes features what they are, as text. */
static ser_status open_cache(struct job *job, ser_error *error)
{
    const struct dataset_settings *settings = &job->dataset->settings;
    json_t *object = NULL;
    ser_status status = features_settings_to_json(&object, &settings->features, error);
    if (!status)
        json_object_set_new(object, "clean", clean_settings_to_json(&settings->clean));
    char *text = status ? NULL : json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(object);
    if (!status)
        status = text ? feature_cache_open(&job->cache, settings->cache, text, error)
                      : error_memory(error, "reading a corpus");
    free(text);
    return status;
}

static ser_status read_all(struct dataset *dataset, struct pool *pool,
                           const struct progress_sink *sink, ser_error *error)
{
    int threads = pool_threads(pool);
    struct job job = {
        .dataset = dataset,
        .extractors = calloc((size_t)threads, sizeof(ser_extractor *)),
        .sink = sink,
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .error = error,
    };
    ser_status status = job.extractors ? SER_OK : error_memory(error, "reading a corpus");
    if (!status)
        status = open_cache(&job, error);
    for (int i = 0; i < threads && !status; i++)
        status = ser_extractor_create(&job.extractors[i], &dataset->settings.features, error);
    if (!status) {
        pool_run(pool, dataset->corpus->count, read_one, &job);
        status = job.status;
    }
    for (int i = 0; job.extractors && i < threads; i++)
        ser_extractor_destroy(job.extractors[i]);
    free(job.extractors);
    feature_cache_close(&job.cache);
    pthread_mutex_destroy(&job.lock);
    return status;
}

ser_status dataset_load(struct dataset *dataset, struct corpus *corpus,
                        const struct dataset_settings *settings, struct pool *pool,
                        const struct progress_sink *sink, ser_error *error)
{
    size_t count = (size_t)corpus->count + 1;
    *dataset = (struct dataset){.settings = *settings, .corpus = corpus};
    dataset->features = calloc(count, sizeof *dataset->features);
    dataset->targets = calloc(count, sizeof *dataset->targets);
    if (settings->keep_sounds)
        dataset->sounds = calloc(count, sizeof *dataset->sounds);
    if (!dataset->features || !dataset->targets || (settings->keep_sounds && !dataset->sounds))
        return error_memory(error, "reading a corpus");
    ser_status status = read_all(dataset, pool, sink, error);
    if (status)
        return status;
    status = drop_unread(dataset, corpus, error);
    if (status)
        return status;
    assign_classes(dataset);
    if (dataset->classes < 2)
        return error_set(error, SER_ERROR_FORMAT,
                         "%d recordings of %d emotions could be read, expected at least 2 emotions",
                         corpus->count, dataset->classes);
    return SER_OK;
}

void dataset_release(struct dataset *dataset)
{
    /* Features that were dropped with their recording lie beyond the count and are empty. */
    for (int i = 0; dataset->features && i < dataset->corpus->count; i++)
        ser_features_release(&dataset->features[i]);
    for (int i = 0; dataset->sounds && i < dataset->corpus->count; i++)
        ser_audio_release(&dataset->sounds[i]);
    free(dataset->features);
    free(dataset->sounds);
    free(dataset->targets);
    *dataset = (struct dataset){0};
}
