#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "features/voice/harmonicity.h"
#include "near.h"
#include "praat.h"

static ser_error error;

static struct harmonicity *create(int rate)
{
    struct harmonicity_settings settings = harmonicity_defaults(rate);
    struct harmonicity *harmonicity;
    assert_ok(harmonicity_create(&harmonicity, &settings, &error));
    return harmonicity;
}

/* On Praat's frames; the caller frees the result. */
static float *measure(int rate, const float *samples, size_t count, size_t *frames)
{
    struct harmonicity *harmonicity = create(rate);
    struct centres centres = praat_harmonicity_centres(rate, count);
    *frames = centres.frames;
    float *hnr = calloc(centres.frames + 1, sizeof *hnr);
    harmonicity_run(harmonicity, samples, count, &centres, hnr);
    for (size_t t = 0; t < centres.frames; t++)
        assert_true(hnr[t] == HARMONICITY_SILENT || fabsf(hnr[t]) <= 100);
    harmonicity_destroy(harmonicity);
    return hnr;
}

/* Harmonics of `hz` with noise of a known part of their power. */
static float *voice(int rate, size_t count, double hz, double hnr_db)
{
    float *samples = calloc(count, sizeof *samples);
    struct random random = random_seeded(8, 0);
    double power = 0, noise = pow(10, -hnr_db / 20);
    for (int h = 1; h <= 5; h++)
        power += 0.5 / (h * h);
    for (size_t i = 0; i < count; i++) {
        for (int h = 1; h <= 5; h++)
            samples[i] += (float)(sin(2 * M_PI * hz * h * (double)i / rate) / h);
        double uniform = (double)random_uniform(&random, -1, 1);
        samples[i] += (float)(uniform * sqrt(3 * power) * noise);
    }
    return samples;
}

static void test_counts_frames_as_praat_does(void **state)
{
    (void)state;
    struct centres centres = praat_harmonicity_centres(16000, 52319);
    assert_int_equal(centres.frames, 325);
    assert_near(centres.first, 0.01496875, 1e-9);
}

/* The best of many lags finds a little more than there is, the more the noisier. */
static void test_measures_the_noise_that_was_added(void **state)
{
    (void)state;
    static const int rates[] = {8000, 16000, 44100};
    static const double levels[] = {0, 5, 10, 20, 30};
    for (size_t r = 0; r < 3; r++)
        for (size_t l = 0; l < sizeof levels / sizeof *levels; l++) {
            size_t frames, count = (size_t)rates[r];
            float *samples = voice(rates[r], count, 180, levels[l]);
            float *hnr = measure(rates[r], samples, count, &frames);
            double mean = praat_harmonicity_mean(hnr, frames);
            assert_near(mean, levels[l], levels[l] < 3 ? 2.5 : 1.2);
            free(hnr);
            free(samples);
        }
}

static void test_perfect_repetition_ends_at_the_most(void **state)
{
    (void)state;
    size_t frames;
    float *samples = calloc(16000, sizeof *samples);
    for (int i = 0; i < 16000; i++)
        samples[i] = i / 50 % 2 ? 0.5f : -0.5f;
    float *hnr = measure(16000, samples, 16000, &frames);
    for (size_t t = 0; t < frames; t++)
        assert_true(hnr[t] >= 40 && hnr[t] <= HARMONICITY_MOST);
    free(hnr);
    free(samples);
}

static void test_silent_frames_are_told(void **state)
{
    (void)state;
    size_t frames;
    float *samples = voice(16000, 16000, 150, 20);
    for (int i = 0; i < 8000; i++)
        samples[i] *= 0.02f; /* below a tenth of the peak */
    float *hnr = measure(16000, samples, 16000, &frames);
    for (size_t t = 0; t < frames / 2 - 4; t++)
        assert_true(hnr[t] == HARMONICITY_SILENT);
    for (size_t t = frames / 2 + 4; t < frames; t++)
        assert_true(hnr[t] > 10);
    assert_near(praat_harmonicity_mean(hnr, frames), 20, 1.5);
    assert_true(praat_harmonicity_mean(hnr, frames / 2 - 4) == 0);
    free(hnr);
    for (int kind = 0; kind < 2; kind++) {
        for (int i = 0; i < 16000; i++)
            samples[i] = kind ? 0.3f : 0;
        hnr = measure(16000, samples, 16000, &frames);
        for (size_t t = 0; t < frames; t++)
            assert_true(hnr[t] == HARMONICITY_SILENT);
        free(hnr);
    }
    free(samples);
}

static void test_any_length_is_safe_and_repeatable(void **state)
{
    (void)state;
    static const size_t counts[] = {0, 1, 2, 100, 213, 426, 427, 2000};
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        size_t frames, frames_again;
        float *samples = voice(16000, counts[c], 150, 10);
        float *hnr = measure(16000, samples, counts[c], &frames);
        float *again = measure(16000, samples, counts[c], &frames_again);
        assert_int_equal(frames > 0, counts[c] > 0);
        assert_memory_equal(hnr, again, frames * sizeof *hnr);
        free(hnr);
        free(again);
        free(samples);
    }
}

static void test_refuses_bad_settings(void **state)
{
    (void)state;
    struct harmonicity *harmonicity = (struct harmonicity *)&error;
    struct harmonicity_settings s = harmonicity_defaults(2000);
    assert_error(harmonicity_create(&harmonicity, &s, &error), SER_ERROR_ARGUMENT, "rate is 2000");
    assert_null(harmonicity);
    s = harmonicity_defaults(16000);
    s.floor = 5;
    assert_error(harmonicity_create(&harmonicity, &s, &error), SER_ERROR_ARGUMENT, "floor is 5");
    s = harmonicity_defaults(16000);
    s.silence = -1;
    assert_error(harmonicity_create(&harmonicity, &s, &error), SER_ERROR_ARGUMENT, "silence is -1");
    harmonicity_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts_frames_as_praat_does),
        cmocka_unit_test(test_measures_the_noise_that_was_added),
        cmocka_unit_test(test_perfect_repetition_ends_at_the_most),
        cmocka_unit_test(test_silent_frames_are_told),
        cmocka_unit_test(test_any_length_is_safe_and_repeatable),
        cmocka_unit_test(test_refuses_bad_settings),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
