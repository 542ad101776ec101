#define _GNU_SOURCE
#include "run_ser.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

enum { ACTORS = 6, CLIPS = ACTORS * SMALL_EMOTIONS * SMALL_TAKES };

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

#define SPLIT(...) RUN("corpus", "split", __VA_ARGS__, corpus)

/* Fails unless the output contains the text. */
static void assert_says(const struct ran *ran, const char *part)
{
    if (!strstr(ran->out, part))
        fail_msg("\"%s\" does not contain \"%s\"", ran->out, part);
}

/* Writes a split of the corpus; the caller frees its path. */
static char *make_split(const char *name, const char *by, const char *how, const char *number)
{
    char *out = support_scratch(name);
    struct ran ran = SPLIT("--by", by, how, number, "--out", out);
    assert_code(&ran, 0);
    ran_release(&ran);
    return out;
}

/* The lines of a text file that contain a text. */
static int count_lines(const char *path, const char *part)
{
    size_t size;
    char *text = read_whole(path, &size);
    int count = count_texts(text, part);
    free(text);
    return count;
}

/* Replaces a text in a file by one that need not be as long, everywhere or once. */
static void replace(const char *path, const char *old, const char *new, int everywhere)
{
    ser_error error;
    size_t size;
    char *text = read_whole(path, &size), *changed = NULL, *rest = text;
    FILE *stream = open_memstream(&changed, &size);
    for (char *at; (at = strstr(rest, old)); rest = at + strlen(old)) {
        fprintf(stream, "%.*s%s", (int)(at - rest), rest, new);
        if (!everywhere) {
            rest = at + strlen(old);
            break;
        }
    }
    fputs(rest, stream);
    assert_int_equal(fclose(stream), 0);
    assert_ok(file_write(path, changed, size, &error));
    free(text);
    free(changed);
}

static void test_writes_folds(void **state)
{
    (void)state;
    char *out = support_scratch("folds.csv");
    struct ran ran = SPLIT("--folds", "3", "--out", out);
    assert_code(&ran, 0);
    assert_string_equal(ran.err, "");
    assert_int_equal(count_texts(ran.out, "\n1                   24        2      1     1"), 1);
    assert_int_equal(count_texts(ran.out, "  24        2      1     1      8      8      8\n"), 3);
    assert_says(&ran, "folds.csv: 72 recordings by protocol speaker");
    assert_int_equal(count_lines(out, "\n"), CLIPS + 1);
    assert_int_equal(count_lines(out, ",speaker,1\n"), CLIPS / 3);
    assert_int_equal(count_lines(out, "ravdess,03-01-03-01-01-01-01,01,happy,speaker,"), 1);
    ran_release(&ran);
    free(out);
}

static void test_writes_shares(void **state)
{
    (void)state;
    char *out = support_scratch("shares.csv");
    struct ran ran = SPLIT("--by", "random", "--test", "0.25", "--validation", "0.25", "--seed",
                           "4", "--out", out);
    assert_code(&ran, 0);
    assert_says(&ran, "Warnings\n    random split: speakers are on both sides; such figures say "
                      "nothing about new speakers");
    assert_int_equal(count_lines(out, ",random,test\n"), CLIPS / 4);
    assert_int_equal(count_lines(out, ",random,validation\n"), CLIPS / 4);
    assert_int_equal(count_lines(out, ",random,train\n"), CLIPS / 2);
    ran_release(&ran);
    free(out);
}

static void test_seed_and_place(void **state)
{
    (void)state;
    char *moved = small_corpus_write("elsewhere", ACTORS);
    char *one = make_split("one.csv", "random", "--folds", "4");
    char *two = support_scratch("two.csv"), *three = support_scratch("three.csv");
    struct ran ran = RUN("corpus", "split", "--by", "random", "--folds", "4", "--out", two, moved);
    assert_code(&ran, 0);
    ran_release(&ran);
    ran = SPLIT("--by", "random", "--folds", "4", "--seed", "1", "--out", three);
    assert_code(&ran, 0);
    assert_true(same_files(one, two));
    assert_false(same_files(one, three));
    ran_release(&ran);
    free(moved);
    free(one);
    free(two);
    free(three);
}

static void test_warns_of_missing_emotions(void **state)
{
    (void)state;
    char *poor = small_corpus_write("poor", 2), *out = support_scratch("poor.csv");
    for (int take = 0; take < SMALL_TAKES; take++) {
        char *path = small_corpus_path(poor, 2, 4, take);
        assert_int_equal(unlink(path), 0);
        free(path);
    }
    struct ran ran = RUN("corpus", "split", "--by", "leave-one-speaker-out", "--out", out, poor);
    assert_code(&ran, 0);
    assert_says(&ran, "Warnings\n    fold 2 has no recording of \"sad\"");
    ran_release(&ran);
    free(poor);
    free(out);
}

static void test_checks_a_split(void **state)
{
    (void)state;
    char *out = make_split("checked.csv", "speaker", "--folds", "3");
    struct ran ran = SPLIT("--check", out);
    assert_code(&ran, 0);
    assert_says(&ran, "checked.csv: protocol speaker, no leaks");
    ran_release(&ran);
    replace(out, "03-01-03-01-01-01-01,01,happy,speaker,",
            "03-01-03-01-01-01-01,01,happy,speaker,9", 0); /* fold 9x, which leaves gaps */
    assert_failure(SPLIT("--check", out), "no recording is in fold 4");
    free(out);
}

static void test_finds_leaks(void **state)
{
    (void)state;
    char *out = make_split("leaking.csv", "random", "--folds", "2");
    struct ran ran = SPLIT("--check", out);
    assert_code(&ran, 0);
    assert_says(&ran, "speakers on both sides: 6, such as speaker 01 of ravdess");
    ran_release(&ran);
    replace(out, ",random,", ",speaker,", 1);
    ran = SPLIT("--check", out);
    assert_code(&ran, 1);
    assert_says(&ran, "Leaks\n  6 speakers on both sides\n");
    assert_says(&ran, "leaking.csv: protocol speaker, 6 leaks");
    ran_release(&ran);
    replace(out, "\n", "\nravdess,03-01-03-01-01-01-01,01,happy,speaker,1\n", 0);
    ran = SPLIT("--all", "--check", out);
    assert_code(&ran, 1);
    assert_says(&ran, "1 recordings named twice\n");
    ran_release(&ran);
    free(out);
}

static void test_failures_are_one_sentence(void **state)
{
    (void)state;
    char *out = support_scratch("failed.csv"), *gone = support_scratch("gone");
    char *rows = support_write("rows.csv",
                               "corpus,name,protocol,part\nravdess,a,speaker,train\n"
                               "ravdess,b,speaker,tset\n",
                               strlen("corpus,name,protocol,part\nravdess,a,speaker,train\n"
                                      "ravdess,b,speaker,tset\n"));
    assert_failure(RUN("corpus", "split", "--folds", "2", "--out", out, gone), "gone");
    assert_failure(SPLIT("--folds", "7", "--out", out), "6 speakers to divide into 7 parts");
    assert_failure(SPLIT("--by", "corpus", "--out", out), "1 corpora for folds of one each");
    assert_failure(SPLIT("--by", "crema-d-emo-superb", "--out", out),
                   "expected only recordings of");
    assert_failure(SPLIT("--folds", "2", "--labels", gone, "--out", out), "gone");
    assert_failure(SPLIT("--check", gone), "gone");
    assert_failure(SPLIT("--check", rows), "rows.csv:3: part is \"tset\"");
    assert_failure(SPLIT("--folds", "2", "--out", corpus), "corpus");
    assert_int_not_equal(access(out, F_OK), 0);
    free(out);
    free(gone);
    free(rows);
}

static void test_wrong_usage(void **state)
{
    (void)state;
    char *out = support_scratch("usage.csv");
    assert_usage_error(SPLIT("--folds", "2"), "'--out' is missing");
    assert_usage_error(SPLIT("--out", out), "'--folds K' or '--test SHARE' is missing");
    assert_usage_error(SPLIT("--folds", "1", "--out", out), "folds");
    assert_usage_error(SPLIT("--folds", "2", "--test", "0.2", "--out", out), "two ways");
    assert_usage_error(SPLIT("--folds", "2", "--validation", "0.2", "--out", out), "two ways");
    assert_usage_error(SPLIT("--validation", "0.2", "--out", out), "'--test SHARE' is missing");
    assert_usage_error(SPLIT("--test", "0", "--out", out), "a share between 0 and 1");
    assert_usage_error(SPLIT("--test", "20%", "--out", out), "a share between 0 and 1");
    assert_usage_error(SPLIT("--test", "nan", "--out", out), "a share between 0 and 1");
    assert_usage_error(SPLIT("--test", "0.5", "--validation", "0.5", "--out", out),
                       "nothing to train with");
    assert_usage_error(SPLIT("--by", "moonlight", "--folds", "2", "--out", out), "'moonlight'");
    assert_usage_error(SPLIT("--by", "corpus", "--folds", "2", "--out", out), "folds of its own");
    assert_usage_error(SPLIT("--check", out, "--folds", "2"), "leave out");
    assert_usage_error(SPLIT("--check", out, "--out", out), "leave out");
    assert_usage_error(SPLIT("--all", "--folds", "2", "--out", out), "'--all' goes with");
    assert_usage_error(RUN("corpus", "split", "--folds", "2", "--out", out), "no corpus was named");
    assert_int_not_equal(access(out, F_OK), 0);
    free(out);
}

static void test_help_names_the_protocols(void **state)
{
    (void)state;
    struct ran ran = RUN("corpus", "split", "--help");
    assert_code(&ran, 0);
    assert_says(&ran, "leave-one-speaker-out");
    assert_says(&ran, "ravdess-luna-jimenez");
    ran_release(&ran);
}

static void test_trains_by_the_file(void **state)
{
    (void)state;
    char *by_chance = make_split("chance.csv", "random", "--folds", "2");
    char *model = support_scratch("chance-model.safetensors");
    char *clash = support_scratch("chance.safetensors");
    struct ran ran = RUN("train", "--data", corpus, "--network", network, "-j", "1", "--epochs",
                         "2", "--out", model, "--split", by_chance);
    assert_code(&ran, 0);
    assert_says(&ran, "random split: speakers are on both sides; such figures say nothing about "
                      "new speakers. 2 folds of a split file (protocol random)");
    assert_says(&ran, "recordings  72");
    assert_int_equal(count_texts(ran.err, "ser: warning: "), 1);
    ran_release(&ran);
    ran = RUN("info", "--model", model);
    assert_code(&ran, 0);
    assert_says(&ran, "random split");
    ran_release(&ran);
    replace(by_chance, ",random,", ",speaker,", 1);
    unlink(model);
    assert_failure(
        RUN("train", "--data", corpus, "--network", network, "--out", model, "--split", by_chance),
        "the split leaks: speakers on both sides");
    assert_int_not_equal(access(model, F_OK), 0);
    assert_failure(
        RUN("train", "--data", corpus, "--network", network, "--out", clash, "--split", by_chance),
        "chance.csv: the log of the training would replace the split file");
    assert_usage_error(RUN("train", "--data", corpus, "--network", network, "--out", model,
                           "--split", by_chance, "--folds", "2"),
                       "choose one");
    free(by_chance);
    free(clash);
    free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_writes_folds),
        cmocka_unit_test(test_writes_shares),
        cmocka_unit_test(test_seed_and_place),
        cmocka_unit_test(test_warns_of_missing_emotions),
        cmocka_unit_test(test_checks_a_split),
        cmocka_unit_test(test_finds_leaks),
        cmocka_unit_test(test_failures_are_one_sentence),
        cmocka_unit_test(test_wrong_usage),
        cmocka_unit_test(test_help_names_the_protocols),
        cmocka_unit_test(test_trains_by_the_file),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
