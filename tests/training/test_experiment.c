#define _GNU_SOURCE
#include "small_experiment.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "evaluation/evaluate.h"

enum { ACTORS = 6, CLIPS = ACTORS * SMALL_EMOTIONS * SMALL_TAKES, SHORT = 2 /* epochs */ };

static int set_up(void **state)
{
    (void)state;
    return small_experiment_begin(ACTORS);
}

static ser_model *load(const char *path)
{
    ser_error error;
    ser_model *model;
    assert_ok(ser_model_load(&model, path, &error));
    return model;
}

/* Whether two model files have the same numbers; what they tell about their training may differ. */
static int same_numbers(const char *one, const char *other)
{
    ser_model *a = load(one), *b = load(other);
    int same = a->network->parameter_count == b->network->parameter_count;
    for (int i = 0; same && i < a->network->parameter_count; i++)
        same = !memcmp(a->network->parameters[i].values, b->network->parameters[i].values,
                       a->network->parameters[i].count * sizeof(float));
    ser_model_destroy(a);
    ser_model_destroy(b);
    return same;
}

static long total_of(const struct confusion *confusion)
{
    return metrics_compute(confusion).recordings;
}

static void test_writes_a_model_and_a_log(void **state)
{
    (void)state;
    char *out = support_scratch("plain.safetensors"), *log = support_scratch("plain.csv");
    struct experiment_settings settings = small_experiment(out);
    struct experiment_result result = small_experiment_run(&settings);
    assert_int_equal(result.recordings, CLIPS);
    assert_int_equal(result.skipped, 0);
    assert_int_equal(result.folds, 0);
    assert_int_equal(total_of(&result.confusion), 0);
    assert_string_equal(result.log, log);
    assert_false(path_exists(out, ".checkpoints"));
    ser_model *model = load(out);
    assert_int_equal(ser_model_label_count(model), 3);
    assert_string_equal(ser_model_label(model, 0), "happy");
    ser_model_destroy(model);
    free(out);
    free(log);
}

static void test_log_has_a_row_for_every_epoch(void **state)
{
    (void)state;
    static const char *const runs[] = {"fold 1 of 2", "fold 2 of 2", "model"};
    size_t size;
    char *out = support_scratch("rows.safetensors");
    struct experiment_settings settings = small_experiment(out);
    settings.folds = 2;
    settings.epochs = 3;
    struct experiment_result result = small_experiment_run(&settings);
    char *text = read_whole(result.log, &size), *line = strtok(text, "\n");
    assert_string_equal(line, "run,epoch,rate,loss,accuracy,gradient_norm,seconds");
    for (int row = 0; row < 9; row++) {
        char name[32];
        int epoch;
        double rate, loss, accuracy, norm, seconds;
        line = strtok(NULL, "\n");
        assert_non_null(line);
        assert_int_equal(sscanf(line, "%31[^,],%d,%lf,%lf,%lf,%lf,%lf", name, &epoch, &rate, &loss,
                                &accuracy, &norm, &seconds),
                         7);
        assert_string_equal(name, runs[row / 3]);
        assert_int_equal(epoch, row % 3 + 1);
        assert_true(loss > 0 && loss < 10 && accuracy >= 0 && accuracy <= 1);
    }
    assert_null(strtok(NULL, "\n"));
    free(text);
    free(out);
}

/* Three emotions whose spectra differ: far above a third, with voices never heard. */
static void test_recognises_speakers_it_has_never_heard(void **state)
{
    (void)state;
    char *out = support_scratch("unseen.safetensors");
    struct experiment_settings settings = small_experiment(out);
    settings.test_speakers = "2,5";
    struct experiment_result result = small_experiment_run(&settings);
    assert_int_equal(result.folds, 1);
    assert_int_equal(result.recordings, CLIPS);
    assert_int_equal(total_of(&result.confusion), 2 * SMALL_EMOTIONS * SMALL_TAKES);
    assert_true(result.accuracy.mean > 0.8);
    assert_true(result.uar.mean > 0.8);
    assert_int_equal(result.accuracy.count, 1);
    free(out);
}

/* The scores that are reported are what the written model gives. */
static void test_scores_are_those_of_the_model(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus;
    struct confusion confusion;
    struct pool *pool;
    int indices[CLIPS], count = 0;
    char *out = support_scratch("scores.safetensors");
    struct experiment_settings settings = small_experiment(out);
    settings.test_speakers = "03";
    settings.epochs = SHORT;
    struct experiment_result result = small_experiment_run(&settings);
    ser_model *model = load(out);
    small_corpus_read(&corpus, small_experiment_corpus);
    for (int i = 0; i < corpus.count; i++)
        if (!strcmp(corpus.recordings[i].speaker, "03"))
            indices[count++] = i;
    assert_ok(pool_create(&pool, 1, &error));
    assert_ok(evaluate_model(model, &corpus, indices, count, pool, NULL, NULL, &confusion, &error));
    assert_memory_equal(&confusion, &result.confusion, sizeof confusion);
    pool_destroy(pool);
    corpus_release(&corpus);
    ser_model_destroy(model);
    free(out);
}

static void test_model_tells_about_its_training(void **state)
{
    (void)state;
    char *out = support_scratch("facts.safetensors");
    struct experiment_settings settings = small_experiment(out);
    settings.test_speakers = "1,6";
    settings.epochs = SHORT;
    settings.seed = 77;
    struct experiment_result result = small_experiment_run(&settings);
    ser_model *model = load(out);
    json_t *facts = json_loads(ser_model_facts(model), 0, NULL);
    const json_t *training = json_object_get(facts, "training");
    const json_t *corpus = json_array_get(json_object_get(training, "corpora"), 0);
    const json_t *speakers = json_object_get(corpus, "speakers");
    const json_t *scores = json_object_get(training, "scores");
    assert_string_equal(json_string_value(json_object_get(corpus, "name")), "ravdess");
    assert_int_equal(json_integer_value(json_object_get(corpus, "recordings")), CLIPS - 24);
    assert_int_equal(json_array_size(speakers), 4);
    for (size_t i = 0; i < 4; i++) {
        char expected[3] = {'0', (char)('2' + i), 0};
        assert_string_equal(json_string_value(json_array_get(speakers, i)), expected);
    }
    assert_int_equal(json_integer_value(json_object_get(training, "seed")), 77);
    assert_int_equal(json_integer_value(json_object_get(training, "threads")), 1);
    assert_int_equal(
        json_integer_value(json_object_get(json_object_get(training, "recipe"), "epochs")), SHORT);
    assert_non_null(
        strstr(json_string_value(json_object_get(training, "protocol")), "never heard"));
    assert_int_equal(json_integer_value(json_object_get(scores, "recordings")), 24);
    double difference = json_number_value(json_object_get(scores, "uar")) - result.uar.mean;
    assert_true(difference < 1e-5 && difference > -1e-5);
    json_decref(facts);
    ser_model_destroy(model);
    free(out);
}

static void test_folds_test_every_recording_once(void **state)
{
    (void)state;
    char *out = support_scratch("folds.safetensors");
    for (int folds = 2; folds <= ACTORS; folds += 2) {
        struct experiment_settings settings = small_experiment(out);
        settings.folds = folds;
        settings.epochs = SHORT;
        struct experiment_result result = small_experiment_run(&settings);
        struct metrics metrics = metrics_compute(&result.confusion);
        assert_int_equal(result.folds, folds);
        assert_int_equal(result.accuracy.count, folds);
        assert_int_equal(metrics.recordings, CLIPS);
        for (int c = 0; c < 3; c++)
            assert_int_equal(metrics.each[c].recordings, CLIPS / 3);
    }
    free(out);
}

/* The model that is written after folds is the one trained with everybody. */
static void test_folds_do_not_touch_the_final_model(void **state)
{
    (void)state;
    char *with = support_scratch("with.safetensors"),
         *without = support_scratch("bare.safetensors");
    struct experiment_settings settings = small_experiment(with);
    settings.folds = 3;
    settings.epochs = SHORT;
    small_experiment_run(&settings);
    settings.out = without;
    settings.folds = 0;
    small_experiment_run(&settings);
    assert_true(same_numbers(with, without));
    free(with);
    free(without);
}

static void test_the_same_seed_gives_the_same_file(void **state)
{
    (void)state;
    char *one = support_scratch("one.safetensors"), *again = support_scratch("again.safetensors");
    for (int threads = 1; threads <= 2; threads++) {
        struct experiment_settings settings = small_experiment(one);
        settings.threads = threads;
        settings.test_speakers = "4";
        settings.epochs = SHORT;
        small_experiment_run(&settings);
        settings.out = again;
        small_experiment_run(&settings);
        assert_true(same_files(one, again));
    }
    struct experiment_settings settings = small_experiment(again);
    settings.test_speakers = "4";
    settings.epochs = SHORT;
    settings.seed = 2;
    small_experiment_run(&settings);
    assert_false(same_numbers(one, again));
    free(one);
    free(again);
}

/* The place of the corpus does not matter. */
static void test_a_moved_corpus_gives_the_same_file(void **state)
{
    (void)state;
    char *one = support_scratch("here.safetensors"), *other = support_scratch("there.safetensors");
    char *moved = small_corpus_write("another", ACTORS);
    struct experiment_settings settings = small_experiment(one);
    settings.epochs = SHORT;
    small_experiment_run(&settings);
    settings.out = other;
    settings.data = (const char *const *)&moved;
    small_experiment_run(&settings);
    assert_true(same_files(one, other));
    free(one);
    free(other);
    free(moved);
}

/* Test speakers who sound otherwise, or are labelled otherwise, leave the numbers as they are. */
static void test_test_speakers_leave_no_trace(void **state)
{
    (void)state;
    char *before = support_scratch("before.safetensors");
    char *after = support_scratch("after.safetensors");
    char *changed = small_corpus_write("changed", ACTORS);
    struct experiment_settings settings = small_experiment(before);
    settings.test_speakers = "2,3";
    settings.epochs = SHORT;
    struct experiment_result first = small_experiment_run(&settings);
    settings.out = after;
    settings.data = (const char *const *)&changed;
    for (int take = 0; take < SMALL_TAKES; take++) {
        for (int emotion = 3; emotion <= 5; emotion++)
            small_corpus_add(changed, 2, emotion, take, emotion == 5 ? 3 : emotion + 1);
        char *gone = small_corpus_path(changed, 3, 4, take);
        assert_int_equal(unlink(gone), 0);
        free(gone);
    }
    struct experiment_result second = small_experiment_run(&settings);
    assert_true(same_numbers(before, after));
    assert_memory_not_equal(&first.confusion, &second.confusion, sizeof first.confusion);
    settings.test_speakers = "1"; /* the change is seen by who trains with it */
    small_experiment_run(&settings);
    assert_false(same_numbers(before, after));
    free(before);
    free(after);
    free(changed);
}

static void test_counts_what_cannot_be_read(void **state)
{
    (void)state;
    ser_error error;
    char *out = support_scratch("skips.safetensors");
    char *broken = small_corpus_write("broken", ACTORS), *path = small_corpus_path(broken, 1, 3, 0);
    assert_ok(file_write(path, "no sound", 8, &error));
    struct experiment_settings settings = small_experiment(out);
    settings.data = (const char *const *)&broken;
    settings.epochs = SHORT;
    settings.folds = 2;
    struct experiment_result result = small_experiment_run(&settings);
    assert_int_equal(result.recordings, CLIPS - 1);
    assert_int_equal(result.skipped, 1);
    assert_int_equal(total_of(&result.confusion), CLIPS - 1);
    free(out);
    free(broken);
    free(path);
}

static void test_refuses_wrong_settings(void **state)
{
    (void)state;
    char *out = support_scratch("wrong.safetensors");
    struct experiment_settings s = small_experiment(out);
    s.folds = 1;
    assert_experiment_refused(s, SER_ERROR_ARGUMENT, "1 folds");
    s.folds = -2;
    assert_experiment_refused(s, SER_ERROR_ARGUMENT, "-2 folds");
    s.folds = EXPERIMENT_MAX_FOLDS + 1;
    assert_experiment_refused(s, SER_ERROR_ARGUMENT, "101 folds");
    s.folds = ACTORS + 1;
    assert_experiment_refused(s, SER_ERROR_ARGUMENT, "7");
    s.folds = 2;
    s.test_speakers = "1";
    assert_experiment_refused(s, SER_ERROR_ARGUMENT, "different protocols");
    s = small_experiment(out);
    s.epochs = -1;
    assert_experiment_refused(s, SER_ERROR_ARGUMENT, "-1 epochs");
    s = small_experiment(out);
    s.test_speakers = "7";
    assert_experiment_refused(s, SER_ERROR_ARGUMENT, "7");
    s.test_speakers = "1,2,3,4,5,6";
    assert_experiment_refused(s, SER_ERROR_ARGUMENT, "");
    s.test_speakers = "";
    assert_experiment_refused(s, SER_ERROR_ARGUMENT, "");
    s.test_speakers = "1,,2";
    assert_experiment_refused(s, SER_ERROR_ARGUMENT, "");
    assert_false(path_exists(out, ""));
    free(out);
}

static void test_refuses_missing_files(void **state)
{
    (void)state;
    char *out = support_scratch("missing.safetensors"), *nothing = support_scratch("nothing");
    struct experiment_settings s = small_experiment(out);
    s.network = nothing;
    assert_experiment_refused(s, SER_ERROR_IO, "nothing");
    s = small_experiment(out);
    s.data = (const char *const *)&nothing;
    assert_experiment_refused(s, SER_ERROR_IO, "nothing");
    s = small_experiment(out);
    s.data = (const char *const *)&small_experiment_network;
    ser_error error;
    struct experiment_result result;
    assert_int_not_equal(experiment_run(&s, &result, &error), SER_OK);
    assert_false(path_exists(out, ".checkpoints"));
    free(out);
    free(nothing);
}

static void test_refuses_networks_that_cannot_be_built(void **state)
{
    (void)state;
    char *out = support_scratch("unbuilt.safetensors");
    char *text = text_replace(small_network, "\"units\": \"classes\"", "\"units\": 5");
    char *path = support_write("unbuilt.json", text, strlen(text));
    struct experiment_settings s = small_experiment(out);
    s.network = path;
    assert_experiment_refused(s, SER_ERROR_FORMAT, "unbuilt.json");
    free(text);
    free(path);
    path = support_write("unbuilt.json", "{}", 2);
    s.network = path;
    assert_experiment_refused(s, SER_ERROR_FORMAT, "unbuilt.json");
    free(path);
    free(out);
}

/* The log's name is taken by a folder: the first epoch cannot be logged. */
static void test_says_that_the_log_cannot_be_written(void **state)
{
    (void)state;
    ser_error error;
    struct experiment_result result;
    char *out = support_scratch("unlogged.safetensors"), *log = support_scratch("unlogged.csv");
    assert_ok(file_make_folder(log, &error));
    struct experiment_settings s = small_experiment(out);
    assert_error(experiment_run(&s, &result, &error), SER_ERROR_IO, "unlogged.csv");
    assert_false(path_exists(out, ""));
    free(out);
    free(log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_writes_a_model_and_a_log),
        cmocka_unit_test(test_log_has_a_row_for_every_epoch),
        cmocka_unit_test(test_recognises_speakers_it_has_never_heard),
        cmocka_unit_test(test_scores_are_those_of_the_model),
        cmocka_unit_test(test_model_tells_about_its_training),
        cmocka_unit_test(test_folds_test_every_recording_once),
        cmocka_unit_test(test_folds_do_not_touch_the_final_model),
        cmocka_unit_test(test_the_same_seed_gives_the_same_file),
        cmocka_unit_test(test_a_moved_corpus_gives_the_same_file),
        cmocka_unit_test(test_test_speakers_leave_no_trace),
        cmocka_unit_test(test_counts_what_cannot_be_read),
        cmocka_unit_test(test_refuses_wrong_settings),
        cmocka_unit_test(test_refuses_missing_files),
        cmocka_unit_test(test_refuses_networks_that_cannot_be_built),
        cmocka_unit_test(test_says_that_the_log_cannot_be_written),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, set_up, small_experiment_end);
}
