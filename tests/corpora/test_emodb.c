#include "names.h"

#include <string.h>

static void test_reads_every_field(void **state)
{
    (void)state;
    struct recording recording = read_name(&emodb_reader, "wav/08b02Tb.wav");
    assert_string_equal(recording.name, "08b02Tb");
    assert_string_equal(recording.speaker, "08");
    assert_string_equal(recording.emotion, "sadness");
    assert_string_equal(recording.language, "German");
    assert_non_null(strstr(recording.text, "gerade hochgetragen"));
    assert_int_equal(recording.sex, SEX_FEMALE);
    assert_int_equal(recording.age_low, 34);
    assert_int_equal(recording.repetition, 2);
}

static void test_knows_emotions_and_speakers(void **state)
{
    (void)state;
    static const char letters[] = "WLEAFTN";
    static const char *const expected[] = {"anger",     "boredom", "disgust", "fear",
                                           "happiness", "sadness", "neutral"};
    static const char *const speakers[] = {"03", "08", "09", "10", "11",
                                           "12", "13", "14", "15", "16"};
    static const int men[] = {1, 0, 0, 1, 1, 1, 0, 0, 1, 0};
    for (int i = 0; i < 7; i++) {
        char name[] = "03a01_a.wav";
        name[5] = letters[i];
        assert_string_equal(read_name(&emodb_reader, name).emotion, expected[i]);
        assert_string_equal(emodb_reader.emotions[i], expected[i]);
    }
    for (int i = 0; i < 10; i++) {
        char name[] = "__a01Wa.wav";
        memcpy(name, speakers[i], 2);
        struct recording recording = read_name(&emodb_reader, name);
        assert_string_equal(recording.speaker, speakers[i]);
        assert_int_equal(recording.sex, men[i] ? SEX_MALE : SEX_FEMALE);
        assert_in_range(recording.age_low, 21, 35);
    }
}

static void test_knows_the_sentences(void **state)
{
    (void)state;
    static const char *const codes[] = {"a01", "a02", "a04", "a05", "a07",
                                        "b01", "b02", "b03", "b09", "b10"};
    char texts[10][160];
    for (int i = 0; i < 10; i++) {
        char name[] = "03___Wa.wav";
        memcpy(name + 2, codes[i], 3);
        strcpy(texts[i], read_name(&emodb_reader, name).text);
        for (int j = 0; j < i; j++)
            assert_string_not_equal(texts[i], texts[j]);
    }
}

static void test_passes_over_foreign_names(void **state)
{
    (void)state;
    static const char *const names[] = {
        "",
        "03a01W.wav",
        "03a01Waa.wav",
        "03a01wa.wav",
        "03A01Wa.wav",
        "3a01Wa.wav",
        "03a01WA.wav",
        "03a1Wa.wav",
        "03-a01Wa.wav",
        "0xa01Wa.wav",
        "03a01W1.wav",
        "03a01Wa (1).wav",
        "12a34fab.wav",
    };
    assert_foreign(&emodb_reader, names, sizeof names / sizeof *names);
}

static void test_says_what_is_impossible(void **state)
{
    (void)state;
    static const struct bad_name names[] = {
        {"02a01Wa.wav", "speaker is 02, expected 03 or 08 to 16"},
        {"17a01Wa.wav", "speaker is 17"},
        {"03a03Wa.wav", "sentence is a03, expected a01, a02"},
        {"03c01Wa.wav", "sentence is c01"},
        {"03a01Xa.wav", "emotion is X, expected W, L, E, A, F, T or N"},
    };
    assert_malformed(&emodb_reader, names, sizeof names / sizeof *names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_every_field),
        cmocka_unit_test(test_knows_emotions_and_speakers),
        cmocka_unit_test(test_knows_the_sentences),
        cmocka_unit_test(test_passes_over_foreign_names),
        cmocka_unit_test(test_says_what_is_impossible),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
