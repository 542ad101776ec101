/* The functionals of egemapsv02 against their definitions, and the whole set on sounds that go
 * wrong somewhere. How it agrees with openSMILE is in test_golden_opensmile.c. */
#define _GNU_SOURCE
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "features/egemaps/egemaps.h"
#include "features/egemaps/egemaps_formants.h"
#include "features/egemaps/egemaps_functionals.h"
#include "features/egemaps/egemaps_spectral.h"
#include "features/egemaps/egemaps_table.h"
#include "near.h"
#include "signals.h"

static ser_error error;

static void test_smoothing(void **state)
{
    (void)state;
    static const float values[] = {3, 0, 6, 12, 0};
    float output[5];
    egemaps_smooth(values, 5, output);
    static const double plain[] = {1.5, 3, 6, 6, 6};
    for (int i = 0; i < 5; i++)
        assert_near(output[i], plain[i], 1e-6);
    egemaps_smooth_nonzero(values, 5, output);
    static const double nonzero[] = {3, 0, 9, 9, 0};
    for (int i = 0; i < 5; i++)
        assert_near(output[i], nonzero[i], 1e-6);
    egemaps_smooth(values, 1, output);
    assert_near(output[0], 3, 0);
    egemaps_smooth(values, 0, output);
    egemaps_smooth_nonzero(values, 0, output);
}

/* Prominence is 1 here: peaks at 4 (10 high) and 11 (9), not at 2, where the fall is too small, and
 * not at 13; the valley between them is at 8. */
static void test_slopes(void **state)
{
    (void)state;
    static const float x[] = {0, 1, 2,    1.5f,  10, 8, 5,    5.5f, 3, 4,
                              6, 9, 8.5f, 8.75f, 5,  4, 4.5f, 6,    6};
    struct egemaps_slopes slopes = egemaps_slopes(x, 19, 0.5);
    assert_int_equal(slopes.peaks, 2);
    /* Rising: 0 → 10 in 2 s, 3 → 9 in 1.5 s, and to the end 4 → 6 in 1.5 s. */
    double mean = (5 + 4 + 4 / 3.0) / 3;
    assert_near(slopes.rising_mean, mean, 1e-6);
    assert_near(slopes.rising_stddev, sqrt((pow(5 - mean, 2) + pow(4 - mean, 2)) / 3), 1e-6);
    /* Falling: 10 → 3 in 2 s, 9 → 4 in 2 s. */
    assert_near(slopes.falling_mean, (3.5 + 2.5) / 2, 1e-6);
    assert_near(slopes.falling_stddev, 0.5, 1e-6);
}

/* A later maximum takes a peak's place when it is 5 % higher, or has risen by a tenth of the range
 * from the dip between them. */
static void test_peaks_give_way(void **state)
{
    (void)state;
    static const struct {
        float x[8];
        double rising;
    } cases[] = {
        {{0, 100, 98, 104, 50, 20, 10, 0}, 100},       /* neither */
        {{0, 100, 98, 106, 50, 20, 10, 0}, 106 / 3.0}, /* 6 % higher */
        {{0, 100, 91.5f, 102.5f, 50, 20, 10, 0}, 102.5 / 3},
    };
    for (int i = 0; i < 3; i++) {
        struct egemaps_slopes slopes = egemaps_slopes(cases[i].x, 8, 1);
        assert_int_equal(slopes.peaks, 1);
        /* The end: no local minimum, so the contour ends after a peak, with its sign. */
        assert_near(slopes.rising_mean, cases[i].rising, 1e-4);
        assert_true(slopes.falling_mean < 0);
        assert_near(slopes.falling_stddev, 0, 1e-6);
    }
}

static void test_slopes_of_nothing(void **state)
{
    (void)state;
    static const float flat[6] = {2, 2, 2, 2, 2, 2}, ramp[6] = {0, 1, 2, 3, 4, 5};
    const float *all[] = {flat, ramp, flat, flat};
    static const size_t counts[] = {6, 6, 0, 3};
    for (int i = 0; i < 4; i++) {
        struct egemaps_slopes slopes = egemaps_slopes(all[i], counts[i], 0.01);
        assert_int_equal(slopes.peaks, 0);
        assert_near(slopes.rising_mean, 0, 0);
        assert_near(slopes.falling_stddev, 0, 0);
    }
}

static void test_segments(void **state)
{
    (void)state;
    /* Voiced: 7 frames with a gap of 1, 3; unvoiced: 3, 5. */
    static const float f0[] = {0, 0, 0, 9, 9, 9, 9, 0, 9, 9, 0, 0, 0, 0, 0, 9, 9, 9};
    struct egemaps_segments segments = egemaps_segments(f0, 18, 0.01);
    assert_near(segments.voiced_per_second, 2 / 0.18, 1e-9);
    assert_near(segments.voiced_mean, 0.04, 1e-9);
    assert_near(segments.voiced_stddev, 0.02, 1e-9);
    assert_near(segments.unvoiced_mean, 0.03, 1e-9);
    assert_near(segments.unvoiced_stddev, 0.01, 1e-9);
    /* A voiced frame alone and a gap of two: unvoiced 6; voiced 4, 2 (too short); unvoiced 2. */
    static const float alone[] = {0, 0, 9, 0, 0, 0, 9, 9, 9, 9, 0, 0, 9, 9};
    segments = egemaps_segments(alone, 14, 0.01);
    assert_near(segments.voiced_per_second, 1 / 0.14, 1e-9);
    assert_near(segments.voiced_mean, 0.03, 1e-9);
    assert_near(segments.unvoiced_mean, 0.05, 1e-9);
    assert_near(segments.unvoiced_stddev, 0, 1e-9);
    segments = egemaps_segments(f0, 0, 0.01);
    assert_near(segments.voiced_per_second, 0, 0);
    assert_near(segments.unvoiced_mean, 0, 0);
}

static void test_sound_level(void **state)
{
    (void)state;
    static const float square[] = {0.5f, -0.5f, 0.5f, -0.5f}, silence[4] = {0};
    assert_near(egemaps_sound_level(square, 4), 20 * log10(0.5), 1e-9);
    assert_near(egemaps_sound_level(silence, 4), -200, 1e-9);
    assert_near(egemaps_sound_level(silence, 0), 0, 0);
}

/* The columns, then the functionals, all finite. */
struct summary {
    size_t frames;
    float *values; // (frames, EGEMAPS_COLUMNS)
    float functionals[EGEMAPS_FUNCTIONALS];
};

static void *set_create(int rate)
{
    ser_features_settings settings = {.set = &egemapsv02, .rate = rate};
    void *set;
    egemapsv02.defaults(&settings);
    assert_ok(egemapsv02.create(&set, &settings, &error));
    return set;
}

static struct summary summarise(void *set, const float *samples, size_t count)
{
    struct summary summary = {.frames = egemapsv02.grid(set, count).frames};
    size_t cells = summary.frames * EGEMAPS_COLUMNS;
    summary.values = signal_silence(cells + 1);
    summary.values[cells] = 7;
    assert_ok(egemapsv02.run(set, samples, count, summary.values, &error));
    assert_true(summary.values[cells] == 7);
    for (size_t i = 0; i < cells; i++)
        assert_true(isfinite(summary.values[i]));
    if (!summary.frames)
        return summary;
    assert_ok(
        egemapsv02.summarise(set, samples, count, summary.values, summary.functionals, &error));
    for (int i = 0; i < EGEMAPS_FUNCTIONALS; i++)
        assert_true(isfinite(summary.functionals[i]));
    return summary;
}

static double functional(const struct summary *summary, const char *name)
{
    for (int i = 0; i < EGEMAPS_FUNCTIONALS; i++)
        if (!strcmp(egemaps_functionals[i].group.name, name))
            return (double)summary->functionals[i];
    fail_msg("no functional %s", name);
    return 0;
}

static void test_columns_are_named(void **state)
{
    (void)state;
    void *set = set_create(16000);
    int groups;
    const struct column_group *columns = egemapsv02.columns(set, &groups);
    assert_int_equal(groups, 25);
    assert_string_equal(columns[0].name, "Loudness_sma3");
    assert_string_equal(columns[EGEMAPS_F3_LEVEL].name, "F3amplitudeLogRelF0_sma3nz");
    const struct column_group *functionals = egemapsv02.own_functionals(set, &groups);
    assert_int_equal(groups, 88);
    assert_string_equal(functionals[0].name, "F0semitoneFrom27.5Hz_sma3nz_amean");
    assert_string_equal(functionals[87].name, "equivalentSoundLevel_dBp");
    for (int i = 0; i < 25 + 88; i++) {
        const struct column_group *group = i < 25 ? &columns[i] : &functionals[i - 25];
        assert_true(group->name && *group->name && group->unit && *group->unit);
        assert_true(group->formula && *group->formula && group->count == 1);
    }
    egemapsv02.destroy(set);
}

static void test_a_vowel_is_voiced(void **state)
{
    (void)state;
    float *samples = signal_vowel(32000, 16000, 150, 0.03);
    void *set = set_create(16000);
    struct summary summary = summarise(set, samples, 32000);
    assert_int_equal(summary.frames, 199);
    double pitch = functional(&summary, "F0semitoneFrom27.5Hz_sma3nz_amean");
    assert_near(pitch, 12 * log2(150 / 27.5), 0.3);
    assert_near(functional(&summary, "VoicedSegmentsPerSec"), 0.5, 0.3);
    assert_true(functional(&summary, "MeanVoicedSegmentLengthSec") > 1);
    assert_near(functional(&summary, "equivalentSoundLevel_dBp"),
                egemaps_sound_level(samples, 32000), 1e-4);
    double f3 = functional(&summary, "F3frequency_sma3nz_amean");
    assert_true(f3 > 2000 && f3 < 3500);
    free(summary.values);
    egemapsv02.destroy(set);
    free(samples);
}

/* Mean and functionals by hand from the columns. */
static void test_functionals_sum_up_the_columns(void **state)
{
    (void)state;
    float *samples = signal_vowel(24000, 16000, 220, 0.02), *hiss = signal_noise(24000, 0.02f);
    memcpy(samples + 10000, hiss, 8000 * sizeof *samples);
    void *set = set_create(16000);
    struct summary summary = summarise(set, samples, 24000);
    double loudness = 0, pitch = 0, voiced = 0, largest = -1;
    for (size_t t = 0; t < summary.frames; t++) {
        const float *row = summary.values + t * EGEMAPS_COLUMNS;
        loudness += (double)row[EGEMAPS_LOUDNESS] / (double)summary.frames;
        pitch += (double)row[EGEMAPS_F0];
        voiced += row[EGEMAPS_F0] != 0;
        largest = fmax(largest, (double)row[EGEMAPS_LOUDNESS]);
        assert_true((row[EGEMAPS_F0] > 0) == (row[EGEMAPS_F1_FREQUENCY] > 0));
        assert_true(row[EGEMAPS_F0] > 0 || row[EGEMAPS_F1_LEVEL] <= -100);
        if (t + 5 >= summary.frames) /* no 60 ms left */
            assert_true(row[EGEMAPS_F0] == 0 && row[EGEMAPS_F3_LEVEL] == -201);
    }
    assert_true(voiced > 40 && voiced < (double)summary.frames - 40);
    assert_near(functional(&summary, "loudness_sma3_amean"), loudness, 1e-5 * loudness);
    assert_near(functional(&summary, "F0semitoneFrom27.5Hz_sma3nz_amean"), pitch / voiced, 1e-3);
    assert_true(functional(&summary, "loudness_sma3_percentile80.0") <= largest);
    double flux = functional(&summary, "spectralFluxUV_sma3nz_amean");
    assert_true(flux > 0 && flux != functional(&summary, "spectralFluxV_sma3nz_amean"));
    free(summary.values);
    egemapsv02.destroy(set);
    free(hiss);
    free(samples);
}

/* Nothing of the voice is left but the levels of -201. */
static void test_unvoiced_sounds(void **state)
{
    (void)state;
    void *set = set_create(16000);
    float *nothing = signal_silence(16000);
    struct summary summary = summarise(set, nothing, 16000);
    for (int i = 0; i < EGEMAPS_FUNCTIONALS; i++) {
        const struct egemaps_functional *row = &egemaps_functionals[i];
        int is_level = row->column == EGEMAPS_F1_LEVEL || row->column == EGEMAPS_F2_LEVEL ||
                       row->column == EGEMAPS_F3_LEVEL;
        int is_voice = row->part == EGEMAPS_NONZERO || row->part == EGEMAPS_VOICED;
        if (is_voice)
            assert_near(summary.functionals[i],
                        is_level && row->statistic == EGEMAPS_MEAN ? -201 : 0, 1e-4);
    }
    assert_near(functional(&summary, "VoicedSegmentsPerSec"), 0, 0);
    assert_near(functional(&summary, "MeanUnvoicedSegmentLength"), 0.92, 0.02);
    free(summary.values);
    free(nothing);
    egemapsv02.destroy(set);
}

/* Sounds too short for the voice: all of their frames are unvoiced, and count as such. */
static void test_short_sounds_are_unvoiced(void **state)
{
    (void)state;
    static const size_t counts[] = {150, 320, 480, 960, 1119};
    void *set = set_create(16000);
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        float *samples = signal_vowel(counts[c], 16000, 170, 0.05);
        struct summary summary = summarise(set, samples, counts[c]);
        double sum = 0;
        for (size_t t = 0; t < summary.frames; t++)
            sum += (double)summary.values[t * EGEMAPS_COLUMNS + EGEMAPS_ALPHA_RATIO];
        assert_true(sum != 0);
        assert_near(functional(&summary, "alphaRatioUV_sma3nz_amean"), sum / (double)summary.frames,
                    1e-3);
        assert_near(functional(&summary, "F1amplitudeLogRelF0_sma3nz_amean"), -201, 0);
        assert_near(functional(&summary, "F3amplitudeLogRelF0_sma3nz_stddevNorm"), 0, 0);
        assert_near(functional(&summary, "F0semitoneFrom27.5Hz_sma3nz_amean"), 0, 0);
        assert_near(functional(&summary, "alphaRatioV_sma3nz_amean"), 0, 0);
        assert_near(functional(&summary, "VoicedSegmentsPerSec"), 0, 0);
        assert_near(functional(&summary, "MeanUnvoicedSegmentLength"), 0, 0);
        free(summary.values);
        free(samples);
    }
    egemapsv02.destroy(set);
}

static void test_any_length_and_rate(void **state)
{
    (void)state;
    static const int rates[] = {16000, 22050, 44100, 48000, 96000, 192000};
    for (int r = 0; r < 6; r++) {
        void *set = set_create(rates[r]);
        for (double seconds = 0; seconds < 0.2; seconds = seconds * 2 + 0.4 / rates[r]) {
            size_t count = (size_t)(seconds * rates[r]);
            float *samples = signal_noise(count, 0.3f);
            struct summary summary = summarise(set, samples, count);
            assert_true((summary.frames > 0) == (count > 0));
            free(summary.values);
            free(samples);
        }
        egemapsv02.destroy(set);
    }
}

static void test_extreme_sounds(void **state)
{
    (void)state;
    enum { COUNT = 8000 };
    void *set = set_create(16000);
    static const float sizes[] = {1, 1e9f, 1e-9f, 1e-38f, 1e-45f};
    for (int s = 0; s < 5; s++)
        for (int kind = 0; kind < 4; kind++) {
            float *samples = signal_silence(COUNT);
            for (int n = 0; n < COUNT; n++)
                samples[n] = kind == 0   ? sizes[s]
                             : kind == 1 ? (n / 50 % 2 ? sizes[s] : -sizes[s])
                             : kind == 2 ? (n == 3000 ? sizes[s] : 0)
                                         : sizes[s] * (float)sin(2 * M_PI * n * 0.0125);
            struct summary summary = summarise(set, samples, COUNT);
            free(summary.values);
            free(samples);
        }
    egemapsv02.destroy(set);
}

/* Whatever was computed before, in whatever lane a frame lies. */
static void test_same_samples_same_bits(void **state)
{
    (void)state;
    float *samples = signal_vowel(20000, 16000, 170, 0.05), *other = signal_noise(30000, 1);
    void *set = set_create(16000), *fresh = set_create(16000);
    struct summary before = summarise(set, other, 30000);
    struct summary first = summarise(set, samples, 20000);
    struct summary second = summarise(fresh, samples, 20000);
    assert_int_equal(first.frames, second.frames);
    assert_memory_equal(first.values, second.values,
                        first.frames * EGEMAPS_COLUMNS * sizeof(float));
    assert_memory_equal(first.functionals, second.functionals, sizeof first.functionals);
    /* Spectral columns three frames on, away from the ends, which smoothing reaches. */
    struct summary shifted = summarise(set, samples + 3 * 160, 20000 - 3 * 160);
    for (size_t t = 2; t < 40; t++)
        for (int c = 0; c < EGEMAPS_F0; c++)
            assert_true(first.values[(t + 3) * EGEMAPS_COLUMNS + (size_t)c] ==
                        shifted.values[t * EGEMAPS_COLUMNS + (size_t)c]);
    free(before.values);
    free(first.values);
    free(second.values);
    free(shifted.values);
    egemapsv02.destroy(set);
    egemapsv02.destroy(fresh);
    free(other);
    free(samples);
}

static void test_rates_are_checked(void **state)
{
    (void)state;
    struct egemaps_spectral *spectral;
    struct egemaps_formants *formants;
    assert_error(egemaps_spectral_create(&spectral, 8000, &error), SER_ERROR_ARGUMENT, "8000");
    assert_null(spectral);
    assert_error(egemaps_formants_create(&formants, 8000, &error), SER_ERROR_ARGUMENT, "8000");
    assert_null(formants);
    egemaps_spectral_destroy(NULL);
    egemaps_formants_destroy(NULL);
    egemapsv02.destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_smoothing),
        cmocka_unit_test(test_slopes),
        cmocka_unit_test(test_peaks_give_way),
        cmocka_unit_test(test_slopes_of_nothing),
        cmocka_unit_test(test_segments),
        cmocka_unit_test(test_sound_level),
        cmocka_unit_test(test_columns_are_named),
        cmocka_unit_test(test_a_vowel_is_voiced),
        cmocka_unit_test(test_functionals_sum_up_the_columns),
        cmocka_unit_test(test_unvoiced_sounds),
        cmocka_unit_test(test_short_sounds_are_unvoiced),
        cmocka_unit_test(test_any_length_and_rate),
        cmocka_unit_test(test_extreme_sounds),
        cmocka_unit_test(test_same_samples_same_bits),
        cmocka_unit_test(test_rates_are_checked),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
