#include "../models/small_model.h"
#include "made_up.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evaluation/heard.h"
#include "evaluation/selection.h"

/* A model of these labels, up to NULL, with facts about its training. */
static ser_model *make_model(const char *const *labels, const char *facts)
{
    ser_error error;
    ser_model *model;
    struct network_file file;
    json_t *training;
    int count = 0;
    while (labels[count])
        count++;
    small_network_parse(&file);
    assert_ok(model_create(&model, &file, labels, count, 1, "small", &error));
    assert_ok(json_parse(&training, facts, strlen(facts), "facts", &error));
    assert_ok(model_set_training(model, training, &error));
    return model;
}

static const char *const acted[] = {"neutral", "calm", "happy", "sad", "angry", NULL};

static const char first_heard[] =
    "{\"corpora\": [{\"name\": \"first\", \"speakers\": [\"01\", \"3\"]},"
    " {\"name\": \"nameless\", \"speakers\": []}]}";

static const char map_text[] =
    "{\"name\": \"three\", \"labels\": {\"plain\": [\"neutral\", \"calm\", \"nothing\"],"
    " \"sad\": [\"sad\", \"sadness\"], \"angry\": [\"angry\", \"anger\"]}}";

static struct recording felt(const char *emotion, enum sex sex)
{
    struct recording recording = {.sex = sex};
    snprintf(recording.emotion, sizeof recording.emotion, "%s", emotion);
    return recording;
}

static const char *true_name(const struct classes *classes, const char *emotion)
{
    struct recording recording = felt(emotion, SEX_FEMALE);
    int class = classes_true(classes, &recording);
    return class < 0 ? "" : classes->names[class];
}

static void test_labels_are_classes(void **state)
{
    (void)state;
    ser_error error;
    struct classes classes;
    float probabilities[SER_MAX_LABELS];
    ser_model *model = make_model(acted, "{}");
    assert_ok(classes_find(&classes, model, NULL, &error));
    assert_int_equal(classes.count, 5);
    for (int i = 0; i < 5; i++) {
        assert_string_equal(classes.names[i], acted[i]);
        assert_string_equal(true_name(&classes, acted[i]), acted[i]);
    }
    assert_string_equal(true_name(&classes, "sadness"), "");
    assert_string_equal(true_name(&classes, ""), "");
    const ser_prediction p = {.count = 5, .probabilities = {0.1f, 0.2f, 0.25f, 0.4f, 0.05f}};
    assert_int_equal(classes_predicted(&classes, &p, probabilities), 3);
    assert_memory_equal(probabilities, p.probabilities, 5 * sizeof *probabilities);
    classes_release(&classes);
    ser_model_destroy(model);
}

/* A map that is named goes for both sides: 0.3 neutral and 0.25 calm are more than 0.4 sad. */
static void test_a_named_map_joins_labels(void **state)
{
    (void)state;
    ser_error error;
    struct classes classes;
    float probabilities[SER_MAX_LABELS];
    char *path = support_write("three.json", map_text, strlen(map_text));
    ser_model *model = make_model(acted, "{}");
    assert_ok(classes_find(&classes, model, path, &error));
    assert_int_equal(classes.count, 4);
    assert_string_equal(classes.names[0], "plain");
    assert_string_equal(classes.names[1], "happy"); /* which the map does not know */
    assert_string_equal(true_name(&classes, "nothing"), "plain");
    assert_string_equal(true_name(&classes, "sadness"), "sad");
    assert_string_equal(true_name(&classes, "happy"), ""); /* so it is nobody's truth … */
    const ser_prediction p = {.count = 5, .probabilities = {0.3f, 0.25f, 0.01f, 0.4f, 0.04f}};
    assert_int_equal(classes_predicted(&classes, &p, probabilities), 0);
    assert_true(fabsf(probabilities[0] - 0.55f) < 1e-6f);
    const ser_prediction happy = {.count = 5, .probabilities = {0.2f, 0.2f, 0.5f, 0.05f, 0.05f}};
    assert_int_equal(classes_predicted(&classes, &happy, probabilities), 1); /* … but an answer */
    classes_release(&classes);
    ser_model_destroy(model);
    free(path);
}

static void test_the_models_own_map_is_used(void **state)
{
    (void)state;
    static const char *const labels[] = {"plain", "sad", "angry", NULL};
    ser_error error;
    struct classes classes;
    char facts[sizeof map_text + 40];
    snprintf(facts, sizeof facts, "{\"label_map\": %s}", map_text);
    ser_model *model = make_model(labels, facts);
    assert_ok(classes_find(&classes, model, NULL, &error));
    assert_int_equal(classes.count, 3);
    assert_string_equal(true_name(&classes, "calm"), "plain");
    assert_string_equal(true_name(&classes, "anger"), "angry");
    assert_string_equal(true_name(&classes, "plain"), "plain"); /* a label itself */
    assert_string_equal(true_name(&classes, "happy"), "");
    classes_release(&classes);
    ser_model_destroy(model);
}

static void test_sexes_stand_apart(void **state)
{
    (void)state;
    static const char *const labels[] = {"female_sad", "male_sad", NULL};
    ser_error error;
    struct classes classes;
    ser_model *model =
        make_model(labels, "{\"label_map\": {\"name\": \"x\", \"by_sex\": true, \"labels\": "
                           "{\"sad\": [\"sad\"], \"angry\": [\"angry\"]}}}");
    assert_ok(classes_find(&classes, model, NULL, &error));
    const struct recording woman = felt("sad", SEX_FEMALE), man = felt("sad", SEX_MALE);
    const struct recording unknown = felt("sad", SEX_UNKNOWN), angry = felt("angry", SEX_MALE);
    assert_int_equal(classes_true(&classes, &woman), 0);
    assert_int_equal(classes_true(&classes, &man), 1);
    assert_int_equal(classes_true(&classes, &unknown), -1);
    assert_int_equal(classes_true(&classes, &angry), -1);
    classes_release(&classes);
    ser_model_destroy(model);
}

static void test_wrong_maps_are_errors(void **state)
{
    (void)state;
    static const char *const two[] = {"neutral", "calm", NULL};
    ser_error error;
    struct classes classes;
    char *path = support_write("three.json", map_text, strlen(map_text));
    ser_model *model = make_model(two, "{\"label_map\": {\"name\": \"x\"}}");
    assert_error(classes_find(&classes, model, NULL, &error), SER_ERROR_FORMAT,
                 "the model's label map");
    classes_release(&classes);
    assert_error(classes_find(&classes, model, path, &error), SER_ERROR_ARGUMENT,
                 "takes all 2 emotions of the model for plain");
    classes_release(&classes);
    assert_error(classes_find(&classes, model, "nowhere.json", &error), SER_ERROR_IO,
                 "nowhere.json");
    classes_release(&classes);
    ser_model_destroy(model);
    free(path);
}

static bool has_heard(const ser_model *model, const char *corpus, const char *speaker)
{
    struct recording recording = {0};
    snprintf(recording.corpus, sizeof recording.corpus, "%s", corpus);
    snprintf(recording.speaker, sizeof recording.speaker, "%s", speaker);
    return heard_speaker(model, &recording);
}

static void test_knows_whom_the_model_has_heard(void **state)
{
    (void)state;
    ser_model *model = make_model(acted, first_heard);
    assert_true(heard_is_known(model));
    assert_true(has_heard(model, "first", "01"));
    assert_true(has_heard(model, "first", "03")); /* as a number, "3" */
    assert_true(has_heard(model, "first", ""));   /* may be either */
    assert_true(has_heard(model, "nameless", "01"));
    assert_false(has_heard(model, "first", "02"));
    assert_false(has_heard(model, "second", "01"));
    assert_false(has_heard(model, "second", ""));
    ser_model_destroy(model);
}

/* What a model's file may hold is not in our hands. */
static void test_strange_facts_are_no_knowledge(void **state)
{
    (void)state;
    static const char *const facts[] = {
        "{}",
        "{\"corpora\": []}",
        "{\"corpora\": \"all\"}",
        "{\"corpora\": {\"name\": \"first\"}}",
        "{\"corpora\": [7]}",
        "{\"corpora\": [{\"name\": \"first\"}]}",
        "{\"corpora\": [{\"name\": 1, \"speakers\": [\"02\"]}]}",
        "{\"corpora\": [{\"name\": \"first\", \"speakers\": \"02\"}]}",
    };
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        ser_model *model = make_model(acted, facts[i]);
        assert_false(heard_is_known(model));
        assert_false(has_heard(model, "second", "02"));
        ser_model_destroy(model);
    }
    ser_model *model =
        make_model(acted, "{\"corpora\": [{\"name\": \"first\", \"speakers\": [1, null]}]}");
    assert_false(has_heard(model, "first", "02"));
    ser_model_destroy(model);
}

static void test_knows_its_own_split(void **state)
{
    (void)state;
    struct split_file once = {.hash = {1, 2}}, folds = {.hash = {1, 2}, .folds = 3};
    const struct split_file other = {.hash = {1, 3}};
    char facts[96], hash[HASH_TEXT_LENGTH];
    hash_to_text(once.hash, hash);
    snprintf(facts, sizeof facts, "{\"split\": {\"hash\": \"%s\"}}", hash);
    ser_model *model = make_model(acted, facts), *without = make_model(acted, "{}");
    assert_true(heard_by_split(model, &once, PART_TEST));
    assert_true(heard_by_split(model, &once, PART_VALIDATION));
    assert_false(heard_by_split(model, &once, PART_TRAIN));
    assert_false(heard_by_split(model, &folds, 1)); /* the model was trained with all folds */
    assert_false(heard_by_split(model, &other, PART_TEST));
    assert_false(heard_by_split(without, &once, PART_TEST));
    ser_model_destroy(model);
    ser_model_destroy(without);
}

/* Five speakers of corpus "first", each with four of neutral, happy, sad and angry. */
static ser_status choose(struct selection *selection, const struct corpus *corpus,
                         const char *const *labels, const char *facts, bool with_heard,
                         bool is_apart, ser_error *error)
{
    const struct selection_settings settings = {with_heard, is_apart};
    struct classes classes;
    ser_error ignored;
    ser_model *model = make_model(labels, facts);
    if (classes_find(&classes, model, NULL, &ignored))
        fail_msg("%s", ignored.message);
    ser_status status = selection_make(selection, corpus, model, &classes, &settings, error);
    classes_release(&classes);
    ser_model_destroy(model);
    return status;
}

static void test_leaves_out_whom_the_model_has_heard(void **state)
{
    (void)state;
    ser_error error;
    struct selection s;
    struct corpus corpus = made_up_even("first", 5, 2);
    assert_int_equal(corpus.count, 80);
    assert_ok(choose(&s, &corpus, acted, first_heard, false, false, &error));
    assert_int_equal(s.count, 48);
    assert_int_equal(s.speakers, 3);
    assert_int_equal(s.heard, 0);
    assert_int_equal(s.heard_left_out, 32);
    assert_int_equal(s.heard_speakers, 2);
    for (int i = 0; i < s.count; i++) {
        const struct recording *recording = &corpus.recordings[s.indices[i]];
        assert_true(strcmp(recording->speaker, "01") && strcmp(recording->speaker, "03"));
        assert_string_equal(acted[s.truths[i]], recording->emotion);
        assert_true(!i || s.indices[i] > s.indices[i - 1]);
    }
    selection_release(&s);
    assert_ok(choose(&s, &corpus, acted, first_heard, true, false, &error));
    assert_int_equal(s.count, 80);
    assert_int_equal(s.heard, 32);
    assert_int_equal(s.heard_left_out, 0);
    selection_release(&s);
    assert_ok(choose(&s, &corpus, acted, first_heard, false, true, &error)); /* its own split */
    assert_int_equal(s.count, 80);
    assert_int_equal(s.heard, 0);
    selection_release(&s);
    corpus_release(&corpus);
}

static void test_nobody_left_is_an_error(void **state)
{
    (void)state;
    ser_error error;
    struct selection s;
    struct corpus corpus = made_up_even("nameless", 2, 1);
    assert_error(choose(&s, &corpus, acted, first_heard, false, false, &error), SER_ERROR_ARGUMENT,
                 "nobody is left to test: the model was trained with all 2 speakers of these 16");
    selection_release(&s);
    corpus_release(&corpus);
}

static void test_counts_emotions_that_the_model_does_not_know(void **state)
{
    (void)state;
    static const char *const few[] = {"sad", "glad", NULL}, *const none[] = {"a", "b", NULL};
    ser_error error;
    struct selection s;
    struct corpus corpus = made_up_even("second", 2, 1);
    *corpus.recordings[0].emotion = 0;
    assert_ok(choose(&s, &corpus, few, first_heard, false, false, &error));
    assert_int_equal(s.count, 4);
    assert_int_equal(s.unknown, 12);
    assert_int_equal(s.unknown_words, 4);
    assert_string_equal(s.words[0].word, "");
    assert_int_equal(s.words[0].count, 1);
    assert_string_equal(s.words[1].word, "neutral");
    assert_int_equal(s.words[1].count, 3);
    selection_release(&s);
    assert_error(choose(&s, &corpus, none, "{}", false, false, &error), SER_ERROR_ARGUMENT,
                 "knows none of the emotions of the recordings (none, neutral, happy, sad, angry), "
                 "expected some of a, b");
    selection_release(&s);
    corpus_release(&corpus);
}

static void test_copies_are_not_tested_beside_their_originals(void **state)
{
    (void)state;
    ser_error error;
    struct selection s;
    struct corpus corpus = made_up_even("second", 2, 1);
    struct recording *copy = made_up_add(&corpus, "second", "01", "sad", "x");
    snprintf(copy->original, sizeof copy->original, "%s", corpus.recordings[0].name);
    struct recording *alone = made_up_add(&corpus, "second", "02", "sad", "x");
    snprintf(alone->original, sizeof alone->original, "not there");
    assert_ok(choose(&s, &corpus, acted, first_heard, false, false, &error));
    assert_int_equal(s.count, 17);
    assert_int_equal(s.copies, 1);
    assert_int_equal(s.indices[16], 17);
    selection_release(&s);
    corpus_release(&corpus);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_labels_are_classes),
        cmocka_unit_test(test_a_named_map_joins_labels),
        cmocka_unit_test(test_the_models_own_map_is_used),
        cmocka_unit_test(test_sexes_stand_apart),
        cmocka_unit_test(test_wrong_maps_are_errors),
        cmocka_unit_test(test_knows_whom_the_model_has_heard),
        cmocka_unit_test(test_strange_facts_are_no_knowledge),
        cmocka_unit_test(test_knows_its_own_split),
        cmocka_unit_test(test_leaves_out_whom_the_model_has_heard),
        cmocka_unit_test(test_nobody_left_is_an_error),
        cmocka_unit_test(test_counts_emotions_that_the_model_does_not_know),
        cmocka_unit_test(test_copies_are_not_tested_beside_their_originals),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
