#define _GNU_SOURCE
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evaluation/split.h"

enum { TURNS = 3 };

/* A corpus of speakers "01" … that take turns, three rounds. Release with release_corpus. */
static struct corpus make_corpus(int speakers)
{
    struct corpus corpus = {.count = speakers * TURNS};
    corpus.recordings = calloc((size_t)corpus.count + 1, sizeof *corpus.recordings);
    assert_non_null(corpus.recordings);
    for (int i = 0; i < corpus.count; i++) {
        struct recording *recording = &corpus.recordings[i];
        snprintf(recording->speaker, sizeof recording->speaker, "%02d", i % speakers + 1);
        snprintf(recording->name, sizeof recording->name, "%d", i);
        assert_true(asprintf(&recording->path, "made-up/%d.wav", i) > 0);
    }
    return corpus;
}

static int speaker_of(const struct corpus *corpus, int index)
{
    return atoi(corpus->recordings[index].speaker);
}

/* Checks that the test side holds exactly the recordings of the speakers `low` to `high`. */
static void assert_tests(const struct split *split, const struct corpus *corpus, int low, int high)
{
    ser_error error;
    assert_ok(split_check(split, corpus, "speaker", &error));
    assert_int_equal(split->test_count, (high - low + 1) * TURNS);
    assert_int_equal(split->train_count, corpus->count - split->test_count);
    for (int i = 0; i < split->test_count; i++) {
        assert_in_range(speaker_of(corpus, split->test[i]), low, high);
        assert_true(!i || split->test[i] > split->test[i - 1]);
    }
    for (int i = 0; i < split->train_count; i++) {
        int speaker = speaker_of(corpus, split->train[i]);
        assert_true(speaker < low || speaker > high);
        assert_true(!i || split->train[i] > split->train[i - 1]);
    }
}

static void test_splits_by_named_speakers(void **state)
{
    (void)state;
    static const char *const lists[] = {"3,4,5", "05,04,03", " 3 ,\t4, 0005 "};
    ser_error error;
    struct split split;
    struct corpus corpus = make_corpus(12);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        assert_ok(split_by_speakers(&split, &corpus, lists[i], &error));
        assert_tests(&split, &corpus, 3, 5);
        split_release(&split);
    }
    assert_ok(split_by_speakers(&split, &corpus, "12", &error));
    assert_tests(&split, &corpus, 12, 12);
    split_release(&split);
    split_release(&split);
    corpus_release(&corpus);
}

static void test_refuses_wrong_speaker_lists(void **state)
{
    (void)state;
    static const struct {
        const char *list, *part;
    } cases[] = {
        {"", "empty name"},
        {" ", "empty name"},
        {"1,,2", "empty name"},
        {"1,2,", "empty name"},
        {",1", "empty name"},
        {"4", "speaker \"4\" is not in the corpus, expected some of 01, 02, 03"},
        {"1,0", "speaker \"0\" is not in the corpus"},
        {"1-2", "speaker \"1-2\" is not in the corpus"},
        {"1 2", "speaker \"1 2\" is not in the corpus"},
        {"1,two", "speaker \"two\" is not in the corpus"},
        {"1,01", "speaker 01 is named twice"},
        {"3,1,2", "all 3 speakers are test speakers"},
    };
    ser_error error;
    struct split split;
    struct corpus corpus = make_corpus(3);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_error(split_by_speakers(&split, &corpus, cases[i].list, &error), SER_ERROR_ARGUMENT,
                     cases[i].part);
        assert_null(split.train);
        assert_null(split.test);
    }
    corpus_release(&corpus);
}

static void test_cuts_a_long_list_of_speakers(void **state)
{
    (void)state;
    ser_error error;
    struct split split;
    struct corpus corpus = make_corpus(500);
    char name[2000];
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = 0;
    assert_error(split_by_speakers(&split, &corpus, name, &error), SER_ERROR_ARGUMENT,
                 "expected some of 01, 02, ");
    assert_non_null(strstr(error.message, ", …"));
    assert_true(strlen(error.message) < sizeof error.message - 1);
    corpus_release(&corpus);
}

static void test_folds_hold_consecutive_speakers(void **state)
{
    (void)state;
    ser_error error;
    struct split split;
    struct corpus corpus = make_corpus(20);
    for (int fold = 0; fold < 5; fold++) {
        assert_ok(split_fold(&split, &corpus, 5, fold, &error));
        assert_tests(&split, &corpus, 4 * fold + 1, 4 * fold + 4);
        split_release(&split);
    }
    corpus_release(&corpus);
}

static void test_first_folds_take_the_remainder(void **state)
{
    (void)state;
    static const int starts[] = {1, 4, 7, 9, 11}; /* 3, 3, 2, 2 of 10 */
    ser_error error;
    struct split split;
    struct corpus corpus = make_corpus(10);
    for (int fold = 0; fold < 4; fold++) {
        assert_ok(split_fold(&split, &corpus, 4, fold, &error));
        assert_tests(&split, &corpus, starts[fold], starts[fold + 1] - 1);
        split_release(&split);
    }
    corpus_release(&corpus);
}

static void test_every_recording_is_tested_once(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus = make_corpus(13);
    for (int folds = 2; folds <= 13; folds++) {
        int *tested = calloc((size_t)corpus.count, sizeof *tested);
        for (int fold = 0; fold < folds; fold++) {
            struct split split;
            assert_ok(split_fold(&split, &corpus, folds, fold, &error));
            assert_ok(split_check(&split, &corpus, "speaker", &error));
            for (int i = 0; i < split.test_count; i++)
                tested[split.test[i]]++;
            split_release(&split);
        }
        for (int i = 0; i < corpus.count; i++)
            assert_int_equal(tested[i], 1);
        free(tested);
    }
    corpus_release(&corpus);
}

static void test_refuses_impossible_folds(void **state)
{
    (void)state;
    ser_error error;
    struct split split;
    struct corpus corpus = make_corpus(6), single = make_corpus(1), empty = {0};
    assert_error(split_fold(&split, &corpus, 1, 0, &error), SER_ERROR_ARGUMENT,
                 "1 folds, expected 2 to 6");
    assert_error(split_fold(&split, &corpus, 7, 0, &error), SER_ERROR_ARGUMENT,
                 "7 folds, expected 2 to 6");
    assert_error(split_fold(&split, &corpus, -3, 0, &error), SER_ERROR_ARGUMENT, "-3 folds");
    assert_error(split_fold(&split, &corpus, 6, 6, &error), SER_ERROR_ARGUMENT,
                 "fold 6, expected 0 to 5");
    assert_error(split_fold(&split, &corpus, 6, -1, &error), SER_ERROR_ARGUMENT, "fold -1");
    assert_error(split_fold(&split, &single, 2, 0, &error), SER_ERROR_ARGUMENT,
                 "1 speakers in the corpus, expected at least 2");
    assert_error(split_fold(&split, &empty, 2, 0, &error), SER_ERROR_ARGUMENT, "0 speakers");
    assert_null(split.train);
    corpus_release(&corpus);
    corpus_release(&single);
}

static void test_check_finds_a_speaker_on_both_sides(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus = make_corpus(4);
    int train[] = {0, 1, 4}, test[] = {2, 3, 6, 9};
    struct split split = {train, 3, test, 4};
    assert_error(split_check(&split, &corpus, "speaker", &error), SER_ERROR_ARGUMENT,
                 "speaker 02 is on both sides of the split (made-up/1.wav and made-up/9.wav)");
    split.test_count = 3; /* without recording 9; leaving some out altogether is allowed */
    assert_ok(split_check(&split, &corpus, "speaker", &error));
    struct split mirrored = {test, 4, train, 3};
    assert_error(split_check(&mirrored, &corpus, "speaker", &error), SER_ERROR_ARGUMENT,
                 "speaker 02 is on both sides");
    corpus_release(&corpus);
}

static void test_check_finds_song_and_speech_apart(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus = make_corpus(2);
    int train[] = {0, 2}, test[] = {1, 4};
    struct split split = {train, 2, test, 2};
    corpus.recordings[4].voice = VOICE_SONG;
    assert_error(split_check(&split, &corpus, "speaker", &error), SER_ERROR_ARGUMENT, "speaker 01");
    corpus_release(&corpus);
}

/* Who speaks in a copy may not be written down; it belongs to its original's side all the same. */
static void test_check_finds_copies_apart(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus = make_corpus(2);
    int train[] = {0, 2, 4}, test[] = {1, 3, 5};
    struct split split = {train, 3, test, 3};
    *corpus.recordings[5].speaker = 0;
    assert_ok(split_check(&split, &corpus, "speaker", &error));
    snprintf(corpus.recordings[5].original, sizeof corpus.recordings[5].original, "0");
    for (int random = 0; random < 2; random++)
        assert_error(split_check(&split, &corpus, random ? "random" : "speaker", &error),
                     SER_ERROR_ARGUMENT,
                     "made-up/0.wav and made-up/5.wav are on two sides of the split, expected "
                     "copies of 0 beside it");
    snprintf(corpus.recordings[5].original, sizeof corpus.recordings[5].original, "3");
    assert_ok(split_check(&split, &corpus, "speaker", &error));
    snprintf(corpus.recordings[3].corpus, sizeof corpus.recordings[3].corpus, "other");
    snprintf(corpus.recordings[5].original, sizeof corpus.recordings[5].original, "0");
    snprintf(corpus.recordings[5].corpus, sizeof corpus.recordings[5].corpus, "other");
    assert_ok(
        split_check(&split, &corpus, "speaker", &error)); /* the original is of another corpus */
    corpus_release(&corpus);
}

static void test_copies_are_not_tested_beside_their_originals(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus = make_corpus(2);
    int train[] = {0, 2, 4}, test[] = {1, 3, 5};
    struct split split = {train, 3, test, 3};
    assert_ok(split_test_originals(&split, &corpus, &error));
    assert_int_equal(split.test_count, 3);
    snprintf(corpus.recordings[3].original, sizeof corpus.recordings[3].original, "1");
    snprintf(corpus.recordings[5].original, sizeof corpus.recordings[5].original, "elsewhere");
    snprintf(corpus.recordings[4].original, sizeof corpus.recordings[4].original, "0");
    assert_ok(split_test_originals(&split, &corpus, &error));
    assert_int_equal(split.test_count, 2);
    assert_int_equal(split.test[0], 1);
    assert_int_equal(split.test[1], 5); /* nobody tests its original */
    assert_int_equal(split.train_count, 3);
    corpus_release(&corpus);
}

/* Only a protocol that says so lets speakers be on both sides. */
static void test_speakers_cross_only_by_name(void **state)
{
    (void)state;
    static const char *const apart[] = {
        "speaker", "leave-one-speaker-out", "corpus", "ravdess-luna-jimenez", "somebody's own", ""};
    ser_error error;
    struct corpus corpus = make_corpus(3);
    int train[] = {0, 1, 2}, test[] = {3, 4, 5};
    struct split split = {train, 3, test, 3};
    for (size_t i = 0; i < sizeof apart / sizeof *apart; i++)
        assert_error(split_check(&split, &corpus, apart[i], &error), SER_ERROR_ARGUMENT,
                     "speaker 01 is on both sides");
    assert_ok(split_check(&split, &corpus, "random", &error));
    assert_ok(split_check(&split, &corpus, "text", &error));
    corpus_release(&corpus);
}

static void test_check_finds_damaged_splits(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus = make_corpus(4);
    int train[] = {0, 4, 12}, test[] = {1, 5, 1};
    struct split split = {train, 0, test, 2};
    assert_error(split_check(&split, &corpus, "speaker", &error), SER_ERROR_ARGUMENT,
                 "training side of the split is empty");
    split.train_count = 2;
    split.test_count = 0;
    assert_error(split_check(&split, &corpus, "speaker", &error), SER_ERROR_ARGUMENT,
                 "test side of the split is empty");
    split.test_count = 3;
    assert_error(split_check(&split, &corpus, "speaker", &error), SER_ERROR_ARGUMENT,
                 "made-up/1.wav: twice in the split");
    split.test_count = 2;
    split.train_count = 3;
    assert_error(split_check(&split, &corpus, "speaker", &error), SER_ERROR_ARGUMENT,
                 "recording 12 on the training side of the split, expected 0 to 11");
    train[2] = -1;
    assert_error(split_check(&split, &corpus, "speaker", &error), SER_ERROR_ARGUMENT,
                 "recording -1");
    train[2] = 5;
    assert_error(split_check(&split, &corpus, "speaker", &error), SER_ERROR_ARGUMENT,
                 "made-up/5.wav: twice in the split");
    corpus_release(&corpus);
}

/* In folds of an even number of RAVDESS's actors there are as many women as men. */
static void test_folds_of_the_real_corpus_are_balanced(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus;
    assert_ok(
        corpus_read(&corpus, (const char *const[]){support_data("ravdess")}, 1, NULL, &error));
    for (int fold = 0; fold < 5; fold++) {
        struct split split;
        int women = 0;
        assert_ok(split_fold(&split, &corpus, 5, fold, &error));
        assert_ok(split_check(&split, &corpus, "speaker", &error));
        assert_int_equal(split.test_count, fold == 1 ? 239 : 240);
        for (int i = 0; i < split.test_count; i++) {
            women += corpus.recordings[split.test[i]].sex == SEX_FEMALE;
            assert_in_range(speaker_of(&corpus, split.test[i]), 4 * fold + 1, 4 * fold + 4);
        }
        assert_int_equal(women, 120);
        split_release(&split);
    }
    corpus_release(&corpus);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_splits_by_named_speakers),
        cmocka_unit_test(test_refuses_wrong_speaker_lists),
        cmocka_unit_test(test_cuts_a_long_list_of_speakers),
        cmocka_unit_test(test_folds_hold_consecutive_speakers),
        cmocka_unit_test(test_first_folds_take_the_remainder),
        cmocka_unit_test(test_every_recording_is_tested_once),
        cmocka_unit_test(test_refuses_impossible_folds),
        cmocka_unit_test(test_check_finds_a_speaker_on_both_sides),
        cmocka_unit_test(test_check_finds_song_and_speech_apart),
        cmocka_unit_test(test_check_finds_copies_apart),
        cmocka_unit_test(test_copies_are_not_tested_beside_their_originals),
        cmocka_unit_test(test_speakers_cross_only_by_name),
        cmocka_unit_test(test_check_finds_damaged_splits),
        cmocka_unit_test(test_folds_of_the_real_corpus_are_balanced),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
