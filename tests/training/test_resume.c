/* Trainings that are stopped or killed and go on as if they had not been, and places where none
 * may begin. */
#define _GNU_SOURCE
#include "small_experiment.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/random.h"

enum { ACTORS = 6, CLIPS = ACTORS * SMALL_EMOTIONS * SMALL_TAKES };

static const char *program; /* this one */

static int set_up(void **state)
{
    (void)state;
    return small_experiment_begin(ACTORS);
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
    struct experiment_settings settings = small_experiment(out);
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
    small_experiment_run(&settings);
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
        assert_false(path_exists(out, ""));
        stopper = (struct stopper){0};
        settings.resume = true;
        small_experiment_run(&settings);
        assert_true(same_files(reference, out));
        assert_false(path_exists(out, ".checkpoints"));
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
    small_experiment_corpus = arguments[2];
    small_experiment_network = arguments[3];
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
        execl(program, program, "--train", small_experiment_corpus, small_experiment_network,
              moment, out, (char *)NULL);
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
        assert_false(path_exists(out, ""));
        assert_false(was_killed(start_child(0, out)));
        assert_true(same_files(reference, out));
        assert_false(path_exists(out, ".checkpoints"));
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
        assert_false(path_exists(out, ".checkpoints"));
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
    assert_true(path_exists(out, ".checkpoints/run-1.safetensors"));
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
    small_experiment_run(&settings);
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
    small_experiment_run(&settings);
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
    assert_false(path_exists(out, ""));
    settings = folds_for(out, &none); /* nothing of this has hurt the unfinished one */
    settings.resume = true;
    small_experiment_run(&settings);
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
    small_experiment_run(&settings);
    assert_true(path_exists(notes, "") && path_exists(deeper, ""));
    assert_false(path_exists(out, ".checkpoints/run-1.safetensors"));
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

/* These are found out before the corpus is read, let alone trained with. */
static void test_refuses_places_that_cannot_be_written(void **state)
{
    (void)state;
    ser_error error;
    struct experiment_result result;
    struct stopper stopper = {0};
    char *nowhere = support_scratch("no/such/folder/x.safetensors");
    struct experiment_settings s = folds_for(nowhere, &stopper);
    assert_experiment_refused(s, SER_ERROR_IO, "no/such/folder");
    char *folder = support_scratch("folder.safetensors");
    assert_ok(file_make_folder(folder, &error));
    s.out = folder;
    assert_experiment_refused(s, SER_ERROR_ARGUMENT, "is a folder");
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

int main(int count, char **arguments)
{
    program = arguments[0];
    if (count == 6 && !strcmp(arguments[1], "--train"))
        return run_child(arguments);
    const struct CMUnitTest tests[] = {
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
        cmocka_unit_test(test_refuses_places_that_cannot_be_written),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, set_up, small_experiment_end);
}
