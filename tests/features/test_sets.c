/* What every row of the table must keep to, whatever it computes: names, units and formulae,
 * defined values for any sound, the same bits for the same samples. */
#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "features/set.h"
#include "features/settings.h"
#include "near.h"
#include "ser/features.h"

static ser_error error;

static ser_extractor *create(const ser_feature_set *set, int rate)
{
    ser_features_settings settings;
    ser_extractor *extractor;
    assert_ok(ser_features_settings_of(ser_feature_set_name(set), rate, &settings, &error));
    assert_ok(ser_extractor_create(&extractor, &settings, &error));
    return extractor;
}

/* Runs a check with each set. */
static void with_every_set(void (*check)(const ser_feature_set *set))
{
    for (size_t i = 0; i < ser_feature_set_count(); i++)
        check(ser_feature_set_at(i));
}

/* Sounds that go wrong somewhere. */
static float silence(int n, int rate)
{
    return 0 * (float)(n + rate);
}
static float constant(int n, int rate)
{
    return 0.5f + 0 * (float)(n + rate);
}
static float impulse(int n, int rate)
{
    return n == rate / 3;
}
static float square(int n, int rate)
{
    return n / (rate / 200) % 2 ? 1.0f : -1.0f;
}
static float alternating(int n, int rate)
{
    return (n + 0 * rate) % 2 ? 1.0f : -1.0f;
}
static float tiny(int n, int rate)
{
    return FLT_MIN * (float)((n + 0 * rate) % 3);
}
static float huge(int n, int rate)
{
    return (n + 0 * rate) % 77 < 30 ? 1e9f : -1e9f;
}

static float tone(int n, int rate)
{
    return 0.3f * sinf((float)(2 * 3.14159265 * 150) * (float)n / (float)rate);
}

/* A voice of 120 Hz that fades in and out: harmonics, and silence at both ends. */
static float voice(int n, int rate)
{
    double sum = 0, time = (double)n / rate;
    for (int h = 1; h <= 20; h++)
        sum += sin(2 * 3.14159265 * 120 * h * time) / h;
    return (float)(0.2 * sum * fmax(0, sin(2 * 3.14159265 * time)));
}

static float hiss(int n, int rate)
{
    struct random random = random_seeded((uint64_t)n, (uint64_t)rate);
    return random_uniform(&random, -0.3f, 0.3f);
}

static float (*const sounds[])(int n, int rate) = {silence, constant, impulse, square, alternating,
                                                   tiny,    huge,     tone,    voice,  hiss};
enum { SOUNDS = sizeof sounds / sizeof *sounds };

/* A block of its own, so that a tool sees any access beyond its ends. */
static float *make(int sound, int count, int rate)
{
    float *samples = malloc((size_t)count * sizeof *samples);
    assert_non_null(samples);
    for (int n = 0; n < count; n++)
        samples[n] = sounds[sound](n, rate);
    return samples;
}

static int is_one_line(const char *text)
{
    return text && *text && !strchr(text, '\n') && strlen(text) < 400;
}

static void check_words(const ser_feature_set *set)
{
    assert_true(is_one_line(ser_feature_set_name(set)));
    assert_true(is_one_line(ser_feature_set_summary(set)));
    assert_true(is_one_line(ser_feature_set_source(set)));
    assert_ptr_equal(ser_feature_set_find(ser_feature_set_name(set)), set);
    assert_int_equal(!set->functionals, !!set->own_functionals);
    assert_int_equal(!set->functionals, !!set->summarise);
}

static void test_sets_have_names_that_find_them(void **state)
{
    (void)state;
    assert_true(ser_feature_set_count() >= 1);
    with_every_set(check_words);
    assert_null(ser_feature_set_find("logmel"));
    assert_null(ser_feature_set_find(""));
    assert_null(ser_feature_set_at(ser_feature_set_count()));
    ser_features_settings settings;
    assert_error(ser_features_settings_of("log", 16000, &settings, &error), SER_ERROR_ARGUMENT,
                 "\"log\" is unknown, expected one of ");
}

static void expect_columns(const ser_column *(*column)(const ser_extractor *, int),
                           const ser_extractor *extractor, int count)
{
    assert_true(count > 0);
    for (int i = 0; i < count; i++) {
        const ser_column *c = column(extractor, i);
        assert_non_null(c);
        assert_true(is_one_line(c->name) && is_one_line(c->unit) && is_one_line(c->formula));
        assert_null(strpbrk(c->name, ",;\"' \t"));
        for (int j = 0; j < i; j++)
            assert_string_not_equal(c->name, column(extractor, j)->name);
    }
    assert_null(column(extractor, count));
    assert_null(column(extractor, -1));
}

static void check_columns(const ser_feature_set *set)
{
    ser_extractor *extractor = create(set, 16000);
    expect_columns(ser_extractor_column, extractor, ser_extractor_columns(extractor));
    expect_columns(ser_extractor_functional, extractor, ser_extractor_functionals(extractor));
    ser_extractor_destroy(extractor);
}

static void test_columns_have_names_units_and_formulae(void **state)
{
    (void)state;
    with_every_set(check_columns);
}

static void expect_finite(const float *values, size_t count, const char *set, int sound,
                          const ser_column *(*column)(const ser_extractor *, int),
                          const ser_extractor *extractor, int columns)
{
    for (size_t i = 0; i < count; i++)
        if (!isfinite(values[i]))
            fail_msg("%s: column %s of sound %d is %g", set,
                     column(extractor, (int)i % columns)->name, sound, (double)values[i]);
}

/* Frames and functionals of one sound. */
static void check_sound(ser_extractor *extractor, int sound, int count, int rate)
{
    const char *name = ser_feature_set_name(ser_extractor_settings(extractor)->set);
    int columns = ser_extractor_columns(extractor);
    int functionals = ser_extractor_functionals(extractor);
    float *samples = make(sound, count, rate);
    float *summary = malloc((size_t)functionals * sizeof *summary);
    ser_features features = {0};
    assert_ok(ser_extractor_run(extractor, samples, (size_t)count, &features, &error));
    assert_true(features.frames >= 1);
    assert_int_equal(features.frames, ser_extractor_frames(extractor, (size_t)count));
    assert_int_equal(features.columns, columns);
    expect_finite(features.values, (size_t)features.frames * (size_t)columns, name, sound,
                  ser_extractor_column, extractor, columns);
    assert_ok(ser_extractor_summarise(extractor, samples, (size_t)count, summary, &error));
    expect_finite(summary, (size_t)functionals, name, sound, ser_extractor_functional, extractor,
                  functionals);
    ser_features_release(&features);
    free(summary);
    free(samples);
}

static void check_any_sound(const ser_feature_set *set)
{
    static const int rates[] = {8000, 11025, 16000, 44100, 192000};
    for (size_t r = 0; r < sizeof rates / sizeof *rates; r++) {
        if (rates[r] < ser_feature_set_min_rate(set))
            continue;
        ser_extractor *extractor = create(set, rates[r]);
        for (int sound = 0; sound < SOUNDS; sound++)
            check_sound(extractor, sound, rates[r] / 2, rates[r]);
        ser_extractor_destroy(extractor);
    }
}

static void test_any_sound_gives_defined_values(void **state)
{
    (void)state;
    with_every_set(check_any_sound);
}

static void check_any_length(const ser_feature_set *set)
{
    static const int counts[] = {1,   2,   3,   79,  159, 160,  161,  399,
                                 400, 401, 512, 959, 960, 1023, 2048, 5000};
    ser_extractor *extractor = create(set, 16000);
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
        for (int sound = 0; sound < SOUNDS; sound++)
            check_sound(extractor, sound, counts[c], 16000);
    ser_extractor_destroy(extractor);
}

static void test_any_length_gives_defined_values(void **state)
{
    (void)state;
    with_every_set(check_any_length);
}

static void check_nothing(const ser_feature_set *set)
{
    ser_extractor *extractor = create(set, 16000);
    int functionals = ser_extractor_functionals(extractor);
    float *summary = malloc((size_t)functionals * sizeof *summary);
    ser_features features = {0};
    assert_int_equal(ser_extractor_frames(extractor, 0), 0);
    assert_ok(ser_extractor_run(extractor, NULL, 0, &features, &error));
    assert_int_equal(features.frames, 0);
    assert_ok(ser_extractor_summarise(extractor, NULL, 0, summary, &error));
    for (int i = 0; i < functionals; i++)
        assert_true(summary[i] == 0);
    ser_features_release(&features);
    ser_extractor_destroy(extractor);
    free(summary);
}

static void test_no_samples_give_no_frames(void **state)
{
    (void)state;
    with_every_set(check_nothing);
}

/* An extractor that has just heard something else gives the bits that a fresh one gives. */
static void check_bits(const ser_feature_set *set)
{
    enum { COUNT = 24000 };
    ser_extractor *used = create(set, 16000), *fresh = create(set, 16000);
    size_t bytes = (size_t)ser_extractor_functionals(used) * sizeof(float);
    float *samples = make(8, COUNT, 16000), *other = make(9, 7777, 16000);
    float *once = malloc(bytes), *again = malloc(bytes);
    ser_features a = {0}, b = {0};
    assert_ok(ser_extractor_run(used, other, 7777, &a, &error));
    assert_ok(ser_extractor_summarise(used, other, 7777, once, &error));
    assert_ok(ser_extractor_run(used, samples, COUNT, &a, &error));
    assert_ok(ser_extractor_summarise(used, samples, COUNT, once, &error));
    assert_ok(ser_extractor_summarise(fresh, samples, COUNT, again, &error));
    assert_ok(ser_extractor_run(fresh, samples, COUNT, &b, &error));
    assert_int_equal(a.frames, b.frames);
    assert_memory_equal(a.values, b.values, (size_t)(a.frames * a.columns) * sizeof(float));
    assert_memory_equal(once, again, bytes);
    ser_features_release(&a);
    ser_features_release(&b);
    ser_extractor_destroy(used);
    ser_extractor_destroy(fresh);
    free(samples);
    free(other);
    free(once);
    free(again);
}

static void test_same_samples_give_the_same_bits(void **state)
{
    (void)state;
    with_every_set(check_bits);
}

static void check_times(const ser_feature_set *set)
{
    enum { COUNT = 48000 };
    ser_extractor *extractor = create(set, 16000);
    int frames = ser_extractor_frames(extractor, COUNT);
    double start, end, earlier = -1;
    for (int t = 0; t < frames; t++) {
        ser_extractor_time(extractor, COUNT, t, &start, &end);
        assert_true(end > start && start > earlier);
        earlier = start;
    }
    /* The frames cover the sound, but for what is less than a frame and a step. */
    assert_true(start <= 3 && end > 3 - 0.2);
    ser_extractor_time(extractor, COUNT, 0, &start, &end);
    assert_true(start < 0.1 && start > -0.1);
    ser_extractor_destroy(extractor);
}

static void test_frame_times_cover_the_sound(void **state)
{
    (void)state;
    with_every_set(check_times);
}

static void check_low_rate(const ser_feature_set *set)
{
    int least = ser_feature_set_min_rate(set);
    assert_true(least >= SER_AUDIO_MIN_RATE && least <= 16000);
    ser_features_settings settings;
    const char *name = ser_feature_set_name(set);
    assert_ok(ser_features_settings_of(name, least, &settings, &error));
    assert_ok(features_settings_check(&settings, &error));
    if (least > SER_AUDIO_MIN_RATE)
        assert_error(ser_features_settings_of(name, least - 1, &settings, &error),
                     SER_ERROR_ARGUMENT, "expected at least");
    assert_error(ser_features_settings_of(name, INT_MAX, &settings, &error), SER_ERROR_ARGUMENT,
                 "rate is 2147483647");
}

static void test_too_low_a_rate_is_refused(void **state)
{
    (void)state;
    with_every_set(check_low_rate);
}

/* Every setting that a set does not take stands fixed. */
static void check_fixed(const ser_feature_set *set)
{
    ser_features_settings settings;
    assert_ok(ser_features_settings_of(ser_feature_set_name(set), 16000, &settings, &error));
    assert_ok(features_settings_check(&settings, &error));
    if (setting_is_taken(set, SETTING_HOP))
        return;
    settings.hop += 1;
    assert_error(features_settings_check(&settings, &error), SER_ERROR_ARGUMENT, "has it fixed at");
}

static void test_fixed_settings_are_refused(void **state)
{
    (void)state;
    with_every_set(check_fixed);
}

static void check_generic_functionals(const ser_feature_set *set)
{
    ser_extractor *extractor = create(set, 16000);
    int own = ser_extractor_functionals(extractor), columns = ser_extractor_columns(extractor);
    assert_ok(ser_extractor_set_functionals(extractor, "mean,p95,slope", &error));
    assert_int_equal(ser_extractor_functionals(extractor), 3 * columns);
    expect_columns(ser_extractor_functional, extractor, 3 * columns);
    for (int sound = 0; sound < SOUNDS; sound++)
        check_sound(extractor, sound, 8000, 16000);
    assert_error(ser_extractor_set_functionals(extractor, "mean,meaner", &error),
                 SER_ERROR_ARGUMENT, "meaner");
    assert_int_equal(ser_extractor_functionals(extractor), 3 * columns);
    assert_ok(ser_extractor_set_functionals(extractor, NULL, &error));
    assert_int_equal(ser_extractor_functionals(extractor), own);
    ser_extractor_destroy(extractor);
}

static void test_any_functional_goes_with_any_set(void **state)
{
    (void)state;
    with_every_set(check_generic_functionals);
}

/* The upper edge of the bands where that can be set, else half the rate. */
static void check_highest_frequency(const ser_feature_set *set)
{
    ser_features_settings settings;
    ser_extractor *extractor = create(set, 16000);
    double expected = set == ser_feature_set_find("logmel64") ? 7800 : 8000;
    assert_true(ser_extractor_highest(extractor) == expected);
    ser_extractor_destroy(extractor);
    extractor = create(set, 44100);
    assert_true(ser_extractor_highest(extractor) == (expected < 8000 ? 7800 : 22050));
    ser_extractor_destroy(extractor);
    assert_ok(ser_features_settings_of(ser_feature_set_name(set), 16000, &settings, &error));
    if (setting_is_taken(set, SETTING_HIGH)) {
        settings.high = 3000;
        assert_ok(ser_extractor_create(&extractor, &settings, &error));
        assert_true(ser_extractor_highest(extractor) == 3000);
        ser_extractor_destroy(extractor);
    }
}

static void test_highest_frequencies(void **state)
{
    (void)state;
    with_every_set(check_highest_frequency);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_highest_frequencies),
        cmocka_unit_test(test_sets_have_names_that_find_them),
        cmocka_unit_test(test_columns_have_names_units_and_formulae),
        cmocka_unit_test(test_any_sound_gives_defined_values),
        cmocka_unit_test(test_any_length_gives_defined_values),
        cmocka_unit_test(test_no_samples_give_no_frames),
        cmocka_unit_test(test_same_samples_give_the_same_bits),
        cmocka_unit_test(test_frame_times_cover_the_sound),
        cmocka_unit_test(test_too_low_a_rate_is_refused),
        cmocka_unit_test(test_fixed_settings_are_refused),
        cmocka_unit_test(test_any_functional_goes_with_any_set),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
