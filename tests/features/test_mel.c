#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "block.h"
#include "features/spectrum/mel.h"

static ser_error error;

static ser_features_settings mel_settings(int fft, int bands, double low, double high,
                                          ser_mel_scale scale, ser_mel_norm norm)
{
    ser_features_settings settings = ser_features_settings_defaults();
    settings.fft = fft;
    settings.bands = bands;
    settings.low = low;
    settings.high = high;
    settings.scale = scale;
    settings.norm = norm;
    return settings;
}

static struct mel_bank build(const ser_features_settings *settings)
{
    struct mel_bank bank;
    assert_ok(mel_bank_build(&bank, settings, &error));
    assert_int_equal(bank.bands, settings->bands);
    assert_int_equal(bank.bins, settings->fft / 2 + 1);
    return bank;
}

/* Corner i of bands+2, in Hz. */
static double corner(const ser_features_settings *settings, int i)
{
    double low = mel_from_hz(settings->scale, settings->low);
    double high = mel_from_hz(settings->scale, settings->high);
    return mel_to_hz(settings->scale, low + (high - low) * i / (settings->bands + 1));
}

static void test_htk_scale_follows_its_formula(void **state)
{
    (void)state;
    assert_near(mel_from_hz(SER_MEL_HTK, 0), 0, 1e-12);
    assert_near(mel_from_hz(SER_MEL_HTK, 700), 2595 * log10(2), 1e-9);
    assert_near(mel_from_hz(SER_MEL_HTK, 1000), 999.9855, 1e-4);
    assert_near(mel_from_hz(SER_MEL_HTK, 6300), 2595, 1e-9);
    assert_near(mel_to_hz(SER_MEL_HTK, 2595), 6300, 1e-9);
}

static void test_slaney_scale_follows_its_formula(void **state)
{
    (void)state;
    static const double pairs[][2] = {{0, 0},     {60, 0.9},  {110, 1.65},     {440, 6.6},
                                      {500, 7.5}, {1000, 15}, {1000 * 6.4, 42}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        assert_near(mel_from_hz(SER_MEL_SLANEY, pairs[i][0]), pairs[i][1], 1e-9);
        assert_near(mel_to_hz(SER_MEL_SLANEY, pairs[i][1]), pairs[i][0], 1e-9);
    }
}

static void test_slaney_corners_are_those_that_librosa_documents(void **state)
{
    (void)state;
    /* librosa.mel_frequencies(n_mels=40), from 0 to 11025 Hz */
    static const struct {
        int place;
        double hz;
    } rows[] = {{1, 85.317},    {11, 938.49},    {12, 1024.856}, {20, 2071.84},
                {31, 5453.621}, {38, 10096.408}, {39, 11025.0}};
    double top = mel_from_hz(SER_MEL_SLANEY, 11025);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_near(mel_to_hz(SER_MEL_SLANEY, top * rows[i].place / 39), rows[i].hz, 6e-4);
}

static void test_scales_rise_and_invert(void **state)
{
    (void)state;
    for (int scale = SER_MEL_SLANEY; scale <= SER_MEL_HTK; scale++) {
        double last = -1;
        for (double hz = 0; hz < 30000; hz += 7.3) {
            double mel = mel_from_hz((ser_mel_scale)scale, hz);
            assert_true(mel > last);
            assert_near(mel_to_hz((ser_mel_scale)scale, mel), hz, 1e-8);
            last = mel;
        }
    }
}

/* The weight of one bin by the definition in mel.h. */
static double plain_weight(const ser_features_settings *settings, int band, int bin)
{
    double spacing = (double)settings->rate / settings->fft, hz = bin * spacing;
    double a = corner(settings, band), b = corner(settings, band + 1),
           c = corner(settings, band + 2);
    double height = settings->norm == SER_MEL_NORM_SLANEY ? 2 / (c - a) : 1;
    if (c - a <= spacing)
        return fmax(0, 1 - fabs(b - hz) / spacing) * height * (c - a) / 2 / spacing;
    if (hz <= a || hz >= c)
        return 0;
    return height * (hz < b ? (hz - a) / (b - a) : (c - hz) / (c - b));
}

static void check_against_definition(const ser_features_settings *settings)
{
    struct mel_bank bank = build(settings);
    struct random random = random_seeded(5, (uint64_t)settings->bands);
    float *power = calloc((size_t)bank.bins, sizeof *power);
    float *mel = calloc((size_t)bank.bands + 1, sizeof *mel);
    for (int k = 0; k < bank.bins; k++)
        power[k] = random_unit(&random);
    mel[bank.bands] = 7;
    block_mel_apply(&bank, power, mel);
    for (int b = 0; b < bank.bands; b++) {
        double sum = 0;
        for (int k = 0; k < bank.bins; k++)
            sum += plain_weight(settings, b, k) * (double)power[k];
        assert_near(mel[b], sum, 2e-6 * sum + 1e-9);
    }
    assert_true(mel[bank.bands] == 7);
    free(power);
    free(mel);
    mel_bank_release(&bank);
}

static void test_agrees_with_the_definition(void **state)
{
    (void)state;
    ser_features_settings defaults = ser_features_settings_defaults();
    check_against_definition(&defaults);
    static const int sizes[] = {16, 20, 400, 512, 2048}, bands[] = {1, 2, 26, 40, 64, 128, 700};
    for (size_t f = 0; f < sizeof sizes / sizeof *sizes; f++) {
        for (size_t b = 0; b < sizeof bands / sizeof *bands; b++) {
            for (int kind = 0; kind < 4; kind++) {
                ser_features_settings settings =
                    mel_settings(sizes[f], bands[b], kind * 31.25, 8000 - kind * 100,
                                 (ser_mel_scale)(kind & 1), (ser_mel_norm)(kind >> 1));
                check_against_definition(&settings);
            }
        }
    }
}

static double weight_sum(const struct mel_bank *bank, int band)
{
    double sum = 0;
    for (int i = 0; i < bank->filters[band].count; i++)
        sum += (double)bank->weights[bank->filters[band].start + (size_t)i];
    return sum;
}

static void test_slaney_norm_gives_equal_areas(void **state)
{
    (void)state;
    for (int scale = SER_MEL_SLANEY; scale <= SER_MEL_HTK; scale++) {
        ser_features_settings settings =
            mel_settings(65536, 40, 100, 7900, (ser_mel_scale)scale, SER_MEL_NORM_SLANEY);
        struct mel_bank bank = build(&settings);
        for (int b = 0; b < bank.bands; b++)
            assert_near(weight_sum(&bank, b) * settings.rate / settings.fft, 1, 1e-3);
        mel_bank_release(&bank);
    }
}

static void test_triangles_without_norm_have_peak_1_and_add_to_1(void **state)
{
    (void)state;
    ser_features_settings settings =
        mel_settings(2048, 40, 50, 7900, SER_MEL_HTK, SER_MEL_NORM_NONE);
    struct mel_bank bank = build(&settings);
    double spacing = (double)settings.rate / settings.fft;
    double *total = calloc((size_t)bank.bins, sizeof *total);
    for (int b = 0; b < bank.bands; b++) {
        for (int i = 0; i < bank.filters[b].count; i++) {
            float weight = bank.weights[bank.filters[b].start + (size_t)i];
            assert_true(weight >= 0 && weight <= 1);
            total[bank.filters[b].first + i] += (double)weight;
        }
    }
    for (int k = 0; k < bank.bins; k++) {
        double hz = k * spacing;
        if (hz >= corner(&settings, 1) && hz <= corner(&settings, bank.bands))
            assert_near(total[k], 1, 1e-6);
        if (hz < settings.low || hz > settings.high)
            assert_true(total[k] == 0);
    }
    free(total);
    mel_bank_release(&bank);
}

static void test_no_band_is_deaf(void **state)
{
    (void)state;
    static const int sizes[] = {16, 20, 64, 512, 4096}, bands[] = {1, 3, 64, 128, 256, 1024};
    for (size_t f = 0; f < sizeof sizes / sizeof *sizes; f++) {
        for (size_t b = 0; b < sizeof bands / sizeof *bands; b++) {
            for (int kind = 0; kind < 4; kind++) {
                ser_features_settings settings =
                    mel_settings(sizes[f], bands[b], 0, 8000, (ser_mel_scale)(kind & 1),
                                 (ser_mel_norm)(kind >> 1));
                struct mel_bank bank = build(&settings);
                for (int i = 0; i < bank.bands; i++) {
                    assert_true(weight_sum(&bank, i) > 0);
                    assert_true(bank.filters[i].first >= 0);
                    assert_true(bank.filters[i].first + bank.filters[i].count <= bank.bins);
                }
                mel_bank_release(&bank);
            }
        }
    }
}

static void test_default_settings_need_no_interpolation(void **state)
{
    (void)state;
    ser_features_settings settings = ser_features_settings_defaults();
    for (int b = 0; b < settings.bands; b++)
        assert_true(corner(&settings, b + 2) - corner(&settings, b) >
                    (double)settings.rate / settings.fft);
}

static void test_narrow_bands_read_the_spectrum_at_their_peak(void **state)
{
    (void)state;
    /* Bins are 31.25 Hz apart, the 40 bands from 100 to 300 Hz 5 Hz. */
    ser_features_settings settings =
        mel_settings(512, 40, 100, 300, SER_MEL_SLANEY, SER_MEL_NORM_SLANEY);
    struct mel_bank bank = build(&settings);
    float ramp[257], mel[40];
    for (int k = 0; k < 257; k++)
        ramp[k] = (float)(k * 31.25);
    block_mel_apply(&bank, ramp, mel);
    for (int b = 0; b < 40; b++) /* the power at the peak, times area 1 over 31.25 Hz */
        assert_near(mel[b] * 31.25f, corner(&settings, b + 1), 1e-3);
    mel_bank_release(&bank);
}

static void test_narrowest_settings_stay_finite(void **state)
{
    (void)state;
    static const double lows[] = {0, 100, 7999};
    for (size_t i = 0; i < sizeof lows / sizeof *lows; i++) {
        ser_features_settings settings =
            mel_settings(16, 1024, lows[i], lows[i] + 1, SER_MEL_HTK, SER_MEL_NORM_SLANEY);
        struct mel_bank bank = build(&settings);
        for (int b = 0; b < bank.bands; b++)
            assert_near(weight_sum(&bank, b), 1.0 / 1000, 1e-8);
        mel_bank_release(&bank);
    }
}

static void test_release_empties_the_bank(void **state)
{
    (void)state;
    ser_features_settings settings = ser_features_settings_defaults();
    struct mel_bank bank = build(&settings);
    mel_bank_release(&bank);
    assert_null(bank.filters);
    assert_null(bank.weights);
    mel_bank_release(&bank);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_htk_scale_follows_its_formula),
        cmocka_unit_test(test_slaney_scale_follows_its_formula),
        cmocka_unit_test(test_slaney_corners_are_those_that_librosa_documents),
        cmocka_unit_test(test_scales_rise_and_invert),
        cmocka_unit_test(test_agrees_with_the_definition),
        cmocka_unit_test(test_slaney_norm_gives_equal_areas),
        cmocka_unit_test(test_triangles_without_norm_have_peak_1_and_add_to_1),
        cmocka_unit_test(test_no_band_is_deaf),
        cmocka_unit_test(test_default_settings_need_no_interpolation),
        cmocka_unit_test(test_narrow_bands_read_the_spectrum_at_their_peak),
        cmocka_unit_test(test_narrowest_settings_stay_finite),
        cmocka_unit_test(test_release_empties_the_bank),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
