/* Formants by Burg's method, and the downsampling before it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "features/voice/burg.h"
#include "features/voice/downsampler.h"
#include "near.h"
#include "praat.h"

static ser_error error;

static float *tone(int rate, size_t count, double hz)
{
    float *samples = calloc(count ? count : 1, sizeof *samples);
    for (size_t i = 0; i < count; i++)
        samples[i] = (float)cos(2 * M_PI * hz * (double)i / rate);
    return samples;
}

static void check_downsampling(int from, int to)
{
    struct downsampler *downsampler;
    assert_ok(downsampler_create(&downsampler, from, to, &error));
    size_t count = (size_t)from / 2, made = downsampler_count(downsampler, count);
    assert_near((double)made, (double)count * to / from, 1);
    float *output = calloc(made, sizeof *output);
    const struct {
        double hz, gain;
    } tones[] = {{0, 1}, {0.1 * to, 1}, {0.48 * to, 1}, {0.52 * to, 0}, {0.9 * to, 0}};
    for (int i = 0; i < 5; i++) {
        if (tones[i].hz > from / 2.0)
            continue;
        float *samples = tone(from, count, tones[i].hz);
        downsampler_run(downsampler, samples, count, output);
        for (size_t k = made / 3; k < made * 2 / 3; k++) {
            double expected = tones[i].gain * cos(2 * M_PI * tones[i].hz * (double)k / to);
            assert_near(output[k], expected, 0.01);
        }
        free(samples);
    }
    free(output);
    downsampler_destroy(downsampler);
}

static void test_downsampling_keeps_what_the_new_rate_holds(void **state)
{
    (void)state;
    check_downsampling(16000, 11000);
    check_downsampling(44100, 11000);
    check_downsampling(48000, 11000);
    check_downsampling(192000, 11000);
    check_downsampling(12345, 11000); /* 2200 places between samples */
    struct downsampler *downsampler;
    assert_error(downsampler_create(&downsampler, 8000, 11000, &error), SER_ERROR_ARGUMENT,
                 "from 8000 to 11000");
    assert_null(downsampler);
}

static void test_downsampling_to_the_same_rate_changes_nothing(void **state)
{
    (void)state;
    struct downsampler *downsampler;
    assert_ok(downsampler_create(&downsampler, 8000, 8000, &error));
    float *samples = tone(8000, 500, 1234), output[500];
    assert_int_equal(downsampler_count(downsampler, 500), 500);
    assert_int_equal(downsampler_count(downsampler, 0), 0);
    assert_int_equal(downsampler_count(downsampler, 1), 1);
    downsampler_run(downsampler, samples, 500, output);
    for (int i = 0; i < 500; i++)
        assert_near(output[i], samples[i], 1e-6);
    free(samples);
    downsampler_destroy(downsampler);
}

/* Burg's recursion by the textbook, in double. */
static void plain_burg(const double *x, int count, int order, double *model)
{
    double f[300], b[300], before[20];
    memcpy(f, x, (size_t)count * sizeof *f);
    memcpy(b, x, (size_t)count * sizeof *b);
    model[0] = 1;
    for (int m = 1; m <= order; m++) {
        double above = 0, below = 0;
        for (int n = m; n < count; n++) {
            above += f[n] * b[n - 1];
            below += f[n] * f[n] + b[n - 1] * b[n - 1];
        }
        double k = -2 * above / below;
        memcpy(before, model, (size_t)m * sizeof *model);
        for (int i = 1; i < m; i++)
            model[i] = before[i] + k * before[m - i];
        model[m] = k;
        for (int n = count - 1; n >= m; n--) {
            double forward = f[n] + k * b[n - 1];
            b[n] = b[n - 1] + k * f[n];
            f[n] = forward;
        }
    }
}

static void test_model_is_that_of_the_definition(void **state)
{
    (void)state;
    enum { COUNT = 300, ORDER = 10 };
    static lanes forward[COUNT], backward[COUNT];
    static double x[LANES][COUNT];
    lanes model[ORDER + 1];
    struct random random = random_seeded(6, 0);
    for (int lane = 0; lane < LANES; lane++)
        for (int n = 0; n < COUNT; n++) {
            x[lane][n] = sin(0.2 * (lane + 1) * n) + 0.5 * cos(0.9 * n + lane) +
                         (double)random_uniform(&random, -0.2f, 0.2f);
            forward[n][lane] = (float)x[lane][n];
        }
    burg_fit(forward, backward, COUNT, ORDER, model);
    for (int lane = 0; lane < LANES; lane++) {
        double expected[ORDER + 1];
        plain_burg(x[lane], COUNT, ORDER, expected);
        for (int i = 0; i <= ORDER; i++)
            assert_near(model[i][lane], expected[i], 2e-4);
    }
}

static void test_frames_without_energy_get_no_model(void **state)
{
    (void)state;
    lanes forward[20] = {0}, backward[20], model[5];
    for (int n = 0; n < 20; n++)
        forward[n][3] = n % 2 ? 1 : -1; /* perfectly predictable */
    burg_fit(forward, backward, 20, 4, model);
    for (int i = 1; i <= 4; i++)
        assert_true(model[i][0] == 0);
    assert_near(model[1][3], 1, 1e-6);
    for (int i = 0; i <= 4; i++)
        assert_true(isfinite(model[i][3]));
}

static struct burg *create(int rate)
{
    struct burg_settings settings = burg_defaults(rate);
    struct burg *burg;
    assert_ok(burg_create(&burg, &settings, &error));
    return burg;
}

/* Noise that falls by 6 dB per octave, as voices do, through resonances whose frequencies are
 * known. */
static float *vowel(int rate, size_t count, const double *hz, const double *bandwidths,
                    int formants)
{
    float *samples = calloc(count ? count : 1, sizeof *samples);
    struct random random = random_seeded(7, 0);
    double slope = exp(-2 * M_PI * 50 / rate), source = 0;
    for (size_t i = 0; i < count; i++) {
        source = slope * source + (double)random_uniform(&random, -0.01f, 0.01f);
        samples[i] = (float)source;
    }
    for (int f = 0; f < formants; f++) {
        double radius = exp(-M_PI * bandwidths[f] / rate);
        double a = 2 * radius * cos(2 * M_PI * hz[f] / rate), b = -radius * radius;
        double last = 0, before = 0;
        for (size_t i = 0; i < count; i++) {
            double now = (double)samples[i] + a * last + b * before;
            samples[i] = (float)now;
            before = last;
            last = now;
        }
    }
    return samples;
}

/* `checked` of them: at high rates the tilt of so few resonances leaves the upper ones too weak. */
static void check_formants(int rate, int formants, int checked)
{
    static const double hz[] = {620, 1220, 2550, 3500, 4600},
                        bandwidths[] = {80, 90, 120, 150, 200};
    struct burg *burg = create(rate);
    size_t count = (size_t)rate;
    float *samples = vowel(rate, count, hz, bandwidths, formants);
    struct centres centres = praat_formant_centres(rate, count);
    size_t each = (size_t)burg_defaults(rate).formants;
    float *frequencies = calloc(centres.frames * each, sizeof *frequencies);
    float *widths = calloc(centres.frames * each, sizeof *widths);
    assert_ok(burg_run(burg, samples, count, &centres, frequencies, widths, &error));
    double means[3] = {0};
    for (size_t t = 0; t < centres.frames; t++)
        for (size_t i = 0; i < each; i++) {
            float f = frequencies[t * each + i], w = widths[t * each + i];
            assert_true(f == 0 ? w == 0 : f >= 50 && f <= 5450 && w >= 0);
            assert_true(i == 0 || f == 0 || f >= frequencies[t * each + i - 1]);
            if (i < 3)
                means[i] += (double)f / (double)centres.frames;
        }
    for (int i = 0; i < checked; i++)
        assert_near(means[i], hz[i], 0.06 * hz[i]);
    free(frequencies);
    free(widths);
    free(samples);
    burg_destroy(burg);
}

static void test_finds_the_resonances_of_a_vowel(void **state)
{
    (void)state;
    check_formants(11000, 5, 3);
    check_formants(16000, 5, 3);
    check_formants(44100, 5, 2);
    check_formants(192000, 5, 2);
    check_formants(8000, 4, 3);
}

static void test_counts_frames_as_praat_does(void **state)
{
    (void)state;
    struct centres centres = praat_formant_centres(16000, 52319);
    assert_int_equal(centres.frames, 516);
    assert_near(centres.first, 0.0255938, 1e-6);
}

static void test_any_sound_is_safe_and_repeatable(void **state)
{
    (void)state;
    static const size_t counts[] = {0, 1, 2, 30, 799, 800, 801, 2500};
    struct burg *burg = create(16000);
    for (int kind = 0; kind < 4; kind++)
        for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
            float *samples = tone(16000, counts[c], 1000);
            for (size_t i = 0; i < counts[c]; i++)
                samples[i] = kind == 0   ? 0
                             : kind == 1 ? 0.5f
                             : kind == 2 ? copysignf(1e9f, samples[i])
                                         : samples[i];
            struct centres centres = praat_formant_centres(16000, counts[c]);
            size_t cells = centres.frames * 5;
            float *first = calloc(2 * cells + 1, sizeof *first);
            float *again = calloc(2 * cells + 1, sizeof *again);
            assert_ok(burg_run(burg, samples, counts[c], &centres, first, first + cells, &error));
            assert_ok(burg_run(burg, samples, counts[c], &centres, again, again + cells, &error));
            assert_memory_equal(first, again, 2 * cells * sizeof *first);
            for (size_t i = 0; i < 2 * cells; i++)
                assert_true(isfinite(first[i]) && (kind > 0 || first[i] == 0));
            free(first);
            free(again);
            free(samples);
        }
    burg_destroy(burg);
}

static void test_refuses_bad_settings(void **state)
{
    (void)state;
    struct burg *burg = (struct burg *)&error;
    struct burg_settings s = burg_defaults(8000);
    assert_true(s.ceiling == 4000 && s.formants == 4);
    s.ceiling = 5500;
    assert_error(burg_create(&burg, &s, &error), SER_ERROR_ARGUMENT, "ceiling is 5500");
    assert_null(burg);
    s = burg_defaults(16000);
    s.formants = 9;
    assert_error(burg_create(&burg, &s, &error), SER_ERROR_ARGUMENT, "9 of them");
    s = burg_defaults(16000);
    s.window = 0;
    assert_error(burg_create(&burg, &s, &error), SER_ERROR_ARGUMENT, "window 0 s");
    s = burg_defaults(100);
    assert_error(burg_create(&burg, &s, &error), SER_ERROR_ARGUMENT, "rate is 100");
    burg_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_downsampling_keeps_what_the_new_rate_holds),
        cmocka_unit_test(test_downsampling_to_the_same_rate_changes_nothing),
        cmocka_unit_test(test_model_is_that_of_the_definition),
        cmocka_unit_test(test_frames_without_energy_get_no_model),
        cmocka_unit_test(test_finds_the_resonances_of_a_vowel),
        cmocka_unit_test(test_counts_frames_as_praat_does),
        cmocka_unit_test(test_any_sound_is_safe_and_repeatable),
        cmocka_unit_test(test_refuses_bad_settings),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
