#define _GNU_SOURCE
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "features/spectrum/mel.h"
#include "near.h"
#include "ser/features.h"

enum { COUNT = 700 };
static ser_error error;

/* Small enough for a plain transform of every frame. */
static ser_features_settings small_settings(void)
{
    ser_features_settings settings = ser_features_settings_defaults();
    settings.window = 50;
    settings.hop = 20;
    settings.fft = 64;
    settings.bands = 12;
    settings.low = 100;
    settings.floor = 1e-4;
    settings.normalise = SER_NORMALISE_NONE;
    return settings;
}

static ser_extractor *create(const ser_features_settings *settings)
{
    ser_extractor *extractor;
    assert_ok(ser_extractor_create(&extractor, settings, &error));
    return extractor;
}

static ser_features run(ser_extractor *extractor, const float *samples, size_t count)
{
    ser_features features = {0};
    assert_ok(ser_extractor_run(extractor, samples, count, &features, &error));
    return features;
}

static void fill_with_noise(float *samples)
{
    struct random random = random_seeded(21, 0);
    for (int i = 0; i < COUNT; i++)
        samples[i] = random_uniform(&random, -0.5f, 0.5f);
}

/* Power of one bin of a frame that starts at `start`, by the definition, in double. */
static double plain_power(const ser_features_settings *settings, const float *samples, int start,
                          int bin)
{
    double real = 0, imaginary = 0;
    for (int n = 0; n < settings->window && start + n < COUNT; n++) {
        double window = 0.5 - 0.5 * cos(2 * M_PI * n / settings->window);
        double angle = 2 * M_PI * bin * n / settings->fft;
        real += window * (double)samples[start + n] * cos(angle);
        imaginary -= window * (double)samples[start + n] * sin(angle);
    }
    return real * real + imaginary * imaginary;
}

static void test_agrees_with_a_plain_twin(void **state)
{
    (void)state;
    ser_features_settings settings = small_settings();
    ser_extractor *extractor = create(&settings);
    struct mel_bank bank;
    assert_ok(mel_bank_build(&bank, &settings, &error));
    float samples[COUNT];
    fill_with_noise(samples);
    ser_features features = run(extractor, samples, COUNT);
    assert_int_equal(features.frames, 1 + (COUNT - 50) / 20);
    for (int t = 0; t < features.frames; t++) {
        for (int b = 0; b < 12; b++) {
            double sum = 0;
            for (int i = 0; i < bank.filters[b].count; i++)
                sum += (double)bank.weights[bank.filters[b].start + (size_t)i] *
                       plain_power(&settings, samples, t * 20, bank.filters[b].first + i);
            assert_near(features.values[t * 12 + b], log(sum + 1e-4), 2e-5);
        }
    }
    ser_features_release(&features);
    mel_bank_release(&bank);
    ser_extractor_destroy(extractor);
}

static void test_silence_gives_the_logarithm_of_the_floor(void **state)
{
    (void)state;
    static const double floors[] = {1e-30, 1e-10, 1e-8, 1};
    for (size_t f = 0; f < sizeof floors / sizeof *floors; f++) {
        ser_features_settings settings = small_settings();
        settings.floor = floors[f];
        ser_extractor *extractor = create(&settings);
        float silence[50] = {0};
        ser_features features = run(extractor, silence, 50);
        for (int b = 0; b < 12; b++)
            assert_near(features.values[b], log(floors[f]), 1e-5);
        ser_features_release(&features);
        ser_extractor_destroy(extractor);
    }
}

static void test_twice_the_amplitude_adds_ln_4(void **state)
{
    (void)state;
    ser_features_settings settings = small_settings();
    settings.floor = 1e-30;
    ser_extractor *extractor = create(&settings);
    float samples[COUNT];
    fill_with_noise(samples);
    ser_features quiet = run(extractor, samples, COUNT);
    for (int i = 0; i < COUNT; i++)
        samples[i] *= 2;
    ser_features loud = run(extractor, samples, COUNT);
    for (int i = 0; i < quiet.frames * 12; i++)
        assert_near(loud.values[i] - quiet.values[i], log(4), 1e-5);
    ser_features_release(&quiet);
    ser_features_release(&loud);
    ser_extractor_destroy(extractor);
}

static void test_tone_is_loudest_in_its_band(void **state)
{
    (void)state;
    ser_features_settings settings = ser_features_settings_defaults();
    ser_extractor *extractor = create(&settings);
    double low = mel_from_hz(settings.scale, settings.low);
    double step = (mel_from_hz(settings.scale, settings.high) - low) / (settings.bands + 1);
    for (int band = 5; band < settings.bands; band += 9) {
        double hz = mel_to_hz(settings.scale, low + step * (band + 1));
        float samples[400];
        for (int n = 0; n < 400; n++)
            samples[n] = (float)sin(2 * M_PI * hz * n / settings.rate);
        ser_features features = run(extractor, samples, 400);
        int loudest = 0;
        for (int b = 1; b < settings.bands; b++)
            if (features.values[b] > features.values[loudest])
                loudest = b;
        assert_int_equal(loudest, band);
        ser_features_release(&features);
    }
    ser_extractor_destroy(extractor);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_agrees_with_a_plain_twin),
        cmocka_unit_test(test_silence_gives_the_logarithm_of_the_floor),
        cmocka_unit_test(test_twice_the_amplitude_adds_ln_4),
        cmocka_unit_test(test_tone_is_loudest_in_its_band),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
