/* The parts of egemapsv02 against their definitions written plainly in double, and the whole set on
 * sounds that go wrong somewhere. How it agrees with openSMILE is in test_golden_opensmile.c. */
#define _GNU_SOURCE
#include <complex.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "features/egemaps/egemaps.h"
#include "features/egemaps/egemaps_formants.h"
#include "features/egemaps/egemaps_functionals.h"
#include "features/egemaps/egemaps_spectral.h"
#include "features/egemaps/egemaps_table.h"
#include "near.h"

static ser_error error;

static float *sound(size_t count)
{
    float *samples = calloc(count ? count : 1, sizeof *samples);
    assert_non_null(samples);
    return samples;
}

static float *noise(size_t count, float size)
{
    float *samples = sound(count);
    struct random random = random_seeded(44, count);
    for (size_t i = 0; i < count; i++)
        samples[i] = random_uniform(&random, -size, size);
    return samples;
}

/* Glottal pulses at f0 through three resonances: a vowel. */
static float *vowel(size_t count, int rate, double f0, double vibrato)
{
    static const double formants[] = {650, 1200, 2500};
    float *samples = sound(count);
    double phase = 0, memory[3][2] = {{0}};
    for (size_t i = 0; i < count; i++) {
        phase += f0 * (1 + vibrato * sin(2 * M_PI * 5 * (double)i / rate)) / rate;
        double value = phase >= 1 ? 1 : 0;
        phase -= floor(phase);
        for (int k = 0; k < 3; k++) {
            double r = exp(-M_PI * 80 / rate), c = 2 * r * cos(2 * M_PI * formants[k] / rate);
            double y = value + c * memory[k][0] - r * r * memory[k][1];
            memory[k][1] = memory[k][0];
            memory[k][0] = y;
            value = y;
        }
        samples[i] = (float)(value * 0.002);
    }
    return samples;
}

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

/* |X|^2 of a windowed frame, by the definition of the transform. */
static void plain_power(const float *samples, size_t count, size_t start, int window, int size,
                        double *power)
{
    for (int k = 0; k <= size / 2; k++) {
        double complex sum = 0;
        for (int n = 0; n < window; n++) {
            double taper = 0.54 - 0.46 * cos(2 * M_PI * n / (window - 1));
            double x = start + (size_t)n < count ? (double)samples[start + (size_t)n] : 0;
            sum += x * taper * cexp(-2 * M_PI * I * k * n / size);
        }
        power[k] = pow(cabs(sum), 2);
    }
}

static double mel(double hz)
{
    return 1127 * log(1 + hz / 700);
}

static void plain_bands(const double *power, double spacing, int bins, double bands[26])
{
    double step = (mel(8000) - mel(20)) / 27;
    for (int b = 0; b < 26; b++) {
        bands[b] = 0;
        for (int k = (int)floor(20 / spacing + 1.5); k < bins && k <= 8000 / spacing - 0.5; k++)
            bands[b] += power[k] * fmax(0, 1 - fabs((mel(k * spacing) - mel(20)) / step - b - 1));
    }
}

static double plain_loudness(const double bands[26])
{
    double sum = 0, step = (mel(8000) - mel(20)) / 27;
    for (int b = 0; b < 26; b++) {
        double hz = 700 * (exp((mel(20) + (b + 1) * step) / 1127) - 1), w = 2 * M_PI * hz;
        double ear = 1e32 * (w * w + 56.8e6) * pow(w, 4) /
                     (pow(w * w + 6.3e6, 2) * (w * w + 0.38e9) * (pow(w, 7) + 1.7e31));
        sum += pow(ear * bands[b], 0.33);
    }
    return sum / 26;
}

static double plain_mfcc(const double bands[26], int k)
{
    double sum = 0;
    for (int b = 0; b < 26; b++)
        sum += log(fmax(bands[b], pow(2, -30))) * cos(M_PI * k * (b + 0.5) / 26);
    return sum * sqrt(2 / 26.0) * (1 + 11 * sin(M_PI * k / 22));
}

static double plain_slope(const double *power, double spacing, double low, double high)
{
    double n = -1, f = 0, ff = 0, l = 0, fl = 0;
    for (int k = (int)ceil(low / spacing - 1e-9); k * spacing <= high + 1e-6; k++) {
        double hz = k * spacing, level = 10 * log10(power[k]);
        n++;
        f += hz;
        ff += hz * hz;
        l += level;
        fl += hz * level;
    }
    return (n * fl - f * l) / (n * ff - f * f);
}

/* Sum or largest of the powers from low (included) to high (not, or with `closed`). */
static double plain_range(const double *power, double spacing, double low, double high, int closed,
                          int largest)
{
    double sum = 0;
    for (int k = 0; k * spacing <= high + (closed ? 1e-6 : -1e-6); k++)
        if (k * spacing >= low - 1e-6)
            sum = largest ? fmax(sum, power[k]) : sum + power[k];
    return sum;
}

static double plain_flux(const double *power, const double *before, double spacing)
{
    double sum = 0;
    int bins = (int)ceil(5000 / spacing - 1e-9);
    for (int k = 0; k < bins; k++)
        sum += pow(sqrt(power[k]) - sqrt(before[k]), 2);
    return sqrt(sum / bins);
}

struct spectral_values {
    float values[10][64];
    struct egemaps_spectral_columns columns;
};

static void run_spectral(struct spectral_values *result, int rate, const float *samples,
                         size_t count, size_t *frames)
{
    struct egemaps_spectral *spectral;
    assert_ok(egemaps_spectral_create(&spectral, rate, &error));
    *frames = egemaps_spectral_frames(spectral, count);
    assert_true(*frames <= 64);
    float(*v)[64] = result->values;
    result->columns = (struct egemaps_spectral_columns){
        v[0], v[1], v[2], v[3], v[4], v[5], {v[6], v[7], v[8], v[9]}};
    egemaps_spectral_run(spectral, samples, count, &result->columns);
    egemaps_spectral_destroy(spectral);
}

static void check_spectral(int rate, const float *samples, size_t count)
{
    struct spectral_values *got = calloc(1, sizeof *got);
    size_t frames;
    run_spectral(got, rate, samples, count, &frames);
    int window = (int)lround(0.02 * rate), hop = (int)lround(0.01 * rate), size = 2;
    while (size < window)
        size *= 2;
    double spacing = (double)rate / size, *power = calloc((size_t)size, sizeof *power);
    double *before = calloc((size_t)size, sizeof *before), bands[26];
    for (size_t t = 0; t < frames; t++) {
        plain_power(samples, count, t * (size_t)hop, window, size, power);
        plain_bands(power, spacing, size / 2 + 1, bands);
        double alpha = plain_range(power, spacing, 1000, 5000, 1, 0) /
                       plain_range(power, spacing, 0, 1000, 0, 0);
        double hammarberg = plain_range(power, spacing, 0, 2000, 0, 1) /
                            plain_range(power, spacing, 2000, 5000, 1, 1);
        double loudness = plain_loudness(bands);
        assert_near(got->columns.loudness[t], loudness, 1e-5 * loudness);
        assert_near(got->columns.alpha_ratio[t], 10 * log10(alpha), 1e-4);
        assert_near(got->columns.hammarberg[t], 10 * log10(hammarberg), 1e-4);
        assert_near(got->columns.slope_low[t], plain_slope(power, spacing, 0, 500), 1e-4);
        assert_near(got->columns.slope_high[t], plain_slope(power, spacing, 500, 1500), 1e-4);
        double flux = t ? plain_flux(power, before, spacing) : 0;
        assert_near(got->columns.flux[t], flux, 1e-4 * flux + 1e-7);
        for (int k = 0; k < EGEMAPS_MFCC; k++)
            assert_near(got->columns.mfcc[k][t], plain_mfcc(bands, k + 1), 1e-3);
        memcpy(before, power, (size_t)size * sizeof *before);
    }
    free(before);
    free(power);
    free(got);
}

/* 11 and 12 frames: blocks of 8 that end early; 44.1 kHz, whose bins fall on no round frequency. */
static void test_spectral_columns_are_the_definitions(void **state)
{
    (void)state;
    float *hiss = noise(2000, 0.1f), *voice = vowel(6000, 44100, 180, 0);
    check_spectral(16000, hiss, 2000);
    check_spectral(44100, voice, 6000);
    check_spectral(16000, hiss, 100); /* shorter than a window */
    free(hiss);
    free(voice);
}

static void test_silence_has_no_spectrum(void **state)
{
    (void)state;
    float *nothing = sound(1000);
    struct spectral_values *got = calloc(1, sizeof *got);
    size_t frames;
    run_spectral(got, 16000, nothing, 1000, &frames);
    assert_int_equal(frames, 5);
    for (int column = 0; column < 10; column++)
        for (size_t t = 0; t < frames; t++)
            assert_near(got->values[column][t], 0, 1e-4); /* equal bands have no cepstrum either */
    free(got);
    free(nothing);
}

/* The resonances of one frame of 20 ms at 16 kHz, step by step as openSMILE goes by its options:
 * zeros on both sides, a transform of 512 points, its first 110 bins back to 220 samples. */
static int plain_resonances(const float *samples, double frequency[11], double bandwidth[11])
{
    double complex spectrum[110];
    double padded[512] = {0}, y[220], r[12], a[12] = {1}, power;
    for (int n = 0; n < 320; n++)
        padded[96 + n] = (double)samples[n] * (0.54 - 0.46 * cos(2 * M_PI * n / 319));
    for (int k = 0; k < 110; k++) {
        spectrum[k] = 0;
        for (int n = 0; n < 512; n++)
            spectrum[k] += padded[n] * cexp(-2 * M_PI * I * k * n / 512);
    }
    for (int m = 0; m < 220; m++) {
        y[m] = 0;
        for (int k = 0; k < 110; k++)
            y[m] += creal(spectrum[k] * cexp(2 * M_PI * I * k * 31.25 * m / 11000));
    }
    for (int lag = 0; lag < 12; lag++) {
        r[lag] = 0;
        for (int m = 0; m + lag < 220; m++)
            r[lag] += y[m] * y[m + lag];
    }
    power = r[0];
    for (int i = 1; i < 12; i++) {
        double sum = 0, old[12];
        memcpy(old, a, sizeof old);
        for (int j = 0; j < i; j++)
            sum += old[j] * r[i - j];
        for (int j = 1; j <= i; j++)
            a[j] = old[j] - sum / power * old[i - j];
        power *= 1 - pow(sum / power, 2);
    }
    a[0] = -1;
    /* Durand and Kerner's method: all roots at once. */
    double complex z[11];
    for (int i = 0; i < 11; i++)
        z[i] = cpow(CMPLX(0.4, 0.9), i);
    for (int step = 0; step < 500; step++)
        for (int i = 0; i < 11; i++) {
            double complex p = 0, others = a[0];
            for (int k = 0; k < 12; k++)
                p = p * z[i] + a[k];
            for (int j = 0; j < 11; j++)
                others *= j == i ? 1 : z[i] - z[j];
            z[i] -= p / others;
        }
    int count = 0;
    for (int i = 0; i < 11; i++) {
        double hz = carg(z[i]) * 11000 / (2 * M_PI);
        if (hz < 50 || hz > 5450)
            continue;
        int place = count++;
        for (; place > 0 && frequency[place - 1] > hz; place--) {
            frequency[place] = frequency[place - 1];
            bandwidth[place] = bandwidth[place - 1];
        }
        frequency[place] = hz;
        bandwidth[place] = fabs(log(cabs(z[i]))) * 11000 / M_PI;
    }
    return count;
}

struct formant_values {
    float values[6][40];
    struct egemaps_formants_columns columns;
};

static void run_formants(struct formant_values *got, const float *samples, size_t count,
                         const float *f0, size_t frames)
{
    struct egemaps_formants *formants;
    assert_ok(egemaps_formants_create(&formants, 16000, &error));
    float(*v)[40] = got->values;
    got->columns = (struct egemaps_formants_columns){{v[0], v[1], v[2]}, {v[3], v[4], v[5]}};
    egemaps_formants_run(formants, samples, count, f0, frames, &got->columns);
    egemaps_formants_destroy(formants);
}

static void test_formants_are_the_definition(void **state)
{
    (void)state;
    enum { FRAMES = 20 };
    float *samples = vowel(160 * FRAMES + 960, 16000, 130, 0.02), f0[FRAMES];
    for (int t = 0; t < FRAMES; t++)
        f0[t] = t % 5 == 4 ? 0 : 130; /* some lanes idle */
    struct formant_values *got = calloc(1, sizeof *got);
    run_formants(got, samples, 160 * FRAMES + 960, f0, FRAMES);
    for (int t = 0; t < FRAMES; t++) {
        double frequency[11] = {0}, bandwidth[11] = {0};
        if (f0[t] > 0)
            plain_resonances(samples + 160 * t, frequency, bandwidth);
        for (int i = 0; i < EGEMAPS_FORMANTS; i++) {
            assert_near(got->columns.frequency[i][t], frequency[i], 1e-3 * frequency[i]);
            assert_near(got->columns.bandwidth[i][t], bandwidth[i], 5e-3 * bandwidth[i]);
        }
    }
    free(got);
    free(samples);
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
    summary.values = sound(cells + 1);
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

/* The formants of 20 ms of a steady sound of harmonics that three resonances lift. */
static void steady_formants(int rate, float frequency[3], float bandwidth[3])
{
    static const double resonances[] = {700, 1300, 2500};
    size_t count = (size_t)rate / 50;
    float *samples = sound(count), f0 = 160;
    for (size_t i = 0; i < count; i++)
        for (int h = 1; h * 160 < 5000; h++) {
            double hz = 160.0 * h, level = 0.05 / h;
            for (int k = 0; k < 3; k++)
                level /= hypot(1 - pow(hz / resonances[k], 2),
                               hz * 90 / (resonances[k] * resonances[k]));
            samples[i] += (float)(level * cos(2 * M_PI * hz * (double)i / rate + h * h));
        }
    struct egemaps_formants *formants;
    assert_ok(egemaps_formants_create(&formants, rate, &error));
    struct egemaps_formants_columns columns;
    for (int i = 0; i < 3; i++) {
        columns.frequency[i] = &frequency[i];
        columns.bandwidth[i] = &bandwidth[i];
    }
    egemaps_formants_run(formants, samples, count, &f0, 1, &columns);
    egemaps_formants_destroy(formants);
    free(samples);
}

static void test_formants_are_the_same_at_any_rate(void **state)
{
    (void)state;
    static const int rates[] = {12000, 22050, 32000, 44100, 48000, 96000};
    float usual[2][3], frequency[3], bandwidth[3];
    steady_formants(16000, usual[0], usual[1]);
    for (size_t r = 0; r < sizeof rates / sizeof *rates; r++) {
        steady_formants(rates[r], frequency, bandwidth);
        for (int i = 0; i < 3; i++) {
            assert_near(frequency[i], usual[0][i], 0.03 * (double)usual[0][i]);
            assert_near(bandwidth[i], usual[1][i], 0.1 * (double)usual[1][i]);
        }
    }
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
    float *samples = vowel(32000, 16000, 150, 0.03);
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
    float *samples = vowel(24000, 16000, 220, 0.02), *hiss = noise(24000, 0.02f);
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
    float *nothing = sound(16000);
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
        float *samples = vowel(counts[c], 16000, 170, 0.05);
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
            float *samples = noise(count, 0.3f);
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
            float *samples = sound(COUNT);
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
    float *samples = vowel(20000, 16000, 170, 0.05), *other = noise(30000, 1);
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
        cmocka_unit_test(test_spectral_columns_are_the_definitions),
        cmocka_unit_test(test_silence_has_no_spectrum),
        cmocka_unit_test(test_formants_are_the_definition),
        cmocka_unit_test(test_formants_are_the_same_at_any_rate),
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
