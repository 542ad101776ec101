/* Pulses, and the jitter and shimmer of what lies between them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "features/voice/perturbation.h"
#include "features/voice/pulses.h"
#include "near.h"

static ser_error error;

enum { RATE = 16000 };

/* A contour of one pitch all through `count` samples. */
static struct pitch_contour steady(size_t count, double rate, float hz, float *f0)
{
    struct pitch_contour contour = {.centres = centres_fit(count, rate, 0.04, 0.01), .f0 = f0};
    for (size_t t = 0; t < contour.centres.frames; t++)
        f0[t] = hz;
    return contour;
}

/* A damped ringing at each of the given moments, as of a throat struck by its voice. */
static void strike(float *samples, size_t count, double rate, const double *times,
                   const double *strengths, size_t strikes)
{
    memset(samples, 0, count * sizeof *samples);
    for (size_t s = 0; s < strikes; s++)
        for (size_t i = 0; i < count; i++) {
            double since = ((double)i + 0.5) / rate - times[s];
            if (since >= 0 && since < 0.05)
                samples[i] += (float)(strengths[s] * exp(-300 * since) *
                                      (cos(2 * M_PI * 700 * since) + cos(2 * M_PI * 1900 * since)));
        }
}

static void check_steady_pulses(double rate)
{
    size_t count = (size_t)rate / 2;
    float *samples = calloc(count, sizeof *samples), f0[64];
    double times[60], strengths[60];
    for (int i = 0; i < 60; i++) {
        times[i] = 0.0031 + i / 125.3;
        strengths[i] = 0.2;
    }
    strike(samples, count, rate, times, strengths, 60);
    struct pitch_contour contour = steady(count, rate, 125.3f, f0);
    struct pulses pulses = {0};
    assert_ok(pulses_find(&pulses, &contour, samples, count, &error));
    assert_true(pulses.count >= 55 && pulses.count <= 62);
    for (size_t i = 3; i + 4 < pulses.count; i++) /* but at the sound's own edges */
        assert_near(pulses.times[i + 1] - pulses.times[i], 1 / 125.3, 2e-5);
    /* All at the same place after a strike. */
    double phase = fmod((pulses.times[20] - times[0]) * 125.3, 1);
    assert_true(phase < 0.1 || phase > 0.95);
    pulses_release(&pulses);
    free(samples);
}

static void test_pulses_come_once_in_a_period(void **state)
{
    (void)state;
    check_steady_pulses(8000);
    check_steady_pulses(16000);
    check_steady_pulses(44100);
    check_steady_pulses(96000);
}

static void test_unvoiced_sound_has_no_pulses(void **state)
{
    (void)state;
    float samples[4000], f0[64];
    for (int i = 0; i < 4000; i++)
        samples[i] = sinf(0.05f * (float)i);
    struct pitch_contour contour = steady(4000, RATE, 0, f0);
    struct pulses pulses = {0};
    assert_ok(pulses_find(&pulses, &contour, samples, 4000, &error));
    assert_int_equal(pulses.count, 0);
    contour = steady(0, RATE, 0, f0);
    assert_ok(pulses_find(&pulses, &contour, samples, 0, &error));
    assert_int_equal(pulses.count, 0);
    pulses_release(&pulses);
}

/* What a contour claims to be voiced may be anything. */
static void test_any_sound_under_a_contour_is_safe(void **state)
{
    (void)state;
    static const size_t counts[] = {1, 2, 50, 640, 3000};
    static const float pitches[] = {75, 133, 600};
    struct pulses pulses = {0};
    for (int kind = 0; kind < 3; kind++)
        for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
            for (size_t p = 0; p < 3; p++) {
                float *samples = calloc(counts[c], sizeof *samples), f0[64];
                struct random random = random_seeded(4, c);
                for (size_t i = 0; kind && i < counts[c]; i++)
                    samples[i] = kind == 1 ? 0.5f : random_uniform(&random, -1, 1);
                struct pitch_contour contour = steady(counts[c], RATE, pitches[p], f0);
                assert_ok(pulses_find(&pulses, &contour, samples, counts[c], &error));
                for (size_t i = 1; i < pulses.count; i++)
                    assert_true(pulses.times[i] > pulses.times[i - 1]);
                for (size_t i = 0; i < pulses.count; i++)
                    assert_true(isfinite(pulses.times[i]));
                free(samples);
            }
    pulses_release(&pulses);
}

static struct perturbation measure(double *times, size_t count, const float *samples, size_t length)
{
    struct pulses pulses = {.times = times, .count = count};
    struct perturbation_settings settings = perturbation_defaults();
    struct perturbation perturbation;
    assert_ok(
        perturbation_measure(&perturbation, &pulses, samples, length, RATE, &settings, &error));
    return perturbation;
}

/* Periods of 10, 11, 10, 9, 10, 10 ms. */
static void test_jitter_by_hand(void **state)
{
    (void)state;
    double times[] = {0.1, 0.11, 0.121, 0.131, 0.14, 0.15, 0.16};
    float samples[4000] = {0};
    struct perturbation p = measure(times, 7, samples, 4000);
    assert_near(p.jitter_local, (1 + 1 + 1 + 1 + 0) / 5.0 / 10, 1e-9);
    assert_near(p.jitter_rap, (2 / 3.0 + 0 + 2 / 3.0 + 1 / 3.0) / 4 / 10, 1e-9);
    assert_near(p.jitter_ppq5, (0 + 1) / 2.0 / 10, 1e-9);
    assert_true(p.shimmer_local == 0 && p.shimmer_apq3 == 0 && p.shimmer_local_db == 0);
}

/* A gap of 30 ms is no period, and one of 14 ms is not to be compared with 10 ms; it still counts
 * in the mean, as its neighbour of 14 ms is like it. */
static void test_jitter_leaves_out_what_does_not_belong_together(void **state)
{
    (void)state;
    double times[] = {0.1, 0.11, 0.1201, 0.1501, 0.1602, 0.1702, 0.1842, 0.1982};
    float samples[4000] = {0};
    struct perturbation p = measure(times, 8, samples, 4000);
    double mean = (10 + 10.1 + 10.1 + 10 + 14 + 14) / 6;
    assert_near(p.jitter_local, (0.1 + 0.1 + 0) / 3 / mean, 1e-9);
    assert_near(p.jitter_rap, 0, 0);
    assert_near(p.jitter_ppq5, 0, 0);
}

static void test_shimmer_by_hand(void **state)
{
    (void)state;
    /* A constant around each pulse is its strength. */
    static const float levels[] = {0.9f, 0.5f, 0.6f, 0.5f, 0.55f, 0.9f, 0.7f, 0.1f};
    double times[8];
    float samples[4000] = {0};
    for (int p = 0; p < 8; p++) {
        times[p] = 0.1 + 0.01 * p;
        for (int i = -40; i < 40; i++)
            samples[1600 + 160 * p + i] = p % 2 ? levels[p] : -levels[p];
    }
    struct perturbation p = measure(times, 8, samples, 4000);
    /* Pulses 1 to 6; 0.55 and 0.9 differ by more than 1.6; the last does not count in the mean. */
    double mean = (0.5 + 0.6 + 0.5 + 0.55 + 0.9) / 5;
    assert_near(p.shimmer_local, (0.1 + 0.1 + 0.05 + 0.2) / 4 / mean, 1e-6);
    double apq3 = (0.1 - 0.1 / 3) + (0.55 - 0.5);
    assert_near(p.shimmer_apq3, apq3 / 2 / mean, 1e-6);
    double db = 20 * (2 * log10(1.2) + log10(1.1) + log10(0.9 / 0.7));
    assert_near(p.shimmer_local_db, db / 4, 1e-5);
    assert_near(p.jitter_local, 0, 1e-9);
}

/* One sample shows the window: a raised cosine of 0.2 periods to either side, 2 ms and 2.4 ms. */
static void test_strength_is_under_a_raised_cosine(void **state)
{
    (void)state;
    double times[] = {0.09, 0.1, 0.112, 0.122, 0.132};
    for (int offset = -20; offset <= 20; offset += 5) {
        float samples[4000] = {0};
        for (int i = 1700; i < 2600; i++)
            samples[i] = 0.25f; /* around the other pulses */
        samples[1600 + offset] = 1;
        struct perturbation p = measure(times, 5, samples, 4000);
        double sum = 0, weights = 0;
        for (int i = 1500; i < 1700; i++) {
            double away = (i + 0.5) / RATE - 0.1, reach = away < 0 ? 0.002 : 0.0024;
            double weight = fabs(away) < reach ? 0.5 + 0.5 * cos(M_PI * away / reach) : 0;
            weights += weight * weight;
            sum += i == 1600 + offset ? weight * weight : 0;
        }
        double first = sqrt(sum / weights), factor = fmax(first / 0.25, 0.25 / first);
        double expected = factor > 1.6 ? 0 : 20 * log10(factor) / 2; /* and one step of 0 dB */
        assert_near(p.shimmer_local_db, expected, 1e-5);
    }
}

static void test_too_few_pulses_give_zeros(void **state)
{
    (void)state;
    double times[] = {0.1, 0.11, 0.12, 0.13};
    float samples[4000];
    for (int i = 0; i < 4000; i++)
        samples[i] = 1;
    static const struct perturbation zero = {0};
    for (size_t count = 0; count <= 4; count++) {
        struct perturbation p = measure(times, count, samples, 4000);
        if (count < 3)
            assert_memory_equal(&p, &zero, sizeof p);
        assert_near(p.jitter_local + p.jitter_ppq5 + p.shimmer_apq3, 0, 1e-9);
    }
    /* Pulses beyond the sound have no strength. */
    struct perturbation p = measure(times, 4, samples, 100);
    assert_true(p.shimmer_local == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pulses_come_once_in_a_period),
        cmocka_unit_test(test_unvoiced_sound_has_no_pulses),
        cmocka_unit_test(test_any_sound_under_a_contour_is_safe),
        cmocka_unit_test(test_jitter_by_hand),
        cmocka_unit_test(test_jitter_leaves_out_what_does_not_belong_together),
        cmocka_unit_test(test_shimmer_by_hand),
        cmocka_unit_test(test_strength_is_under_a_raised_cosine),
        cmocka_unit_test(test_too_few_pulses_give_zeros),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
