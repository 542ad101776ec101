#define _GNU_SOURCE
#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "features/spectrum/normalise.h"
#include "near.h"
#include "ser/features.h"

static ser_error error;

static ser_extractor *create(const ser_features_settings *settings)
{
    ser_extractor *extractor;
    assert_ok(ser_extractor_create(&extractor, settings, &error));
    return extractor;
}

/* A block of its own, so that a tool sees any access beyond its ends. */
static float *noise(size_t count, float size)
{
    float *samples = calloc(count ? count : 1, sizeof *samples);
    assert_non_null(samples);
    struct random random = random_seeded(9, count);
    for (size_t i = 0; i < count; i++)
        samples[i] = random_uniform(&random, -size, size);
    return samples;
}

static void expect_finite(const ser_features *features)
{
    for (int i = 0; i < features->frames * features->columns; i++)
        assert_true(isfinite(features->values[i]));
}

static void test_frame_counts_at_the_edges(void **state)
{
    (void)state;
    static const struct {
        size_t count;
        int plain, centred;
    } rows[] = {{0, 0, 0},   {1, 1, 1},   {159, 1, 1}, {160, 1, 2}, {399, 1, 3},      {400, 1, 3},
                {401, 1, 3}, {559, 1, 4}, {560, 2, 4}, {561, 2, 4}, {64000, 398, 401}};
    for (int centred = 0; centred <= 1; centred++) {
        ser_features_settings settings = ser_features_settings_defaults();
        settings.centred = centred;
        ser_extractor *extractor = create(&settings);
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            int expected = centred ? rows[i].centred : rows[i].plain;
            ser_features features = {0};
            float *samples = noise(rows[i].count, 0.5f);
            assert_int_equal(ser_extractor_frames(extractor, rows[i].count), expected);
            assert_ok(ser_extractor_run(extractor, samples, rows[i].count, &features, &error));
            assert_int_equal(features.frames, expected);
            assert_int_equal(features.columns, 64);
            expect_finite(&features);
            ser_features_release(&features);
            free(samples);
        }
        ser_extractor_destroy(extractor);
    }
}

static void test_normalises_what_it_gives_plain(void **state)
{
    (void)state;
    enum { COUNT = 5000 };
    ser_features_settings settings = ser_features_settings_defaults();
    ser_extractor *plain = create(&settings);
    settings.normalise = SER_NORMALISE_UTTERANCE;
    ser_extractor *normalised = create(&settings);
    float *samples = noise(COUNT, 0.1f);
    ser_features expected = {0}, features = {0};
    double sums[128];
    assert_ok(ser_extractor_run(plain, samples, COUNT, &expected, &error));
    normalise_utterance(expected.values, (size_t)expected.frames, 64, settings.offset, sums);
    assert_ok(ser_extractor_run(normalised, samples, COUNT, &features, &error));
    assert_int_equal(features.frames, expected.frames);
    assert_memory_equal(features.values, expected.values,
                        (size_t)features.frames * 64 * sizeof *features.values);
    ser_features_release(&features);
    ser_features_release(&expected);
    ser_extractor_destroy(plain);
    ser_extractor_destroy(normalised);
    free(samples);
}

static void test_null_settings_mean_the_defaults(void **state)
{
    (void)state;
    ser_features_settings settings = ser_features_settings_defaults();
    ser_extractor *named = create(&settings), *unnamed = create(NULL);
    float *samples = noise(3000, 0.3f);
    ser_features a = {0}, b = {0};
    assert_ok(ser_extractor_run(named, samples, 3000, &a, &error));
    assert_ok(ser_extractor_run(unnamed, samples, 3000, &b, &error));
    assert_int_equal(a.frames, b.frames);
    assert_memory_equal(a.values, b.values, (size_t)(a.frames * a.columns) * sizeof *a.values);
    ser_features_release(&a);
    ser_features_release(&b);
    ser_extractor_destroy(named);
    ser_extractor_destroy(unnamed);
    free(samples);
}

static void test_reuse_gives_what_a_fresh_one_gives(void **state)
{
    (void)state;
    static const size_t counts[] = {4000, 100, 0, 9000, 1, 4000, 0, 100, 9000};
    ser_extractor *reused = create(NULL);
    ser_features kept = {0};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        float *samples = noise(counts[i], 0.5f);
        ser_extractor *fresh = create(NULL);
        ser_features once = {0};
        assert_ok(ser_extractor_run(reused, samples, counts[i], &kept, &error));
        assert_ok(ser_extractor_run(fresh, samples, counts[i], &once, &error));
        assert_int_equal(kept.frames, once.frames);
        assert_int_equal(kept.columns, once.columns);
        if (once.frames)
            assert_memory_equal(kept.values, once.values,
                                (size_t)(once.frames * once.columns) * sizeof *once.values);
        ser_features_release(&once);
        ser_extractor_destroy(fresh);
        free(samples);
    }
    ser_features_release(&kept);
    ser_extractor_destroy(reused);
}

static void test_one_matrix_serves_extractors_of_different_bands(void **state)
{
    (void)state;
    ser_features_settings few = ser_features_settings_defaults(), many = few;
    few.bands = 10;
    many.bands = 200;
    ser_extractor *small = create(&few), *large = create(&many);
    float *samples = noise(2000, 0.5f);
    ser_features features = {0};
    ser_extractor *order[] = {small, large, small, large};
    for (int i = 0; i < 4; i++) {
        assert_ok(ser_extractor_run(order[i], samples, 2000, &features, &error));
        assert_int_equal(features.columns, i % 2 ? 200 : 10);
        assert_int_equal(features.frames, 11);
        expect_finite(&features);
    }
    ser_features_release(&features);
    ser_extractor_destroy(small);
    ser_extractor_destroy(large);
    free(samples);
}

static void test_silence_is_zero_or_the_floor(void **state)
{
    (void)state;
    float *silence = calloc(2000, sizeof *silence);
    ser_features_settings settings = ser_features_settings_defaults();
    settings.offset = 1e-6;
    for (int normalise = 0; normalise <= 1; normalise++) {
        settings.normalise = (ser_normalise)normalise;
        ser_extractor *extractor = create(&settings);
        ser_features features = {0};
        assert_ok(ser_extractor_run(extractor, silence, 2000, &features, &error));
        for (int i = 0; i < features.frames * features.columns; i++)
            assert_near(features.values[i], normalise ? 0 : log(1e-8), 1e-5);
        ser_features_release(&features);
        ser_extractor_destroy(extractor);
    }
    free(silence);
}

static void test_level_hardly_matters_after_normalising(void **state)
{
    (void)state;
    ser_features_settings settings = ser_features_settings_defaults();
    settings.floor = 1e-30;
    settings.normalise = SER_NORMALISE_UTTERANCE;
    ser_extractor *extractor = create(&settings);
    float *samples = noise(4000, 0.5f);
    ser_features loud = {0}, quiet = {0};
    assert_ok(ser_extractor_run(extractor, samples, 4000, &loud, &error));
    for (int i = 0; i < 4000; i++)
        samples[i] *= 0.01f;
    assert_ok(ser_extractor_run(extractor, samples, 4000, &quiet, &error));
    for (int i = 0; i < loud.frames * loud.columns; i++)
        assert_near(loud.values[i], quiet.values[i], 1e-4);
    ser_features_release(&loud);
    ser_features_release(&quiet);
    ser_extractor_destroy(extractor);
    free(samples);
}

static void test_extreme_samples_stay_finite(void **state)
{
    (void)state;
    static const float sizes[] = {1e9f, 1e5f, 1, 1e-10f, 1e-25f, FLT_MIN, FLT_TRUE_MIN};
    ser_features_settings settings = ser_features_settings_defaults();
    settings.fft = settings.window = 65536;
    settings.bands = 1024;
    settings.floor = 1e-30;
    settings.offset = 1e-6;
    ser_extractor *extractor = create(&settings);
    float *samples = calloc(66000, sizeof *samples);
    ser_features features = {0};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        for (int wave = 0; wave < 3; wave++) { /* constant, alternating, one impulse */
            for (int i = 0; i < 66000; i++)
                samples[i] = wave == 2 ? 0 : wave && i % 2 ? -sizes[s] : sizes[s];
            samples[40000] = sizes[s];
            assert_ok(ser_extractor_run(extractor, samples, 66000, &features, &error));
            expect_finite(&features);
        }
    }
    ser_features_release(&features);
    ser_extractor_destroy(extractor);
    free(samples);
}

static void test_refuses_samples_that_are_not_sound(void **state)
{
    (void)state;
    static const float bad[] = {NAN, -NAN, INFINITY, -INFINITY, FLT_MAX, -1.1e9f};
    static const size_t places[] = {0, 7, 999};
    ser_extractor *extractor = create(NULL);
    float *samples = noise(1000, 0.5f);
    ser_features features = {0};
    assert_ok(ser_extractor_run(extractor, samples, 1000, &features, &error));
    float first = features.values[0];
    for (size_t b = 0; b < sizeof bad / sizeof *bad; b++) {
        for (size_t p = 0; p < 3; p++) {
            float good = samples[places[p]];
            char part[64];
            snprintf(part, sizeof part, "sample %zu of 1000 is", places[p]);
            samples[places[p]] = bad[b];
            assert_error(ser_extractor_run(extractor, samples, 1000, &features, &error),
                         SER_ERROR_ARGUMENT, part);
            assert_int_equal(features.frames, 4);
            assert_true(features.values[0] == first);
            samples[places[p]] = good;
        }
    }
    ser_features_release(&features);
    ser_extractor_destroy(extractor);
    free(samples);
}

static void test_refuses_more_frames_than_can_be_counted(void **state)
{
    (void)state;
    ser_features_settings settings = ser_features_settings_defaults();
    settings.hop = 1;
    ser_extractor *extractor = create(&settings);
    assert_int_equal(ser_extractor_frames(extractor, (size_t)INT_MAX + 399), INT_MAX);
    assert_int_equal(ser_extractor_frames(extractor, SIZE_MAX), INT_MAX);
    ser_features features = {0};
    float sample = 0; /* the count is refused before a sample is looked at */
    assert_error(ser_extractor_run(extractor, &sample, SIZE_MAX / 8, &features, &error),
                 SER_ERROR_ARGUMENT, "frames");
    assert_null(features.values);
    ser_extractor_destroy(extractor);
}

static void test_refuses_bad_settings(void **state)
{
    (void)state;
    ser_features_settings settings = ser_features_settings_defaults();
    settings.window = 513;
    ser_extractor *extractor = (ser_extractor *)&error;
    assert_error(ser_extractor_create(&extractor, &settings, &error), SER_ERROR_ARGUMENT,
                 "window is 513, expected 2 to 512");
    assert_null(extractor);
    settings = ser_features_settings_defaults();
    settings.floor = 0;
    assert_error(ser_extractor_create(&extractor, &settings, &error), SER_ERROR_ARGUMENT,
                 "floor is 0");
    assert_int_equal(ser_extractor_create(&extractor, &settings, NULL), SER_ERROR_ARGUMENT);
}

static void test_extractor_keeps_its_own_settings(void **state)
{
    (void)state;
    ser_features_settings settings = ser_features_settings_defaults();
    ser_extractor *extractor = create(&settings);
    memset(&settings, 0xff, sizeof settings);
    float *samples = noise(1000, 0.5f);
    ser_features features = {0};
    assert_ok(ser_extractor_run(extractor, samples, 1000, &features, &error));
    assert_int_equal(features.frames, 4);
    assert_int_equal(features.columns, 64);
    ser_features_release(&features);
    ser_extractor_destroy(extractor);
    free(samples);
}

static void test_releasing_nothing_is_harmless(void **state)
{
    (void)state;
    ser_extractor_destroy(NULL);
    ser_features_release(NULL);
    ser_features features = {0};
    ser_features_release(&features);
    ser_features_release(&features);
    assert_null(features.values);
}

static void test_null_is_refused_or_nothing(void **state)
{
    (void)state;
    ser_features_settings settings = {.rate = 5};
    ser_features features = {0};
    float values[128], *samples = noise(1000, 0.5f);
    ser_extractor *extractor = create(NULL);
    assert_null(ser_feature_set_find(NULL));
    assert_null(ser_feature_set_name(NULL));
    assert_null(ser_feature_set_summary(NULL));
    assert_null(ser_feature_set_source(NULL));
    assert_int_equal(ser_feature_set_min_rate(NULL), 0);
    assert_error(ser_features_settings_of(NULL, 16000, &settings, &error), SER_ERROR_ARGUMENT,
                 "feature set \"\" is unknown, expected one of egemapsv02");
    assert_int_equal(settings.rate, 5);
    assert_error(ser_extractor_run(extractor, NULL, 5, &features, &error), SER_ERROR_ARGUMENT,
                 "NULL was given, expected 5 samples");
    assert_error(ser_extractor_summarise(extractor, NULL, 5, values, &error), SER_ERROR_ARGUMENT,
                 "NULL was given");
    assert_error(ser_extractor_push(extractor, NULL, 5, &features, &error), SER_ERROR_ARGUMENT,
                 "NULL was given");
    assert_int_equal(ser_extractor_run(extractor, NULL, 5, &features, NULL), SER_ERROR_ARGUMENT);
    assert_null(features.values);
    assert_ok(ser_extractor_run(extractor, NULL, 0, &features, &error));
    assert_int_equal(features.frames, 0);
    assert_ok(ser_extractor_run(extractor, samples, 1000, &features, &error));
    assert_int_equal(features.frames, 4);
    ser_features_release(&features);
    ser_extractor_destroy(extractor);
    free(samples);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frame_counts_at_the_edges),
        cmocka_unit_test(test_normalises_what_it_gives_plain),
        cmocka_unit_test(test_null_settings_mean_the_defaults),
        cmocka_unit_test(test_reuse_gives_what_a_fresh_one_gives),
        cmocka_unit_test(test_one_matrix_serves_extractors_of_different_bands),
        cmocka_unit_test(test_silence_is_zero_or_the_floor),
        cmocka_unit_test(test_level_hardly_matters_after_normalising),
        cmocka_unit_test(test_extreme_samples_stay_finite),
        cmocka_unit_test(test_refuses_samples_that_are_not_sound),
        cmocka_unit_test(test_refuses_more_frames_than_can_be_counted),
        cmocka_unit_test(test_refuses_bad_settings),
        cmocka_unit_test(test_extractor_keeps_its_own_settings),
        cmocka_unit_test(test_releasing_nothing_is_harmless),
        cmocka_unit_test(test_null_is_refused_or_nothing),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
