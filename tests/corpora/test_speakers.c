#include "support.h"

#include <stdio.h>
#include <string.h>

#include "corpora/speakers.h"

static void test_numbers_speakers_in_order(void **state)
{
    (void)state;
    static const char *const ids[] = {"10", "OAF", "9", "10", "03", "3", "9", "DC"};
    static const int expected[] = {3, 5, 2, 3, 0, 1, 2, 4};
    ser_error error;
    struct recording recordings[8] = {0};
    struct corpus corpus = {.recordings = recordings, .count = 8};
    struct speakers speakers;
    for (int i = 0; i < 8; i++)
        snprintf(recordings[i].speaker, sizeof recordings[i].speaker, "%s", ids[i]);
    assert_ok(speakers_find(&speakers, &corpus, &error));
    assert_int_equal(speakers.count, 6);
    for (int i = 0; i < 8; i++)
        assert_int_equal(speakers.of[i], expected[i]);
    static const int first[] = {4, 5, 2, 0, 7, 1};
    assert_memory_equal(speakers.first, first, sizeof first);
    speakers_release(&speakers);
    speakers_release(&speakers);
}

/* The same id in two corpora is two people; who is not named is nobody else. */
static void test_keeps_corpora_and_the_nameless_apart(void **state)
{
    (void)state;
    static const struct {
        const char *corpus, *speaker;
        int expected;
    } rows[] = {{"tess", "1", 3},   {"ravdess", "1", 0}, {"ravdess", "", 1},
                {"ravdess", "", 2}, {"tess", "1", 3},    {"tess", "2", 4}};
    ser_error error;
    struct recording recordings[6] = {0};
    struct corpus corpus = {.recordings = recordings, .count = 6};
    struct speakers speakers;
    for (int i = 0; i < 6; i++) {
        snprintf(recordings[i].corpus, sizeof recordings[i].corpus, "%s", rows[i].corpus);
        snprintf(recordings[i].speaker, sizeof recordings[i].speaker, "%s", rows[i].speaker);
    }
    assert_ok(speakers_find(&speakers, &corpus, &error));
    assert_int_equal(speakers.count, 5);
    for (int i = 0; i < 6; i++)
        assert_int_equal(speakers.of[i], rows[i].expected);
    speakers_release(&speakers);
}

static void test_finds_nobody_in_an_empty_corpus(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus = {0};
    struct speakers speakers;
    assert_ok(speakers_find(&speakers, &corpus, &error));
    assert_int_equal(speakers.count, 0);
    speakers_release(&speakers);
}

static bool is_meant(const char *id, const char *typed)
{
    struct recording recording = {.corpus = "tess"};
    snprintf(recording.speaker, sizeof recording.speaker, "%s", id);
    return speaker_is_meant(&recording, typed, strlen(typed));
}

static void test_understands_typed_speakers(void **state)
{
    (void)state;
    assert_true(is_meant("03", "3"));
    assert_true(is_meant("03", "03"));
    assert_true(is_meant("3", "0003"));
    assert_true(is_meant("00", "0"));
    assert_true(is_meant("OAF", "OAF"));
    assert_false(is_meant("03", "30"));
    assert_false(is_meant("03", "13"));
    assert_false(is_meant("03", ""));
    assert_false(is_meant("03", "3a"));
    assert_false(is_meant("OAF", "OA"));
    assert_false(is_meant("OAF", "oaf"));
    assert_false(is_meant("03", "18446744073709551619")); /* 2^64 + 3 */
    assert_true(is_meant("03", "tess:3"));
    assert_false(is_meant("03", "savee:3"));
    assert_false(is_meant("03", "tess:"));
    assert_false(is_meant("03", "tess"));
    assert_false(is_meant("", ""));
    struct recording recording = {.corpus = "ravdess", .speaker = "03"};
    assert_true(speaker_is_meant(&recording, "3,7", 1));
    assert_true(speaker_is_meant(&recording, "ravdess:3,7", 9));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_speakers_in_order),
        cmocka_unit_test(test_keeps_corpora_and_the_nameless_apart),
        cmocka_unit_test(test_finds_nobody_in_an_empty_corpus),
        cmocka_unit_test(test_understands_typed_speakers),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
