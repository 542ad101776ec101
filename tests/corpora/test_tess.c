#include "names.h"

#include <stdlib.h>
#include <string.h>

#include "corpora/corpus.h"

static void test_reads_every_field(void **state)
{
    (void)state;
    struct recording recording =
        read_name(&tess_reader, "TESS/YAF_pleasant_surprised/YAF_back_ps.wav");
    assert_string_equal(recording.name, "YAF_back_ps");
    assert_string_equal(recording.speaker, "YAF");
    assert_string_equal(recording.emotion, "pleasant surprise");
    assert_string_equal(recording.text, "Say the word back");
    assert_string_equal(recording.language, "English");
    assert_int_equal(recording.sex, SEX_FEMALE);
    assert_int_equal(recording.age_low, 26);
    assert_int_equal(recording.age_high, 26);
    assert_int_equal(recording.voice, VOICE_SPEECH);
    assert_int_equal(read_name(&tess_reader, "OAF_back_sad.wav").age_low, 64);
}

static void test_knows_the_emotions(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"OAF_x_angry.wav", "angry"},     {"OAF_x_disgust.wav", "disgust"},
        {"OAF_x_fear.wav", "fear"},       {"OAF_x_happy.wav", "happy"},
        {"OAF_x_neutral.wav", "neutral"}, {"OAF_x_ps.wav", "pleasant surprise"},
        {"OAF_x_sad.wav", "sad"},
    };
    for (int i = 0; i < 7; i++) {
        struct recording recording = read_name(&tess_reader, cases[i][0]);
        assert_string_equal(recording.emotion, cases[i][1]);
        assert_string_equal(recording.emotion, tess_reader.emotions[i]);
    }
    assert_null(tess_reader.emotions[7]);
}

/* Copies of one recording under names that differ in spelling have one name here. */
static void test_reads_other_spellings(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"OA_bite_neutral.wav", "OAF_bite_neutral"},
        {"oaf_FOOD_Fear.WAV", "OAF_food_fear"},
        {"YAF_juice_pleasant_surprise.wav", "YAF_juice_ps"},
        {"YAF_juice_Pleasant_Surprised.opus", "YAF_juice_ps"},
        {"OAF_Pleasant_surprise/OAF_juice_ps.wav", "OAF_juice_ps"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(read_name(&tess_reader, cases[i][0]).name, cases[i][1]);
}

static void test_passes_over_foreign_names(void **state)
{
    (void)state;
    static const char *const names[] = {
        "",
        ".wav",
        "_",
        "__.wav",
        "OAF.wav",
        "OAF_angry.wav",
        "OAF_back",
        "MAF_back_sad.wav",
        "OAFF_back_sad.wav",
        "sad/OAF/a.wav",
        " OAF_back_sad.wav",
        "OAF-back-sad.wav",
    };
    assert_foreign(&tess_reader, names, sizeof names / sizeof *names);
}

static void test_says_what_is_impossible(void **state)
{
    (void)state;
    static const struct bad_name names[] = {
        {"OAF_back_calm.wav", "emotion is calm, expected angry, disgust"},
        {"OAF_back_.wav", "emotion is , expected"},
        {"OAF_back_sad_2.wav", "emotion is sad_2"},
        {"OAF_back_sad (1).wav", "emotion is sad (1)"},
        {"OAF__sad.wav", "word is , expected 1 to 12 letters"},
        {"OAF_b2_sad.wav", "word is b2"},
        {"OAF_wordwithmanyletters_sad.wav", "word is wordwithmanyletters"},
        {"OAF_back_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.wav",
         "emotion is aaaaaaaaaaaaaaaaaaaa, expected"},
    };
    assert_malformed(&tess_reader, names, sizeof names / sizeof *names);
}

/* All 2,800, among them OA_bite_neutral. */
static void test_reads_the_real_corpus(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus;
    const char *folder = support_data("tess");
    assert_ok(corpus_read(&corpus, (const char *const[]){folder}, 1, NULL, &error));
    assert_int_equal(corpus.count, tess_reader.official->recordings);
    assert_int_equal(corpus.left_out.count, 0);
    assert_int_equal(corpus.label_count, 7);
    for (int i = 0; i < 7; i++)
        assert_int_equal(corpus_count(&corpus, tess_reader.emotions[i]), 400);
    corpus_release(&corpus);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_every_field),
        cmocka_unit_test(test_knows_the_emotions),
        cmocka_unit_test(test_reads_other_spellings),
        cmocka_unit_test(test_passes_over_foreign_names),
        cmocka_unit_test(test_says_what_is_impossible),
        cmocka_unit_test(test_reads_the_real_corpus),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
