#define _GNU_SOURCE
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "features/spectrum/kaldi.h"
#include "near.h"
#include "ser/audio.h"

enum { MOST_BANDS = 256, BANDS = 80, CEPSTRA = 13 };
static ser_error error;

static ser_features_settings settings_of(const struct ser_feature_set *set, int rate)
{
    ser_features_settings settings = {.set = set, .rate = rate};
    set->defaults(&settings);
    return settings;
}

static int columns_of(const ser_features_settings *settings)
{
    return settings->coefficients ? settings->coefficients : settings->bands;
}

/* (frames, columns); the caller frees it. One more value than that must stay untouched. */
static float *run(const ser_features_settings *settings, const float *samples, size_t count,
                  size_t *frames)
{
    const struct ser_feature_set *set = settings->set;
    void *state;
    assert_ok(set->create(&state, settings, &error));
    *frames = set->grid(state, count).frames;
    size_t cells = *frames * (size_t)columns_of(settings);
    float *values = calloc(cells + 1, sizeof *values);
    assert_non_null(values);
    values[cells] = 7;
    assert_ok(set->run(state, samples, count, values, &error));
    assert_true(values[cells] == 7);
    set->destroy(state);
    return values;
}

/* A block of its own, so that a tool sees any access beyond its ends. */
static float *sound(size_t count)
{
    float *samples = calloc(count, sizeof *samples);
    assert_non_null(samples);
    return samples;
}

static float *noise(size_t count, float size)
{
    float *samples = sound(count);
    struct random random = random_seeded(33, count);
    for (size_t i = 0; i < count; i++)
        samples[i] = random_uniform(&random, -size, size);
    return samples;
}

static double kaldi_mel(double hz)
{
    return 1127.0 * log(1.0 + hz / 700.0);
}

/* |X[bin]|^2 of one frame by the definition; frame: (window). */
static double plain_power(const double *frame, int window, int fft, int bin)
{
    double real = 0, imaginary = 0;
    for (int n = 0; n < window; n++) {
        double angle = 2 * M_PI * (int)((long)bin * n % fft) / fft;
        real += frame[n] * cos(angle);
        imaginary -= frame[n] * sin(angle);
    }
    return real * real + imaginary * imaginary;
}

/* One frame, before the transform: x starts with the frame, of which `count` samples exist. */
static void plain_frame(const float *x, size_t count, int window, double *frame)
{
    double mean = 0;
    for (int n = 0; n < window; n++) {
        frame[n] = (size_t)n < count ? 32768.0 * (double)x[n] : 0;
        mean += frame[n] / window;
    }
    for (int n = 0; n < window; n++)
        frame[n] -= mean;
    for (int n = window - 1; n > 0; n--)
        frame[n] -= 0.97 * frame[n - 1];
    frame[0] -= 0.97 * frame[0];
    for (int n = 0; n < window; n++)
        frame[n] *= pow(0.5 - 0.5 * cos(2 * M_PI * n / (window - 1)), 0.85);
}

/* The powers of all bands, before the logarithm. */
static void plain_bands(const ser_features_settings *settings, const float *x, size_t count,
                        double *bands)
{
    double *frame = calloc((size_t)settings->window, sizeof *frame);
    plain_frame(x, count, settings->window, frame);
    double low = kaldi_mel(settings->low), high = kaldi_mel(settings->high);
    double step = (high - low) / (settings->bands + 1);
    memset(bands, 0, (size_t)settings->bands * sizeof *bands);
    for (int k = 0; k < settings->fft / 2; k++) {
        double mel = kaldi_mel((double)k * settings->rate / settings->fft);
        double power = plain_power(frame, settings->window, settings->fft, k);
        for (int b = 0; b < settings->bands; b++) {
            double place = (mel - low) / step - b; /* 0, 1, 2 at the corners */
            bands[b] += fmax(0, 1 - fabs(place - 1)) * power;
        }
    }
    free(frame);
}

static void check_bands(const ser_features_settings *settings, const float *values,
                        const double *bands)
{
    double all = 0;
    for (int b = 0; b < settings->bands; b++)
        all += bands[b];
    for (int b = 0; b < settings->bands; b++) {
        /* What rounding adds to a bin's amplitude goes with the loudest bins. */
        double tolerance = 1e-5 * bands[b] + 1e-6 * sqrt(bands[b] * all) + 1e-12 * (all + 1);
        assert_near(exp((double)values[b]), fmax(bands[b], FLT_EPSILON), tolerance);
    }
}

static void check_cepstra(const ser_features_settings *settings, const float *values,
                          const double *bands)
{
    for (int k = 0; k < CEPSTRA; k++) {
        double sum = 0;
        for (int b = 0; b < 23; b++)
            sum += log(fmax(bands[b], FLT_EPSILON)) * cos(M_PI * k * (b + 0.5) / 23);
        sum *= sqrt((k ? 2.0 : 1.0) / 23) * (1 + 11 * sin(M_PI * k / 22));
        assert_near(values[k], sum, 2e-3);
    }
    assert_int_equal(settings->bands, 23);
}

static void check_against_definition(const ser_features_settings *settings, const float *samples,
                                     size_t count)
{
    size_t frames, columns = (size_t)columns_of(settings);
    float *values = run(settings, samples, count, &frames);
    for (size_t t = 0; t < frames; t++) {
        double bands[MOST_BANDS];
        size_t start = t * (size_t)settings->hop;
        plain_bands(settings, samples + start, count - start, bands);
        if (settings->coefficients)
            check_cepstra(settings, values + t * columns, bands);
        else
            check_bands(settings, values + t * columns, bands);
    }
    free(values);
}

static void check_both(int rate, const float *samples, size_t count)
{
    ser_features_settings fbank = settings_of(&kaldi_fbank80, rate);
    ser_features_settings mfcc = settings_of(&kaldi_mfcc13, rate);
    check_against_definition(&fbank, samples, count);
    check_against_definition(&mfcc, samples, count);
}

static void test_windows_and_hops_round_down(void **state)
{
    (void)state;
    static const struct {
        int rate, window, hop, fft;
    } rows[] = {{4000, 100, 40, 128},    {8000, 200, 80, 256},    {11025, 275, 110, 512},
                {16000, 400, 160, 512},  {22050, 551, 220, 1024}, {44100, 1102, 441, 2048},
                {48000, 1200, 480, 2048}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ser_features_settings settings = settings_of(&kaldi_mfcc13, rows[i].rate);
        assert_int_equal(settings.window, rows[i].window);
        assert_int_equal(settings.hop, rows[i].hop);
        assert_int_equal(settings.fft, rows[i].fft);
        assert_true(settings.low == 20 && settings.high == rows[i].rate / 2.0);
    }
}

static void test_frame_counts_at_the_edges(void **state)
{
    (void)state;
    static const size_t rows[][2] = {{0, 0},   {1, 1},   {399, 1}, {400, 1},
                                     {559, 1}, {560, 2}, {719, 2}, {16000, 98}};
    ser_features_settings settings = settings_of(&kaldi_fbank80, 16000);
    void *extractor;
    assert_ok(kaldi_fbank80.create(&extractor, &settings, &error));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct frame_grid grid = kaldi_fbank80.grid(extractor, rows[i][0]);
        assert_int_equal(grid.frames, rows[i][1]);
        assert_near(grid.first, 0, 0);
        assert_near(grid.step, 0.01, 1e-12);
        assert_near(grid.length, 0.025, 1e-12);
    }
    kaldi_fbank80.destroy(extractor);
}

static void test_noise_agrees_with_the_definition(void **state)
{
    (void)state;
    static const int rates[] = {6000, 8000, 11025, 16000, 22050, 48000};
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        size_t count = (size_t)(rates[i] / 8); /* 11 frames or so: a block, and part of one */
        float *samples = noise(count, 0.3f);
        check_both(rates[i], samples, count);
        free(samples);
    }
}

static void test_tone_agrees_with_the_definition(void **state)
{
    (void)state;
    enum { COUNT = 2100 };
    float *samples = noise(COUNT, 1e-3f); /* above the rounding of the tone's spectrum */
    for (int n = 0; n < COUNT; n++)
        samples[n] += (float)(0.5 * sin(2 * M_PI * 440 * n / 16000) + 0.1);
    check_both(16000, samples, COUNT);
    free(samples);
}

static void test_sound_shorter_than_a_window_agrees_with_the_definition(void **state)
{
    (void)state;
    static const size_t counts[] = {1, 2, 7, 100, 399, 400, 401};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        float *samples = noise(counts[i], 0.3f);
        check_both(16000, samples, counts[i]);
        free(samples);
    }
}

static void test_speech_agrees_with_the_definition(void **state)
{
    (void)state;
    const char *path = support_data("ravdess/Actor_01/03-01-05-01-01-01-01.flac");
    ser_audio_settings own = {.rate = 16000, .mono = 1};
    ser_audio audio;
    assert_ok(ser_audio_load(&audio, path, &own, &error));
    size_t start = audio.frames / 3,
           count = audio.frames - start < 8000 ? audio.frames - start : 8000;
    check_both(16000, audio.samples + start, count);
    ser_audio_release(&audio);
}

static void test_silence_gives_the_floor(void **state)
{
    (void)state;
    float *samples = sound(4000);
    size_t frames;
    ser_features_settings fbank = settings_of(&kaldi_fbank80, 16000);
    float *values = run(&fbank, samples, 4000, &frames);
    for (size_t i = 0; i < frames * BANDS; i++)
        assert_near(values[i], log(FLT_EPSILON), 1e-5);
    free(values);
    ser_features_settings mfcc = settings_of(&kaldi_mfcc13, 16000);
    values = run(&mfcc, samples, 4000, &frames);
    for (size_t i = 0; i < frames * CEPSTRA; i++)
        assert_near(values[i], i % CEPSTRA ? 0 : sqrt(23) * log(FLT_EPSILON), 1e-3);
    free(values);
    free(samples);
}

static void test_a_constant_makes_no_difference(void **state)
{
    (void)state;
    enum { COUNT = 3000 };
    ser_features_settings settings = settings_of(&kaldi_fbank80, 16000);
    float *samples = noise(COUNT, 0.1f);
    size_t frames;
    float *plain = run(&settings, samples, COUNT, &frames);
    for (int i = 0; i < COUNT; i++)
        samples[i] += 0.25f;
    float *raised = run(&settings, samples, COUNT, &frames);
    for (size_t i = 0; i < frames * BANDS; i++)
        assert_near(raised[i], plain[i], 1e-3);
    free(samples);
    free(plain);
    free(raised);
}

/* Frame t of a long sound has the bits that a sound which begins there has in its first frame: no
 * lane and no neighbour shows. */
static void test_frames_do_not_depend_on_their_neighbours(void **state)
{
    (void)state;
    enum { COUNT = 4003 };
    const struct ser_feature_set *sets[] = {&kaldi_fbank80, &kaldi_mfcc13};
    float *samples = noise(COUNT, 0.3f);
    for (int s = 0; s < 2; s++) {
        ser_features_settings settings = settings_of(sets[s], 16000);
        size_t frames, one, columns = (size_t)columns_of(&settings);
        float *values = run(&settings, samples, COUNT, &frames);
        for (size_t t = 0; t < frames; t++) {
            float *alone = run(&settings, samples + t * 160, 400, &one);
            assert_int_equal(one, 1);
            assert_memory_equal(alone, values + t * columns, columns * sizeof *values);
            free(alone);
        }
        free(values);
    }
    free(samples);
}

static void expect_finite(int rate, const float *samples, size_t count)
{
    const struct ser_feature_set *sets[] = {&kaldi_fbank80, &kaldi_mfcc13};
    for (int s = 0; s < 2; s++) {
        ser_features_settings settings = settings_of(sets[s], rate);
        size_t frames;
        float *values = run(&settings, samples, count, &frames);
        for (size_t i = 0; i < frames * (size_t)columns_of(&settings); i++)
            assert_true(isfinite(values[i]));
        free(values);
    }
}

static void test_extreme_sound_stays_finite(void **state)
{
    (void)state;
    static const int rates[] = {4000, 8000, 16000, 44100, 192000, 768000};
    static const float sizes[] = {1e-42f, 1e-20f, 1, 1e9f};
    for (size_t r = 0; r < sizeof rates / sizeof *rates; r++) {
        size_t count = (size_t)(rates[r] / 20);
        float *samples = sound(count);
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            for (size_t i = 0; i < count; i++) /* a square wave */
                samples[i] = i / 9 % 2 ? sizes[s] : -sizes[s];
            expect_finite(rates[r], samples, count);
            expect_finite(rates[r], samples, 1);
            for (size_t i = 0; i < count; i++)
                samples[i] = sizes[s];
            expect_finite(rates[r], samples, count);
        }
        free(samples);
    }
}

static void test_no_band_is_deaf(void **state)
{
    (void)state;
    static const struct {
        int rate, bands;
        double low, high;
    } rows[] = {{4000, 80, 20, 2000},     {16000, 256, 20, 8000},   {16000, 256, 0, 8000},
                {16000, 200, 7000, 7001}, {16000, 256, 7999, 8000}, {1000, 80, 20, 500}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ser_features_settings settings = settings_of(&kaldi_fbank80, rows[i].rate);
        settings.bands = rows[i].bands;
        settings.low = rows[i].low;
        settings.high = rows[i].high;
        size_t frames, count = (size_t)settings.window;
        float *samples = noise(count, 0.5f);
        float *values = run(&settings, samples, count, &frames);
        for (int b = 0; b < settings.bands; b++)
            assert_true(isfinite(values[b]) && values[b] > -5);
        free(values);
        free(samples);
    }
}

/* How many bins 31.25 Hz apart lie from `low` to `high`. */
static int bins_between(double low, double high)
{
    int bins = 0;
    for (int k = 0; k < 256; k++)
        bins += k * 31.25 > low && k * 31.25 < high;
    return bins;
}

/* An impulse has a flat spectrum but for its pre-emphasis. Bands that meet no bin and bands that
 * meet many get the power that their width deserves. */
static void test_bands_without_bins_count_their_area(void **state)
{
    (void)state;
    ser_features_settings settings = settings_of(&kaldi_fbank80, 16000);
    settings.bands = 200;
    float impulse[400] = {0};
    impulse[200] = 1;
    size_t frames;
    int empty = 0, full = 0;
    float *values = run(&settings, impulse, 400, &frames);
    double low = kaldi_mel(20), step = (kaldi_mel(8000) - low) / 201;
    for (int b = 5; b < 200; b++) {
        double corners[3];
        for (int i = 0; i < 3; i++)
            corners[i] = 700 * (exp((low + (b + i) * step) / 1127) - 1);
        int bins = bins_between(corners[0], corners[2]);
        if (bins > 0 && bins < 5)
            continue;
        *(bins ? &full : &empty) += 1;
        double angle = 2 * M_PI * corners[1] / 16000, width = (corners[2] - corners[0]) / 31.25;
        double power = 1 + 0.97 * 0.97 - 2 * 0.97 * cos(angle);
        assert_near(values[b], log(32768.0 * 32768.0 * power * width / 2), 0.1);
    }
    assert_in_range(empty, 5, 100);
    assert_in_range(full, 5, 100);
    free(values);
}

static void test_columns_are_named(void **state)
{
    (void)state;
    static const struct {
        const struct ser_feature_set *set;
        const char *name, *column;
        int count;
    } rows[] = {{&kaldi_fbank80, "kaldi-fbank80", "fbank", 80},
                {&kaldi_mfcc13, "kaldi-mfcc13", "mfcc", 13}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ser_features_settings settings = settings_of(rows[i].set, 16000);
        void *extractor;
        int groups;
        assert_ok(rows[i].set->create(&extractor, &settings, &error));
        const struct column_group *group = rows[i].set->columns(extractor, &groups);
        assert_int_equal(groups, 1);
        assert_string_equal(rows[i].set->name, rows[i].name);
        assert_string_equal(group->name, rows[i].column);
        assert_int_equal(group->count, rows[i].count);
        rows[i].set->destroy(extractor);
        rows[i].set->destroy(NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_windows_and_hops_round_down),
        cmocka_unit_test(test_frame_counts_at_the_edges),
        cmocka_unit_test(test_noise_agrees_with_the_definition),
        cmocka_unit_test(test_tone_agrees_with_the_definition),
        cmocka_unit_test(test_sound_shorter_than_a_window_agrees_with_the_definition),
        cmocka_unit_test(test_speech_agrees_with_the_definition),
        cmocka_unit_test(test_silence_gives_the_floor),
        cmocka_unit_test(test_a_constant_makes_no_difference),
        cmocka_unit_test(test_frames_do_not_depend_on_their_neighbours),
        cmocka_unit_test(test_extreme_sound_stays_finite),
        cmocka_unit_test(test_no_band_is_deaf),
        cmocka_unit_test(test_bands_without_bins_count_their_area),
        cmocka_unit_test(test_columns_are_named),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
