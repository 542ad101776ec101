/* The set `prosody`, its functionals, and intensity. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "features/voice/intensity.h"
#include "features/voice/prosody.h"
#include "features/voice/prosody_functionals.h"
#include "near.h"

static ser_error error;

static double functional(const float *values, const char *name)
{
    for (int i = 0; i < prosody_functional_count; i++)
        if (!strcmp(prosody_functional_groups[i].name, name))
            return (double)values[i];
    fail_msg("no functional %s", name);
    return 0;
}

/* By the words of intensity.h, in double. */
static double plain_intensity(const float *samples, ptrdiff_t count, int rate, ptrdiff_t middle)
{
    int half = (int)(0.032 * rate);
    double mean = 0, inside = 0, sum = 0, weights = 0, shape = 2 * M_PI * M_PI + 0.5;
    for (ptrdiff_t i = middle - half; i <= middle + half; i++)
        if (i >= 0 && i < count) {
            mean += (double)samples[i];
            inside++;
        }
    mean /= inside;
    for (ptrdiff_t i = middle - half; i <= middle + half; i++) {
        if (i < 0 || i >= count)
            continue;
        double part = (double)(i - middle) / (half + 0.5), x = shape * sqrt(1 - part * part);
        double bessel = 1, term = 1;
        for (int k = 1; k < 100; k++)
            bessel += term *= x * x / (4.0 * k * k);
        sum += bessel * ((double)samples[i] - mean) * ((double)samples[i] - mean);
        weights += bessel;
    }
    return fmax(0, 10 * log10(sum / weights / 4e-10));
}

static void test_intensity_is_that_of_the_definition(void **state)
{
    (void)state;
    static const size_t counts[] = {1, 50, 640, 3000, 5003};
    struct intensity_settings settings = intensity_defaults(16000);
    struct intensity *intensity;
    assert_ok(intensity_create(&intensity, &settings, &error));
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        float *samples = calloc(counts[c], sizeof *samples), db[64];
        struct random random = random_seeded(1, c);
        for (size_t i = 0; i < counts[c]; i++)
            samples[i] = 0.1f + random_uniform(&random, -1, 1) * (i < 2000 ? 1e-3f : 0.1f);
        struct centres centres = centres_fit(counts[c], 16000, 0.04, 0.01);
        intensity_run(intensity, samples, counts[c], &centres, db);
        for (size_t t = 0; t < centres.frames; t++)
            assert_near(db[t],
                        plain_intensity(samples, (ptrdiff_t)counts[c], 16000,
                                        centres_sample(&centres, t, 0)),
                        0.01);
        free(samples);
    }
    intensity_destroy(intensity);
    /* A sine of amplitude 1 is 1/2 Pa^2. */
    float *sine = calloc(16000, sizeof *sine), db[128];
    for (int i = 0; i < 16000; i++)
        sine[i] = sinf(0.2f * (float)i);
    assert_ok(intensity_create(&intensity, &settings, &error));
    struct centres centres = intensity_centres(intensity, 16000);
    assert_int_equal(centres.frames, 94);
    intensity_run(intensity, sine, 16000, &centres, db);
    assert_near(db[40], 10 * log10(0.5 / 4e-10), 0.01);
    free(sine);
    intensity_destroy(intensity);
    settings.rate = 10;
    assert_error(intensity_create(&intensity, &settings, &error), SER_ERROR_ARGUMENT, "rate 10");
    assert_null(intensity);
}

/* Rows with pitch and intensity only. */
static void fill_rows(float (*rows)[PROSODY_COLUMNS], const float *f0, const float *db, int frames)
{
    memset(rows, 0, (size_t)frames * sizeof *rows);
    for (int t = 0; t < frames; t++) {
        rows[t][PROSODY_F0] = f0[t];
        rows[t][PROSODY_VOICING] = f0[t] > 0 ? 0.8f : 0.3f;
        rows[t][PROSODY_INTENSITY] = db[t];
        rows[t][PROSODY_FORMANT] = f0[t] > 0 ? 500 : 1000;
        rows[t][PROSODY_HNR] = t == 3 ? 0 : 12;
        rows[t][PROSODY_H1_H2] = f0[t] > 0 ? 3 + 2 * (float)t : 0;
    }
}

static float *sum_up(float (*rows)[PROSODY_COLUMNS], int frames)
{
    float *values = calloc((size_t)prosody_functional_count, sizeof *values);
    float *scratch = calloc(4 * (size_t)frames, sizeof *scratch);
    struct perturbation perturbation = {.jitter_local = 0.01, .shimmer_local_db = 0.5};
    prosody_functionals(*rows, (size_t)frames, 0.01, &perturbation, scratch, values);
    free(scratch);
    for (int i = 0; i < prosody_functional_count; i++)
        assert_true(isfinite(values[i]));
    return values;
}

static void test_functionals_of_pitch_by_hand(void **state)
{
    (void)state;
    static const float f0[] = {0, 100, 200, 0, 400, 0}, db[] = {60, 60, 60, 60, 60, 60};
    float rows[6][PROSODY_COLUMNS];
    fill_rows(rows, f0, db, 6);
    float *values = sum_up(rows, 6);
    assert_near(functional(values, "f0_mean_hz"), 700 / 3.0, 1e-3);
    assert_near(functional(values, "f0_sd_hz"), 152.7525, 1e-3);
    assert_near(functional(values, "f0_median_hz"), 200, 1e-3);
    assert_near(functional(values, "f0_p05_hz"), 110, 1e-3);
    assert_near(functional(values, "f0_p95_hz"), 380, 1e-3);
    assert_near(functional(values, "f0_range_semitones"), 12 * log2(38 / 11.0), 1e-4);
    assert_near(functional(values, "f0_sd_semitones"), 12, 1e-4);
    /* (10 ms, 0), (20 ms, 12), (40 ms, 24) */
    assert_near(functional(values, "f0_slope"), 771.4286, 1e-2);
    assert_near(functional(values, "f0_movement"), 1200, 1e-2);
    assert_near(functional(values, "voicing_mean"), 0.8, 1e-6);
    assert_near(functional(values, "voiced_frames"), 3, 0);
    assert_near(functional(values, "voiced_share"), 0.5, 1e-6);
    assert_near(functional(values, "hnr_db"), 12, 1e-6);
    assert_near(functional(values, "jitter_local"), 0.01, 1e-6);
    assert_near(functional(values, "shimmer_local_db"), 0.5, 1e-6);
    assert_near(functional(values, "f1_hz"), 750, 1e-3);
    assert_near(functional(values, "f1_voiced_hz"), 500, 1e-3);
    assert_near(functional(values, "f2_hz"), 0, 0);
    assert_near(functional(values, "h1_h2_db"), 23 / 3.0, 1e-5); /* 5, 7, 11 */
    assert_near(functional(values, "h1_h2_sd_db"), 3.05505, 1e-4);
    assert_near(functional(values, "h1_a3_db"), 0, 0);
    assert_near(functional(values, "h1_a3_sd_db"), 0, 0);
    assert_near(functional(values, "voiced_segments_per_s"), 2 / 0.06, 1e-3);
    assert_near(functional(values, "voiced_segment_mean_s"), 0.015, 1e-6);
    assert_near(functional(values, "voiced_segment_sd_s"), 0.00707107, 1e-6);
    free(values);
}

/* Three voiced humps of intensity, a ripple on one of them, a hump that is not voiced, and a pause.
 */
static void test_functionals_of_rhythm_by_hand(void **state)
{
    (void)state;
    enum { FRAMES = 200 };
    float f0[FRAMES] = {0}, db[FRAMES], rows[FRAMES][PROSODY_COLUMNS];
    static const int humps[] = {20, 50, 80, 140, 160}; /* middles; half as wide as 15 */
    for (int t = 0; t < FRAMES; t++)
        db[t] = 20;
    for (int h = 0; h < 5; h++)
        for (int t = humps[h] - 15; t <= humps[h] + 15; t++) {
            float level = 60 - 0.5f * (float)abs(t - humps[h]);
            if (level > db[t])
                db[t] = level;
            if (h != 4)
                f0[t] = 100;
        }
    for (int t = 150; t < FRAMES; t++)
        f0[t] = 0;
    db[53] += 1; /* less than a dip of 2 dB */
    fill_rows(rows, f0, db, FRAMES);
    float *values = sum_up(rows, FRAMES);
    assert_near(functional(values, "syllables_per_s"), 4 / 2.0, 1e-6);
    assert_near(functional(values, "pauses_per_s"), 1 / 2.0, 1e-6);
    assert_near(functional(values, "pause_mean_s"), 0.29, 1e-6); /* 96 to 124 */
    assert_near(functional(values, "pause_share"), 29 / 171.0, 1e-6);
    assert_near(functional(values, "intensity_range_db"), 40, 1.5);
    free(values);
}

static void test_nothing_voiced_gives_zeros(void **state)
{
    (void)state;
    static const float f0[4] = {0}, db[4] = {0};
    float rows[4][PROSODY_COLUMNS];
    fill_rows(rows, f0, db, 4);
    for (int frames = 1; frames <= 4; frames++) {
        float *values = sum_up(rows, frames);
        static const char *const names[] = {
            "f0_mean_hz",    "f0_range_semitones",    "f0_slope",
            "voiced_frames", "voiced_segment_mean_s", "f1_voiced_hz",
            "pauses_per_s",  "syllables_per_s"};
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            assert_near(functional(values, names[i]), 0, 0);
        free(values);
    }
}

/* A voice of harmonics, 150 to 200 Hz, with a silent middle. */
static float *voice(int rate, size_t count)
{
    float *samples = calloc(count ? count : 1, sizeof *samples);
    double phase = 0;
    for (size_t i = 0; i < count; i++) {
        double part = (double)i / (double)count;
        phase += 2 * M_PI * (150 + 50 * part) / rate;
        for (int h = 1; h <= 15 && (part < 0.4 || part > 0.6); h++)
            samples[i] += (float)(0.1 * cos(h * phase) / h);
    }
    return samples;
}

static void *create(int rate)
{
    ser_features_settings settings = {.rate = rate};
    void *state;
    prosody.defaults(&settings);
    assert_ok(prosody.create(&state, &settings, &error));
    return state;
}

static void run(void *state, const float *samples, size_t count, float **rows, float **values)
{
    size_t frames = prosody.grid(state, count).frames;
    *rows = calloc(frames * PROSODY_COLUMNS + 1, sizeof **rows);
    *values = calloc((size_t)prosody_functional_count, sizeof **values);
    assert_ok(prosody.run(state, samples, count, *rows, &error));
    for (size_t i = 0; i < frames * PROSODY_COLUMNS; i++)
        assert_true(isfinite((*rows)[i]));
    if (!frames)
        return;
    assert_ok(prosody.summarise(state, samples, count, *rows, *values, &error));
    for (int i = 0; i < prosody_functional_count; i++)
        assert_true(isfinite((*values)[i]));
}

/* The same voice at every rate. */
static void test_measures_a_voice_at_any_rate(void **state)
{
    (void)state;
    static const int rates[] = {8000, 11025, 16000, 44100, 96000, 192000};
    for (size_t r = 0; r < sizeof rates / sizeof *rates; r++) {
        void *set = create(rates[r]);
        size_t count = (size_t)rates[r] * 2;
        float *samples = voice(rates[r], count), *rows, *values;
        run(set, samples, count, &rows, &values);
        assert_near(functional(values, "f0_mean_hz"), 175, 1);
        assert_near(functional(values, "f0_median_hz"), 175, 14);
        assert_near(functional(values, "f0_slope"), 12 * log2(4 / 3.0) / 2, 0.3);
        assert_near(functional(values, "voiced_share"), 0.8, 0.04);
        assert_near(functional(values, "voiced_segments_per_s"), 1, 0.05);
        assert_near(functional(values, "pauses_per_s"), 0.5, 0.05);
        assert_near(functional(values, "pause_mean_s"), 0.4, 0.08);
        assert_true(functional(values, "hnr_db") > 15);
        assert_true(functional(values, "jitter_local") < 0.01);
        assert_true(functional(values, "jitter_local") > 0);
        assert_true(functional(values, "shimmer_local") < 0.03);
        double power = 0;
        for (int h = 1; h <= 15; h++)
            power += 0.01 / (2.0 * h * h);
        assert_near(functional(values, "intensity_voiced_mean_db"), 10 * log10(power / 4e-10), 1);
        assert_near(functional(values, "h1_h2_db"), 20 * log10(2), 0.2);
        assert_near(functional(values, "h1_h2_sd_db"), 0, 1);
        free(rows);
        free(values);
        free(samples);
        prosody.destroy(set);
    }
}

/* A vowel whose harmonics are known: those of a source that falls by 6 dB an octave, through five
 * resonances; harmonic 20 lies on the third. */
static void test_levels_of_harmonics_are_those_of_the_sound(void **state)
{
    (void)state;
    enum { COUNT = 16000, HARMONICS = 40 };
    static const double formants[] = {600, 1500, 2600, 3600, 4600};
    double level[HARMONICS + 1], strongest = -1000;
    float *samples = calloc(COUNT, sizeof *samples), *rows, *values;
    for (int h = 1; h <= HARMONICS; h++) {
        double hz = 130.0 * h;
        level[h] = -20 * log10(h);
        for (int f = 0; f < 5; f++)
            level[h] -= 10 * log10(pow(1 - pow(hz / formants[f], 2), 2) +
                                   pow(hz * 80 / (formants[f] * formants[f]), 2));
        if (fabs(hz - 2600) <= 260)
            strongest = fmax(strongest, level[h]);
        for (int i = 0; i < COUNT; i++)
            samples[i] +=
                (float)(0.02 * pow(10, level[h] / 20) * cos(2 * M_PI * hz * i / 16000.0 + h * h));
    }
    void *set = create(16000);
    run(set, samples, COUNT, &rows, &values);
    assert_near(functional(values, "f3_voiced_hz"), 2600, 60);
    assert_near(functional(values, "h1_h2_db"), level[1] - level[2], 0.2);
    assert_near(functional(values, "h1_a3_db"), level[1] - strongest, 0.2);
    free(rows);
    free(values);
    free(samples);
    prosody.destroy(set);
}

static void test_silence_and_noise_have_no_harmonics(void **state)
{
    (void)state;
    enum { COUNT = 16000 };
    static const char *const names[] = {"h1_h2_db", "h1_h2_sd_db", "h1_a3_db", "h1_a3_sd_db"};
    float *samples = calloc(COUNT, sizeof *samples), *rows, *values;
    struct random random = random_seeded(6, 0);
    void *set = create(16000);
    for (int noise = 0; noise < 2; noise++) {
        run(set, samples, COUNT, &rows, &values);
        assert_near(functional(values, "voiced_frames"), 0, 0);
        for (int i = 0; i < 4; i++)
            assert_near(functional(values, names[i]), 0, 0);
        free(rows);
        free(values);
        for (int i = 0; i < COUNT; i++)
            samples[i] = random_uniform(&random, -0.5f, 0.5f);
    }
    free(samples);
    prosody.destroy(set);
}

/* A low and a high voice, which the usual range does not reach. */
static void test_the_range_of_pitch_can_be_set(void **state)
{
    (void)state;
    enum { COUNT = 16000 };
    static const double pitches[] = {52, 800};
    float *samples = calloc(COUNT, sizeof *samples), *rows, *values;
    for (int i = 0; i < 2; i++) {
        memset(samples, 0, COUNT * sizeof *samples);
        for (int n = 0; n < COUNT; n++)
            for (int h = 1; h <= 8; h++)
                samples[n] += (float)(0.1 / h * cos(2 * M_PI * pitches[i] * h * n / 16000));
        ser_features_settings settings = {.rate = 16000};
        void *set;
        prosody.defaults(&settings);
        settings.floor_hz = 45;
        settings.ceiling_hz = 1000;
        assert_ok(prosody.create(&set, &settings, &error));
        struct frame_grid grid = prosody.grid(set, COUNT);
        assert_near(grid.length, 3 / 45.0, 1e-12);
        assert_near(grid.step, 0.01, 1e-12);
        assert_int_equal(grid.frames, 94);
        run(set, samples, COUNT, &rows, &values);
        assert_near(functional(values, "f0_mean_hz"), pitches[i], 0.5);
        assert_near(functional(values, "voiced_share"), 1, 0.05);
        assert_near(functional(values, "h1_h2_db"), 20 * log10(2), 0.2);
        assert_true(functional(values, "hnr_db") > 20);
        free(rows);
        free(values);
        prosody.destroy(set);
        set = create(16000);
        run(set, samples, COUNT, &rows, &values);
        assert_true(fabs(functional(values, "f0_mean_hz") - pitches[i]) > 5);
        free(rows);
        free(values);
        prosody.destroy(set);
    }
    free(samples);
}

static void test_frames_lie_where_the_grid_says(void **state)
{
    (void)state;
    void *set = create(16000);
    struct frame_grid grid = prosody.grid(set, 52319);
    assert_int_equal(grid.frames, 323);
    assert_near(grid.first, 0.00496875, 1e-9);
    assert_near(grid.step, 0.01, 1e-12);
    assert_near(grid.length, 0.04, 1e-12);
    assert_int_equal(prosody.grid(set, 0).frames, 0);
    assert_int_equal(prosody.grid(set, 1).frames, 1);
    prosody.destroy(set);
    prosody.destroy(NULL);
}

static void check_sound(void *set, int kind, size_t count)
{
    float *samples = calloc(count ? count : 1, sizeof *samples);
    struct random random = random_seeded(2, count);
    for (size_t i = 0; i < count; i++) {
        float uniform = random_uniform(&random, -1, 1), square = i / 40 % 2 ? 1 : -1;
        samples[i] = kind == 0   ? 0
                     : kind == 1 ? -0.7f
                     : kind == 2 ? square
                     : kind == 3 ? 1e9f * square
                     : kind == 4 ? FLT_MIN * uniform
                     : kind == 5 ? uniform
                                 : (float)(i == count / 2);
    }
    float *rows, *values, *rows_again, *values_again;
    run(set, samples, count, &rows, &values);
    run(set, samples, count, &rows_again, &values_again);
    size_t cells = prosody.grid(set, count).frames * PROSODY_COLUMNS;
    assert_memory_equal(rows, rows_again, cells * sizeof *rows);
    assert_memory_equal(values, values_again, (size_t)prosody_functional_count * sizeof *values);
    if (kind <= 1)
        assert_near(functional(values, "voiced_frames"), 0, 0);
    for (size_t t = 0; t < cells; t += PROSODY_COLUMNS)
        assert_true(rows[t + PROSODY_F0] > 0 ||
                    (rows[t + PROSODY_H1_H2] == 0 && rows[t + PROSODY_H1_A3] == 0));
    free(samples);
    free(rows);
    free(values);
    free(rows_again);
    free(values_again);
}

static void test_any_sound_is_defined_and_repeatable(void **state)
{
    (void)state;
    static const size_t counts[] = {0, 1, 2, 160, 639, 640, 801, 5000};
    static const int rates[] = {8000, 16000, 96000};
    for (size_t r = 0; r < sizeof rates / sizeof *rates; r++) {
        void *set = create(rates[r]);
        for (int kind = 0; kind <= 6; kind++)
            for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
                check_sound(set, kind, counts[c]);
        prosody.destroy(set);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_intensity_is_that_of_the_definition),
        cmocka_unit_test(test_functionals_of_pitch_by_hand),
        cmocka_unit_test(test_functionals_of_rhythm_by_hand),
        cmocka_unit_test(test_nothing_voiced_gives_zeros),
        cmocka_unit_test(test_measures_a_voice_at_any_rate),
        cmocka_unit_test(test_levels_of_harmonics_are_those_of_the_sound),
        cmocka_unit_test(test_silence_and_noise_have_no_harmonics),
        cmocka_unit_test(test_the_range_of_pitch_can_be_set),
        cmocka_unit_test(test_frames_lie_where_the_grid_says),
        cmocka_unit_test(test_any_sound_is_defined_and_repeatable),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
