#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clean/loudness.h"
#include "sounds.h"

static ser_error error;

static const double pi = 3.14159265358979323846;

/* The K-weighting of BS.1770 for 48 kHz, with the coefficients that the recommendation prints. */
static double *k_weighted(const ser_audio *audio, int channel)
{
    static const double b[2][3] = {{1.53512485958697, -2.69169618940638, 1.19839281085285},
                                   {1, -2, 1}};
    static const double a[2][3] = {{1, -1.69065929318241, 0.73248077421585},
                                   {1, -1.99004745483398, 0.99007225036621}};
    double *values = calloc(audio->frames, sizeof *values);
    for (size_t i = 0; i < audio->frames; i++)
        values[i] = (double)audio->samples[i * (size_t)audio->channels + (size_t)channel];
    for (int stage = 0; stage < 2; stage++) {
        double x1 = 0, x2 = 0, y1 = 0, y2 = 0;
        for (size_t i = 0; i < audio->frames; i++) {
            double x = values[i];
            double y = b[stage][0] * x + b[stage][1] * x1 + b[stage][2] * x2 - a[stage][1] * y1 -
                       a[stage][2] * y2;
            x2 = x1, x1 = x, y2 = y1, y1 = y;
            values[i] = y;
        }
    }
    return values;
}

/* Integrated loudness as BS.1770-4 defines it, of sound of 48 kHz with up to two channels: blocks
 * of 400 ms every 100 ms, gated at -70 LUFS and at 10 LU below the mean of those. */
static double loudness_plainly(const ser_audio *audio)
{
    enum { BLOCK = 19200, STEP = 4800 };
    assert_int_equal(audio->rate, 48000);
    size_t blocks = audio->frames < BLOCK ? 0 : 1 + (audio->frames - BLOCK) / STEP;
    double *powers = calloc(blocks + 1, sizeof *powers);
    for (int c = 0; c < audio->channels; c++) {
        double *values = k_weighted(audio, c);
        for (size_t j = 0; j < blocks; j++)
            for (size_t i = j * STEP; i < j * STEP + BLOCK; i++)
                powers[j] += values[i] * values[i] / BLOCK;
        free(values);
    }
    double gate = -70, mean = 0;
    for (int pass = 0; pass < 2; pass++) {
        double sum = 0;
        int count = 0;
        for (size_t j = 0; j < blocks; j++)
            if (-0.691 + 10 * log10(powers[j]) > gate) {
                sum += powers[j];
                count++;
            }
        mean = -0.691 + 10 * log10(sum / count);
        gate = mean - 10;
    }
    free(powers);
    return mean;
}

/* A voice with a quiet half, so that the gates have something to do. */
static ser_audio make_sound(int rate, int channels, double amplitude)
{
    size_t second = (size_t)rate;
    ser_audio audio = sound_make(rate, channels, 5 * second);
    sound_add_voice(&audio, amplitude, 0, 2 * second);
    sound_add_voice(&audio, amplitude / 30, 2 * second, 3 * second);
    sound_add_voice(&audio, amplitude / 2, 4 * second, 5 * second);
    return audio;
}

static double measured(const ser_audio *audio)
{
    double lufs;
    assert_ok(loudness_measure(audio, &lufs, &error));
    return lufs;
}

static void test_measures_what_the_standard_says(void **state)
{
    (void)state;
    for (int channels = 1; channels <= 2; channels++) {
        ser_audio audio = make_sound(48000, channels, 0.05);
        assert_float_equal(measured(&audio), loudness_plainly(&audio), 0.02);
        ser_audio_release(&audio);
    }
    /* "a 0 dB FS, 997 Hz sine … to the left, centre or right channel … -3.01 LKFS" */
    ser_audio sine = sound_make(48000, 1, 96000);
    sound_add_sine(&sine, 0, 997, 1, 0, 96000);
    assert_float_equal(measured(&sine), -3.01, 0.02);
    ser_audio_release(&sine);
}

static void test_reaches_the_target(void **state)
{
    (void)state;
    static const double targets[] = {-40, -30, -23};
    for (size_t k = 0; k < 3; k++)
        for (int channels = 1; channels <= 2; channels++) {
            ser_clean_settings settings = {.lufs = targets[k]};
            ser_audio audio = make_sound(48000, channels, 0.01);
            assert_ok(ser_clean(&audio, &settings, &error));
            assert_float_equal(loudness_plainly(&audio), targets[k], 0.1);
            ser_audio_release(&audio);
        }
}

static ser_audio make_sine(int rate, double frequency)
{
    ser_audio audio = sound_make(rate, 1, (size_t)rate);
    sound_add_sine(&audio, 0, frequency, 0.1, 0, audio.frames);
    return audio;
}

/* The standard's filters lie around 1.7 kHz, which some rates do not reach. */
static void test_any_rate(void **state)
{
    (void)state;
    static const int rates[] = {1000,  2000,  4000,  8000,   11025, 16000,
                                22050, 32000, 44100, 192000, 768000};
    static const double frequencies[] = {60, 300, 1000, 1700, 3000, 6000};
    for (size_t f = 0; f < sizeof frequencies / sizeof *frequencies; f++) {
        ser_audio reference = make_sine(48000, frequencies[f]);
        double expected = loudness_plainly(&reference);
        for (size_t r = 0; r < sizeof rates / sizeof *rates; r++) {
            if (frequencies[f] > 0.4 * rates[r])
                continue;
            ser_audio audio = make_sine(rates[r], frequencies[f]);
            if (fabs(measured(&audio) - expected) > 0.1)
                fail_msg("%g Hz at %d Hz: %g LUFS, expected %g", frequencies[f], rates[r],
                         measured(&audio), expected);
            sound_clean(&audio, "lufs=-30");
            assert_float_equal(measured(&audio), -30, 0.1);
            ser_audio_release(&audio);
        }
        ser_audio_release(&reference);
    }
}

static void test_rms_reaches_the_target(void **state)
{
    (void)state;
    for (int channels = 1; channels <= 3; channels++) {
        ser_audio audio = make_sound(16000, channels, 0.01);
        sound_clean(&audio, "rms=-26");
        assert_float_equal(loudness_rms(&audio), -26, 0.001);
        assert_float_equal((float)(20 * log10(sound_rms(&audio, 0, 0, audio.frames))), -26, 0.001);
        ser_audio_release(&audio);
    }
    /* A full-scale square wave is 0 dBFS. */
    ser_audio square = sound_make(16000, 1, 100);
    for (size_t i = 0; i < 100; i++)
        square.samples[i] = i % 10 < 5 ? 1 : -1;
    assert_float_equal(loudness_rms(&square), 0, 1e-9);
    ser_audio_release(&square);
}

/* A click would clip long before the whole is loud enough: the gain is held back, and the shape
 * stays. */
static void test_nothing_clips(void **state)
{
    (void)state;
    static const char *const lists[] = {"lufs=-6", "rms=-6"};
    for (size_t k = 0; k < 2; k++) {
        ser_audio audio = make_sound(16000, 1, 0.01), before;
        audio.samples[40000] = -0.5F;
        before = sound_copy(&audio);
        sound_clean(&audio, lists[k]);
        double gain = pow(10, -1.0 / 20) / 0.5;
        for (size_t i = 0; i < audio.frames; i++)
            assert_float_equal(audio.samples[i], before.samples[i] * (float)gain, 1e-6);
        ser_audio_release(&audio);
        ser_audio_release(&before);
    }
}

static void test_channels_keep_their_balance(void **state)
{
    (void)state;
    ser_audio audio = sound_make(16000, 2, 16000);
    sound_add_sine(&audio, 0, 440, 0.02, 0, 16000);
    sound_add_sine(&audio, 1, 440, 0.01, 0, 16000);
    sound_clean(&audio, "lufs");
    assert_float_equal((float)(sound_rms(&audio, 0, 0, 16000) / sound_rms(&audio, 1, 0, 16000)), 2,
                       1e-4);
    ser_audio_release(&audio);
}

static void test_silence_and_near_silence_stay(void **state)
{
    (void)state;
    static const double amplitudes[] = {0, 1e-5, 1e-30};
    static const char *const lists[] = {"lufs", "rms"};
    for (size_t a = 0; a < 3; a++)
        for (size_t k = 0; k < 2; k++) {
            ser_audio audio = sound_make(16000, 1, 16000), before;
            sound_add_sine(&audio, 0, 440, amplitudes[a], 0, 16000);
            before = sound_copy(&audio);
            sound_clean(&audio, lists[k]);
            assert_memory_equal(audio.samples, before.samples, 16000 * sizeof(float));
            ser_audio_release(&audio);
            ser_audio_release(&before);
        }
    ser_audio silence = sound_make(16000, 1, 16000);
    assert_true(isinf(measured(&silence)) && isinf(loudness_rms(&silence)));
    silence.frames = 0;
    assert_true(isinf(measured(&silence)) && isinf(loudness_rms(&silence)));
    ser_audio_release(&silence);
}

/* Sound shorter than a block is as loud as the same sound going on. */
static void test_short_sound(void **state)
{
    (void)state;
    static const size_t lengths[] = {480, 4800, 9600, 19199, 19200, 19201};
    for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
        ser_audio audio = sound_make(48000, 1, lengths[k]);
        sound_add_sine(&audio, 0, 1000, 0.1, 0, lengths[k]);
        assert_float_equal(measured(&audio), -23, 0.2);
        sound_clean(&audio, "lufs=-30");
        assert_float_equal(measured(&audio), -30, 0.1);
        ser_audio_release(&audio);
    }
    for (size_t frames = 1; frames < 5; frames++) {
        ser_audio audio = sound_make(16000, 1, frames);
        sound_add_noise(&audio, 0.3, frames);
        sound_clean(&audio, "lufs");
        for (size_t i = 0; i < frames; i++)
            assert_true(fabsf(audio.samples[i]) <= 0.9F);
        ser_audio_release(&audio);
    }
}

static void test_largest_numbers(void **state)
{
    (void)state;
    static const char *const lists[] = {"lufs", "rms"};
    for (size_t k = 0; k < 2; k++) {
        ser_audio audio = sound_make(16000, 2, 16000);
        for (size_t i = 0; i < audio.frames; i++)
            audio.samples[2 * i] = audio.samples[2 * i + 1] =
                (float)(3.4e38 * sin(2 * pi * 440 * (double)i / 16000));
        sound_clean(&audio, lists[k]);
        for (size_t i = 0; i < audio.frames * 2; i++)
            assert_true(fabsf(audio.samples[i]) <= 0.892F);
        assert_true(sound_rms(&audio, 0, 0, 16000) > 0.03);
        ser_audio_release(&audio);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_measures_what_the_standard_says),
        cmocka_unit_test(test_reaches_the_target),
        cmocka_unit_test(test_any_rate),
        cmocka_unit_test(test_rms_reaches_the_target),
        cmocka_unit_test(test_nothing_clips),
        cmocka_unit_test(test_channels_keep_their_balance),
        cmocka_unit_test(test_silence_and_near_silence_stay),
        cmocka_unit_test(test_short_sound),
        cmocka_unit_test(test_largest_numbers),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
