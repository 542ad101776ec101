#include "names.h"

#include <stdio.h>
#include <string.h>

static void test_reads_every_field(void **state)
{
    (void)state;
    struct recording recording =
        read_name(&asvp_esd_reader, "actor_123/03-02-09-02-07-123-02-02-02-09.wav");
    assert_string_equal(recording.name, "03-02-09-02-07-123-02-02-02-09");
    assert_string_equal(recording.speaker, "123");
    assert_string_equal(recording.emotion, "excited");
    assert_string_equal(recording.language, "English");
    assert_int_equal(recording.voice, VOICE_NONSPEECH);
    assert_int_equal(recording.sex, SEX_FEMALE);
    assert_int_equal(recording.intensity, INTENSITY_STRONG);
    assert_int_equal(recording.age_low, 20);
    assert_int_equal(recording.age_high, 64);
    assert_false(recording.noisy || recording.several_voices);
    recording = read_name(&asvp_esd_reader, "03-01-02-01-1-08-04-01.wav");
    assert_int_equal(recording.voice, VOICE_SPEECH);
    assert_int_equal(recording.sex, SEX_MALE);
    assert_string_equal(recording.speaker, "08");
    assert_string_equal(recording.language, "");
    assert_int_equal(recording.age_high, 2);
}

static void test_knows_the_emotions_by_number(void **state)
{
    (void)state;
    static const char *const expected[] = {
        "boredom",  "neutral", "happy",    "sad",  "angry",          "fear",  "disgust",
        "surprise", "excited", "pleasure", "pain", "disappointment", "breath"};
    for (int i = 0; i < 13; i++) {
        char name[64];
        snprintf(name, sizeof name, "03-01-%02d-01-01-01-02-02-01.wav", i + 1);
        assert_string_equal(read_name(&asvp_esd_reader, name).emotion, expected[i]);
        assert_string_equal(asvp_esd_reader.emotions[i], expected[i]);
    }
    assert_null(asvp_esd_reader.emotions[13]);
}

static void test_knows_the_suffixes(void **state)
{
    (void)state;
    static const struct {
        const char *name, *language;
        bool noisy, several;
    } cases[] = {
        {"03-01-05-01-01-01-02-03-01.wav", "Chinese", false, false},
        {"03-01-05-01-01-01-02-03-04.wav", "French", false, false},
        {"03-01-05-01-01-01-02-03-00.wav", "", false, false},
        {"03-01-05-01-01-01-02-03-99.wav", "", false, false},
        {"03-01-05-01-01-01-02-03-77.wav", "", true, false},
        {"03-01-05-01-01-01-02-03-66.wav", "", false, true},
        {"03-01-05-01-01-01-02-03-02-77.wav", "English", true, false},
        {"03-01-05-01-01-01-02-03-02-01-66.wav", "English", false, true},
        {"03-01-05-01-01-01-02-03-02-01-66-77.wav", "English", true, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct recording recording = read_name(&asvp_esd_reader, cases[i].name);
        assert_string_equal(recording.language, cases[i].language);
        assert_int_equal(recording.noisy, cases[i].noisy);
        assert_int_equal(recording.several_voices, cases[i].several);
    }
}

/* Actor 150 stands for everybody whose voice is not known, women and men. */
static void test_actor_150_is_nobody(void **state)
{
    (void)state;
    struct recording recording = read_name(&asvp_esd_reader, "03-01-05-01-01-150-02-03-01.wav");
    assert_string_equal(recording.speaker, "");
    assert_int_equal(recording.sex, SEX_UNKNOWN);
}

/* Numbers of one actor are written with and without a zero in front. */
static void test_one_actor_has_one_id(void **state)
{
    (void)state;
    assert_string_equal(read_name(&asvp_esd_reader, "03-01-05-01-01-7-02-03.wav").speaker, "07");
    assert_string_equal(read_name(&asvp_esd_reader, "03-01-05-01-01-007-02-03.wav").speaker, "07");
}

static void test_passes_over_foreign_names(void **state)
{
    (void)state;
    static const char *const names[] = {
        "",
        "03-01-05-01-02-01-12.wav", /* RAVDESS has fewer fields */
        "03-01-05-01-01-01-02-03-02-01-66-77-01.wav",
        "03-01-05-01-01-01-02-03-.wav",
        "03-01-05-01-01-01-02-0x.wav",
        "03_01_05_01_01_01_02_03.wav",
        "67b33122-5aba-4cdc-903b-0fea998bd8cc.wav",
    };
    assert_foreign(&asvp_esd_reader, names, sizeof names / sizeof *names);
}

static void test_says_what_is_impossible(void **state)
{
    (void)state;
    static const struct bad_name names[] = {
        {"01-01-05-01-01-01-02-03-01.wav", "modality is 01, expected 03"},
        {"03-03-05-01-01-01-02-03-01.wav", "vocal channel is 03, expected 01 to 02"},
        {"03-01-17-01-01-01-02-03-01.wav", "emotion is 17, expected 01 to 13"},
        {"03-01-00-01-01-01-02-03-01.wav", "emotion is 00"},
        {"03-01-05-021-01-01-02-03-01.wav", "intensity is 021, expected 01 to 02"},
        {"03-01-05-01-00001-01-02-03-01.wav", "statement is 00001, expected 0 to 9999"},
        {"03-01-05-01-01-0-02-03-01.wav", "actor is 0, expected 1 to 999"},
        {"03-01-05-01-01-1000-02-03-01.wav", "actor is 1000"},
        {"03-01-05-01-01-01-0401-03-01.wav", "age is 0401, expected 01 to 04"},
        {"03-01-05-01-01-01-05-03-01.wav", "age is 05"},
        {"03-01-05-01-01-01-02-04-01.wav", "source is 04, expected 01 to 03"},
        {"03-01-05-01-01-01-02-77.wav", "source is 77"},
        {"03-01-05-01-01-01-02-03-1.wav", "language is 1, expected 00 to 99"},
        {"03-01-05-01-01-01-02-03-01-001.wav", "suffix is 001, expected 00 to 99"},
        {"03-01-05-01-01-18446744073709551617-02-03-01.wav", "actor is 18446744073709551617"},
    };
    assert_malformed(&asvp_esd_reader, names, sizeof names / sizeof *names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_every_field),
        cmocka_unit_test(test_knows_the_emotions_by_number),
        cmocka_unit_test(test_knows_the_suffixes),
        cmocka_unit_test(test_actor_150_is_nobody),
        cmocka_unit_test(test_one_actor_has_one_id),
        cmocka_unit_test(test_passes_over_foreign_names),
        cmocka_unit_test(test_says_what_is_impossible),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
