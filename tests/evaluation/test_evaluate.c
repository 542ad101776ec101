#include "../models/small_model.h"
#include "../training/small_corpus.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "evaluation/evaluate.h"
#include "ser/recognizer.h"

enum { ACTORS = 2, CLIPS = ACTORS * SMALL_EMOTIONS * SMALL_TAKES };

static char *folder;
static struct corpus corpus;
static int all[CLIPS];

static int set_up(void **state)
{
    (void)state;
    folder = small_corpus_write("corpus", ACTORS);
    small_corpus_read(&corpus, folder);
    assert_int_equal(corpus.count, CLIPS);
    for (int i = 0; i < CLIPS; i++)
        all[i] = i;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    corpus_release(&corpus);
    free(folder);
    return 0;
}

static ser_status evaluate(const ser_model *model, const int *indices, int count, int threads,
                           evaluate_progress progress, void *user, struct confusion *confusion,
                           ser_error *error)
{
    struct pool *pool;
    ser_error ignored;
    if (pool_create(&pool, threads, &ignored))
        fail_msg("%s", ignored.message);
    ser_status status =
        evaluate_model(model, &corpus, indices, count, pool, progress, user, confusion, error);
    pool_destroy(pool);
    return status;
}

static void test_finds_the_label_of_an_emotion(void **state)
{
    (void)state;
    ser_model *model = small_model(1); /* angry, happy, sad */
    assert_int_equal(evaluate_label(model, "angry"), 0);
    assert_int_equal(evaluate_label(model, "happy"), 1);
    assert_int_equal(evaluate_label(model, "sad"), 2);
    assert_int_equal(evaluate_label(model, "calm"), -1);
    ser_model_destroy(model);
}

/* One recording after the other, by the public functions. */
static void test_counts_what_a_recognizer_says(void **state)
{
    (void)state;
    ser_error error;
    ser_model *model = small_model(1);
    ser_recognizer *recognizer;
    struct confusion expected, found;
    assert_ok(confusion_reset(&expected, 3, &error));
    assert_ok(ser_recognizer_create(&recognizer, model, NULL, &error));
    for (int i = 0; i < CLIPS; i++) {
        ser_prediction p;
        assert_ok(ser_recognizer_file(recognizer, corpus.recordings[i].path, &p, &error));
        int truth = evaluate_label(model, corpus.recordings[i].emotion);
        assert_ok(confusion_add(&expected, truth, p.label, &error));
    }
    for (int threads = 1; threads <= 3; threads++) {
        assert_ok(evaluate(model, all, CLIPS, threads, NULL, NULL, &found, &error));
        assert_memory_equal(&found, &expected, sizeof found);
    }
    assert_ok(evaluate(model, all + 5, 4, 2, NULL, NULL, &found, &error));
    assert_int_equal(metrics_compute(&found).recordings, 4);
    assert_ok(evaluate(model, all, 0, 2, NULL, NULL, &found, &error));
    assert_int_equal(metrics_compute(&found).recordings, 0);
    ser_recognizer_destroy(recognizer);
    ser_model_destroy(model);
}

static void test_refuses_emotions_that_the_model_does_not_know(void **state)
{
    (void)state;
    static const char *const labels[] = {"angry", "happy", "fearful"};
    ser_error error;
    struct confusion confusion;
    struct network_file file;
    ser_model *model;
    small_network_parse(&file);
    assert_ok(model_create(&model, &file, labels, 3, 1, "x", &error));
    assert_error(evaluate(model, all, CLIPS, 1, NULL, NULL, &confusion, &error), SER_ERROR_ARGUMENT,
                 "does not know its emotion, sad");
    ser_model_destroy(model);
}

/* A score is of all recordings or of none. */
static void test_a_recording_that_cannot_be_read_is_an_error(void **state)
{
    (void)state;
    ser_error error;
    struct confusion confusion;
    ser_model *model = small_model(1);
    char *kept = corpus.recordings[7].path;
    char *broken = support_write("broken.wav", "no sound", 8);
    corpus.recordings[7].path = broken;
    for (int threads = 1; threads <= 3; threads++) {
        ser_status status = evaluate(model, all, CLIPS, threads, NULL, NULL, &confusion, &error);
        assert_int_not_equal(status, SER_OK);
        assert_int_equal(status, error.status);
        assert_non_null(strstr(error.message, "broken.wav"));
    }
    assert_int_equal(unlink(broken), 0);
    assert_error(evaluate(model, all, CLIPS, 1, NULL, NULL, &confusion, &error), SER_ERROR_IO,
                 "broken.wav");
    corpus.recordings[7].path = kept;
    free(broken);
    ser_model_destroy(model);
}

/* … but who wants to know what came of each goes on, and is told of all. */
static void test_goes_on_after_recordings_that_cannot_be_read(void **state)
{
    (void)state;
    ser_error error;
    struct pool *pool;
    ser_model *model = small_model(1);
    ser_recognizer *recognizer;
    char *broken = support_write("broken.wav", "no sound", 8), *kept[2];
    for (int i = 0; i < 2; i++) {
        kept[i] = corpus.recordings[3 + 6 * i].path;
        corpus.recordings[3 + 6 * i].path = broken;
    }
    assert_ok(ser_recognizer_create(&recognizer, model, NULL, &error));
    for (int threads = 1; threads <= 3; threads++) {
        struct evaluated each[CLIPS] = {0};
        assert_ok(pool_create(&pool, threads, &error));
        assert_ok(evaluate_each(model, &corpus, all, CLIPS, pool, NULL, NULL, each, &error));
        for (int i = 0; i < CLIPS; i++) {
            ser_prediction p;
            if (i == 3 || i == 9) {
                assert_non_null(strstr(each[i].problem, "broken.wav"));
                continue;
            }
            assert_null(each[i].problem);
            assert_ok(ser_recognizer_file(recognizer, corpus.recordings[i].path, &p, &error));
            assert_int_equal(each[i].prediction.label, p.label);
            assert_memory_equal(each[i].prediction.probabilities, p.probabilities,
                                3 * sizeof(float));
        }
        evaluated_release(each, CLIPS);
        assert_null(each[3].problem);
        pool_destroy(pool);
    }
    for (int i = 0; i < 2; i++)
        corpus.recordings[3 + 6 * i].path = kept[i];
    free(broken);
    ser_recognizer_destroy(recognizer);
    ser_model_destroy(model);
}

struct counter {
    int calls, stop_at, total, inside;
};

static int count_calls(void *user, int done, int total)
{
    struct counter *counter = user;
    counter->inside += ++counter->calls != done;
    counter->total = total;
    return done == counter->stop_at;
}

static void test_reports_progress(void **state)
{
    (void)state;
    ser_error error;
    struct confusion confusion;
    struct counter counter = {0};
    ser_model *model = small_model(1);
    assert_ok(evaluate(model, all, CLIPS, 3, count_calls, &counter, &confusion, &error));
    assert_int_equal(counter.calls, CLIPS);
    assert_int_equal(counter.total, CLIPS);
    assert_int_equal(counter.inside, 0); /* never two at once, and in order */
    ser_model_destroy(model);
}

static void test_stops_when_asked(void **state)
{
    (void)state;
    ser_error error;
    struct confusion confusion;
    ser_model *model = small_model(1);
    for (int stop = 1; stop <= CLIPS; stop += 7) {
        struct counter counter = {.stop_at = stop};
        assert_error(evaluate(model, all, CLIPS, 2, count_calls, &counter, &confusion, &error),
                     SER_ERROR_INTERRUPTED, "stopped");
        assert_in_range(counter.calls, stop, stop + 1);
    }
    ser_model_destroy(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_the_label_of_an_emotion),
        cmocka_unit_test(test_counts_what_a_recognizer_says),
        cmocka_unit_test(test_refuses_emotions_that_the_model_does_not_know),
        cmocka_unit_test(test_a_recording_that_cannot_be_read_is_an_error),
        cmocka_unit_test(test_goes_on_after_recordings_that_cannot_be_read),
        cmocka_unit_test(test_reports_progress),
        cmocka_unit_test(test_stops_when_asked),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
