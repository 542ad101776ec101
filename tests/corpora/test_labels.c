#include "scratch_corpus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "corpora/labels.h"

/* Recordings in memory: corpus, sex and emotion of each. */
struct row {
    const char *corpus;
    enum sex sex;
    const char *emotion;
};

static struct corpus make_corpus(const struct row *rows, int count)
{
    ser_error error;
    struct corpus corpus = {0};
    for (int i = 0; i < count; i++) {
        struct recording recording = {.sex = rows[i].sex, .path = strdup("made-up.wav")};
        snprintf(recording.corpus, sizeof recording.corpus, "%s", rows[i].corpus);
        snprintf(recording.emotion, sizeof recording.emotion, "%s", rows[i].emotion);
        assert_ok(corpus_add(&corpus, &recording, &error));
    }
    assert_ok(corpus_find_labels(&corpus, &error));
    return corpus;
}

static char *shipped_map(const char *name)
{
    static char path[4096];
    snprintf(path, sizeof path, "%s/labels/%s.json", getenv("SER_SOURCE_ROOT"), name);
    return path;
}

static const struct row mixed[] = {
    {"ravdess", SEX_MALE, "calm"},        {"ravdess", SEX_FEMALE, "fearful"},
    {"tess", SEX_FEMALE, "fear"},         {"tess", SEX_FEMALE, "pleasant surprise"},
    {"asvp-esd", SEX_UNKNOWN, "neutral"}, {"asvp-esd", SEX_MALE, "breath"},
    {"asvp-esd", SEX_MALE, ""},
};

static void test_joins_words(void **state)
{
    (void)state;
    static const char *const expected[] = {"neutral", "fearful", "fearful", "surprised", "neutral"};
    ser_error error;
    struct label_map map;
    struct corpus corpus = make_corpus(mixed, 7);
    assert_ok(label_map_read(&map, shipped_map("common7"), &error));
    assert_int_equal(map.count, 7);
    assert_ok(label_map_apply(&map, &corpus, &error));
    assert_int_equal(corpus.count, 5);
    for (int i = 0; i < 5; i++)
        assert_string_equal(corpus.recordings[i].emotion, expected[i]);
    assert_int_equal(corpus.label_count, 3); /* in the order of the map */
    assert_string_equal(corpus.labels[0], "neutral");
    assert_string_equal(corpus.labels[1], "fearful");
    assert_string_equal(corpus.labels[2], "surprised");
    assert_int_equal(left_out_count(&corpus.left_out, LEFT_OUT_UNLABELLED), 2);
    assert_string_equal(corpus.left_out.items[0].detail, "breath");
    assert_null(corpus.left_out.items[1].detail);
    label_map_release(&map);
    corpus_release(&corpus);
}

static void test_keeps_women_and_men_apart(void **state)
{
    (void)state;
    ser_error error;
    struct label_map map;
    struct corpus corpus = make_corpus(mixed, 7);
    assert_ok(label_map_read(&map, shipped_map("sex-emotion16"), &error));
    assert_int_equal(map.count, 16);
    assert_ok(label_map_apply(&map, &corpus, &error));
    assert_int_equal(corpus.count, 4);
    assert_string_equal(corpus.recordings[0].emotion, "male_calm");
    assert_string_equal(corpus.recordings[2].emotion, "female_fearful");
    assert_int_equal(corpus.label_count, 3);
    assert_string_equal(corpus.labels[0], "female_fearful");
    assert_string_equal(corpus.labels[2], "male_calm");
    label_map_release(&map);
    corpus_release(&corpus);
}

static void test_without_a_map_words_stay(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus = make_corpus(mixed, 7);
    assert_ok(label_map_apply(NULL, &corpus, &error));
    assert_int_equal(corpus.count, 6);
    assert_string_equal(corpus.recordings[1].emotion, "fearful");
    assert_string_equal(corpus.recordings[2].emotion, "fear");
    corpus_release(&corpus);
}

static void test_sees_that_words_differ(void **state)
{
    (void)state;
    static const struct row same[] = {{"a", SEX_MALE, "sad"},
                                      {"a", SEX_MALE, "happy"},
                                      {"b", SEX_MALE, "sad"},
                                      {"b", SEX_MALE, "happy"}};
    ser_error error;
    struct corpus corpus = make_corpus(mixed, 4);
    assert_error(labels_check_words(&corpus, &error), SER_ERROR_ARGUMENT,
                 "corpus ravdess has the emotion \"calm\" and tess has not");
    corpus_release(&corpus);
    corpus = make_corpus(same, 4);
    assert_ok(labels_check_words(&corpus, &error));
    corpus_release(&corpus);
    corpus = make_corpus(mixed, 2);
    assert_ok(labels_check_words(&corpus, &error));
    corpus_release(&corpus);
}

static void test_shipped_maps_are_sound(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int labels;
    } maps[] = {
        {"ravdess8", 8}, {"common7", 7}, {"common6", 6}, {"sex-emotion16", 16}, {"polarity3", 3}};
    ser_error error;
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++) {
        struct label_map map;
        assert_ok(label_map_read(&map, shipped_map(maps[i].name), &error));
        assert_int_equal(map.count, maps[i].labels);
        assert_string_equal(json_string_value(json_object_get(map.root, "name")), maps[i].name);
        label_map_release(&map);
    }
}

static void test_refuses_bad_maps(void **state)
{
    (void)state;
    static const struct {
        const char *text, *part;
    } cases[] = {
        {"", "map.json"},
        {"[]", "map.json"},
        {"{\"name\": \"x\"}", "labels"},
        {"{\"name\": \"x\", \"labels\": {\"a\": [\"b\"]}}", "1 labels, expected at least 2"},
        {"{\"name\": \"x\", \"labels\": {\"a\": [\"b\"], \"c\": []}}", "\"c\" has no words"},
        {"{\"name\": \"x\", \"labels\": {\"a\": [\"b\"], \"c\": \"d\"}}", "\"c\" has no words"},
        {"{\"name\": \"x\", \"labels\": {\"a\": [\"b\"], \"c\": [1]}}", "word 1 is none of 1 to"},
        {"{\"name\": \"x\", \"labels\": {\"a\": [\"b\"], \"c\": [\"d\", \"\"]}}", "word 2"},
        {"{\"name\": \"x\", \"labels\": {\"a\": [\"b\"], \"c\": [\"d\", \"b\"]}}",
         "\"b\" stands under \"a\" and \"c\""},
        {"{\"name\": \"x\", \"labels\": {\"\": [\"b\"], \"c\": [\"d\"]}}", "label \"\" is none"},
        {"{\"name\": \"x\", \"labels\": {\"a\": [\"b\"], \"c\": [\"d\"]}, \"y\": 1}", "y"},
        {"{\"name\": \"x\", \"labels\": {\"a\": [\"b\"], "
         "\"a label that is longer than thirty-one bytes\": [\"d\"]}}",
         "is none of 1 to 31 bytes"},
        {"{\"name\": \"x\", \"labels\": {\"\\u001b[31m\": [\"b\"], \"c\": [\"d\"]}}",
         "bytes without control characters"},
    };
    ser_error error;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct label_map map;
        char *path = support_write("map.json", cases[i].text, strlen(cases[i].text));
        assert_error(label_map_read(&map, path, &error), SER_ERROR_FORMAT, cases[i].part);
        label_map_release(&map);
        free(path);
    }
}

static int clean_up(void **state)
{
    (void)state;
    support_cleanup();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_joins_words),
        cmocka_unit_test(test_keeps_women_and_men_apart),
        cmocka_unit_test(test_without_a_map_words_stay),
        cmocka_unit_test(test_sees_that_words_differ),
        cmocka_unit_test(test_shipped_maps_are_sound),
        cmocka_unit_test(test_refuses_bad_maps),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, clean_up);
}
