#define _GNU_SOURCE
#include "run_ser.h"

#include <dirent.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"

enum { ACTORS = 4, OF_ACTOR = SMALL_EMOTIONS * SMALL_TAKES, CLIPS = ACTORS * OF_ACTOR };

static char *corpus, *network;
static char *tested; /* a model that has not heard actor 2 */

static int set_up(void **state)
{
    (void)state;
    corpus = small_corpus_write("corpus", ACTORS);
    network = small_network_write("small.json");
    tested = support_scratch("tested.safetensors");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(corpus);
    free(network);
    free(tested);
    return 0;
}

/* Trains a model; the last arguments say how. */
#define TRAIN(out, ...)                                                                            \
    do {                                                                                           \
        struct ran train = RUN("train", "--data", corpus, "--network", network, "-j", "1",         \
                               "--epochs", "4", "--out", out, __VA_ARGS__);                        \
        assert_code(&train, 0);                                                                    \
        ran_release(&train);                                                                       \
    } while (0)

static void make_tested(void)
{
    if (access(tested, F_OK))
        TRAIN(tested, "--test-speakers", "2");
}

static void assert_says(const struct ran *ran, const char *part)
{
    if (!strstr(ran->out, part))
        fail_msg("\"%s\" does not contain \"%s\"", ran->out, part);
}

/* What --json says; the caller releases it. */
static json_t *read_json(const struct ran *ran)
{
    json_t *root = json_loads(ran->out, 0, NULL);
    if (!root)
        fail_msg("\"%s\" is no JSON", ran->out);
    return root;
}

static json_int_t whole(const json_t *root, const char *object, const char *key)
{
    const json_t *value = json_object_get(json_object_get(root, object), key);
    assert_true(json_is_integer(value));
    return json_integer_value(value);
}

static const char *text(const json_t *root, const char *key)
{
    const char *value = json_string_value(json_object_get(root, key));
    assert_non_null(value);
    return value;
}

/* The same recordings, the same road: the figures that the training measured. */
static void test_finds_the_figures_of_the_training(void **state)
{
    (void)state;
    make_tested();
    struct ran ran = RUN("evaluate", "--model", tested, "--json", corpus);
    struct ran info = RUN("info", "--model", tested, "--json");
    assert_code(&ran, 0);
    assert_string_equal(ran.err, "");
    json_t *found = read_json(&ran), *facts = read_json(&info);
    const json_t *expected = json_object_get(json_object_get(facts, "training"), "scores");
    const json_t *scores = json_object_get(found, "scores");
    assert_true(json_is_object(expected));
    assert_true(
        json_equal(json_object_get(scores, "confusion"), json_object_get(expected, "confusion")));
    assert_true(fabs(json_real_value(json_object_get(scores, "uar")) -
                     json_real_value(json_object_get(expected, "uar"))) < 1e-8);
    assert_int_equal(whole(found, "scores", "recordings"), OF_ACTOR);
    assert_int_equal(whole(found, "left_out", "heard"), CLIPS - OF_ACTOR);
    assert_int_equal(whole(found, "left_out", "heard_speakers"), ACTORS - 1);
    assert_true(json_is_null(json_object_get(scores, "uar_interval"))); /* of one speaker */
    assert_string_equal(text(found, "tested"),
                        "12 recordings of 1 speakers the model was not trained with");
    json_decref(found);
    json_decref(facts);
    ran_release(&ran);
    ran_release(&info);
}

static void test_says_it_to_people(void **state)
{
    (void)state;
    make_tested();
    struct ran ran = RUN("evaluate", "-m", tested, "-j", "2", corpus);
    assert_code(&ran, 0);
    assert_says(&ran, "12 recordings of 1 speakers the model was not trained with\n");
    assert_says(&ran, "Tested on   ravdess: 12 recordings\n");
    assert_says(&ran, "Left out    36 of 3 speakers that the model was trained with\n");
    assert_says(&ran, "\n  UAR  ");
    assert_says(&ran, "fewer than 3 speakers: no interval");
    assert_says(&ran, "chance      33.3 %");
    assert_says(&ran, "(predicted)");
    assert_says(&ran, "precision");
    ran_release(&ran);
}

static void test_speakers_it_has_heard_are_named_so(void **state)
{
    (void)state;
    make_tested();
    char *all = support_scratch("all.safetensors");
    TRAIN(all, "--seed", "2");
    assert_failure(RUN("evaluate", "--model", all, corpus),
                   "nobody is left to test: the model was trained with all 4 speakers of these 48 "
                   "recordings");
    struct ran ran = RUN("evaluate", "--model", all, "--heard", corpus);
    assert_code(&ran, 0);
    assert_int_equal(
        strncmp(ran.out, "48 recordings of 4 speakers the model was trained with: this tells", 66),
        0);
    assert_says(&ran, "95 % interval");
    assert_says(&ran, "(bootstrap: 4 speakers, 2000 draws, seed 0)");
    struct ran mixed = RUN("evaluate", "--model", tested, "--heard", "--json", corpus);
    assert_code(&mixed, 0);
    assert_says(&mixed, "48 recordings of 4 speakers, 36 of them of speakers the model was trained "
                        "with: this tells nothing about new ones");
    ran_release(&ran);
    ran_release(&mixed);
    free(all);
}

static void test_says_that_a_model_does_not_tell(void **state)
{
    (void)state;
    char *model = small_model_write("silent.safetensors", 1);
    struct ran ran = RUN("evaluate", "--model", model, corpus);
    assert_code(&ran, 0);
    assert_says(&ran, "48 recordings of 4 speakers; the model does not say whom it was trained "
                      "with,");
    ran_release(&ran);
    free(model);
}

static void test_one_broken_recording_does_not_stop_it(void **state)
{
    (void)state;
    ser_error error;
    make_tested();
    char *broken = small_corpus_write("broken", ACTORS), *path = small_corpus_path(broken, 2, 3, 1);
    char *out = support_scratch("broken.csv");
    size_t size;
    assert_ok(file_write(path, "no sound", 8, &error));
    struct ran ran = RUN("evaluate", "--model", tested, "--out", out, broken);
    assert_code(&ran, 1);
    assert_int_equal(count_texts(ran.err, "\n"), 1);
    assert_non_null(strstr(ran.err, path));
    assert_says(&ran, "11 recordings of 1 speakers");
    assert_says(&ran, "1 that could not be read");
    assert_says(&ran, "recordings  11");
    char *table = read_whole(out, &size);
    assert_int_equal(count_texts(table, "\n"), 12);
    struct ran json = RUN("evaluate", "--model", tested, "--json", broken);
    assert_code(&json, 1);
    json_t *root = read_json(&json);
    const json_t *list = json_object_get(json_object_get(root, "left_out"), "unreadable");
    assert_int_equal(json_array_size(list), 1);
    assert_string_equal(text(json_array_get(list, 0), "path"), path);
    assert_non_null(strstr(text(json_array_get(list, 0), "problem"), path));
    json_decref(root);
    ran_release(&ran);
    ran_release(&json);
    free(table);
    free(out);
    free(path);
    free(broken);
}

static void test_nothing_but_broken_recordings_is_a_failure(void **state)
{
    (void)state;
    ser_error error;
    make_tested();
    char *broken = small_corpus_write("all-broken", 2), *out = support_scratch("all-broken.csv");
    for (int emotion = 3; emotion <= 5; emotion++)
        for (int take = 0; take < SMALL_TAKES; take++) {
            char *path = small_corpus_path(broken, 2, emotion, take);
            /* different bytes, so that they are not left out as copies */
            assert_ok(file_write(path, path, strlen(path), &error));
            free(path);
        }
    struct ran ran = RUN("evaluate", "--model", tested, "--out", out, broken);
    assert_code(&ran, 1);
    assert_string_equal(ran.out, "");
    assert_non_null(strstr(ran.err, "none of 12 recordings could be read"));
    assert_int_equal(count_texts(ran.err, "\n"), 13);
    assert_int_equal(access(out, F_OK), -1);
    ran_release(&ran);
    free(broken);
    free(out);
}

/* The line of `ser predict --csv` about a file: file,duration,emotion,confidence,… */
static void find_prediction(const char *csv, const char *file, char *label, size_t room)
{
    char field[512];
    for (const char *at = csv; *at;) {
        char end = csv_field(&at, field, sizeof field);
        bool is_it = !strcmp(field, file);
        for (int i = 1; end == ','; i++) {
            end = csv_field(&at, is_it && i == 2 ? label : field,
                            is_it && i == 2 ? room : sizeof field);
        }
        if (is_it)
            return;
    }
    fail_msg("%s is not in the predictions", file);
}

static void test_writes_what_predict_says(void **state)
{
    (void)state;
    make_tested();
    size_t size;
    char *out = support_scratch("predictions.csv"), field[512], expected[64], *table;
    struct ran ran = RUN("evaluate", "--model", tested, "--out", out, corpus);
    struct ran predict = RUN("predict", "--csv", "--model", tested, corpus);
    assert_code(&ran, 0);
    table = read_whole(out, &size);
    const char *header = "path,corpus,speaker,emotion,predicted,confidence,happy,sad,angry\n";
    assert_int_equal(strncmp(table, header, strlen(header)), 0);
    assert_int_equal(count_texts(table, "\n"), OF_ACTOR + 1);
    assert_int_equal(count_texts(table, ",ravdess,02,happy,"), SMALL_TAKES);
    for (const char *at = table + strlen(header); *at;) {
        double sum = 0;
        csv_field(&at, field, sizeof field);
        find_prediction(predict.out, field, expected, sizeof expected);
        for (int i = 0; i < 3; i++)
            csv_field(&at, field, sizeof field);
        csv_field(&at, field, sizeof field);
        assert_string_equal(field, expected);
        csv_field(&at, field, sizeof field);
        double confidence = atof(field), most = 0;
        for (int i = 0; i < SMALL_EMOTIONS; i++) {
            csv_field(&at, field, sizeof field);
            sum += atof(field);
            most = fmax(most, atof(field));
        }
        assert_true(fabs(sum - 1) < 0.001 && confidence == most);
    }
    ran_release(&ran);
    ran_release(&predict);
    free(table);
    free(out);
}

/* Writes a split of the corpus, once by shares or in folds; the caller frees its path. */
static char *make_split(const char *name, const char *by, const char *how, const char *number)
{
    char *out = support_scratch(name);
    struct ran ran =
        RUN("corpus", "split", "--by", by, how, number, "--seed", "3", "--out", out, corpus);
    assert_code(&ran, 0);
    ran_release(&ran);
    return out;
}

static void test_tests_the_part_of_its_own_split(void **state)
{
    (void)state;
    char *split = make_split("by-chance.csv", "random", "--test", "0.25");
    char *out = support_scratch("chance.safetensors");
    TRAIN(out, "--split", split);
    struct ran ran = RUN("evaluate", "--model", out, "--split", split, "--json", corpus);
    assert_code(&ran, 0);
    assert_says(&ran, "12 recordings of");
    assert_says(&ran, "the test part of the split that the model was trained by; random split: "
                      "speakers are on both sides");
    assert_failure(RUN("evaluate", "--model", out, corpus), "nobody is left");
    assert_failure(RUN("evaluate", "--model", out, "--split", split, "--part", "train", corpus),
                   "nobody is left");
    assert_failure(RUN("evaluate", "--model", out, "--split", split, "--part", "2", corpus),
                   "has no part 2");
    ran_release(&ran);
    free(split);
    free(out);
}

static void test_tests_a_fold(void **state)
{
    (void)state;
    make_tested();
    char *split = make_split("folds.csv", "leave-one-speaker-out", "--seed", "3");
    char *model = small_model_write("untrained.safetensors", 1);
    struct ran ran = RUN("evaluate", "--model", model, "--split", split, "--part", "3", corpus);
    assert_code(&ran, 0);
    assert_says(&ran, "12 recordings of 1 speakers");
    assert_says(&ran, "folds.csv, fold 3 (protocol leave-one-speaker-out)");
    assert_failure(RUN("evaluate", "--model", model, "--split", split, corpus),
                   "is divided into folds, expected which one to test, 1 to 4");
    assert_failure(RUN("evaluate", "--model", tested, "--split", split, "--part", "1", corpus),
                   "nobody is left");
    ran_release(&ran);
    free(model);
    free(split);
}

static void test_maps_the_words_of_others(void **state)
{
    (void)state;
    static const char manifest[] = "path,speaker,emotion\n"
                                   "corpus/Actor_01/03-01-03-01-01-01-01.wav,A,joy\n"
                                   "corpus/Actor_01/03-01-04-01-01-01-01.wav,B,sadness\n"
                                   "corpus/Actor_01/03-01-05-01-01-01-01.wav,C,angry\n"
                                   "corpus/Actor_02/03-01-05-01-01-01-02.wav,C,angry\n"
                                   "corpus/Actor_02/03-01-04-01-01-01-02.wav,C,boredom\n";
    make_tested();
    char *list = support_write("others.csv", manifest, strlen(manifest)), *map = NULL;
    assert_true(asprintf(&map, "%s/labels/common7.json", getenv("SER_SOURCE_ROOT")) > 0);
    struct ran plain = RUN("evaluate", "--model", tested, "--json", list);
    struct ran mapped = RUN("evaluate", "--model", tested, "--labels", map, "--json", list);
    assert_code(&plain, 0);
    assert_code(&mapped, 0);
    json_t *root = read_json(&plain);
    assert_int_equal(whole(root, "scores", "recordings"), 2);
    const json_t *words = json_object_get(json_object_get(root, "left_out"), "unknown_emotions");
    assert_int_equal(json_object_size(words), 3);
    assert_int_equal(json_integer_value(json_object_get(words, "joy")), 1);
    assert_true(json_is_null(json_object_get(root, "label_map")));
    json_decref(root);
    root = read_json(&mapped);
    assert_int_equal(whole(root, "scores", "recordings"), 4);
    assert_string_equal(text(root, "label_map"), "common7");
    words = json_object_get(json_object_get(root, "left_out"), "unknown_emotions");
    assert_int_equal(json_integer_value(json_object_get(words, "boredom")), 1);
    json_decref(root);
    struct ran people = RUN("evaluate", "--model", tested, list);
    assert_says(&people, "3 of emotions that the model does not know (1 joy, 1 sadness, 1\n"
                         "            boredom); --labels MAP says which words mean the same\n");
    assert_says(&people, "  happy          -"); /* nothing of it: no recall, and not 0 % */
    assert_says(&people, "chance      100.0 %");
    ran_release(&plain);
    ran_release(&mapped);
    ran_release(&people);
    free(list);
    free(map);
}

static void test_failures_are_one_sentence(void **state)
{
    (void)state;
    make_tested();
    char *gone = support_scratch("gone"), *nowhere = support_scratch("no/folder/x.csv");
    assert_failure(RUN("evaluate", "--model", gone, corpus), "gone");
    assert_failure(RUN("evaluate", "--model", tested, gone), "gone");
    assert_failure(RUN("evaluate", "--model", corpus, corpus), "corpus");
    assert_failure(RUN("evaluate", "--model", tested, "--split", gone, corpus), "gone");
    assert_failure(RUN("evaluate", "--model", tested, "--split", network, corpus), "small.json");
    assert_failure(RUN("evaluate", "--model", tested, "--labels", gone, corpus), "gone");
    assert_failure(RUN("evaluate", "--model", tested, "--labels", network, corpus), "small.json");
    assert_failure(RUN("evaluate", "--model", tested, "--out", nowhere, corpus), "no/folder");
    assert_failure(RUN("evaluate", "--model", tested, "--voices", "song", corpus),
                   "no usable recording");
    free(gone);
    free(nowhere);
}

static void test_refuses_wrong_usage(void **state)
{
    (void)state;
    assert_usage_error(RUN("evaluate", "--part", "test", "x"), "'--part' goes with '--split'");
    assert_usage_error(RUN("evaluate", "--split", "s", "--part", "0", "x"), "'--part' is '0'");
    assert_usage_error(RUN("evaluate", "--split", "s", "--part", "half", "x"), "'--part'");
    assert_usage_error(RUN("evaluate", "-j", "0", "x"), "'--threads' is '0'");
    assert_usage_error(RUN("evaluate", "--voices", "whistle", "x"), "'--voices'");
    assert_usage_error(RUN("evaluate"), "no corpus was named");
}

static int count_files(const char *folder)
{
    int count = 0;
    DIR *stream = opendir(folder);
    assert_non_null(stream);
    for (const struct dirent *entry; (entry = readdir(stream));)
        count += strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
    closedir(stream);
    return count;
}

/* Starts a test, and stops it some time after its table lies beside its name; returns its code. */
static int interrupt(const char *many, const char *folder, int number, unsigned delay)
{
    char *said = support_scratch("said"), *out = NULL;
    assert_true(asprintf(&out, "%s/out.csv", folder) > 0);
    unlink(out);
    pid_t process =
        run_ser_start(said, (const char *const[]){"evaluate", "--model", tested, "-j", "1",
                                                  "--heard", "--out", out, many, NULL});
    for (int i = 0; i < 30000 && !count_files(folder); i++)
        usleep(500);
    usleep(delay);
    kill(process, number);
    int code = run_ser_wait(process);
    assert_true(code == 0 || code == 130 || code == 128 + number);
    if (code == 130)
        assert_int_equal(count_files(folder), 0);
    free(said);
    free(out);
    return code;
}

static void test_an_interruption_leaves_nothing(void **state)
{
    (void)state;
    ser_error error;
    make_tested();
    char *many = small_corpus_write("many", 24), *folder = support_scratch("interrupted");
    assert_ok(file_make_folder(folder, &error));
    int interrupted = 0;
    for (unsigned i = 0; i < 8; i++)
        interrupted += interrupt(many, folder, i % 2 ? SIGTERM : SIGINT, 3000 * i) == 130;
    assert_true(interrupted > 0);
    free(many);
    free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_the_figures_of_the_training),
        cmocka_unit_test(test_says_it_to_people),
        cmocka_unit_test(test_speakers_it_has_heard_are_named_so),
        cmocka_unit_test(test_says_that_a_model_does_not_tell),
        cmocka_unit_test(test_one_broken_recording_does_not_stop_it),
        cmocka_unit_test(test_nothing_but_broken_recordings_is_a_failure),
        cmocka_unit_test(test_writes_what_predict_says),
        cmocka_unit_test(test_tests_the_part_of_its_own_split),
        cmocka_unit_test(test_tests_a_fold),
        cmocka_unit_test(test_maps_the_words_of_others),
        cmocka_unit_test(test_failures_are_one_sentence),
        cmocka_unit_test(test_refuses_wrong_usage),
        cmocka_unit_test(test_an_interruption_leaves_nothing),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
