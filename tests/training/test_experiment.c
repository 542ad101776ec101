#define _GNU_SOURCE
#include "../models/small_model.h"
#include "small_corpus.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/random.h"
#include "evaluation/evaluate.h"
#include "training/experiment.h"

enum { ACTORS = 6, CLIPS = ACTORS * SMALL_EMOTIONS * SMALL_TAKES, SHORT = 2 /* epochs */ };

static char *corpus_folder, *network_path;
static const char *program; /* this one */

static int set_up(void **state)
{
    (void)state;
    corpus_folder = small_corpus_write("corpus", ACTORS);
    network_path = small_network_write("small.json");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(corpus_folder);
    free(network_path);
    return 0;
}

static struct experiment_settings settings_for(const char *out)
{
    return (struct experiment_settings){.data = (const char *const *)&corpus_folder,
                                        .data_count = 1,
                                        .corpus = corpus_settings_defaults(),
                                        .network = network_path,
                                        .out = out,
                                        .seed = 1,
                                        .threads = 1};
}

/* Runs an experiment that must succeed. */
static struct experiment_result run(const struct experiment_settings *settings)
{
    ser_error error;
    struct experiment_result result;
    assert_ok(experiment_run(settings, &result, &error));
    return result;
}

static char *path_with(const char *path, const char *end)
{
    char *result = NULL;
    assert_true(asprintf(&result, "%s%s", path, end) > 0);
    return result;
}

static int exists(const char *path, const char *end)
{
    char *whole = path_with(path, end);
    int found = !access(whole, F_OK);
    free(whole);
    return found;
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
    struct experiment_settings settings = settings_for(out);
    struct experiment_result result = run(&settings);
    assert_int_equal(result.recordings, CLIPS);
    assert_int_equal(result.skipped, 0);
    assert_int_equal(result.folds, 0);
    assert_int_equal(total_of(&result.confusion), 0);
    assert_string_equal(result.log, log);
    assert_false(exists(out, ".checkpoints"));
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
    struct experiment_settings settings = settings_for(out);
    settings.folds = 2;
    settings.epochs = 3;
    struct experiment_result result = run(&settings);
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
    struct experiment_settings settings = settings_for(out);
    settings.test_speakers = "2,5";
    struct experiment_result result = run(&settings);
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
    struct experiment_settings settings = settings_for(out);
    settings.test_speakers = "03";
    settings.epochs = SHORT;
    struct experiment_result result = run(&settings);
    ser_model *model = load(out);
    small_corpus_read(&corpus, corpus_folder);
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
    struct experiment_settings settings = settings_for(out);
    settings.test_speakers = "1,6";
    settings.epochs = SHORT;
    settings.seed = 77;
    struct experiment_result result = run(&settings);
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
        struct experiment_settings settings = settings_for(out);
        settings.folds = folds;
        settings.epochs = SHORT;
        struct experiment_result result = run(&settings);
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
    struct experiment_settings settings = settings_for(with);
    settings.folds = 3;
    settings.epochs = SHORT;
    run(&settings);
    settings.out = without;
    settings.folds = 0;
    run(&settings);
    assert_true(same_numbers(with, without));
    free(with);
    free(without);
}

static void test_the_same_seed_gives_the_same_file(void **state)
{
    (void)state;
    char *one = support_scratch("one.safetensors"), *again = support_scratch("again.safetensors");
    for (int threads = 1; threads <= 2; threads++) {
        struct experiment_settings settings = settings_for(one);
        settings.threads = threads;
        settings.test_speakers = "4";
        settings.epochs = SHORT;
        run(&settings);
        settings.out = again;
        run(&settings);
        assert_true(same_files(one, again));
    }
    struct experiment_settings settings = settings_for(again);
    settings.test_speakers = "4";
    settings.epochs = SHORT;
    settings.seed = 2;
    run(&settings);
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
    struct experiment_settings settings = settings_for(one);
    settings.epochs = SHORT;
    run(&settings);
    settings.out = other;
    settings.data = (const char *const *)&moved;
    run(&settings);
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
    struct experiment_settings settings = settings_for(before);
    settings.test_speakers = "2,3";
    settings.epochs = SHORT;
    struct experiment_result first = run(&settings);
    settings.out = after;
    settings.data = (const char *const *)&changed;
    for (int take = 0; take < SMALL_TAKES; take++) {
        for (int emotion = 3; emotion <= 5; emotion++)
            small_corpus_add(changed, 2, emotion, take, emotion == 5 ? 3 : emotion + 1);
        char *gone = small_corpus_path(changed, 3, 4, take);
        assert_int_equal(unlink(gone), 0);
        free(gone);
    }
    struct experiment_result second = run(&settings);
    assert_true(same_numbers(before, after));
    assert_memory_not_equal(&first.confusion, &second.confusion, sizeof first.confusion);
    settings.test_speakers = "1"; /* the change is seen by who trains with it */
    run(&settings);
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
    struct experiment_settings settings = settings_for(out);
    settings.data = (const char *const *)&broken;
    settings.epochs = SHORT;
    settings.folds = 2;
    struct experiment_result result = run(&settings);
    assert_int_equal(result.recordings, CLIPS - 1);
    assert_int_equal(result.skipped, 1);
    assert_int_equal(total_of(&result.confusion), CLIPS - 1);
    free(out);
    free(broken);
    free(path);
}

/* Asks to stop, or dies, at some report. */
struct stopper {
    int calls, stop_at, die_at;
    struct progress last;
};

static int stop(void *user, const struct progress *progress)
{
    struct stopper *stopper = user;
    stopper->last = *progress;
    stopper->calls++;
    if (stopper->calls == stopper->die_at)
        raise(SIGKILL);
    return stopper->calls == stopper->stop_at;
}

/* The training that is interrupted in all ways below. */
static struct experiment_settings folds_for(const char *out, struct stopper *stopper)
{
    struct experiment_settings settings = settings_for(out);
    settings.folds = 2;
    settings.epochs = 3;
    settings.sink = (struct progress_sink){stop, stopper};
    return settings;
}

/* Without an interruption; the caller frees the path. */
static char *write_reference(int *calls)
{
    struct stopper stopper = {0};
    char *out = support_scratch("reference.safetensors");
    struct experiment_settings settings = folds_for(out, &stopper);
    run(&settings);
    if (calls)
        *calls = stopper.calls;
    return out;
}

static void test_resumes_after_stops_at_any_moment(void **state)
{
    (void)state;
    ser_error error;
    int calls, interrupted = 0;
    char *reference = write_reference(&calls), *out = support_scratch("stopped.safetensors");
    assert_true(calls > 100);
    for (int moment = 1; moment <= calls; moment += moment < CLIPS ? 23 : 11) {
        struct experiment_result result;
        struct stopper stopper = {.stop_at = moment};
        struct experiment_settings settings = folds_for(out, &stopper);
        unlink(out);
        assert_error(experiment_run(&settings, &result, &error), SER_ERROR_INTERRUPTED, "stopped");
        assert_int_equal(stopper.calls, moment);
        assert_false(exists(out, ""));
        stopper = (struct stopper){0};
        settings.resume = true;
        run(&settings);
        assert_true(same_files(reference, out));
        assert_false(exists(out, ".checkpoints"));
        interrupted++;
    }
    assert_true(interrupted > 9);
    free(reference);
    free(out);
}

/* Again and again, each time a little later. */
static void test_resumes_after_many_stops(void **state)
{
    (void)state;
    ser_error error;
    struct experiment_result result;
    ser_status status = SER_ERROR_INTERRUPTED;
    char *reference = write_reference(NULL), *out = support_scratch("often.safetensors");
    int stops = 0;
    for (; status == SER_ERROR_INTERRUPTED && stops < 200; stops++) {
        /* past the reading, which starts afresh each time, and one epoch further */
        struct stopper stopper = {.stop_at = CLIPS + 7 + 3 * stops};
        struct experiment_settings settings = folds_for(out, &stopper);
        settings.resume = stops > 0;
        status = experiment_run(&settings, &result, &error);
    }
    assert_int_equal(status, SER_OK);
    assert_true(stops > 5);
    assert_true(same_files(reference, out));
    free(reference);
    free(out);
}

/* Stops at the first step of an epoch of the first fold, once. */
static int stop_in_epoch(void *user, const struct progress *progress)
{
    struct stopper *stopper = user;
    if (progress->stage != PROGRESS_TRAINING || stopper->calls)
        return 0;
    assert_string_equal(progress->run, "fold 1 of 2");
    return progress->epoch == stopper->stop_at && ++stopper->calls;
}

/* Stops at the first step of training. */
static int note_first_epoch(void *user, const struct progress *progress)
{
    struct stopper *stopper = user;
    stopper->last = *progress;
    return progress->stage == PROGRESS_TRAINING;
}

/* What is lost is the epoch it was in, and no more. */
static void test_every_epoch_is_kept(void **state)
{
    (void)state;
    ser_error error;
    struct experiment_result result;
    char *out = support_scratch("epochs.safetensors");
    for (int epoch = 2; epoch <= 3; epoch++) {
        struct stopper stopper = {.stop_at = epoch};
        struct experiment_settings settings = folds_for(out, &stopper);
        settings.sink.report = stop_in_epoch;
        settings.resume = epoch > 2;
        assert_int_equal(experiment_run(&settings, &result, &error), SER_ERROR_INTERRUPTED);
        stopper = (struct stopper){.stop_at = -1};
        settings.sink.report = note_first_epoch;
        settings.resume = true;
        assert_int_equal(experiment_run(&settings, &result, &error), SER_ERROR_INTERRUPTED);
        assert_int_equal(stopper.last.epoch, epoch);
    }
    free(out);
}

/* What the child processes below run; see main. */
static int run_child(char **arguments)
{
    ser_error error;
    struct experiment_result result;
    struct stopper stopper = {.die_at = atoi(arguments[4])};
    corpus_folder = arguments[2];
    network_path = arguments[3];
    struct experiment_settings settings = folds_for(arguments[5], &stopper);
    settings.resume = true;
    ser_status status = experiment_run(&settings, &result, &error);
    if (status)
        fprintf(stderr, "# child: %s\n", error.message);
    return status != SER_OK;
}

/* Starts a training in a process of its own, since it is to be killed. */
static pid_t start_child(int die_at, const char *out)
{
    char moment[16];
    snprintf(moment, sizeof moment, "%d", die_at);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        execl(program, program, "--train", corpus_folder, network_path, moment, out, (char *)NULL);
        _exit(127);
    }
    return child;
}

/* Whether the child was killed; fails the test where it failed by itself. */
static int was_killed(pid_t child)
{
    int code;
    assert_int_equal(waitpid(child, &code, 0), child);
    if (WIFSIGNALED(code)) {
        assert_int_equal(WTERMSIG(code), SIGKILL);
        return 1;
    }
    assert_int_equal(WEXITSTATUS(code), 0);
    return 0;
}

static void test_resumes_after_being_killed_in_its_work(void **state)
{
    (void)state;
    int calls;
    char *reference = write_reference(&calls), *out = support_scratch("killed.safetensors");
    /* by a child too, whose processor may know other instructions under a checker */
    assert_false(was_killed(start_child(0, reference)));
    for (int moment = CLIPS + 1; moment <= calls; moment += 37) {
        unlink(out);
        assert_true(was_killed(start_child(moment, out)));
        assert_false(exists(out, ""));
        assert_false(was_killed(start_child(0, out)));
        assert_true(same_files(reference, out));
        assert_false(exists(out, ".checkpoints"));
    }
    free(reference);
    free(out);
}

/* By the clock, so that it also dies while it writes. */
static void test_resumes_after_being_killed_at_random(void **state)
{
    (void)state;
    char *reference = write_reference(NULL), *out = support_scratch("random.safetensors");
    struct random random = random_seeded(11, 0);
    struct timespec begin, end;
    int kills = 0;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    assert_false(was_killed(start_child(0, reference)));
    clock_gettime(CLOCK_MONOTONIC, &end);
    long whole = (end.tv_sec - begin.tv_sec) * 1000000 + (end.tv_nsec - begin.tv_nsec) / 1000;
    for (int round = 0; round < 4; round++) {
        int killed = 1;
        unlink(out);
        for (int attempt = 0; killed && attempt < 100; attempt++) {
            pid_t child = start_child(0, out);
            float latest = 0.3f * (float)(round + 1) + 0.1f * (float)attempt;
            float share = random_uniform(&random, 0.02f, latest);
            usleep((useconds_t)(share * (float)whole));
            kill(child, SIGKILL);
            killed = was_killed(child);
            kills += killed;
        }
        assert_false(killed);
        assert_true(same_files(reference, out));
        assert_false(exists(out, ".checkpoints"));
    }
    assert_true(kills > 0);
    free(reference);
    free(out);
}

/* Interrupts a training after its first epoch or later; the caller frees the path. */
static char *write_interrupted(const char *name)
{
    ser_error error;
    struct experiment_result result;
    struct stopper stopper = {.stop_at = CLIPS + 20};
    char *out = support_scratch(name);
    struct experiment_settings settings = folds_for(out, &stopper);
    assert_error(experiment_run(&settings, &result, &error), SER_ERROR_INTERRUPTED, "stopped");
    assert_true(exists(out, ".checkpoints/run-1.safetensors"));
    return out;
}

/* The log after a resumption has the rows that it would have had, but for the seconds. */
static void test_log_is_whole_after_resuming(void **state)
{
    (void)state;
    size_t size;
    struct stopper none = {0};
    char *reference = write_reference(NULL), *out = write_interrupted("log.safetensors");
    char *reference_log = support_scratch("reference.csv"), *log = support_scratch("log.csv");
    struct experiment_settings settings = folds_for(out, &none);
    settings.resume = true;
    run(&settings);
    char *expected = read_whole(reference_log, &size), *found = read_whole(log, &size);
    char *a = expected, *b = found;
    int rows = 0;
    for (; *a && *b; rows++) {
        char *a_end = strchr(a, '\n'), *b_end = strchr(b, '\n');
        *a_end = *b_end = 0;
        if (rows)
            *strrchr(a, ',') = *strrchr(b, ',') = 0;
        assert_string_equal(a, b);
        a = a_end + 1;
        b = b_end + 1;
    }
    assert_int_equal(rows, 10);
    assert_false(*a || *b);
    free(expected);
    free(found);
    free(reference);
    free(reference_log);
    free(log);
    free(out);
}

static void test_resuming_what_never_began_begins(void **state)
{
    (void)state;
    struct stopper none = {0};
    char *reference = write_reference(NULL), *out = support_scratch("fresh.safetensors");
    struct experiment_settings settings = folds_for(out, &none);
    settings.resume = true;
    run(&settings);
    assert_true(same_files(reference, out));
    free(reference);
    free(out);
}

static void test_does_not_mix_up_trainings(void **state)
{
    (void)state;
    ser_error error;
    struct experiment_result result;
    struct stopper none = {0};
    char *out = write_interrupted("mixed.safetensors");
    struct experiment_settings settings = folds_for(out, &none);
    assert_error(experiment_run(&settings, &result, &error), SER_ERROR_ARGUMENT,
                 "unfinished training");
    settings.resume = true;
    settings.seed = 2;
    assert_error(experiment_run(&settings, &result, &error), SER_ERROR_ARGUMENT, "other data");
    settings = folds_for(out, &none);
    settings.resume = true;
    settings.epochs = 4;
    assert_error(experiment_run(&settings, &result, &error), SER_ERROR_ARGUMENT, "other data");
    settings = folds_for(out, &none);
    settings.resume = true;
    settings.threads = 2;
    assert_error(experiment_run(&settings, &result, &error), SER_ERROR_ARGUMENT, "threads");
    settings = folds_for(out, &none);
    settings.resume = true;
    settings.folds = 3;
    assert_error(experiment_run(&settings, &result, &error), SER_ERROR_ARGUMENT, "other data");
    assert_false(exists(out, ""));
    settings = folds_for(out, &none); /* nothing of this has hurt the unfinished one */
    settings.resume = true;
    run(&settings);
    char *reference = write_reference(NULL);
    assert_true(same_files(reference, out));
    free(reference);
    free(out);
}

static void test_refuses_a_damaged_checkpoint(void **state)
{
    (void)state;
    ser_error error;
    size_t size;
    struct experiment_result result;
    struct stopper none = {0};
    char *out = write_interrupted("damaged.safetensors");
    char *checkpoint = path_with(out, ".checkpoints/run-1.safetensors");
    char *bytes = read_whole(checkpoint, &size);
    struct experiment_settings settings = folds_for(out, &none);
    settings.resume = true;
    assert_ok(file_write(checkpoint, bytes, size / 2, &error));
    assert_error(experiment_run(&settings, &result, &error), SER_ERROR_FORMAT, "run-1.safetensors");
    bytes[size - 9] ^= 1;
    assert_ok(file_write(checkpoint, bytes, size, &error));
    assert_error(experiment_run(&settings, &result, &error), SER_ERROR_FORMAT, "damaged");
    free(bytes);
    free(checkpoint);
    free(out);
}

/* Only what the training itself made is removed in the end. */
static void test_leaves_other_files_alone(void **state)
{
    (void)state;
    ser_error error;
    struct stopper none = {0};
    char *out = write_interrupted("notes.safetensors");
    char *notes = path_with(out, ".checkpoints/my notes.txt");
    char *folder = path_with(out, ".checkpoints/more"), *deeper = path_with(folder, "/x.txt");
    assert_ok(file_write(notes, "x", 1, &error));
    assert_ok(file_make_folder(folder, &error));
    assert_ok(file_write(deeper, "x", 1, &error));
    struct experiment_settings settings = folds_for(out, &none);
    settings.resume = true;
    run(&settings);
    assert_true(exists(notes, "") && exists(deeper, ""));
    assert_false(exists(out, ".checkpoints/run-1.safetensors"));
    free(out);
    free(notes);
    free(folder);
    free(deeper);
}

static void test_an_old_model_stays_until_the_new_one_is_done(void **state)
{
    (void)state;
    ser_error error;
    struct experiment_result result;
    char *out = small_model_write("old.safetensors", 9), *copy = small_model_write("copy", 9);
    for (int moment = CLIPS / 2; moment < 2 * CLIPS; moment += CLIPS / 2) {
        struct stopper stopper = {.stop_at = moment};
        struct experiment_settings settings = folds_for(out, &stopper);
        settings.resume = true;
        assert_int_equal(experiment_run(&settings, &result, &error), SER_ERROR_INTERRUPTED);
        assert_true(same_files(out, copy));
    }
    free(out);
    free(copy);
}

/* Nothing is left behind but what the caller had. */
static void assert_refused(struct experiment_settings settings, ser_status expected,
                           const char *part)
{
    ser_error error;
    struct experiment_result result;
    assert_error(experiment_run(&settings, &result, &error), expected, part);
    assert_false(exists(settings.out, ".checkpoints"));
}

static void test_refuses_wrong_settings(void **state)
{
    (void)state;
    char *out = support_scratch("wrong.safetensors");
    struct experiment_settings s = settings_for(out);
    s.folds = 1;
    assert_refused(s, SER_ERROR_ARGUMENT, "1 folds");
    s.folds = -2;
    assert_refused(s, SER_ERROR_ARGUMENT, "-2 folds");
    s.folds = EXPERIMENT_MAX_FOLDS + 1;
    assert_refused(s, SER_ERROR_ARGUMENT, "101 folds");
    s.folds = ACTORS + 1;
    assert_refused(s, SER_ERROR_ARGUMENT, "7");
    s.folds = 2;
    s.test_speakers = "1";
    assert_refused(s, SER_ERROR_ARGUMENT, "different protocols");
    s = settings_for(out);
    s.epochs = -1;
    assert_refused(s, SER_ERROR_ARGUMENT, "-1 epochs");
    s = settings_for(out);
    s.test_speakers = "7";
    assert_refused(s, SER_ERROR_ARGUMENT, "7");
    s.test_speakers = "1,2,3,4,5,6";
    assert_refused(s, SER_ERROR_ARGUMENT, "");
    s.test_speakers = "";
    assert_refused(s, SER_ERROR_ARGUMENT, "");
    s.test_speakers = "1,,2";
    assert_refused(s, SER_ERROR_ARGUMENT, "");
    assert_false(exists(out, ""));
    free(out);
}

static void test_refuses_missing_files(void **state)
{
    (void)state;
    char *out = support_scratch("missing.safetensors"), *nothing = support_scratch("nothing");
    struct experiment_settings s = settings_for(out);
    s.network = nothing;
    assert_refused(s, SER_ERROR_IO, "nothing");
    s = settings_for(out);
    s.data = (const char *const *)&nothing;
    assert_refused(s, SER_ERROR_IO, "nothing");
    s = settings_for(out);
    s.data = (const char *const *)&network_path;
    ser_error error;
    struct experiment_result result;
    assert_int_not_equal(experiment_run(&s, &result, &error), SER_OK);
    assert_false(exists(out, ".checkpoints"));
    free(out);
    free(nothing);
}

static void test_refuses_networks_that_cannot_be_built(void **state)
{
    (void)state;
    char *out = support_scratch("unbuilt.safetensors");
    char *text = text_replace(small_network, "\"units\": \"classes\"", "\"units\": 5");
    char *path = support_write("unbuilt.json", text, strlen(text));
    struct experiment_settings s = settings_for(out);
    s.network = path;
    assert_refused(s, SER_ERROR_FORMAT, "unbuilt.json");
    free(text);
    free(path);
    path = support_write("unbuilt.json", "{}", 2);
    s.network = path;
    assert_refused(s, SER_ERROR_FORMAT, "unbuilt.json");
    free(path);
    free(out);
}

/* These are found out before the corpus is read, let alone trained with. */
static void test_refuses_places_that_cannot_be_written(void **state)
{
    (void)state;
    ser_error error;
    struct experiment_result result;
    struct stopper stopper = {0};
    char *nowhere = support_scratch("no/such/folder/x.safetensors");
    struct experiment_settings s = folds_for(nowhere, &stopper);
    assert_refused(s, SER_ERROR_IO, "no/such/folder");
    char *folder = support_scratch("folder.safetensors");
    assert_ok(file_make_folder(folder, &error));
    s.out = folder;
    assert_refused(s, SER_ERROR_ARGUMENT, "is a folder");
    char *name = malloc(5001);
    assert_non_null(name);
    memset(name, 'x', 5000);
    name[5000] = 0;
    s.out = name;
    assert_error(experiment_run(&s, &result, &error), SER_ERROR_ARGUMENT,
                 "the name has 5000 bytes");
    char *unfinished = write_interrupted("unfinished.safetensors");
    s.out = unfinished;
    assert_error(experiment_run(&s, &result, &error), SER_ERROR_ARGUMENT, "unfinished");
    assert_int_equal(stopper.calls, 0);
    free(nowhere);
    free(folder);
    free(name);
    free(unfinished);
}

/* The log's name is taken by a folder: the first epoch cannot be logged. */
static void test_says_that_the_log_cannot_be_written(void **state)
{
    (void)state;
    ser_error error;
    struct experiment_result result;
    char *out = support_scratch("unlogged.safetensors"), *log = support_scratch("unlogged.csv");
    assert_ok(file_make_folder(log, &error));
    struct experiment_settings s = settings_for(out);
    assert_error(experiment_run(&s, &result, &error), SER_ERROR_IO, "unlogged.csv");
    assert_false(exists(out, ""));
    free(out);
    free(log);
}

int main(int count, char **arguments)
{
    program = arguments[0];
    if (count == 6 && !strcmp(arguments[1], "--train"))
        return run_child(arguments);
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
        cmocka_unit_test(test_resumes_after_stops_at_any_moment),
        cmocka_unit_test(test_resumes_after_many_stops),
        cmocka_unit_test(test_every_epoch_is_kept),
        cmocka_unit_test(test_resumes_after_being_killed_in_its_work),
        cmocka_unit_test(test_resumes_after_being_killed_at_random),
        cmocka_unit_test(test_log_is_whole_after_resuming),
        cmocka_unit_test(test_resuming_what_never_began_begins),
        cmocka_unit_test(test_does_not_mix_up_trainings),
        cmocka_unit_test(test_refuses_a_damaged_checkpoint),
        cmocka_unit_test(test_leaves_other_files_alone),
        cmocka_unit_test(test_an_old_model_stays_until_the_new_one_is_done),
        cmocka_unit_test(test_refuses_wrong_settings),
        cmocka_unit_test(test_refuses_missing_files),
        cmocka_unit_test(test_refuses_networks_that_cannot_be_built),
        cmocka_unit_test(test_refuses_places_that_cannot_be_written),
        cmocka_unit_test(test_says_that_the_log_cannot_be_written),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
