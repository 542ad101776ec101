#include "corpora/doctor/doctor.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "base/pool.h"
#include "corpora/doctor/doctor_parts.h"

struct doctor_settings doctor_settings_defaults(void)
{
    struct doctor_settings settings = {0};
    for (int i = 0; i < VOICE_KINDS; i++)
        settings.voices[i] = true;
    return settings;
}

/* What corpus_read remarks becomes findings. */
static void drop(void *user, ser_log_level level, const char *message)
{
    (void)user, (void)level, (void)message;
}

static ser_status read_corpus(struct corpus *corpus, const char *const *places, int count,
                              const struct doctor_settings *settings, ser_error *error)
{
    struct corpus_settings reading = {.allow_empty = true};
    memcpy(reading.voices, settings->voices, sizeof reading.voices);
    log_divert(drop, NULL);
    ser_status status = corpus_read(corpus, places, count, &reading, error);
    log_divert(NULL, NULL);
    return status;
}

/* The role of a file that was left out; SUBJECT_RECORDING: none, it need not be decoded. */
static enum subject_role role_of(enum left_out_reason reason)
{
    switch (reason) {
    case LEFT_OUT_FOREIGN:
    case LEFT_OUT_MALFORMED: return SUBJECT_OTHER;
    case LEFT_OUT_SAME_NAME: return SUBJECT_COPY;
    case LEFT_OUT_SAME_BYTES:
    case LEFT_OUT_CONTRADICTION: return SUBJECT_REFUSED;
    default: return SUBJECT_RECORDING;
    }
}

static int compare_roles(const void *a, const void *b)
{
    const struct subject *left = a, *right = b;
    int order = (left->role > right->role) - (left->role < right->role);
    return order ? order : strcmp(left->path, right->path);
}

static void add_subjects(struct examination *examination)
{
    const struct corpus *corpus = &examination->corpus;
    for (int i = 0; i < corpus->count; i++)
        examination->subjects[examination->subject_count++] = (struct subject){
            .path = corpus->recordings[i].path, .recording = &corpus->recordings[i]};
    for (int i = 0; i < corpus->left_out.count; i++) {
        const struct left_out *item = &corpus->left_out.items[i];
        enum subject_role role = role_of(item->reason);
        if (role != SUBJECT_RECORDING)
            examination->subjects[examination->subject_count++] =
                (struct subject){.role = role, .path = item->path, .left_out = item};
    }
    int others = examination->subject_count - corpus->count;
    if (others)
        qsort(examination->subjects + corpus->count, (size_t)others, sizeof(struct subject),
              compare_roles);
}

struct path_place {
    const char *path;
    int index;
};

static int compare_paths(const void *a, const void *b)
{
    const struct path_place *left = a, *right = b;
    int order = strcmp(left->path, right->path);
    return order ? order : (left->index > right->index) - (left->index < right->index);
}

/* A manifest may name several pieces of one file, which is decoded once. */
static void number_files(struct examination *examination, struct path_place *places)
{
    int count = examination->subject_count, files = 0;
    for (int i = 0; i < count; i++)
        places[i] = (struct path_place){examination->subjects[i].path, i};
    if (count)
        qsort(places, (size_t)count, sizeof *places, compare_paths);
    for (int i = 0; i < count; i++) {
        if (!i || strcmp(places[i - 1].path, places[i].path) != 0)
            examination->first[files++] = i;
        examination->by_path[i] = places[i].index;
        examination->subjects[places[i].index].file = files - 1;
    }
    examination->first[files] = count;
    examination->file_count = files;
}

static ser_status find_subjects(struct examination *examination, ser_error *error)
{
    size_t most =
        (size_t)examination->corpus.count + (size_t)examination->corpus.left_out.count + 1;
    struct path_place *places = calloc(most, sizeof *places);
    examination->subjects = calloc(most, sizeof *examination->subjects);
    examination->by_path = calloc(most, sizeof *examination->by_path);
    examination->first = calloc(most, sizeof *examination->first);
    examination->files = calloc(most, sizeof *examination->files);
    ser_status status = SER_OK;
    if (!places || !examination->subjects || !examination->by_path || !examination->first ||
        !examination->files) {
        status = error_memory(error, "examining a corpus");
        goto done;
    }
    add_subjects(examination);
    number_files(examination, places);
done:
    free(places);
    return status;
}

/* The loop over the files. */
struct listening {
    struct examination *examination;
    const struct doctor_settings *settings;
    pthread_mutex_t lock;
    int done;
    atomic_bool is_stopped;
};

static void hand_on(const struct listening *listening, int thread, int recording,
                    const ser_audio *audio)
{
    const struct doctor_settings *settings = listening->settings;
    const struct subject *subject = &listening->examination->subjects[recording];
    if (!settings->listen || subject->role != SUBJECT_RECORDING)
        return;
    struct doctor_heard heard = {
        .recording = recording,
        .file = &listening->examination->files[subject->file],
        .sound = subject->is_measured ? &subject->sound : NULL,
        .audio = audio,
    };
    settings->listen(settings->listener, thread, &heard);
}

static void listen_to_file(void *context, int index, int thread)
{
    struct listening *listening = context;
    struct examination *examination = listening->examination;
    const int *subjects = examination->by_path + examination->first[index];
    int count = examination->first[index + 1] - examination->first[index];
    struct sound_file *file = &examination->files[index];
    ser_audio audio = {0};
    if (listening->is_stopped)
        return;
    sound_decode(file, &audio, examination->subjects[*subjects].path);
    for (int i = 0; i < count; i++) {
        struct subject *subject = &examination->subjects[subjects[i]];
        subject->is_measured =
            !file->status && sound_measure(&subject->sound, &audio, subject->recording);
        hand_on(listening, thread, subjects[i], &audio);
    }
    ser_audio_release(&audio);
    pthread_mutex_lock(&listening->lock);
    listening->done++;
    if (listening->settings->progress && !listening->is_stopped &&
        listening->settings->progress(listening->settings->user, listening->done,
                                      examination->file_count))
        listening->is_stopped = true;
    pthread_mutex_unlock(&listening->lock);
}

static ser_status listen_to_all(struct examination *examination,
                                const struct doctor_settings *settings, ser_error *error)
{
    struct listening listening = {
        .examination = examination, .settings = settings, .lock = PTHREAD_MUTEX_INITIALIZER};
    struct pool *pool;
    ser_status status = pool_create(&pool, settings->threads, error);
    if (status)
        return status;
    pool_run(pool, examination->file_count, listen_to_file, &listening);
    pool_destroy(pool);
    pthread_mutex_destroy(&listening.lock);
    return listening.is_stopped
               ? error_set(error, SER_ERROR_INTERRUPTED, "stopped after %d of %d recordings",
                           listening.done, examination->file_count)
               : SER_OK;
}

bool next_group(const struct examination *examination, struct group *group)
{
    const struct corpus *corpus = &examination->corpus;
    if (group->end >= corpus->count)
        return false;
    const struct recording *first = &corpus->recordings[group->end];
    *group = (struct group){first->corpus, first->reader, group->end, group->end};
    while (group->end < corpus->count &&
           !strcmp(corpus->recordings[group->end].corpus, first->corpus))
        group->end++;
    return true;
}

const char *subject_corpus(const struct subject *subject)
{
    return subject->recording ? subject->recording->corpus : "";
}

static ser_status judge(const struct examination *examination, const char *const *places, int count,
                        struct doctor_report *report, ser_error *error)
{
    static ser_status (*const rooms[])(const struct examination *, struct findings *,
                                       ser_error *) = {
        doctor_judge_left_out, doctor_judge_sounds, doctor_judge_outliers,
        doctor_judge_copies,   doctor_judge_twins,  doctor_judge_counts,
    };
    ser_status status = SER_OK;
    for (int i = 0; i < count && !status; i++)
        status = doctor_judge_place(&examination->corpus, places[i], &report->findings, error);
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms && !status; i++)
        status = rooms[i](examination, &report->findings, error);
    if (!status)
        status = doctor_summarise(examination, report, error);
    findings_sort(&report->findings);
    for (int i = 0; i < report->findings.count; i++) {
        bool is_problem = finding_is_problem(report->findings.items[i].kind);
        report->problems += is_problem;
        report->remarks += !is_problem;
    }
    report->files = examination->file_count;
    return status;
}

/* All but the corpus, which is borrowed. */
static void release(struct examination *examination)
{
    free(examination->subjects);
    free(examination->by_path);
    free(examination->first);
    free(examination->files);
}

ser_status doctor_examine_corpus(struct doctor_report *report, const struct corpus *corpus,
                                 const char *const *places, int count,
                                 const struct doctor_settings *settings, ser_error *error)
{
    struct doctor_settings chosen = settings ? *settings : doctor_settings_defaults();
    struct examination examination = {.corpus = *corpus};
    *report = (struct doctor_report){0};
    ser_status status = find_subjects(&examination, error);
    if (!status)
        status = listen_to_all(&examination, &chosen, error);
    if (!status)
        status = judge(&examination, places, count, report, error);
    release(&examination);
    if (status)
        doctor_release(report);
    return status;
}

ser_status doctor_examine(struct doctor_report *report, const char *const *places, int count,
                          const struct doctor_settings *settings, ser_error *error)
{
    struct doctor_settings chosen = settings ? *settings : doctor_settings_defaults();
    struct corpus corpus = {0};
    *report = (struct doctor_report){0};
    ser_status status = read_corpus(&corpus, places, count, &chosen, error);
    if (!status)
        status = doctor_examine_corpus(report, &corpus, places, count, &chosen, error);
    corpus_release(&corpus);
    return status;
}

void doctor_release(struct doctor_report *report)
{
    findings_release(&report->findings);
    free(report->summaries);
    *report = (struct doctor_report){0};
}
