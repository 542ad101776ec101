/* The descriptors of egemapsv02 against their definitions, written plainly in double. */
#define _GNU_SOURCE
#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "features/egemaps/egemaps_formants.h"
#include "features/egemaps/egemaps_spectral.h"
#include "near.h"
#include "signals.h"

static ser_error error;

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
    float *hiss = signal_noise(2000, 0.1f), *voice = signal_vowel(6000, 44100, 180, 0);
    check_spectral(16000, hiss, 2000);
    check_spectral(44100, voice, 6000);
    check_spectral(16000, hiss, 100); /* shorter than a window */
    free(hiss);
    free(voice);
}

static void test_silence_has_no_spectrum(void **state)
{
    (void)state;
    float *nothing = signal_silence(1000);
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
    float *samples = signal_vowel(160 * FRAMES + 960, 16000, 130, 0.02), f0[FRAMES];
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

/* The formants of 20 ms of a steady sound of harmonics that three resonances lift. */
static void steady_formants(int rate, float frequency[3], float bandwidth[3])
{
    static const double resonances[] = {700, 1300, 2500};
    size_t count = (size_t)rate / 50;
    float *samples = signal_silence(count), f0 = 160;
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spectral_columns_are_the_definitions),
        cmocka_unit_test(test_silence_has_no_spectrum),
        cmocka_unit_test(test_formants_are_the_definition),
        cmocka_unit_test(test_formants_are_the_same_at_any_rate),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
