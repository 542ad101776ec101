#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clean/steps.h"
#include "sounds.h"

static const double pi = 3.14159265358979323846;

static double mean_of(const ser_audio *audio, int channel)
{
    double sum = 0;
    for (size_t i = 0; i < audio->frames; i++)
        sum += (double)audio->samples[i * (size_t)audio->channels + (size_t)channel];
    return sum / (double)audio->frames;
}

static void test_dc_is_gone(void **state)
{
    (void)state;
    static const float offsets[] = {0.3F, -0.01F, 0, 1};
    ser_audio audio = sound_make(16000, 4, 30001), before;
    sound_add_noise(&audio, 0.1, 3);
    before = sound_copy(&audio);
    for (size_t i = 0; i < audio.frames * 4; i++)
        audio.samples[i] += offsets[i % 4];
    sound_clean(&audio, "dc");
    assert_int_equal(audio.frames, 30001);
    for (int c = 0; c < 4; c++)
        assert_float_equal(mean_of(&audio, c), 0, 1e-7);
    for (int c = 0; c < 4; c++) { /* and nothing else */
        double mean = mean_of(&before, c);
        for (size_t i = (size_t)c; i < audio.frames * 4; i += 4)
            assert_float_equal(audio.samples[i], before.samples[i] - (float)mean, 1e-6);
    }
    ser_audio_release(&audio);
    ser_audio_release(&before);
}

/* The steady level of a sine behind the filter, in dB. */
static double response(int rate, double cut, double frequency)
{
    ser_clean_settings settings = {.low_cut = cut};
    ser_error error;
    size_t settled = (size_t)(rate * 40 / cut), measured = (size_t)(rate * 80 / cut);
    ser_audio audio = sound_make(rate, 1, settled + measured);
    sound_add_sine(&audio, 0, frequency, 0.5, 0, audio.frames);
    double before = sound_rms(&audio, 0, settled, audio.frames);
    assert_ok(ser_clean(&audio, &settings, &error));
    double after = sound_rms(&audio, 0, settled, audio.frames);
    ser_audio_release(&audio);
    return 20 * log10(after / before);
}

/* |H(f)|^2 = 1 / (1 + (F/f)^8), where frequencies are bent by the bilinear transform. */
static double butterworth(int rate, double cut, double frequency)
{
    double ratio = tan(pi * cut / rate) / tan(pi * frequency / rate);
    return -10 * log10(1 + pow(ratio, 8));
}

static void test_low_cut_has_the_response_of_butterworth(void **state)
{
    (void)state;
    static const int rates[] = {1000, 8000, 16000, 44100, 96000};
    static const double cuts[] = {10, 80, 200}, ratios[] = {0.25, 0.5, 0.75, 1, 1.25, 1.5, 2};
    for (size_t r = 0; r < sizeof rates / sizeof *rates; r++)
        for (size_t c = 0; c < sizeof cuts / sizeof *cuts; c++)
            for (size_t k = 0; k < sizeof ratios / sizeof *ratios; k++) {
                double frequency = cuts[c] * ratios[k];
                double is = response(rates[r], cuts[c], frequency);
                double expected = butterworth(rates[r], cuts[c], frequency);
                if (fabs(is - expected) > 0.05)
                    fail_msg("%d Hz, cut at %g: %g dB at %g Hz, expected %g", rates[r], cuts[c], is,
                             frequency, expected);
            }
}

static void test_low_cut_does_as_promised(void **state)
{
    (void)state;
    assert_float_equal(response(16000, 80, 80), -3.01, 0.05);
    assert_true(response(16000, 80, 40) <= -24);
    for (int frequency = 150; frequency < 8000; frequency += frequency / 5)
        assert_float_equal(response(16000, 80, frequency), 0, 0.1);
}

/* A step at the start would ring. */
static void test_low_cut_starts_quietly(void **state)
{
    (void)state;
    ser_audio audio = sound_make(16000, 2, 5000);
    for (size_t i = 0; i < audio.frames * 2; i++)
        audio.samples[i] = i % 2 ? -0.5F : 0.25F;
    sound_clean(&audio, "low_cut=80");
    for (size_t i = 0; i < audio.frames * 2; i++)
        assert_float_equal(audio.samples[i], 0, 1e-6);
    ser_audio_release(&audio);
}

static void test_largest_numbers_stay_finite(void **state)
{
    (void)state;
    static const char *const lists[] = {"dc", "low_cut=1000", "dc,low_cut"};
    for (size_t k = 0; k < 3; k++) {
        ser_audio audio = sound_make(16000, 1, 4000);
        for (size_t i = 0; i < audio.frames; i++)
            audio.samples[i] = i % 7 < 4 ? 3.4e38F : -3.4e38F;
        sound_clean(&audio, lists[k]);
        for (size_t i = 0; i < audio.frames; i++)
            assert_true(isfinite(audio.samples[i]));
        ser_audio_release(&audio);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dc_is_gone),
        cmocka_unit_test(test_low_cut_has_the_response_of_butterworth),
        cmocka_unit_test(test_low_cut_does_as_promised),
        cmocka_unit_test(test_low_cut_starts_quietly),
        cmocka_unit_test(test_largest_numbers_stay_finite),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
