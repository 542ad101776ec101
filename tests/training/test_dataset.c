#include "small_corpus.h"

#include "../models/small_model.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "training/dataset.h"

enum { ACTORS = 2, CLIPS = ACTORS * SMALL_EMOTIONS * SMALL_TAKES, MAX_REMARKS = 64 };

static const ser_clean_settings as_recorded = {0};

static pthread_mutex_t remarks_lock = PTHREAD_MUTEX_INITIALIZER;
static char remarks[MAX_REMARKS][SER_ERROR_LENGTH];
static int remark_count;

static void collect(void *user, ser_log_level level, const char *message)
{
    (void)user;
    pthread_mutex_lock(&remarks_lock);
    if (level == SER_LOG_WARNING && remark_count < MAX_REMARKS)
        snprintf(remarks[remark_count++], SER_ERROR_LENGTH, "%s", message);
    pthread_mutex_unlock(&remarks_lock);
}

static ser_features_settings small_features(void)
{
    struct network_file file;
    small_network_parse(&file);
    ser_features_settings settings = file.features;
    network_file_release(&file);
    return settings;
}

/* Reads a corpus with so many threads. */
static ser_status load(struct dataset *dataset, struct corpus *corpus, const char *folder,
                       int threads, const struct progress_sink *sink, ser_error *error)
{
    struct pool *pool;
    ser_error ignored;
    ser_features_settings settings = small_features();
    small_corpus_read(corpus, folder);
    if (pool_create(&pool, threads, &ignored))
        fail_msg("%s", ignored.message);
    ser_status status = dataset_load(
        dataset, corpus, &(struct dataset_settings){.features = settings, .clean = as_recorded},
        pool, sink, error);
    pool_destroy(pool);
    return status;
}

static void replace(const char *folder, int actor, int emotion, int take, const char *text)
{
    ser_error error;
    char *path = small_corpus_path(folder, actor, emotion, take);
    assert_ok(file_write(path, text, strlen(text), &error));
    free(path);
}

static void test_reads_every_recording(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus;
    struct dataset dataset;
    char *folder = small_corpus_write("all", ACTORS);
    assert_ok(load(&dataset, &corpus, folder, 1, NULL, &error));
    assert_int_equal(corpus.count, CLIPS);
    assert_int_equal(dataset.classes, 3);
    assert_string_equal(dataset.labels[0], "happy");
    assert_string_equal(dataset.labels[1], "sad");
    assert_string_equal(dataset.labels[2], "angry");
    for (int i = 0; i < CLIPS; i++) {
        assert_in_range(dataset.features[i].frames, 10, 50);
        assert_int_equal(dataset.features[i].columns, SMALL_BANDS);
        assert_string_equal(dataset.labels[dataset.targets[i]], corpus.recordings[i].emotion);
    }
    dataset_release(&dataset);
    dataset_release(&dataset); /* harmless */
    corpus_release(&corpus);
    free(folder);
}

/* The features are those that a recognizer would compute. */
static void test_features_are_those_of_the_recording(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus;
    struct dataset dataset;
    ser_extractor *extractor;
    ser_features_settings settings = small_features();
    ser_audio_settings wanted = {.rate = settings.rate, .mono = 1};
    char *folder = small_corpus_write("same", ACTORS);
    assert_ok(load(&dataset, &corpus, folder, 3, NULL, &error));
    assert_ok(ser_extractor_create(&extractor, &settings, &error));
    for (int i = 0; i < corpus.count; i++) {
        ser_audio audio;
        ser_features features = {0};
        assert_ok(ser_audio_load(&audio, corpus.recordings[i].path, &wanted, &error));
        assert_ok(ser_extractor_run(extractor, audio.samples, audio.frames, &features, &error));
        assert_int_equal(features.frames, dataset.features[i].frames);
        assert_memory_equal(features.values, dataset.features[i].values,
                            (size_t)features.frames * SMALL_BANDS * sizeof(float));
        ser_features_release(&features);
        ser_audio_release(&audio);
    }
    ser_extractor_destroy(extractor);
    dataset_release(&dataset);
    corpus_release(&corpus);
    free(folder);
}

/* A model that hears cleaned sound is trained with cleaned sound. */
static void test_cleans_the_sound_first(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus;
    struct dataset dataset;
    struct pool *pool;
    ser_extractor *extractor;
    ser_features_settings settings = small_features();
    ser_clean_settings clean = {.low_cut = 300, .trim = 10, .lufs = -30};
    ser_audio_settings wanted = {.rate = settings.rate, .mono = 1};
    char *folder = small_corpus_write("cleaned", ACTORS);
    small_corpus_read(&corpus, folder);
    assert_ok(pool_create(&pool, 2, &error));
    struct dataset_settings all = {.clean = clean, .features = settings, .keep_sounds = true};
    assert_ok(dataset_load(&dataset, &corpus, &all, pool, NULL, &error));
    assert_ok(ser_extractor_create(&extractor, &settings, &error));
    for (int i = 0; i < corpus.count; i++) {
        ser_audio audio;
        ser_features features = {0};
        assert_ok(ser_audio_load(&audio, corpus.recordings[i].path, &wanted, &error));
        assert_int_equal(audio.frames, dataset.sounds[i].frames); /* kept as it was recorded */
        assert_memory_equal(audio.samples, dataset.sounds[i].samples, audio.frames * sizeof(float));
        assert_ok(ser_clean(&audio, &clean, &error));
        assert_ok(ser_extractor_run(extractor, audio.samples, audio.frames, &features, &error));
        assert_int_equal(features.frames, dataset.features[i].frames);
        assert_memory_equal(features.values, dataset.features[i].values,
                            (size_t)features.frames * SMALL_BANDS * sizeof(float));
        ser_features_release(&features);
        ser_audio_release(&audio);
    }
    ser_extractor_destroy(extractor);
    dataset_release(&dataset);
    corpus_release(&corpus);
    pool_destroy(pool);
    free(folder);
}

static void test_leaves_out_what_cannot_be_read(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus;
    struct dataset dataset;
    char *folder = small_corpus_write("broken", ACTORS);
    replace(folder, 1, 3, 0, "this is no sound at all, only its name says so");
    replace(folder, 2, 5, 3, "RIFF");
    replace(folder, 1, 4, 1, "x");
    remark_count = 0;
    ser_log_set_callback(collect, NULL);
    assert_ok(load(&dataset, &corpus, folder, 2, NULL, &error));
    ser_log_set_callback(NULL, NULL);
    assert_int_equal(corpus.count, CLIPS - 3);
    assert_int_equal(remark_count, 3);
    for (int i = 0; i < 3; i++)
        assert_non_null(strstr(remarks[i], "left out"));
    for (int i = 0; i < corpus.count; i++) {
        assert_true(dataset.features[i].frames > 0);
        assert_string_equal(dataset.labels[dataset.targets[i]], corpus.recordings[i].emotion);
        if (i)
            assert_true(strcmp(corpus.recordings[i - 1].name, corpus.recordings[i].name) < 0);
    }
    dataset_release(&dataset);
    corpus_release(&corpus);
    free(folder);
}

/* Between reading the names and reading the sound. */
static void test_leaves_out_what_disappears(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus;
    struct dataset dataset;
    struct pool *pool;
    ser_features_settings settings = small_features();
    char *folder = small_corpus_write("vanishing", ACTORS);
    small_corpus_read(&corpus, folder);
    assert_int_equal(unlink(corpus.recordings[0].path), 0);
    assert_int_equal(unlink(corpus.recordings[CLIPS - 1].path), 0);
    assert_ok(pool_create(&pool, 1, &error));
    assert_ok(dataset_load(&dataset, &corpus,
                           &(struct dataset_settings){.features = settings, .clean = as_recorded},
                           pool, NULL, &error));
    assert_int_equal(corpus.count, CLIPS - 2);
    pool_destroy(pool);
    dataset_release(&dataset);
    corpus_release(&corpus);
    free(folder);
}

/* An emotion whose recordings are all unreadable is no class. */
static void test_classes_are_the_emotions_that_are_left(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus;
    struct dataset dataset;
    char *folder = small_corpus_write("fewer", ACTORS);
    for (int actor = 1; actor <= ACTORS; actor++)
        for (int take = 0; take < SMALL_TAKES; take++) {
            char text[64];
            snprintf(text, sizeof text, "no sound %d %d", actor, take);
            replace(folder, actor, 3, take, text);
        }
    assert_ok(load(&dataset, &corpus, folder, 1, NULL, &error));
    assert_int_equal(corpus.count, CLIPS - ACTORS * SMALL_TAKES);
    assert_int_equal(dataset.classes, 2);
    assert_string_equal(dataset.labels[0], "sad");
    assert_string_equal(dataset.labels[1], "angry");
    for (int i = 0; i < corpus.count; i++)
        assert_string_equal(dataset.labels[dataset.targets[i]], corpus.recordings[i].emotion);
    dataset_release(&dataset);
    corpus_release(&corpus);
    free(folder);
}

static void test_one_emotion_is_not_enough(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus;
    struct dataset dataset;
    char *folder = small_corpus_write("single", 1), text[64];
    for (int emotion = 4; emotion <= 5; emotion++)
        for (int take = 0; take < SMALL_TAKES; take++) {
            snprintf(text, sizeof text, "no sound %d %d", emotion, take);
            replace(folder, 1, emotion, take, text);
        }
    assert_error(load(&dataset, &corpus, folder, 1, NULL, &error), SER_ERROR_FORMAT,
                 "4 recordings of 1 emotions");
    dataset_release(&dataset);
    corpus_release(&corpus);
    for (int take = 0; take < SMALL_TAKES; take++) {
        snprintf(text, sizeof text, "no sound either %d", take);
        replace(folder, 1, 3, take, text);
    }
    assert_error(load(&dataset, &corpus, folder, 1, NULL, &error), SER_ERROR_FORMAT,
                 "0 recordings of 0 emotions");
    dataset_release(&dataset);
    corpus_release(&corpus);
    free(folder);
}

struct counter {
    int calls, stop_at, last_done, total;
};

static int count_calls(void *user, const struct progress *progress)
{
    struct counter *counter = user;
    assert_int_equal(progress->stage, PROGRESS_READING);
    assert_null(progress->run);
    counter->calls++;
    assert_int_equal(progress->done, counter->last_done + 1);
    counter->last_done = progress->done;
    counter->total = progress->total;
    return counter->calls == counter->stop_at;
}

static void test_reports_progress(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus;
    struct dataset dataset;
    struct counter counter = {0};
    const struct progress_sink sink = {count_calls, &counter};
    char *folder = small_corpus_write("progress", ACTORS);
    assert_ok(load(&dataset, &corpus, folder, 3, &sink, &error));
    assert_int_equal(counter.calls, CLIPS);
    assert_int_equal(counter.total, CLIPS);
    dataset_release(&dataset);
    corpus_release(&corpus);
    free(folder);
}

static void test_stops_when_asked(void **state)
{
    (void)state;
    ser_error error;
    char *folder = small_corpus_write("stopped", ACTORS);
    for (int stop = 1; stop <= CLIPS; stop += 5) {
        for (int threads = 1; threads <= 3; threads += 2) {
            struct corpus corpus;
            struct dataset dataset;
            struct counter counter = {.stop_at = stop};
            const struct progress_sink sink = {count_calls, &counter};
            assert_error(load(&dataset, &corpus, folder, threads, &sink, &error),
                         SER_ERROR_INTERRUPTED, "stopped");
            assert_in_range(counter.calls, stop, stop + threads - 1);
            dataset_release(&dataset);
            corpus_release(&corpus);
        }
    }
    free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_every_recording),
        cmocka_unit_test(test_features_are_those_of_the_recording),
        cmocka_unit_test(test_cleans_the_sound_first),
        cmocka_unit_test(test_leaves_out_what_cannot_be_read),
        cmocka_unit_test(test_leaves_out_what_disappears),
        cmocka_unit_test(test_classes_are_the_emotions_that_are_left),
        cmocka_unit_test(test_one_emotion_is_not_enough),
        cmocka_unit_test(test_reports_progress),
        cmocka_unit_test(test_stops_when_asked),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
