#define _GNU_SOURCE
#include "run_ser.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

enum { ACTORS = 3 };

static char *corpus, *network;

static int set_up(void **state)
{
    (void)state;
    corpus = small_corpus_write("corpus", ACTORS);
    network = small_network_write("small.json");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(corpus);
    free(network);
    return 0;
}

#define TRAIN(...) RUN("train", "--data", corpus, "--network", network, "-j", "1", __VA_ARGS__)

static int exists(const char *path, const char *end)
{
    char *whole = NULL;
    assert_true(asprintf(&whole, "%s%s", path, end) > 0);
    int found = !access(whole, F_OK);
    free(whole);
    return found;
}

static void test_trains_and_tests(void **state)
{
    (void)state;
    char *out = support_scratch("tested.safetensors"), *log = support_scratch("tested.csv");
    struct ran ran = TRAIN("--out", out, "--test-speakers", "2", "--seed", "4");
    assert_code(&ran, 0);
    assert_string_equal(ran.err, ""); /* no progress where nobody looks */
    assert_non_null(strstr(ran.out, "36 recordings"));
    assert_non_null(strstr(ran.out, "never heard the test speakers (2)"));
    assert_non_null(strstr(ran.out, "recordings  12"));
    assert_non_null(strstr(ran.out, "UAR"));
    assert_non_null(strstr(ran.out, out));
    assert_non_null(strstr(ran.out, log));
    assert_true(exists(out, "") && exists(log, ""));
    assert_false(exists(out, ".checkpoints"));
    struct ran predict = RUN("predict", "--csv", "--model", out, corpus);
    assert_code(&predict, 0);
    assert_int_equal(count_texts(predict.out, "\n"), 37);
    ran_release(&ran);
    ran_release(&predict);
    free(out);
    free(log);
}

static void test_trains_in_folds(void **state)
{
    (void)state;
    char *out = support_scratch("folds.safetensors");
    struct ran ran = TRAIN("--out", out, "--folds", "3", "--epochs", "2");
    assert_code(&ran, 0);
    assert_non_null(strstr(ran.out, "3 folds of speakers"));
    assert_non_null(strstr(ran.out, "over 3 folds"));
    assert_non_null(strstr(ran.out, "recordings  36"));
    struct ran info = RUN("info", "--model", out);
    assert_code(&info, 0);
    assert_non_null(strstr(info.out, "36 recordings of 3 speakers"));
    ran_release(&ran);
    ran_release(&info);
    free(out);
}

static void test_without_a_protocol_nothing_is_tested(void **state)
{
    (void)state;
    char *out = support_scratch("plain.safetensors");
    struct ran ran = TRAIN("--out", out, "--epochs", "1");
    assert_code(&ran, 0);
    assert_non_null(strstr(ran.out, "not tested"));
    ran_release(&ran);
    free(out);
}

static void test_takes_the_corpus_from_the_environment(void **state)
{
    (void)state;
    ser_error error;
    char *parent = support_scratch("data"), *inside = support_scratch("data/ravdess");
    char *one = support_scratch("by-name.safetensors"),
         *other = support_scratch("by-env.safetensors");
    assert_ok(file_make_folder(parent, &error));
    assert_int_equal(symlink(corpus, inside), 0);
    struct ran named = TRAIN("--out", one, "--epochs", "1");
    assert_code(&named, 0);
    const struct setting setting = {.data = parent};
    struct ran ran =
        run_ser(&setting, (const char *const[]){"train", "--network", network, "-j", "1", "--out",
                                                other, "--epochs", "1", NULL});
    assert_code(&ran, 0);
    assert_true(same_files(one, other));
    ran_release(&named);
    ran_release(&ran);
    free(parent);
    free(inside);
    free(one);
    free(other);
}

static void test_says_which_recordings_are_left_out(void **state)
{
    (void)state;
    ser_error error;
    char *broken = small_corpus_write("broken", ACTORS), *path = small_corpus_path(broken, 2, 3, 1);
    char *out = support_scratch("broken.safetensors");
    assert_ok(file_write(path, "no sound", 8, &error));
    struct ran ran = RUN("train", "--data", broken, "--network", network, "--out", out, "-j", "2",
                         "--epochs", "1");
    assert_code(&ran, 0);
    assert_non_null(strstr(ran.out, "35 recordings (1 could not be read)"));
    assert_int_equal(strncmp(ran.err, "ser: warning: ", 14), 0);
    assert_non_null(strstr(ran.err, path));
    assert_int_equal(count_texts(ran.err, "\n"), 1);
    ran_release(&ran);
    free(broken);
    free(path);
    free(out);
}

static void test_failures_are_one_sentence(void **state)
{
    (void)state;
    char *out = support_scratch("failed.safetensors"), *gone = support_scratch("gone");
    char *nowhere = support_scratch("no/folder/x.safetensors");
    char *empty = support_write("empty.json", "{}", 2);
    assert_failure(RUN("train", "--data", gone, "--network", network, "--out", out), "gone");
    assert_failure(RUN("train", "--data", corpus, "--network", gone, "--out", out), "gone");
    assert_failure(RUN("train", "--data", corpus, "--network", empty, "--out", out), "empty.json");
    assert_failure(TRAIN("--out", nowhere), "no/folder");
    assert_failure(TRAIN("--out", corpus), "is a folder");
    assert_failure(TRAIN("--out", out, "--test-speakers", "99"), "99");
    assert_failure(TRAIN("--out", out, "--folds", "4"), "4");
    assert_false(exists(out, "") || exists(out, ".checkpoints"));
    free(out);
    free(gone);
    free(nowhere);
    free(empty);
}

/* Waits until the training has saved its first epoch, for half a minute at most. */
static void wait_for_checkpoint(const char *out)
{
    for (int i = 0; i < 3000 && !exists(out, ".checkpoints/run-0.safetensors"); i++)
        usleep(10000);
    assert_true(exists(out, ".checkpoints/run-0.safetensors"));
}

static void check_interruption(const char *name, int number)
{
    size_t size;
    char *out = support_scratch(name), *said = support_scratch("said");
    const char *const arguments[] = {"train", "--data", corpus,  "--network", network,
                                     "-j",    "1",      "--out", out,         "--epochs",
                                     "2000",  "--seed", "3",     NULL};
    pid_t process = run_ser_start(said, arguments);
    wait_for_checkpoint(out);
    assert_int_equal(kill(process, number), 0);
    assert_int_equal(run_ser_wait(process), 130);
    char *text = read_whole(said, &size);
    assert_non_null(strstr(text, "--resume goes on"));
    assert_int_equal(count_texts(text, "\n"), 1);
    assert_false(exists(out, ""));
    /* Not by accident: the folder must be removed, or --resume be given. */
    struct ran again = run_ser(&(struct setting){0}, arguments);
    assert_failure(again, "unfinished training");
    free(text);
    free(out);
    free(said);
}

static void test_an_interruption_is_said(void **state)
{
    (void)state;
    check_interruption("interrupted.safetensors", SIGINT);
    check_interruption("terminated.safetensors", SIGTERM);
    check_interruption("hung-up.safetensors", SIGHUP);
}

/* Interrupted by the keyboard or killed outright, then resumed, until it is done. */
static void test_resumes(void **state)
{
    (void)state;
    static const int numbers[] = {SIGINT, SIGKILL, SIGTERM};
    char *out = support_scratch("resumed.safetensors"), *said = support_scratch("said");
    char *reference = support_scratch("straight.safetensors");
    const char *const arguments[] = {"train", "--data",  corpus,  "--network", network,
                                     "-j",    "1",       "--out", out,         "--epochs",
                                     "60",    "--folds", "2",     "--resume",  NULL};
    struct ran straight = TRAIN("--out", reference, "--epochs", "60", "--folds", "2");
    assert_code(&straight, 0);
    int interrupted = 0;
    for (int i = 0; i < 3; i++) {
        pid_t process = run_ser_start(said, arguments);
        usleep(60000 * (unsigned)(i + 1));
        kill(process, numbers[i]);
        int code = run_ser_wait(process);
        assert_true(code == 0 || code == 130 || code == 128 + SIGKILL || code == 128 + SIGTERM);
        interrupted += code != 0;
    }
    struct ran last = run_ser(&(struct setting){0}, arguments);
    assert_code(&last, 0);
    assert_true(interrupted > 0);
    assert_true(same_files(out, reference));
    assert_false(exists(out, ".checkpoints"));
    ran_release(&straight);
    ran_release(&last);
    free(out);
    free(said);
    free(reference);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trains_and_tests),
        cmocka_unit_test(test_trains_in_folds),
        cmocka_unit_test(test_without_a_protocol_nothing_is_tested),
        cmocka_unit_test(test_takes_the_corpus_from_the_environment),
        cmocka_unit_test(test_says_which_recordings_are_left_out),
        cmocka_unit_test(test_failures_are_one_sentence),
        cmocka_unit_test(test_an_interruption_is_said),
        cmocka_unit_test(test_resumes),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
