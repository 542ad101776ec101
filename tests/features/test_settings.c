#include <limits.h>
#include <math.h>
#include <string.h>

#include "features/settings.h"
#include "near.h"

static ser_error error;

static void test_defaults_are_accepted_and_as_documented(void **state)
{
    (void)state;
    ser_features_settings s = ser_features_settings_defaults();
    assert_ok(features_settings_check(&s, &error));
    assert_int_equal(s.rate, 16000);
    assert_int_equal(s.window, 400);
    assert_int_equal(s.hop, 160);
    assert_int_equal(s.fft, 512);
    assert_int_equal(s.centred, 0);
    assert_int_equal(s.bands, 64);
    assert_true(s.low == 40 && s.high == 7800);
    assert_int_equal(s.scale, SER_MEL_HTK);
    assert_int_equal(s.norm, SER_MEL_NORM_SLANEY);
    assert_true(s.floor == 1e-8 && s.offset == 0.5);
    assert_int_equal(s.normalise, SER_NORMALISE_NONE);
    assert_string_equal(ser_feature_set_name(s.set), "logmel64");
}

/* Sets one field to a value and expects a sentence that names the field. */
#define refuse(field, value)                                                                       \
    do {                                                                                           \
        ser_features_settings settings_ = ser_features_settings_defaults();                        \
        settings_.field = (value);                                                                 \
        assert_error(features_settings_check(&settings_, &error), SER_ERROR_ARGUMENT,              \
                     "features: " #field " is ");                                                  \
    } while (0)

#define accept(field, value)                                                                       \
    do {                                                                                           \
        ser_features_settings settings_ = ser_features_settings_defaults();                        \
        settings_.field = (value);                                                                 \
        assert_ok(features_settings_check(&settings_, &error));                                    \
    } while (0)

static void test_refuses_whole_numbers_out_of_range(void **state)
{
    (void)state;
    static const int far[] = {INT_MIN, -1, INT_MAX};
    for (int i = 0; i < 3; i++) {
        refuse(rate, far[i]);
        refuse(window, far[i]);
        refuse(hop, far[i]);
        refuse(fft, far[i]);
        refuse(centred, far[i]);
        refuse(bands, far[i]);
        refuse(scale, (ser_mel_scale)far[i]);
        refuse(norm, (ser_mel_norm)far[i]);
        refuse(normalise, (ser_normalise)far[i]);
    }
    refuse(rate, SER_AUDIO_MIN_RATE - 1);
    refuse(rate, SER_AUDIO_MAX_RATE + 1);
    refuse(window, 1);
    refuse(window, 513);
    refuse(hop, 0);
    refuse(hop, 65537);
    refuse(fft, 14);
    refuse(fft, 511);
    refuse(fft, 514);
    refuse(fft, 65538);
    refuse(centred, 2);
    refuse(bands, 0);
    refuse(bands, 1025);
    refuse(scale, (ser_mel_scale)2);
    refuse(norm, (ser_mel_norm)2);
    refuse(normalise, (ser_normalise)2);
}

static void test_refuses_reals_out_of_range(void **state)
{
    (void)state;
    static const double far[] = {-1, 1e300, -INFINITY, INFINITY, NAN};
    for (int i = 0; i < 5; i++) {
        refuse(low, far[i]);
        refuse(high, far[i]);
        refuse(floor, far[i]);
        refuse(offset, far[i]);
    }
    refuse(low, 8000);
    refuse(high, 8001);
    refuse(high, 40);
    refuse(high, 40.5);
    refuse(floor, 0);
    refuse(floor, 1e-31);
    refuse(floor, 1.5);
    refuse(offset, 0);
    refuse(offset, 1001);
}

static void test_accepts_the_ends_of_the_ranges(void **state)
{
    (void)state;
    accept(rate, SER_AUDIO_MAX_RATE);
    accept(window, 2);
    accept(window, 512);
    accept(hop, 1);
    accept(hop, 65536);
    accept(fft, 400);
    accept(fft, 65536);
    accept(centred, 1);
    accept(bands, 1);
    accept(bands, 1024);
    accept(low, 0);
    accept(high, 8000);
    accept(high, 41);
    accept(floor, 1e-30);
    accept(floor, 1);
    accept(offset, 1e-6);
    accept(offset, 1000);
}

/* Changes one thing by a list, and expects a sentence about it. */
static void expect_fixed(const char *set, const char *change, const char *sentence)
{
    ser_features_settings s;
    assert_ok(ser_features_settings_of(set, 16000, &s, &error));
    assert_ok(features_settings_change(&s, change, &error));
    assert_error(features_settings_check(&s, &error), SER_ERROR_ARGUMENT, sentence);
}

static void test_says_what_a_set_fixes_and_what_it_does_not_know(void **state)
{
    (void)state;
    expect_fixed("prosody", "hop=80", "hop is 80, but the set prosody has it fixed at 160");
    expect_fixed("prosody", "bands=20", "bands is 20, but the set prosody has no use for it");
    expect_fixed("prosody", "centred=yes", "centred is yes, but the set prosody has no use for it");
    expect_fixed("prosody", "scale=htk", "scale is htk, but the set prosody has no use for it");
    expect_fixed("mfcc40", "floor_hz=60", "floor_hz is 60, but the set mfcc40 has no use for it");
    expect_fixed("mfcc40", "scale=htk", "scale is htk, but the set mfcc40 has it fixed at slaney");
    expect_fixed("classic162", "centred=0",
                 "centred is no, but the set classic162 has it fixed at yes");
    expect_fixed("classic162", "low=20", "low is 20, but the set classic162 has it fixed at 0");
}

static void test_pitch_has_a_floor_and_a_ceiling(void **state)
{
    (void)state;
    ser_features_settings s;
    assert_ok(ser_features_settings_of("prosody", 16000, &s, &error));
    assert_true(s.floor_hz == 75 && s.ceiling_hz == 600);
    assert_ok(features_settings_change(&s, "floor_hz=40,ceiling_hz=2000", &error));
    assert_ok(features_settings_check(&s, &error));
    expect_fixed("prosody", "floor_hz=39", "floor_hz is 39, expected 40 to 500");
    expect_fixed("prosody", "floor_hz=501", "floor_hz is 501, expected 40 to 500");
    expect_fixed("prosody", "ceiling_hz=2001", "ceiling_hz is 2001, expected 41 to 2000");
    expect_fixed("prosody", "floor_hz=200,ceiling_hz=200",
                 "ceiling_hz is 200, expected 201 to 4000");
    s.rate = 8000;
    s.hop = 80;
    s.ceiling_hz = 1999;
    assert_ok(features_settings_check(&s, &error));
    s.floor_hz = NAN;
    assert_error(features_settings_check(&s, &error), SER_ERROR_ARGUMENT, "floor_hz is nan");
}

static void test_says_what_was_found_and_expected(void **state)
{
    (void)state;
    ser_features_settings s = ser_features_settings_defaults();
    s.window = 600;
    assert_error(features_settings_check(&s, &error), SER_ERROR_ARGUMENT,
                 "features: window is 600, expected 2 to 512");
    s = ser_features_settings_defaults();
    s.high = 9000;
    assert_error(features_settings_check(&s, &error), SER_ERROR_ARGUMENT,
                 "features: high is 9000, expected 41 to 8000");
    s = ser_features_settings_defaults();
    s.rate = 8000; /* the default `high` does not fit this rate */
    assert_error(features_settings_check(&s, &error), SER_ERROR_ARGUMENT,
                 "features: high is 7800, expected 41 to 4000");
    assert_int_equal(features_settings_check(&s, NULL), SER_ERROR_ARGUMENT);
}

static void test_changes_what_a_list_names(void **state)
{
    (void)state;
    ser_features_settings s = ser_features_settings_defaults(), before;
    assert_ok(features_settings_change(&s, "window=300,low=50.5,scale=slaney,centred=1", &error));
    assert_int_equal(s.window, 300);
    assert_true(s.low == 50.5);
    assert_int_equal(s.scale, SER_MEL_SLANEY);
    assert_int_equal(s.centred, 1);
    assert_int_equal(s.hop, 160);
    assert_ok(features_settings_change(&s, "centred=no", &error));
    assert_int_equal(s.centred, 0);
    assert_ok(features_settings_change(&s, "centred=yes", &error));
    assert_int_equal(s.centred, 1);
    assert_error(features_settings_change(&s, "centred=maybe", &error), SER_ERROR_ARGUMENT,
                 "centred is \"maybe\", expected no or yes");
    before = s;
    static const char *const bad[] = {
        "",           "window",  "window=",      "window=1.5", "low=nan",    "hop=1,",
        "scale=bark", "scale=1", "width=1",      "windows=20", "window=20x", "hop=1e99",
        "hop=1 ,",    "=1",      "hop=9,oops=1", ",hop=1",     "centred=0.5"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(features_settings_change(&s, bad[i], &error), SER_ERROR_ARGUMENT);
        assert_true(strlen(error.message) > 20);
        assert_memory_equal(&s, &before, sizeof s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults_are_accepted_and_as_documented),
        cmocka_unit_test(test_refuses_whole_numbers_out_of_range),
        cmocka_unit_test(test_refuses_reals_out_of_range),
        cmocka_unit_test(test_accepts_the_ends_of_the_ranges),
        cmocka_unit_test(test_says_what_a_set_fixes_and_what_it_does_not_know),
        cmocka_unit_test(test_pitch_has_a_floor_and_a_ceiling),
        cmocka_unit_test(test_says_what_was_found_and_expected),
        cmocka_unit_test(test_changes_what_a_list_names),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
