/* The set `ser` is made of parts: each must be what the part gives by itself. */
#define _GNU_SOURCE
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "features/modulation.h"
#include "near.h"
#include "ser/features.h"

enum { COUNT = 32000, BANDS = 64, COEFFICIENTS = 20, VOICE = 10, WIDE = 16 };
enum { MFCC = BANDS, DELTA = MFCC + COEFFICIENTS, VOICE_COLUMNS = DELTA + COEFFICIENTS };
static ser_error error;
static float samples[COUNT];
static ser_extractor *extractor;
static ser_features frames;

/* Pulses of a voice that glides, in noise, louder and softer. */
static void make_sound(void)
{
    struct random random = random_seeded(11, 0);
    double phase = 0;
    for (int n = 0; n < COUNT; n++) {
        double time = n / 16000.0;
        phase += (120 + 40 * time) / 16000;
        double pulse = exp(-20 * (phase - floor(phase)));
        samples[n] = (float)(0.4 * pulse * fmax(0, sin(2 * M_PI * 2 * time))) +
                     random_uniform(&random, -0.002f, 0.002f);
    }
}

static ser_extractor *create(const char *set)
{
    ser_features_settings settings;
    ser_extractor *result;
    assert_ok(ser_features_settings_of(set, 16000, &settings, &error));
    assert_ok(ser_extractor_create(&result, &settings, &error));
    return result;
}

static int set_up(void **state)
{
    (void)state;
    make_sound();
    extractor = create("ser");
    assert_ok(ser_extractor_run(extractor, samples, COUNT, &frames, &error));
    assert_int_equal(frames.columns, VOICE_COLUMNS + VOICE);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    ser_features_release(&frames);
    ser_extractor_destroy(extractor);
    return 0;
}

static float at(int frame, int column)
{
    return frames.values[frame * frames.columns + column];
}

/* The place of a functional, by its name. */
static int find(const char *name)
{
    for (int i = 0; i < ser_extractor_functionals(extractor); i++)
        if (!strcmp(ser_extractor_functional(extractor, i)->name, name))
            return i;
    fail_msg("no functional %s", name);
    return 0;
}

/* Frame t holds the first `columns` of the part's row, of `of`, whose middle is nearest. */
static void expect_part(const char *set, int of, int first, int columns)
{
    ser_extractor *part = create(set);
    ser_features own = {0};
    assert_ok(ser_extractor_run(part, samples, COUNT, &own, &error));
    assert_int_equal(own.columns, of);
    for (int t = 0; t < frames.frames; t++) {
        double start, end, own_start, own_end, least = 1;
        int row = 0;
        ser_extractor_time(extractor, COUNT, t, &start, &end);
        for (int i = 0; i < own.frames; i++) {
            ser_extractor_time(part, COUNT, i, &own_start, &own_end);
            double distance = fabs(start + end - own_start - own_end) / 2;
            if (distance < least - 1e-6) {
                least = distance;
                row = i;
            }
        }
        assert_true(least < 0.0051);
        assert_memory_equal(&frames.values[t * frames.columns + first], &own.values[row * of],
                            (size_t)columns * sizeof(float));
    }
    ser_features_release(&own);
    ser_extractor_destroy(part);
}

static void test_frames_hold_the_parts(void **state)
{
    (void)state;
    expect_part("logmel64", BANDS, 0, BANDS);
    expect_part("prosody", VOICE + 2, VOICE_COLUMNS, VOICE);
}

static void test_cepstrum_is_the_transform_of_the_bands(void **state)
{
    (void)state;
    for (int t = 0; t < frames.frames; t += 7)
        for (int k = 0; k < COEFFICIENTS; k++) {
            double sum = 0;
            for (int b = 0; b < BANDS; b++)
                sum += (double)at(t, b) * cos(M_PI * k * (b + 0.5) / BANDS);
            assert_near(at(t, MFCC + k), sum * sqrt((k ? 2.0 : 1.0) / BANDS), 1e-3);
        }
}

static void test_derivative_is_the_slope_over_nine_frames(void **state)
{
    (void)state;
    for (int t = 4; t < frames.frames - 4; t += 5)
        for (int k = 0; k < COEFFICIENTS; k++) {
            double sum = 0;
            for (int j = -4; j <= 4; j++)
                sum += j * (double)at(t + j, MFCC + k) / 60;
            assert_near(at(t, DELTA + k), sum, 1e-4);
        }
}

static void expect_spread(const float *summary, int column, int coefficient, const char *mean,
                          const char *deviation)
{
    double sum = 0, squares = 0;
    for (int t = 0; t < frames.frames; t++)
        sum += (double)at(t, column + coefficient) / frames.frames;
    for (int t = 0; t < frames.frames; t++)
        squares += pow((double)at(t, column + coefficient) - sum, 2) / frames.frames;
    if (mean)
        assert_near(summary[find(mean) + coefficient], sum, 1e-4);
    assert_near(summary[find(deviation) + coefficient], sqrt(squares), 1e-4);
}

static void test_functionals_sum_the_frames_up(void **state)
{
    (void)state;
    int count = ser_extractor_functionals(extractor);
    assert_int_equal(count, 3 * COEFFICIENTS + WIDE * MODULATION_RANGES + 43);
    float *summary = calloc((size_t)count, sizeof *summary);
    assert_ok(ser_extractor_summarise(extractor, samples, COUNT, summary, &error));
    for (int k = 0; k < COEFFICIENTS; k++) {
        expect_spread(summary, MFCC, k, "mfcc_mean_0", "mfcc_stddev_0");
        expect_spread(summary, DELTA, k, NULL, "mfcc_delta_stddev_0");
    }
    free(summary);
}

static void test_modulation_is_that_of_four_bands_each(void **state)
{
    (void)state;
    int count = ser_extractor_functionals(extractor);
    float *summary = calloc((size_t)count, sizeof *summary);
    float *wide = calloc((size_t)frames.frames * WIDE, sizeof *wide);
    float expected[WIDE * MODULATION_RANGES];
    for (int t = 0; t < frames.frames; t++)
        for (int b = 0; b < BANDS; b++)
            wide[t * WIDE + b / 4] += at(t, b) / 4;
    struct modulation *modulation;
    assert_ok(modulation_create(&modulation, 0.01, &error));
    modulation_run(modulation, wide, (size_t)frames.frames, WIDE, WIDE, expected);
    assert_ok(ser_extractor_summarise(extractor, samples, COUNT, summary, &error));
    for (int i = 0; i < WIDE * MODULATION_RANGES; i++)
        assert_near(summary[find("modulation_0") + i], expected[i], 1e-3);
    modulation_destroy(modulation);
    free(summary);
    free(wide);
}

/* But for the levels of harmonics, the last four. */
static void test_voice_is_that_of_prosody(void **state)
{
    (void)state;
    ser_extractor *voice = create("prosody");
    int count = ser_extractor_functionals(voice);
    assert_int_equal(count, 47);
    float expected[47], summary[512];
    assert_true(ser_extractor_functionals(extractor) <= 512);
    assert_ok(ser_extractor_summarise(voice, samples, COUNT, expected, &error));
    assert_ok(ser_extractor_summarise(extractor, samples, COUNT, summary, &error));
    for (int i = 0; i < 43; i++)
        assert_true(summary[find(ser_extractor_functional(voice, i)->name)] == expected[i]);
    ser_extractor_destroy(voice);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frames_hold_the_parts),
        cmocka_unit_test(test_cepstrum_is_the_transform_of_the_bands),
        cmocka_unit_test(test_derivative_is_the_slope_over_nine_frames),
        cmocka_unit_test(test_functionals_sum_the_frames_up),
        cmocka_unit_test(test_modulation_is_that_of_four_bands_each),
        cmocka_unit_test(test_voice_is_that_of_prosody),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
