#include "made_up.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "evaluation/partition.h"

enum { CORPORA = 24 };

static struct partition_settings folds_by(const char *protocol, int folds, uint64_t seed)
{
    const struct protocol *found = protocol_find(protocol);
    assert_non_null(found);
    return (struct partition_settings){.protocol = found, .folds = folds, .seed = seed};
}

static struct partition_settings shares_by(const char *protocol, double test, double validation)
{
    struct partition_settings settings = folds_by(protocol, 0, 0);
    settings.test = test;
    settings.validation = validation;
    return settings;
}

static struct partition make(const struct corpus *corpus, const struct partition_settings *settings)
{
    ser_error error;
    struct partition partition;
    assert_ok(partition_make(&partition, corpus, settings, &error));
    assert_string_equal(partition.protocol, settings->protocol->name);
    assert_int_equal(partition.count, corpus->count);
    return partition;
}

/* What a protocol promises, by the definition: no pair of recordings is apart that may not be. */
static void assert_promises_kept(const struct partition *partition, const struct corpus *corpus,
                                 const struct protocol *protocol)
{
    for (int i = 0; i < corpus->count; i++)
        for (int j = 0; j < i; j++) {
            const struct recording *a = &corpus->recordings[i], *b = &corpus->recordings[j];
            if (partition->parts[i] == partition->parts[j])
                continue;
            bool same_corpus = !strcmp(a->corpus, b->corpus);
            assert_false(same_corpus && !strcmp(recording_source(a), recording_source(b)));
            assert_false(protocol->speakers_apart && same_speaker(a, b));
            assert_false(protocol->texts_apart && !strcasecmp(a->text, b->text));
            assert_false(protocol->corpora_apart && same_corpus);
        }
}

/* Every recording is in one part, no part is empty, and the splits are what the parts say. */
static void assert_whole(const struct partition *partition, const struct corpus *corpus)
{
    ser_error error;
    int tested = 0;
    for (int fold = 0; fold < (partition->folds ? partition->folds : 1); fold++) {
        struct split split;
        assert_ok(partition_split(partition, fold, &split, &error));
        assert_ok(split_check(&split, corpus, partition->protocol, &error));
        for (int i = 0; i < split.test_count; i++)
            assert_int_equal(partition->parts[split.test[i]],
                             partition->folds ? fold + 1 : PART_TEST);
        int neither = partition_count(partition, PART_VALIDATION);
        assert_int_equal(split.train_count + split.test_count + neither, corpus->count);
        tested += split.test_count;
        split_release(&split);
    }
    assert_int_equal(tested,
                     partition->folds ? corpus->count : partition_count(partition, PART_TEST));
    assert_int_equal(partition_count(partition, PART_NONE), 0);
}

static void check(const struct corpus *corpus, const struct partition_settings *settings)
{
    struct partition partition = make(corpus, settings);
    assert_whole(&partition, corpus);
    assert_promises_kept(&partition, corpus, settings->protocol);
    partition_release(&partition);
}

static void test_promises_are_kept(void **state)
{
    (void)state;
    static const char *const chosen[] = {"speaker", "random", "text"};
    for (uint64_t seed = 0; seed < CORPORA; seed++) {
        struct corpus corpus = made_up_by_chance(seed);
        for (int p = 0; p < 3; p++) {
            struct partition_settings folds = folds_by(chosen[p], 2 + (int)(seed % 3), seed);
            struct partition_settings once = shares_by(chosen[p], 0.2, seed % 2 ? 0 : 0.15);
            check(&corpus, &folds);
            check(&corpus, &once);
        }
        struct partition_settings each = folds_by("leave-one-speaker-out", 0, seed);
        check(&corpus, &each);
        if (!strcmp(corpus.recordings[corpus.count - 1].corpus, "third")) {
            each = folds_by("corpus", 0, seed);
            check(&corpus, &each);
        }
        corpus_release(&corpus);
    }
}

static int index_of(const struct corpus *corpus, const struct recording *recording)
{
    for (int i = 0; i < corpus->count; i++)
        if (!strcmp(corpus->recordings[i].corpus, recording->corpus) &&
            !strcmp(corpus->recordings[i].name, recording->name))
            return i;
    fail_msg("%s is not in the corpus", recording->name);
    return -1;
}

static void test_order_of_recordings_does_not_matter(void **state)
{
    (void)state;
    static const char *const names[] = {"speaker", "random", "text", "leave-one-speaker-out"};
    for (uint64_t seed = 0; seed < CORPORA; seed++) {
        struct corpus corpus = made_up_by_chance(seed), other = made_up_by_chance(seed);
        made_up_shuffle(&other, seed);
        struct partition_settings settings = folds_by(names[seed % 4], seed % 4 < 3 ? 4 : 0, seed);
        struct partition one = make(&corpus, &settings), again = make(&other, &settings);
        for (int i = 0; i < corpus.count; i++)
            assert_int_equal(one.parts[i], again.parts[index_of(&other, &corpus.recordings[i])]);
        partition_release(&one);
        partition_release(&again);
        corpus_release(&corpus);
        corpus_release(&other);
    }
}

static void test_seeds_give_different_splits(void **state)
{
    (void)state;
    static const char *const names[] = {"speaker", "random"};
    struct corpus corpus = made_up_even("made-up", 20, 2);
    for (int p = 0; p < 2; p++) {
        struct partition_settings settings = folds_by(names[p], 5, 1);
        struct partition one = make(&corpus, &settings), same = make(&corpus, &settings);
        settings.seed = 2;
        struct partition other = make(&corpus, &settings);
        size_t size = (size_t)corpus.count * sizeof *one.parts;
        assert_memory_equal(one.parts, same.parts, size);
        assert_memory_not_equal(one.parts, other.parts, size);
        partition_release(&one);
        partition_release(&same);
        partition_release(&other);
    }
    corpus_release(&corpus);
}

/* Splits are written down and compared, so another order of the arithmetic would be noticed. */
static void test_a_seed_gives_this_split_everywhere(void **state)
{
    (void)state;
    struct corpus corpus = made_up_even("made-up", 24, 1);
    struct partition_settings settings = folds_by("speaker", 6, 7);
    struct partition partition = make(&corpus, &settings);
    char folds[25] = "";
    for (int speaker = 0; speaker < 24; speaker++)
        folds[speaker] = (char)('0' + partition.parts[8 * speaker]);
    assert_string_equal(folds, "246513445521335646311262");
    partition_release(&partition);
    corpus_release(&corpus);
}

/* Where all speakers are alike and the folds can be, they are: as many women as men, as many
 * recordings of each emotion. */
static void test_even_speakers_give_even_folds(void **state)
{
    (void)state;
    for (int folds = 2; folds <= 12; folds++) {
        if (24 % folds || 24 / folds % 2)
            continue;
        struct corpus corpus = made_up_even("made-up", 24, 1);
        struct partition_settings settings = folds_by("speaker", folds, (uint64_t)folds);
        struct partition partition = make(&corpus, &settings);
        for (int fold = 1; fold <= folds; fold++) {
            int women = 0, angry = 0;
            for (int i = 0; i < corpus.count; i++) {
                bool is_here = partition.parts[i] == fold;
                women += is_here && corpus.recordings[i].sex == SEX_FEMALE;
                angry += is_here && !strcmp(corpus.recordings[i].emotion, "angry");
            }
            assert_int_equal(partition_count(&partition, fold), 8 * 24 / folds);
            assert_int_equal(women, 4 * 24 / folds);
            assert_int_equal(angry, 2 * 24 / folds);
        }
        partition_release(&partition);
        corpus_release(&corpus);
    }
}

/* Two corpora of even speakers: every fold has as much of the one as of the other. */
static void test_corpora_are_spread(void **state)
{
    (void)state;
    struct corpus corpus = made_up_even("first", 12, 1);
    for (int i = 0; i < 96; i++)
        made_up_add(&corpus, "second", corpus.recordings[i].speaker, corpus.recordings[i].emotion,
                    "It is late");
    for (int folds = 2; folds <= 6; folds++) {
        if (12 % folds)
            continue;
        struct partition_settings settings = folds_by("speaker", folds, (uint64_t)folds);
        struct partition partition = make(&corpus, &settings);
        for (int fold = 1; fold <= folds; fold++) {
            int first = 0;
            for (int i = 0; i < 96; i++)
                first += partition.parts[i] == fold;
            assert_int_equal(first, 96 / folds);
            assert_int_equal(partition_count(&partition, fold), 192 / folds);
        }
        partition_release(&partition);
    }
    corpus_release(&corpus);
}

/* How many recordings the largest speaker has. */
static int largest_speaker(const struct corpus *corpus)
{
    int largest = 0;
    for (int i = 0; i < corpus->count; i++) {
        int size = 0;
        for (int j = 0; j < corpus->count; j++)
            size += same_speaker(&corpus->recordings[i], &corpus->recordings[j]);
        largest = size > largest ? size : largest;
    }
    return largest;
}

/* However different the speakers are, no fold misses its share by more than the largest of them. */
static void test_folds_of_uneven_speakers_are_near_their_share(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < CORPORA; seed++) {
        struct corpus corpus = made_up_by_chance(seed);
        int folds = 2 + (int)(seed % 4), largest = largest_speaker(&corpus);
        struct partition_settings settings = folds_by("speaker", folds, seed);
        struct partition partition = make(&corpus, &settings);
        for (int fold = 1; fold <= folds; fold++) {
            double share = (double)corpus.count / folds;
            assert_true(fabs(partition_count(&partition, fold) - share) <= largest);
        }
        partition_release(&partition);
        corpus_release(&corpus);
    }
}

static int count_emotion(const struct partition *partition, const struct corpus *corpus, int part,
                         const char *emotion)
{
    int count = 0;
    for (int i = 0; i < corpus->count; i++)
        count += partition->parts[i] == part && !strcmp(corpus->recordings[i].emotion, emotion);
    return count;
}

/* A random split has its share of every emotion, but for what copies (here up to three of an
 * original) cannot be divided. */
static void test_random_splits_are_stratified(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < CORPORA; seed++) {
        struct corpus corpus = made_up_by_chance(seed);
        struct partition_settings folds = folds_by("random", 5, seed);
        struct partition_settings once = shares_by("random", 0.2, 0.1);
        struct partition many = make(&corpus, &folds), two = make(&corpus, &once);
        for (int e = 0; e < corpus.label_count; e++) {
            double all = corpus_count(&corpus, corpus.labels[e]);
            for (int fold = 1; fold <= 5; fold++)
                assert_true(fabs(count_emotion(&many, &corpus, fold, corpus.labels[e]) - all / 5) <=
                            4);
            assert_true(
                fabs(count_emotion(&two, &corpus, PART_TEST, corpus.labels[e]) - 0.2 * all) <= 4);
            assert_true(fabs(count_emotion(&two, &corpus, PART_VALIDATION, corpus.labels[e]) -
                             0.1 * all) <= 4);
        }
        partition_release(&many);
        partition_release(&two);
        corpus_release(&corpus);
    }
}

static void test_each_speaker_is_a_fold(void **state)
{
    (void)state;
    struct corpus corpus = made_up_even("made-up", 11, 1);
    struct partition_settings settings = folds_by("leave-one-speaker-out", 0, 0);
    struct partition partition = make(&corpus, &settings);
    assert_int_equal(partition.folds, 11);
    for (int i = 0; i < corpus.count; i++)
        assert_int_equal(partition.parts[i], atoi(corpus.recordings[i].speaker));
    partition_release(&partition);
    corpus_release(&corpus);
}

static void test_each_corpus_is_a_fold(void **state)
{
    (void)state;
    ser_error error;
    struct partition refused;
    struct corpus corpus = made_up_even("zebra", 2, 1);
    struct partition_settings settings = folds_by("corpus", 0, 0);
    assert_error(partition_make(&refused, &corpus, &settings, &error), SER_ERROR_ARGUMENT,
                 "1 corpora for folds of one each, expected 2");
    partition_release(&refused);
    made_up_add(&corpus, "ant", "01", "sad", "It is late");
    struct partition partition = make(&corpus, &settings);
    assert_int_equal(partition.folds, 2);
    assert_int_equal(partition.parts[0], 2);
    assert_int_equal(partition.parts[corpus.count - 1], 1);
    partition_release(&partition);
    corpus_release(&corpus);
}

static void test_published_folds(void **state)
{
    (void)state;
    static const int expected[] = {5, 1, 2, 5, 1, 2, 2, 4, 5, 3, 3, 3,
                                   2, 1, 1, 1, 4, 2, 3, 3, 4, 5, 4, 4};
    struct corpus corpus = made_up_even("ravdess", 24, 1);
    struct partition_settings settings = folds_by("ravdess-luna-jimenez", 0, 0);
    struct partition partition = make(&corpus, &settings);
    assert_int_equal(partition.folds, 5);
    for (int i = 0; i < corpus.count; i++)
        assert_int_equal(partition.parts[i], expected[atoi(corpus.recordings[i].speaker) - 1]);
    assert_whole(&partition, &corpus);
    partition_release(&partition);
    corpus_release(&corpus);

    corpus = (struct corpus){0};
    for (int speaker = 1001; speaker <= 1091; speaker++) {
        char id[12];
        snprintf(id, sizeof id, "%d", speaker);
        made_up_add(&corpus, "crema-d", id, "sad", "It is late");
    }
    settings = folds_by("crema-d-emo-superb", 0, 0);
    partition = make(&corpus, &settings);
    for (int i = 0; i < corpus.count; i++)
        assert_int_equal(partition.parts[i], i < 90 ? i / 18 + 1 : 5);
    partition_release(&partition);
    corpus_release(&corpus);
}

static void test_published_folds_are_of_their_corpus(void **state)
{
    (void)state;
    ser_error error;
    struct partition partition;
    struct partition_settings settings = folds_by("ravdess-luna-jimenez", 0, 0);
    struct corpus corpus = made_up_even("ravdess", 3, 1);
    assert_error(partition_make(&partition, &corpus, &settings, &error), SER_ERROR_ARGUMENT,
                 "fold 3 of ravdess-luna-jimenez is empty, expected some of its speakers (10-12");
    partition_release(&partition);
    made_up_add(&corpus, "ravdess", "25", "sad", "It is late");
    assert_error(partition_make(&partition, &corpus, &settings, &error), SER_ERROR_ARGUMENT,
                 "speaker \"25\" is in no fold");
    partition_release(&partition);
    made_up_add(&corpus, "ravdess", "", "sad", "It is late");
    made_up_add(&corpus, "tess", "OAF", "sad", "It is late");
    made_up_shuffle(&corpus, 0);
    assert_error(partition_make(&partition, &corpus, &settings, &error), SER_ERROR_ARGUMENT,
                 "expected");
    partition_release(&partition);
    corpus_release(&corpus);
    corpus = made_up_even("tess", 2, 1);
    assert_error(partition_make(&partition, &corpus, &settings, &error), SER_ERROR_ARGUMENT,
                 "is of tess, expected only recordings of ravdess");
    partition_release(&partition);
    corpus_release(&corpus);
}

/* A copy without a speaker, or with a wrong one, stays with its original by every protocol. */
static void test_copies_follow_their_originals(void **state)
{
    (void)state;
    static const char *const names[] = {"speaker", "leave-one-speaker-out", "random",
                                        "ravdess-luna-jimenez"};
    for (int p = 0; p < 4; p++) {
        struct corpus corpus = made_up_even("ravdess", 24, 1);
        for (int i = 0; i < 24; i++) {
            struct recording *copy =
                made_up_add(&corpus, "ravdess", i % 3 ? "" : "a", "sad", "It is late");
            memcpy(copy->original, corpus.recordings[8 * i].name, sizeof copy->original);
        }
        struct partition_settings settings = folds_by(names[p], p % 2 ? 0 : 5, 3);
        struct partition partition = make(&corpus, &settings);
        for (int i = 0; i < 24; i++)
            assert_int_equal(partition.parts[192 + i], partition.parts[8 * i]);
        partition_release(&partition);
        corpus_release(&corpus);
    }
}

/* Any two of those who do not say who they are may be one person. */
static void test_the_nameless_stay_together(void **state)
{
    (void)state;
    ser_error error;
    struct partition partition;
    struct corpus corpus = {0};
    struct partition_settings settings = folds_by("speaker", 2, 0);
    for (int i = 0; i < 6; i++)
        made_up_add(&corpus, "made-up", "", "sad", "It is late");
    assert_error(partition_make(&partition, &corpus, &settings, &error), SER_ERROR_ARGUMENT,
                 "1 speakers to divide into 2 parts");
    partition_release(&partition);
    for (int i = 0; i < 6; i++)
        made_up_add(&corpus, i < 3 ? "made-up" : "other", i % 2 ? "" : "02", "sad", "It is late");
    partition = make(&corpus, &settings);
    for (int i = 1; i < 6; i++)
        assert_int_equal(partition.parts[i], partition.parts[0]);
    assert_int_equal(partition.parts[7], partition.parts[0]);
    partition_release(&partition);
    corpus_release(&corpus);
}

static void test_refuses_impossible_settings(void **state)
{
    (void)state;
    static const struct {
        const char *protocol;
        int folds;
        double test, validation;
        const char *part;
    } cases[] = {
        {"speaker", 0, 0, 0, "expected a number of folds or a share"},
        {"speaker", 1, 0, 0, "1 folds, expected 2"},
        {"speaker", -2, 0, 0, "-2 folds"},
        {"speaker", 5, 0.2, 0, "folds and shares are two ways"},
        {"speaker", 5, 0, 0.2, "folds and shares are two ways"},
        {"speaker", 0, 0, 0.2, "expected a number of folds or a share"},
        {"speaker", 0, 1, 0, "together between 0 and 1"},
        {"speaker", 0, 0.6, 0.4, "together between 0 and 1"},
        {"speaker", 0, 0.6, -0.4, "together between 0 and 1"},
        {"speaker", 0, NAN, 0, "expected a number of folds or a share"},
        {"speaker", 0, 0.5, NAN, "together between 0 and 1"},
        {"speaker", 7, 0, 0, "6 speakers to divide into 7 parts"},
        {"text", 3, 0, 0, "2 texts to divide into 3 parts"},
        {"random", 0, INFINITY, 0, "together between 0 and 1"},
        {"random", 49, 0, 0, "48 recordings to divide into 49 parts"},
        {"random", 20000, 0, 0, "20000 folds, expected 2 to 10000"},
        {"leave-one-speaker-out", 6, 0, 0, "has folds of its own"},
        {"corpus", 0, 0.2, 0, "has folds of its own"},
        {"ravdess-luna-jimenez", 5, 0, 0, "has folds of its own"},
    };
    ser_error error;
    struct corpus corpus = made_up_even("made-up", 6, 1), empty = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct partition partition;
        struct partition_settings settings = folds_by(cases[i].protocol, cases[i].folds, 0);
        settings.test = cases[i].test;
        settings.validation = cases[i].validation;
        assert_error(partition_make(&partition, &corpus, &settings, &error), SER_ERROR_ARGUMENT,
                     cases[i].part);
        partition_release(&partition);
    }
    for (int p = 0; protocols[p]; p++) {
        struct partition partition;
        bool is_chosen = protocols[p]->kind == PROTOCOL_CHOSEN;
        struct partition_settings settings = folds_by(protocols[p]->name, is_chosen ? 2 : 0, 0);
        assert_error(partition_make(&partition, &empty, &settings, &error), SER_ERROR_ARGUMENT,
                     "expected");
        partition_release(&partition);
    }
    corpus_release(&corpus);
}

static void test_text_needs_texts(void **state)
{
    (void)state;
    ser_error error;
    struct partition partition;
    struct corpus corpus = made_up_even("made-up", 3, 1);
    struct partition_settings settings = folds_by("text", 2, 0);
    *corpus.recordings[5].text = 0;
    assert_error(partition_make(&partition, &corpus, &settings, &error), SER_ERROR_ARGUMENT,
                 "made-up-01-sad-5.wav: what is said is not known");
    partition_release(&partition);
    corpus_release(&corpus);
}

static void test_table_of_protocols_is_complete(void **state)
{
    (void)state;
    for (int i = 0; protocols[i]; i++) {
        const struct protocol *protocol = protocols[i];
        assert_ptr_equal(protocol_find(protocol->name), protocol);
        assert_true(strlen(protocol->name) < PROTOCOL_NAME_LENGTH);
        assert_true(*protocol->about && *protocol->unit && protocol->group);
        assert_true(!protocol->speakers_apart == (protocol->caveat != NULL));
        assert_true((protocol->kind == PROTOCOL_PUBLISHED) ==
                    (protocol->folds && protocol->corpus));
    }
    assert_null(protocol_find("by-moonlight"));
    assert_string_equal(protocol_caveat("speaker"), "");
    assert_string_equal(protocol_caveat("by-moonlight"), "");
    assert_non_null(strstr(protocol_caveat("random"), "say nothing about new speakers"));
}

/* 20 actors, 60 recordings each but for one. */
static void test_folds_of_the_real_corpus(void **state)
{
    (void)state;
    ser_error error;
    const char *folder = support_data("ravdess");
    struct corpus corpus;
    assert_ok(corpus_read(&corpus, &folder, 1, NULL, &error));
    struct partition_settings settings = folds_by("speaker", 5, 0);
    struct partition partition = make(&corpus, &settings);
    assert_promises_kept(&partition, &corpus, settings.protocol);
    for (int fold = 1; fold <= 5; fold++) {
        int women = 0;
        for (int i = 0; i < corpus.count; i++)
            women += partition.parts[i] == fold && corpus.recordings[i].sex == SEX_FEMALE;
        assert_in_range(women, 119, 120);
        assert_in_range(partition_count(&partition, fold), 239, 240);
    }
    partition_release(&partition);
    corpus_release(&corpus);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_promises_are_kept),
        cmocka_unit_test(test_order_of_recordings_does_not_matter),
        cmocka_unit_test(test_seeds_give_different_splits),
        cmocka_unit_test(test_a_seed_gives_this_split_everywhere),
        cmocka_unit_test(test_even_speakers_give_even_folds),
        cmocka_unit_test(test_corpora_are_spread),
        cmocka_unit_test(test_folds_of_uneven_speakers_are_near_their_share),
        cmocka_unit_test(test_random_splits_are_stratified),
        cmocka_unit_test(test_each_speaker_is_a_fold),
        cmocka_unit_test(test_each_corpus_is_a_fold),
        cmocka_unit_test(test_published_folds),
        cmocka_unit_test(test_published_folds_are_of_their_corpus),
        cmocka_unit_test(test_copies_follow_their_originals),
        cmocka_unit_test(test_the_nameless_stay_together),
        cmocka_unit_test(test_refuses_impossible_settings),
        cmocka_unit_test(test_text_needs_texts),
        cmocka_unit_test(test_table_of_protocols_is_complete),
        cmocka_unit_test(test_folds_of_the_real_corpus),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
