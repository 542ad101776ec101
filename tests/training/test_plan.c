#define _GNU_SOURCE
#include "../models/small_model.h"
#include "small_corpus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "evaluation/split_file.h"
#include "training/experiment.h"

enum { ACTORS = 6, PER_ACTOR = SMALL_EMOTIONS * SMALL_TAKES, CLIPS = ACTORS * PER_ACTOR };

static char *corpus_folder, *network_path;

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
                                        .epochs = 2,
                                        .seed = 1,
                                        .threads = 1};
}

static struct experiment_result run(const struct experiment_settings *settings)
{
    ser_error error;
    struct experiment_result result;
    assert_ok(experiment_run(settings, &result, &error));
    return result;
}

/* Writes a split of the small corpus: `parts` has the part of each actor. The caller frees its
 * path. */
static char *write_split(const char *name, const char *protocol, const int parts[ACTORS])
{
    ser_error error;
    struct corpus corpus;
    struct partition partition = {.count = CLIPS};
    small_corpus_read(&corpus, corpus_folder);
    assert_int_equal(corpus.count, CLIPS);
    partition.parts = calloc(CLIPS, sizeof *partition.parts);
    snprintf(partition.protocol, sizeof partition.protocol, "%s", protocol);
    for (int i = 0; i < CLIPS; i++)
        partition.parts[i] = parts[atoi(corpus.recordings[i].speaker) - 1];
    char *path = support_scratch(name);
    assert_ok(split_file_write(path, &corpus, &partition, &error));
    partition_release(&partition);
    corpus_release(&corpus);
    return path;
}

static json_t *training_of(const char *path)
{
    ser_error error;
    ser_model *model;
    assert_ok(ser_model_load(&model, path, &error));
    json_t *facts = json_loads(ser_model_facts(model), 0, NULL);
    json_t *training = json_incref(json_object_get(facts, "training"));
    json_decref(facts);
    ser_model_destroy(model);
    return training;
}

static int same_numbers(const char *one, const char *other)
{
    ser_error error;
    ser_model *a, *b;
    assert_ok(ser_model_load(&a, one, &error));
    assert_ok(ser_model_load(&b, other, &error));
    int same = a->network->parameter_count == b->network->parameter_count;
    for (int i = 0; same && i < a->network->parameter_count; i++)
        same = !memcmp(a->network->parameters[i].values, b->network->parameters[i].values,
                       a->network->parameters[i].count * sizeof(float));
    ser_model_destroy(a);
    ser_model_destroy(b);
    return same;
}

/* A file that says what --folds does gives what --folds gives. */
static void test_folds_of_a_file_are_folds(void **state)
{
    (void)state;
    static const int parts[] = {1, 1, 2, 2, 3, 3};
    char *one = support_scratch("by-file.safetensors"), *two = support_scratch("by-k.safetensors");
    char *split = write_split("folds.csv", "speaker", parts);
    struct experiment_settings settings = settings_for(one);
    settings.split = split;
    struct experiment_result by_file = run(&settings);
    settings = settings_for(two);
    settings.folds = 3;
    struct experiment_result by_number = run(&settings);
    assert_int_equal(by_file.folds, 3);
    assert_memory_equal(&by_file.confusion, &by_number.confusion, sizeof by_file.confusion);
    assert_memory_equal(&by_file.uar, &by_number.uar, sizeof by_file.uar);
    assert_true(same_numbers(one, two));
    free(one);
    free(two);
    free(split);
}

static void test_a_test_part_is_a_list_of_test_speakers(void **state)
{
    (void)state;
    static const int parts[] = {PART_TRAIN, PART_TEST,  PART_TRAIN,
                                PART_TRAIN, PART_TRAIN, PART_TEST};
    char *one = support_scratch("part.safetensors"), *two = support_scratch("list.safetensors");
    char *split = write_split("once.csv", "speaker", parts);
    struct experiment_settings settings = settings_for(one);
    settings.split = split;
    struct experiment_result by_file = run(&settings);
    settings = settings_for(two);
    settings.test_speakers = "2,6";
    struct experiment_result by_list = run(&settings);
    assert_int_equal(by_file.folds, 1);
    assert_memory_equal(&by_file.confusion, &by_list.confusion, sizeof by_file.confusion);
    assert_true(same_numbers(one, two));
    free(one);
    free(two);
    free(split);
}

/* Whatever is in the validation part: the numbers and the scores are the same. */
static void test_validation_leaves_no_trace(void **state)
{
    (void)state;
    static const int parts[] = {PART_TRAIN, PART_VALIDATION, PART_TRAIN,
                                PART_TEST,  PART_VALIDATION, PART_TRAIN};
    char *one = support_scratch("quiet.safetensors"), *two = support_scratch("other.safetensors");
    char *split = write_split("validation.csv", "speaker", parts);
    char *changed = small_corpus_write("changed", ACTORS);
    struct experiment_settings settings = settings_for(one);
    settings.split = split;
    struct experiment_result first = run(&settings);
    for (int take = 0; take < SMALL_TAKES; take++)
        for (int emotion = 3; emotion <= 5; emotion++)
            small_corpus_add(changed, 2, emotion, take, emotion == 5 ? 3 : emotion + 1);
    settings.out = two;
    settings.data = (const char *const *)&changed;
    struct experiment_result second = run(&settings);
    assert_true(same_numbers(one, two));
    assert_memory_equal(&first.confusion, &second.confusion, sizeof first.confusion);
    assert_int_equal(metrics_compute(&first.confusion).recordings, PER_ACTOR);
    json_t *training = training_of(one);
    assert_non_null(strstr(json_string_value(json_object_get(training, "protocol")),
                           "this model was not trained with the 12 test recordings of a split file "
                           "(protocol speaker), nor were those for validation used"));
    json_decref(training);
    free(one);
    free(two);
    free(split);
    free(changed);
}

static void test_recordings_without_a_part_are_left_out(void **state)
{
    (void)state;
    static const int parts[] = {1, 2, PART_NONE, 2, 1, PART_NONE};
    char *out = support_scratch("some-model.safetensors");
    char *split = write_split("some.csv", "speaker", parts);
    struct experiment_settings settings = settings_for(out);
    settings.split = split;
    struct experiment_result result = run(&settings);
    assert_int_equal(result.recordings, 4 * PER_ACTOR);
    assert_int_equal(result.skipped, 0);
    json_t *training = training_of(out);
    const json_t *corpus = json_array_get(json_object_get(training, "corpora"), 0);
    assert_int_equal(json_array_size(json_object_get(corpus, "speakers")), 4);
    json_decref(training);
    free(out);
    free(split);
}

/* Says of every second recording of each actor that it is for testing; actors take turns. */
static char *write_crossing(const char *name, const char *protocol)
{
    ser_error error;
    struct corpus corpus;
    int parts[CLIPS];
    struct partition partition = {.parts = parts, .count = CLIPS};
    small_corpus_read(&corpus, corpus_folder);
    snprintf(partition.protocol, sizeof partition.protocol, "%s", protocol);
    for (int i = 0; i < CLIPS; i++)
        parts[i] = i / ACTORS % 2 ? PART_TEST : PART_TRAIN;
    char *path = support_scratch(name);
    assert_ok(split_file_write(path, &corpus, &partition, &error));
    corpus_release(&corpus);
    return path;
}

static void test_a_model_says_that_speakers_crossed(void **state)
{
    (void)state;
    static const int parts[] = {1, 1, 1, 2, 2, 2};
    static const char caveat[] = "random split: speakers are on both sides; such figures say "
                                 "nothing about new speakers. ";
    char *out = support_scratch("crossed.safetensors");
    char *apart = write_split("apart.csv", "our-own", parts);
    char *crossing = write_crossing("crossing.csv", "random");
    struct experiment_settings settings = settings_for(out);
    settings.split = crossing;
    run(&settings);
    json_t *training = training_of(out);
    const json_t *split = json_object_get(training, "split");
    assert_int_equal(
        strncmp(json_string_value(json_object_get(training, "protocol")), caveat, strlen(caveat)),
        0);
    assert_string_equal(json_string_value(json_object_get(split, "protocol")), "random");
    assert_true(json_is_false(json_object_get(split, "speakers_apart")));
    assert_int_equal(json_integer_value(json_object_get(split, "folds")), 0);
    assert_int_equal(json_string_length(json_object_get(split, "hash")), 32);
    json_decref(training);
    settings.split = apart;
    run(&settings);
    training = training_of(out);
    split = json_object_get(training, "split");
    assert_null(strstr(json_string_value(json_object_get(training, "protocol")), "both sides"));
    assert_non_null(strstr(json_string_value(json_object_get(training, "protocol")),
                           "2 folds of a split file (protocol our-own)"));
    assert_true(json_is_true(json_object_get(split, "speakers_apart")));
    assert_int_equal(json_integer_value(json_object_get(split, "folds")), 2);
    json_decref(training);
    free(out);
    free(apart);
    free(crossing);
}

/* Refuses, and leaves nothing behind. */
static void assert_refused(const struct experiment_settings *settings, ser_status expected,
                           const char *part)
{
    ser_error error;
    struct experiment_result result;
    char *folder = NULL;
    assert_error(experiment_run(settings, &result, &error), expected, part);
    assert_true(asprintf(&folder, "%s.checkpoints", settings->out) > 0);
    assert_int_not_equal(access(folder, F_OK), 0);
    assert_int_not_equal(access(settings->out, F_OK), 0);
    free(folder);
}

static void test_refuses_splits_that_leak(void **state)
{
    (void)state;
    static const char *const apart[] = {"speaker", "our-own", "ravdess-luna-jimenez"};
    char *out = support_scratch("leak.safetensors");
    struct experiment_settings settings = settings_for(out);
    for (int i = 0; i < 3; i++) {
        char *crossing = write_crossing("leak-split.csv", apart[i]);
        settings.split = crossing;
        assert_refused(&settings, SER_ERROR_ARGUMENT,
                       "leak-split.csv: the split leaks: speakers on both sides (speaker 01 of "
                       "ravdess: 03-01-03-01-01-01-01 in train, 03-01-03-01-01-02-01 in test; and "
                       "more)");
        free(crossing);
    }
    free(out);
}

/* A manifest of recordings of three actors and a copy of one of them, which chance has put apart
 * from it. */
static void test_refuses_copies_apart_from_their_originals(void **state)
{
    (void)state;
    char *rows = NULL, *places[] = {NULL};
    size_t size;
    FILE *stream = open_memstream(&rows, &size);
    fputs("path,name,corpus,speaker,emotion,original\n", stream);
    for (int actor = 1; actor <= 3; actor++)
        fprintf(stream, "corpus/Actor_%02d/03-01-03-01-01-01-%02d.wav,a%d,m,%d,happy,\n", actor,
                actor, actor, actor);
    fputs("corpus/Actor_04/03-01-04-01-01-01-04.wav,copy,m,1,sad,a1\n", stream);
    fclose(stream);
    places[0] = support_write("copies.csv", rows, size);
    static const char parts[] = "corpus,name,protocol,part\nm,a1,random,train\nm,a2,random,train\n"
                                "m,a3,random,test\nm,copy,random,test\n";
    char *split = support_write("copies-split.csv", parts, sizeof parts - 1);
    char *out = support_scratch("copies.safetensors");
    struct experiment_settings settings = settings_for(out);
    settings.data = (const char *const *)places;
    assert_refused(&settings, SER_ERROR_ARGUMENT,
                   "copies.csv: the log of the training would replace the manifest");
    settings.split = split;
    char *model = support_scratch("copies-model.safetensors");
    settings.out = model;
    assert_refused(&settings, SER_ERROR_ARGUMENT,
                   "augmented copies apart from what they were made from (a1 and its copies: a1 in "
                   "train, copy in test)");
    free(rows);
    free(places[0]);
    free(split);
    free(out);
    free(model);
}

static void test_refuses_what_does_not_fit(void **state)
{
    (void)state;
    static const int parts[] = {1, 1, 2, 2, 3, 3};
    static const char foreign[] = "corpus,name,protocol,part\ntess,a,speaker,1\ntess,b,speaker,2\n";
    static const char half[] = "corpus,name,protocol,part\nravdess,03-01-03-01-01-01-01,speaker,1\n"
                               "ravdess,gone,speaker,2\n";
    char *out = support_scratch("refused.safetensors"), *gone = support_scratch("gone.csv");
    char *split = write_split("good.csv", "speaker", parts);
    char *other = support_write("foreign.csv", foreign, sizeof foreign - 1);
    char *part = support_write("half.csv", half, sizeof half - 1);
    struct experiment_settings settings = settings_for(out);
    settings.split = gone;
    assert_refused(&settings, SER_ERROR_IO, "gone.csv");
    settings.split = other;
    assert_refused(&settings, SER_ERROR_ARGUMENT, "names no recording of the corpus");
    settings.split = part;
    assert_refused(&settings, SER_ERROR_ARGUMENT, "the corpus has no recording of fold 2");
    settings.split = split;
    settings.folds = 2;
    assert_refused(&settings, SER_ERROR_ARGUMENT, "choose one");
    settings.folds = 0;
    settings.test_speakers = "1";
    assert_refused(&settings, SER_ERROR_ARGUMENT, "choose one");
    free(out);
    free(gone);
    free(split);
    free(other);
    free(part);
}

/* More folds than a training has room for, though a split file may have them. */
static void test_refuses_too_many_folds(void **state)
{
    (void)state;
    char *rows = NULL;
    size_t size;
    FILE *stream = open_memstream(&rows, &size);
    fputs("corpus,name,protocol,part\n", stream);
    for (int i = 1; i <= EXPERIMENT_MAX_FOLDS + 1; i++)
        fprintf(stream, "ravdess,%d,speaker,%d\n", i, i);
    fclose(stream);
    char *split = support_write("many.csv", rows, size);
    char *out = support_scratch("many-model.safetensors");
    struct experiment_settings settings = settings_for(out);
    settings.split = split;
    assert_refused(&settings, SER_ERROR_ARGUMENT, "many.csv: has 101 folds, expected at most 100");
    free(rows);
    free(split);
    free(out);
}

/* Recordings may turn out to be unreadable only when they are decoded. */
static void test_a_fold_that_cannot_be_read_is_an_error(void **state)
{
    (void)state;
    static const int parts[] = {1, 1, 1, 1, 1, 2};
    ser_error error;
    char *broken = small_corpus_write("broken", ACTORS);
    char *split = write_split("broken-split.csv", "speaker", parts);
    char *out = support_scratch("broken.safetensors");
    for (int take = 0; take < SMALL_TAKES; take++)
        for (int emotion = 3; emotion <= 5; emotion++) {
            char *path = small_corpus_path(broken, 6, emotion, take), content[32];
            snprintf(content, sizeof content, "no sound %d %d", emotion, take);
            assert_ok(file_write(path, content, strlen(content), &error));
            free(path);
        }
    struct experiment_settings settings = settings_for(out);
    settings.data = (const char *const *)&broken;
    settings.split = split;
    assert_refused(&settings, SER_ERROR_ARGUMENT, "the corpus has no recording of fold 2");
    free(broken);
    free(split);
    free(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_folds_of_a_file_are_folds),
        cmocka_unit_test(test_a_test_part_is_a_list_of_test_speakers),
        cmocka_unit_test(test_validation_leaves_no_trace),
        cmocka_unit_test(test_recordings_without_a_part_are_left_out),
        cmocka_unit_test(test_a_model_says_that_speakers_crossed),
        cmocka_unit_test(test_refuses_splits_that_leak),
        cmocka_unit_test(test_refuses_copies_apart_from_their_originals),
        cmocka_unit_test(test_refuses_what_does_not_fit),
        cmocka_unit_test(test_refuses_too_many_folds),
        cmocka_unit_test(test_a_fold_that_cannot_be_read_is_an_error),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
