#define _GNU_SOURCE
#include "features/egemaps/egemaps_voice.h"

#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "features/egemaps/egemaps_periods.h"
#include "near.h"

enum { COLUMNS = 5 + EGEMAPS_VOICE_FORMANTS };

/* All columns of a run, in the order of struct egemaps_voice_columns. */
struct measured {
    float *columns[COLUMNS]; // (frames) each
};

static struct measured run(int rate, const float *samples, size_t count, const float *f0,
                           const float *const formants[3], size_t frames)
{
    struct egemaps_voice *voice;
    ser_error error;
    assert_ok(egemaps_voice_create(&voice, rate, &error));
    struct measured m;
    for (int i = 0; i < COLUMNS; i++) {
        m.columns[i] = calloc(frames + 1, sizeof **m.columns);
        m.columns[i][frames] = 7;
    }
    struct egemaps_voice_columns columns = {
        .jitter = m.columns[0],
        .shimmer = m.columns[1],
        .hnr = m.columns[2],
        .h1_h2 = m.columns[3],
        .h1_a3 = m.columns[4],
        .level = {m.columns[5], m.columns[6], m.columns[7]},
    };
    egemaps_voice_run(voice, samples, count, f0, formants, frames, &columns);
    for (int i = 0; i < COLUMNS; i++) {
        assert_true(m.columns[i][frames] == 7);
        for (size_t t = 0; t < frames; t++)
            assert_true(isfinite(m.columns[i][t]));
    }
    egemaps_voice_destroy(voice);
    return m;
}

static void release(struct measured *m)
{
    for (int i = 0; i < COLUMNS; i++)
        free(m->columns[i]);
}

/* The spectrum of one frame at 16 kHz, in double. */
struct plain {
    double power[513];
    double r[513];
};

static void plain_transform(struct plain *plain, const float *samples)
{
    static double cosine[1024], windowed[960];
    for (int i = 0; i < 1024; i++)
        cosine[i] = cos(2 * M_PI * i / 1024);
    for (int i = 0; i < 960; i++) {
        double x = (2 * i / 959.0 - 1) / 0.4;
        windowed[i] = (double)samples[i] * exp(-x * x / 2);
    }
    for (int k = 0; k < 513; k++) {
        double re = 0, im = 0;
        for (int i = 0; i < 960; i++) {
            re += windowed[i] * cosine[i * k % 1024];
            im += windowed[i] * cosine[(i * k + 256) % 1024];
        }
        plain->power[k] = re * re + im * im;
    }
    for (int lag = 0; lag < 513; lag++) {
        plain->r[lag] = plain->power[0] + plain->power[512] * cosine[lag * 512 % 1024];
        for (int k = 1; k < 512; k++)
            plain->r[lag] += 2 * plain->power[k] * cosine[lag * k % 1024];
    }
}

static double plain_hnr(const struct plain *plain, double f0)
{
    double most = 0, period = 16000 / f0;
    for (int lag = (int)(0.9 * period); lag <= (int)(1.1 * period); lag++)
        most = fmax(most, plain->r[lag]);
    return 10 * log10(most / (plain->r[0] - most));
}

static double plain_harmonic(const struct plain *plain, double f0, int n)
{
    int bin = (int)lround(n * f0 / 15.625);
    if (bin >= 512)
        return 0;
    return 10 * log10(fmax(plain->power[bin], fmax(plain->power[bin - 1], plain->power[bin + 1])));
}

static double plain_near(const struct plain *plain, double f0, double formant)
{
    double best = -1e9;
    for (int n = 1; n * f0 < 7990; n++)
        if (fabs(n * f0 - formant) <= 0.2 * formant + 15.625 / 2)
            best = fmax(best, plain_harmonic(plain, f0, n));
    return best;
}

static void test_spectral_columns_follow_their_definitions(void **state)
{
    (void)state;
    enum { FRAMES = 11, COUNT = 960 + 160 * (FRAMES - 1) };
    struct random random = random_seeded(2, 2);
    float samples[COUNT], f0[FRAMES], formants[3][FRAMES];
    for (int i = 0; i < COUNT; i++)
        samples[i] = 0.3f * (float)(i % 107) / 107 + 0.02f * random_uniform(&random, -1, 1);
    for (int t = 0; t < FRAMES; t++) {
        f0[t] = (float)(16000 / 107.0 + 3 * t);
        formants[0][t] = (float)(400 + 50 * t);
        formants[1][t] = (float)(1500 - 20 * t);
        formants[2][t] = (float)(2500 + 77 * t);
    }
    const float *pointers[3] = {formants[0], formants[1], formants[2]};
    struct measured m = run(16000, samples, COUNT, f0, pointers, FRAMES);
    for (int t = 0; t < FRAMES; t++) {
        struct plain plain;
        plain_transform(&plain, samples + 160 * t);
        double pitch = (double)f0[t], h[4];
        for (int n = 1; n < 4; n++)
            h[n] = plain_harmonic(&plain, pitch, n);
        assert_near(m.columns[2][t], plain_hnr(&plain, pitch), 1e-3);
        assert_near(m.columns[3][t], h[2] - h[3], 1e-3);
        assert_near(m.columns[4][t], h[2] - plain_near(&plain, pitch, (double)formants[2][t]),
                    1e-3);
        for (int i = 0; i < 3; i++)
            assert_near(m.columns[5 + i][t],
                        plain_near(&plain, pitch, (double)formants[i][t]) - h[1], 1e-3);
    }
    release(&m);
}

static void test_unvoiced_frames_have_no_values(void **state)
{
    (void)state;
    static const float f0[5] = {0, 20, 3000, -100, NAN};
    float samples[2000], formants[5] = {500, 500, 500, 500, 500};
    for (int i = 0; i < 2000; i++)
        samples[i] = (float)(i % 100) / 100;
    const float *pointers[3] = {formants, formants, formants};
    struct measured m = run(16000, samples, 2000, f0, pointers, 5);
    for (int t = 0; t < 5; t++)
        for (int i = 0; i < COLUMNS; i++)
            assert_true(m.columns[i][t] == (i < 5 ? 0 : EGEMAPS_NO_LEVEL));
    release(&m);
}

static void test_missing_formants_give_0(void **state)
{
    (void)state;
    float samples[1200], f0[2] = {160, 160}, formants[2] = {0, 20000};
    for (int i = 0; i < 1200; i++)
        samples[i] = (float)(i % 100) / 100;
    const float *pointers[3] = {formants, formants, formants};
    struct measured m = run(16000, samples, 1200, f0, pointers, 2);
    for (int t = 0; t < 2; t++)
        for (int i = 4; i < COLUMNS; i++)
            assert_true(m.columns[i][t] == 0);
    release(&m);
}

/* Pulses that ring, with periods and peaks that alternate. */
static float *pulses(size_t count, const int periods[2], const double peaks[2])
{
    float *samples = calloc(count, sizeof *samples);
    size_t place = 0;
    for (int n = 0; place < count; place += (size_t)periods[n++ % 2])
        for (size_t i = 0; i < 40 && place + i < count; i++)
            samples[place + i] +=
                (float)(peaks[n % 2] * sin(0.7 * (double)i) * exp(-0.1 * (double)i));
    return samples;
}

static void run_periods(int rate, const float *samples, size_t count, double f0, size_t frames,
                        float *jitter, float *shimmer)
{
    struct egemaps_periods *periods;
    ser_error error;
    float *pitches = calloc(frames, sizeof *pitches);
    for (size_t t = 0; t < frames; t++)
        pitches[t] = (float)f0;
    assert_ok(egemaps_periods_create(&periods, rate, &error));
    egemaps_periods_run(periods, samples, count, pitches, frames, jitter, shimmer);
    egemaps_periods_destroy(periods);
    free(pitches);
}

static void test_alternating_periods_have_their_jitter(void **state)
{
    (void)state;
    enum { FRAMES = 60, COUNT = 160 * FRAMES + 960 };
    static const int periods[2] = {98, 102};
    static const double peaks[2] = {0.5, 0.5};
    float *samples = pulses(COUNT, periods, peaks), jitter[FRAMES], shimmer[FRAMES];
    run_periods(16000, samples, COUNT, 160, FRAMES, jitter, shimmer);
    for (int t = 1; t < FRAMES; t++) {           /* the first frame may have a single pair */
        assert_near(jitter[t], 4 / 100.0, 3e-3); /* a longer lag sees more of the next period */
        assert_near(shimmer[t], 0, 1e-3);
    }
    free(samples);
}

/* Each frame has two periods. */
static void test_alternating_peaks_have_their_shimmer(void **state)
{
    (void)state;
    enum { FRAMES = 60, COUNT = 160 * FRAMES + 960 };
    static const int periods[2] = {80, 80};
    static const double peaks[2] = {0.5, 0.4};
    float *samples = pulses(COUNT, periods, peaks), jitter[FRAMES], shimmer[FRAMES];
    run_periods(16000, samples, COUNT, 200, FRAMES, jitter, shimmer);
    for (int t = 1; t < FRAMES; t++) {
        assert_near(jitter[t], 0, 1e-3);
        assert_near(shimmer[t], 20 * log10(1 + 0.1 / 0.45), 1e-2);
    }
    free(samples);
}

/* Periods of 16 and 17.5 ms: some frames have none. */
static void test_frames_without_a_period_keep_the_jitter(void **state)
{
    (void)state;
    enum { FRAMES = 60, COUNT = 160 * FRAMES + 1920 };
    static const int periods[2] = {256, 280};
    static const double peaks[2] = {0.5, 0.5};
    float *samples = pulses(COUNT, periods, peaks), jitter[FRAMES], shimmer[FRAMES];
    run_periods(16000, samples, COUNT, 16000 / 268.0, FRAMES, jitter, shimmer);
    for (int t = 4; t < FRAMES; t++) /* two periods have ended by then */
        assert_near(jitter[t], 24 / 268.0, 6e-3);
    free(samples);
}

/* A period that is no whole number of samples: the parabola has to find it. */
static void test_steady_tones_have_neither(void **state)
{
    (void)state;
    static const int rates[] = {8000, 16000, 44100};
    for (int r = 0; r < 3; r++) {
        size_t frames = 50, count = (size_t)rates[r];
        float *samples = calloc(count, sizeof *samples), jitter[50], shimmer[50];
        for (size_t i = 0; i < count; i++)
            for (int n = 1; n < 6; n++)
                samples[i] += (float)(0.1 / n * sin(2 * M_PI * n * 151.3 * (double)i / rates[r]));
        run_periods(rates[r], samples, count, 151.3, frames, jitter, shimmer);
        for (size_t t = 1; t < frames; t++) {
            assert_near(jitter[t], 0, 1e-3);
            assert_near(shimmer[t], 0, 0.05); /* peaks lie between samples */
        }
        free(samples);
    }
}

/* Where F0 is a fifth off, the peak lies outside the search, and its slope is not taken for one. */
static void test_periods_far_from_f0_do_not_count(void **state)
{
    (void)state;
    enum { FRAMES = 50, COUNT = 16000 };
    static const double factors[] = {0.8, 1.2};
    float *samples = calloc(COUNT, sizeof *samples), jitter[FRAMES], shimmer[FRAMES];
    for (size_t i = 0; i < COUNT; i++)
        samples[i] = (float)sin(2 * M_PI * 151.3 * (double)i / 16000);
    for (int f = 0; f < 2; f++) {
        run_periods(16000, samples, COUNT, 151.3 * factors[f], FRAMES, jitter, shimmer);
        for (int t = 0; t < FRAMES; t++)
            assert_true(jitter[t] == 0 && shimmer[t] == 0);
    }
    free(samples);
}

/* A frame has the next period, and another one only if it fits twice into what is left of its 160
 * samples: periods of 39 do in the first frame, those of 75 and 98 do not, so that it has no pair.
 */
static void test_frames_own_the_periods_that_fit_twice(void **state)
{
    (void)state;
    enum { FRAMES = 10, COUNT = 4000 };
    static const int periods[3][2] = {{100, 96}, {77, 73}, {40, 38}};
    static const double peaks[2] = {0.5, 0.5};
    for (int kind = 0; kind < 3; kind++) {
        double mean = (periods[kind][0] + periods[kind][1]) / 2.0;
        float *samples = pulses(COUNT, periods[kind], peaks), jitter[FRAMES], shimmer[FRAMES];
        run_periods(16000, samples, COUNT, 16000 / mean, FRAMES, jitter, shimmer);
        assert_true((jitter[0] > 0) == (kind == 2));
        for (int t = 1; t < FRAMES; t++)
            assert_near(jitter[t], (periods[kind][0] - periods[kind][1]) / mean, 0.01);
        free(samples);
    }
}

static void test_noise_has_no_periods(void **state)
{
    (void)state;
    enum { FRAMES = 100, COUNT = 160 * FRAMES + 960 };
    struct random random = random_seeded(9, 9);
    float *samples = calloc(COUNT, sizeof *samples), jitter[FRAMES], shimmer[FRAMES];
    for (int i = 0; i < COUNT; i++)
        samples[i] = random_uniform(&random, -1, 1);
    run_periods(16000, samples, COUNT, 100, FRAMES, jitter, shimmer);
    for (int t = 0; t < FRAMES; t++)
        assert_true(jitter[t] == 0 && shimmer[t] == 0);
    free(samples);
}

static void test_odd_sounds_stay_finite(void **state)
{
    (void)state;
    static const int rates[] = {4000, 8000, 16000, 48000, 192000};
    static const float f0[4] = {55, 100, 400, 1000};
    static const float formant[4] = {500, 1000, 3000, 5000};
    const float *formants[3] = {formant, formant, formant};
    for (size_t r = 0; r < sizeof rates / sizeof *rates; r++) {
        size_t most = (size_t)rates[r] / 10, counts[] = {0, 1, 50, most / 2, most};
        for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
            for (int kind = 0; kind < 4; kind++) {
                float *samples = calloc(counts[c] + 1, sizeof *samples);
                for (size_t i = 0; i < counts[c]; i++)
                    samples[i] = kind == 0   ? 0
                                 : kind == 1 ? 1
                                 : kind == 2 ? (i / 20 % 2 ? 1e9f : -1e9f)
                                             : 1e-30f * (float)(i % 3);
                struct measured m = run(rates[r], samples, counts[c], f0, formants, 4);
                release(&m);
                free(samples);
            }
        }
    }
}

static void test_rates_outside_are_refused(void **state)
{
    (void)state;
    struct egemaps_voice *voice;
    struct egemaps_periods *periods;
    ser_error error;
    assert_error(egemaps_voice_create(&voice, 3999, &error), SER_ERROR_ARGUMENT, "3999 Hz");
    assert_null(voice);
    assert_error(egemaps_periods_create(&periods, 768001, &error), SER_ERROR_ARGUMENT, "768001 Hz");
    assert_null(periods);
    egemaps_voice_destroy(NULL);
    egemaps_periods_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spectral_columns_follow_their_definitions),
        cmocka_unit_test(test_unvoiced_frames_have_no_values),
        cmocka_unit_test(test_missing_formants_give_0),
        cmocka_unit_test(test_alternating_periods_have_their_jitter),
        cmocka_unit_test(test_alternating_peaks_have_their_shimmer),
        cmocka_unit_test(test_frames_without_a_period_keep_the_jitter),
        cmocka_unit_test(test_steady_tones_have_neither),
        cmocka_unit_test(test_periods_far_from_f0_do_not_count),
        cmocka_unit_test(test_frames_own_the_periods_that_fit_twice),
        cmocka_unit_test(test_noise_has_no_periods),
        cmocka_unit_test(test_odd_sounds_stay_finite),
        cmocka_unit_test(test_rates_outside_are_refused),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
