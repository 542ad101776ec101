#include "names.h"

#include <stdio.h>
#include <string.h>

static void test_reads_both_layouts(void **state)
{
    (void)state;
    static const char *const paths[] = {"DC_sa03.wav", "AudioData/DC/sa03.wav", "DC/sa03.wav",
                                        "JE/DC_sa03.wav", "dc_SA03.WAV"};
    for (int i = 0; i < 5; i++) {
        struct recording recording = read_name(&savee_reader, paths[i]);
        assert_string_equal(recording.name, "DC_sa03");
        assert_string_equal(recording.speaker, "DC");
        assert_string_equal(recording.emotion, "sadness");
        assert_string_equal(recording.text, "sa03");
        assert_string_equal(recording.language, "English");
        assert_int_equal(recording.sex, SEX_MALE);
        assert_int_equal(recording.age_low, 27);
        assert_int_equal(recording.age_high, 31);
    }
}

static void test_reads_the_whole_corpus(void **state)
{
    (void)state;
    static const struct {
        const char *code, *emotion;
        int count;
    } emotions[] = {{"a", "anger", 15},     {"d", "disgust", 15}, {"f", "fear", 15},
                    {"h", "happiness", 15}, {"n", "neutral", 30}, {"sa", "sadness", 15},
                    {"su", "surprise", 15}};
    static const char *const speakers[] = {"DC", "JE", "JK", "KL"};
    int count = 0;
    for (int s = 0; s < 4; s++) {
        for (int e = 0; e < 7; e++) {
            assert_string_equal(savee_reader.emotions[e], emotions[e].emotion);
            for (int i = 1; i <= emotions[e].count; i++, count++) {
                char path[32];
                snprintf(path, sizeof path, "%s_%s%02d.wav", speakers[s], emotions[e].code, i);
                struct recording recording = read_name(&savee_reader, path);
                assert_string_equal(recording.emotion, emotions[e].emotion);
                assert_string_equal(recording.speaker, speakers[s]);
                assert_memory_equal(recording.name, path, strlen(recording.name));
            }
        }
    }
    assert_int_equal(count, savee_reader.official->recordings);
}

static void test_passes_over_foreign_names(void **state)
{
    (void)state;
    static const char *const names[] = {
        "",
        "sa03.wav",
        "XY/sa03.wav",
        "DC/take.wav",
        "DC/03.wav",
        "DC_03.wav",
        "AB_xy03.wav",
        "DC_sa3.wav",
        "DC_sa003.wav",
        "DC-sa03.wav",
        "DC_sad03.wav",
        "DC_sa03_2.wav",
        "DC_sa03 (1).wav",
        "DCX/sa03.wav",
        "D/sa03.wav",
        "DC/x/sa03.wav",
        "_sa03.wav",
        "1C_sa03.wav",
    };
    assert_foreign(&savee_reader, names, sizeof names / sizeof *names);
}

static void test_says_what_is_impossible(void **state)
{
    (void)state;
    static const struct bad_name names[] = {
        {"AB_sa03.wav", "speaker is AB, expected DC, JE, JK or KL"},
        {"DC_x03.wav", "emotion is x, expected a, d, f, h, n, sa or su"},
        {"KL/so03.wav", "emotion is so"},
        {"DC_sa00.wav", "sentence of sadness is 00, expected 01 to 15"},
        {"DC_a16.wav", "sentence of anger is 16, expected 01 to 15"},
        {"JE/n31.wav", "sentence of neutral is 31, expected 01 to 30"},
    };
    assert_malformed(&savee_reader, names, sizeof names / sizeof *names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_both_layouts),
        cmocka_unit_test(test_reads_the_whole_corpus),
        cmocka_unit_test(test_passes_over_foreign_names),
        cmocka_unit_test(test_says_what_is_impossible),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
