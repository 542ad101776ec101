#include "support.h"

#include <stdio.h>
#include <string.h>

#include "corpora/corpus.h"

static enum name_verdict judge(const char *path, struct recording *recording, char *problem)
{
    *recording = (struct recording){0};
    *problem = 0;
    return ravdess_reader.parse(path, recording, problem);
}

static void test_reads_every_field(void **state)
{
    (void)state;
    struct recording recording;
    char problem[NAME_PROBLEM_LENGTH];
    assert_int_equal(judge("a/Actor_12/03-01-06-02-01-02-12.wav", &recording, problem),
                     NAME_RECORDING);
    assert_string_equal(recording.name, "03-01-06-02-01-02-12");
    assert_string_equal(recording.speaker, "12");
    assert_string_equal(recording.text, "Kids are talking by the door");
    assert_int_equal(recording.sex, SEX_FEMALE);
    assert_string_equal(recording.emotion, "fearful");
    assert_int_equal(recording.voice, VOICE_SPEECH);
    assert_int_equal(recording.intensity, INTENSITY_STRONG);
    assert_int_equal(recording.repetition, 2);
    assert_false(recording.from_video);
    assert_null(recording.path);
}

static void test_knows_the_emotions_by_number(void **state)
{
    (void)state;
    static const char *const expected[] = {
        "neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised",
    };
    for (int i = 0; i < 8; i++) {
        struct recording recording;
        char problem[NAME_PROBLEM_LENGTH], name[64];
        snprintf(name, sizeof name, "03-01-%02d-01-02-01-07.flac", i + 1);
        assert_int_equal(judge(name, &recording, problem), NAME_RECORDING);
        assert_string_equal(recording.emotion, expected[i]);
        assert_int_equal(recording.sex, SEX_MALE);
    }
}

static void test_knows_song_and_video(void **state)
{
    (void)state;
    struct recording recording;
    char problem[NAME_PROBLEM_LENGTH];
    assert_int_equal(judge("03-02-05-02-01-01-24.WAV", &recording, problem), NAME_RECORDING);
    assert_int_equal(recording.voice, VOICE_SONG);
    assert_int_equal(judge("01-01-05-02-01-01-24.mp4", &recording, problem), NAME_RECORDING);
    assert_true(recording.from_video);
    assert_string_equal(recording.name, "03-01-05-02-01-01-24");
    assert_int_equal(judge("02-01-05-02-01-01-24.mp4", &recording, problem), NAME_SILENT);
}

static void test_passes_over_foreign_names(void **state)
{
    (void)state;
    static const char *const names[] = {
        "",
        ".wav",
        "noise.wav",
        "1001_DFA_ANG_XX.wav",
        "03a01Wa.wav",
        "03-01-05-01-02-01.wav",
        "03-01-05-01-02-01-12-02-02.wav", /* ASVP-ESD has more fields */
        "03-01-05-01-02-01-12-.wav",
        "-03-01-05-01-02-01-12.wav",
        "03-01-05-01-02-01-.wav",
        "03--05-01-02-01-12.wav",
        "03-01-05-01-02-01-12 (1).wav",
        "03-01-05-01-02-01-12_16k.wav",
        "03-01-05-01-02-01-12.16k.wav",
        "03_01_05_01_02_01_12.wav",
        "03-01-05-01-02-01-1a.wav",
        " 03-01-05-01-02-01-12.wav",
        "03-01-05-01-02-01-12/other.wav",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct recording recording;
        char problem[NAME_PROBLEM_LENGTH];
        if (judge(names[i], &recording, problem) != NAME_FOREIGN)
            fail_msg("\"%s\" was not taken for foreign", names[i]);
    }
}

static void test_says_what_is_impossible(void **state)
{
    (void)state;
    static const struct {
        const char *name, *part;
    } cases[] = {
        {"00-01-05-01-02-01-12.wav", "modality is 00, expected 01 to 03"},
        {"04-01-05-01-02-01-12.wav", "modality is 04, expected 01 to 03"},
        {"03-03-05-01-02-01-12.wav", "vocal channel is 03, expected 01 to 02"},
        {"03-01-09-01-02-01-12.wav", "emotion is 09, expected 01 to 08"},
        {"03-01-05-021-02-01-12.wav", "intensity is 021, expected 01 to 02"},
        {"03-01-05-1-02-01-12.wav", "intensity is 1, expected 01 to 02"},
        {"03-01-005-01-02-01-12.wav", "emotion is 005, expected 01 to 08"},
        {"03-01-05-01-03-01-12.wav", "statement is 03, expected 01 to 02"},
        {"03-01-05-01-02-00-12.wav", "repetition is 00, expected 01 to 02"},
        {"03-01-05-01-02-01-25.wav", "actor is 25, expected 01 to 24"},
        {"03-01-05-01-02-01-0.wav", "actor is 0, expected 01 to 24"},
        {"03-01-01-02-02-01-12.wav", "there is no strong neutral"},
        {"03-02-07-01-02-01-12.wav", "a song of emotion 07"},
        {"03-02-08-01-02-01-12.wav", "a song of emotion 08"},
        {"03-01-99999999999999999999999999999999999999-01-02-01-12.wav",
         "emotion is 99999999999999999999, expected 01 to 08"},
        /* 2^64 + 5: must not come round to 5 */
        {"03-01-18446744073709551621-01-02-01-12.wav", "emotion is 18446744073709551621,"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct recording recording;
        char problem[NAME_PROBLEM_LENGTH];
        assert_int_equal(judge(cases[i].name, &recording, problem), NAME_MALFORMED);
        if (!strstr(problem, cases[i].part))
            fail_msg("%s gave \"%s\", expected \"%s\"", cases[i].name, problem, cases[i].part);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_every_field),
        cmocka_unit_test(test_knows_the_emotions_by_number),
        cmocka_unit_test(test_knows_song_and_video),
        cmocka_unit_test(test_passes_over_foreign_names),
        cmocka_unit_test(test_says_what_is_impossible),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
