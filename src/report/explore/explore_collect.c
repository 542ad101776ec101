#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/pool.h"
#include "corpora/labels.h"
#include "report/explore/explore.h"
#include "report/explore/explore_statistics.h"

/* What listening takes besides. */
struct collecting {
    struct exploration *exploration;
    struct measurer **measurers; // (threads)
    int threads;
    atomic_int status; /* a failure that is not of one recording */
};

/* What corpus_read remarks is among the doctor's findings. */
static void drop(void *user, ser_log_level level, const char *message)
{
    (void)user, (void)level, (void)message;
}

static ser_status read_corpus(struct exploration *e, ser_error *error)
{
    struct corpus_settings reading = {0};
    memcpy(reading.voices, e->settings.voices, sizeof reading.voices);
    log_divert(drop, NULL);
    ser_status status =
        corpus_read(&e->corpus, e->settings.places, e->settings.count, &reading, error);
    log_divert(NULL, NULL);
    if (status)
        return status;
    e->explored = calloc((size_t)e->corpus.count + 1, sizeof *e->explored);
    if (!e->explored)
        return error_memory(error, "exploring a corpus");
    e->explored_count = e->corpus.count;
    for (int i = 0; i < e->corpus.count; i++)
        memcpy(e->explored[i].intended, e->corpus.recordings[i].emotion, EMOTION_LENGTH);
    return SER_OK;
}

static void listen(void *listener, int thread, const struct doctor_heard *heard)
{
    struct collecting *collecting = listener;
    struct exploration *e = collecting->exploration;
    struct explored *explored = &e->explored[heard->recording];
    const struct recording *recording = &e->corpus.recordings[heard->recording];
    ser_error error = {0};
    ser_status status = SER_ERROR_FORMAT;
    if (heard->sound)
        status = measurer_run(collecting->measurers[thread], heard->audio, recording,
                              &explored->measures, &error);
    else if (heard->file->status)
        error_set(&error, status, "%s", heard->file->problem);
    else
        error_set(&error, status, "the file has no such piece or channel");
    explored->is_measured = !status;
    explored->problem = status ? memory_copy_text(error.message) : NULL;
    if (status == SER_ERROR_MEMORY || (status && !explored->problem))
        collecting->status = SER_ERROR_MEMORY;
}

static int report(void *user, int done, int total)
{
    struct collecting *collecting = user;
    const struct explore_settings *settings = &collecting->exploration->settings;
    if (collecting->status)
        return 1;
    return settings->progress ? settings->progress(settings->user, "listening", done, total) : 0;
}

static ser_status listen_to_all(struct collecting *collecting, ser_error *error)
{
    struct exploration *e = collecting->exploration;
    struct doctor_settings settings = {
        .threads = collecting->threads,
        .progress = report,
        .user = collecting,
        .listen = listen,
        .listener = collecting,
    };
    ser_status status = doctor_examine_corpus(&e->doctor, &e->corpus, e->settings.places,
                                              e->settings.count, &settings, error);
    return collecting->status ? error_memory(error, "measuring recordings") : status;
}

static ser_status measure(struct exploration *e, ser_error *error)
{
    struct collecting collecting = {
        .exploration = e,
        .threads = e->settings.threads ? e->settings.threads : pool_processors(),
    };
    collecting.measurers = calloc((size_t)collecting.threads, sizeof(struct measurer *));
    ser_status status =
        collecting.measurers ? SER_OK : error_memory(error, "preparing measurements");
    for (int i = 0; i < collecting.threads && !status; i++)
        status = measurer_create(&collecting.measurers[i], error);
    if (!status)
        status = listen_to_all(&collecting, error);
    for (int i = 0; collecting.measurers && i < collecting.threads; i++)
        measurer_destroy(collecting.measurers[i]);
    free(collecting.measurers);
    return status;
}

/* The names of the recordings before a label map. */
struct place_before {
    char corpus[sizeof((struct recording *)NULL)->corpus];
    char name[RECORDING_NAME_LENGTH];
};

static bool is_same(const struct place_before *before, const struct recording *recording)
{
    return !strcmp(before->corpus, recording->corpus) && !strcmp(before->name, recording->name);
}

/* The map takes recordings out; what was measured of those that stay, in the same order, follows.
 */
static void follow(struct exploration *e, const struct place_before *before, int count)
{
    int kept = 0;
    for (int i = 0; i < count; i++) {
        struct explored explored = e->explored[i];
        e->explored[i] = (struct explored){0};
        if (kept < e->corpus.count && is_same(&before[i], &e->corpus.recordings[kept]))
            e->explored[kept++] = explored;
        else
            free(explored.problem);
    }
}

static ser_status map_labels(struct exploration *e, ser_error *error)
{
    struct label_map map = {0};
    int count = e->corpus.count;
    struct place_before *before = memory_resize(NULL, (size_t)count + 1, sizeof *before);
    ser_status status = before ? SER_OK : error_memory(error, "exploring a corpus");
    for (int i = 0; i < count && before; i++) {
        memcpy(before[i].corpus, e->corpus.recordings[i].corpus, sizeof before[i].corpus);
        memcpy(before[i].name, e->corpus.recordings[i].name, sizeof before[i].name);
    }
    if (!status)
        status = label_map_read(&map, e->settings.labels, error);
    if (!status)
        status = label_map_apply(&map, &e->corpus, error);
    if (!status) {
        follow(e, before, count);
        if (!e->corpus.count)
            status = error_set(error, SER_ERROR_FORMAT,
                               "%s: knows none of the emotions of %d recordings",
                               e->settings.labels, count);
    }
    free(before);
    label_map_release(&map);
    return status;
}

ser_status explore_collect(struct exploration *e, const struct explore_settings *settings,
                           ser_error *error)
{
    struct label_map map = {0};
    *e = (struct exploration){.settings = *settings};
    ser_status status = SER_OK;
    if (settings->labels) { /* said before hours of work */
        status = label_map_read(&map, settings->labels, error);
        label_map_release(&map);
    }
    if (!status)
        status = read_corpus(e, error);
    if (!status)
        status = measure(e, error);
    if (!status && settings->labels)
        status = map_labels(e, error);
    else if (!status)
        e->words_differ = labels_check_words(&e->corpus, &e->words) != SER_OK;
    if (!status)
        status = statistics_prepare(e, error);
    for (int i = 0; i < e->corpus.count && !status; i++)
        e->unreadable += !e->explored[i].is_measured;
    return status;
}

void explore_release(struct exploration *e)
{
    for (int i = 0; i < e->explored_count; i++)
        free(e->explored[i].problem);
    free(e->explored);
    statistics_release(e);
    doctor_release(&e->doctor);
    corpus_release(&e->corpus);
    *e = (struct exploration){0};
}
