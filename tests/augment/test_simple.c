/* Gain, shift, clipping, noise and equalising, by their definitions. */
#include "sounds.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void test_gain(void **state)
{
    (void)state;
    ser_audio before = sound_noise(1, 0.5, RATE, 1000), after = sound_copy(&before);
    sound_augment(&after, "gain gain=-6.0206", 1);
    for (size_t i = 0; i < before.frames; i++)
        assert_true(fabsf(after.samples[i] - 0.5f * before.samples[i]) < 1e-6f);
    ser_audio_release(&before);
    ser_audio_release(&after);
}

/* By `later` samples, also beyond the ends. */
static void check_shift(const char *steps, long later)
{
    ser_audio before = sound_noise(1, 0.5, RATE, 1000), after = sound_copy(&before);
    sound_augment(&after, steps, 1);
    assert_int_equal(after.frames, before.frames);
    for (long i = 0; i < 1000; i++) {
        long from = i - later;
        float expected = from >= 0 && from < 1000 ? before.samples[from] : 0;
        assert_true(after.samples[i] == expected);
    }
    ser_audio_release(&before);
    ser_audio_release(&after);
}

static void test_shift_is_exact(void **state)
{
    (void)state;
    check_shift("shift time=10", 160);
    check_shift("shift time=-10", -160);
    check_shift("shift time=0", 0);
    check_shift("shift time=62.4375", 999);
    check_shift("shift time=-62.5", -1000);
    check_shift("shift time=60000", 960000);
    check_shift("shift time=-60000", -960000);
}

static void test_clip(void **state)
{
    (void)state;
    ser_audio before = sound_noise(1, 0.5, RATE, 1000), after = sound_copy(&before);
    float peak = 0;
    for (size_t i = 0; i < before.frames; i++)
        peak = fmaxf(peak, fabsf(before.samples[i]));
    sound_augment(&after, "clip level=0.5", 1);
    float limit = 0.5f * peak;
    for (size_t i = 0; i < before.frames; i++)
        assert_true(after.samples[i] == fmaxf(-limit, fminf(limit, before.samples[i])));
    ser_audio_release(&before);
    ser_audio_release(&after);
}

/* 10 log10 of the sound's power over that of what was added. */
static double snr_of(const ser_audio *before, const ser_audio *after)
{
    ser_audio noise = sound_copy(after);
    for (size_t i = 0; i < noise.frames; i++)
        noise.samples[i] -= before->samples[i];
    double ratio =
        power_of(before->samples, before->frames) / power_of(noise.samples, noise.frames);
    ser_audio_release(&noise);
    return 10 * log10(ratio);
}

static void check_snr(const char *kind, double wanted, const ser_audio *before)
{
    char steps[512];
    ser_audio after = sound_copy(before);
    snprintf(steps, sizeof steps, "noise %s snr=%g", kind, wanted);
    sound_augment(&after, steps, 5);
    assert_int_equal(after.frames, before->frames);
    double found = snr_of(before, &after);
    if (!(fabs(found - wanted) < 0.1))
        fail_msg("%s: the SNR is %g dB", steps, found);
    ser_audio_release(&after);
}

static void test_snr_is_exact(void **state)
{
    (void)state;
    ser_error error;
    static const double ratios[] = {-20, 0, 5, 12.5, 30, 60};
    ser_audio voice = sound_voice(RATE, 3 * RATE), sound = sound_noise(9, 0.1, RATE, 4000);
    char *path = support_scratch("noise.wav"), files[256];
    assert_ok(ser_audio_save(&sound, path, &error));
    snprintf(files, sizeof files, "kind=files folder=%s", path);
    for (size_t i = 0; i < sizeof ratios / sizeof *ratios; i++) {
        check_snr("kind=white", ratios[i], &voice);
        check_snr("kind=pink", ratios[i], &voice);
        check_snr(files, ratios[i], &voice);
    }
    free(path);
    ser_audio_release(&voice);
    ser_audio_release(&sound);
}

/* The range is drawn from evenly. */
static void test_snr_is_drawn_from_its_range(void **state)
{
    (void)state;
    double least = 100, most = -100, sum = 0;
    ser_audio voice = sound_voice(RATE, 4000);
    for (uint64_t seed = 0; seed < 200; seed++) {
        ser_audio after = sound_copy(&voice);
        sound_augment(&after, "noise snr=10..20", seed);
        double found = snr_of(&voice, &after);
        least = fmin(least, found);
        most = fmax(most, found);
        sum += found / 200;
        ser_audio_release(&after);
    }
    assert_true(least >= 9.99 && least < 10.5 && most <= 20.01 && most > 19.5);
    assert_true(fabs(sum - 15) < 0.8); /* four deviations of the mean */
    ser_audio_release(&voice);
}

static ser_audio pure_noise(const char *steps, int rate)
{
    ser_audio tone = sound_tone(1, 1e-4, rate, 30 * (size_t)rate);
    sound_augment(&tone, steps, 7); /* the noise is 20 dB above a tone below all bands */
    return tone;
}

static void test_colours_of_noise(void **state)
{
    (void)state;
    static const int rates[] = {8000, 16000, 48000};
    for (int i = 0; i < 3; i++) {
        ser_audio white = pure_noise("noise kind=white snr=-20", rates[i]);
        ser_audio pink = pure_noise("noise kind=pink snr=-20", rates[i]);
        for (double low = 62.5; low * 4 < rates[i]; low *= 2) {
            double flat = 10 * log10(band_power(&white, low, low * 1.4) /
                                     band_power(&white, low * 2, low * 2.8));
            double falling = 10 * log10(band_power(&pink, low, low * 1.4) /
                                        band_power(&pink, low * 2, low * 2.8));
            assert_true(fabs(flat) < 0.7);
            if (!(fabs(falling - 3) < 1))
                fail_msg("%g Hz: falls by %g dB an octave, expected 3", low, falling);
        }
        ser_audio_release(&white);
        ser_audio_release(&pink);
    }
}

static void test_silence_stays_silence(void **state)
{
    (void)state;
    static const char *const kinds[] = {"noise kind=white", "noise kind=pink"};
    for (int i = 0; i < 2; i++) {
        ser_audio audio = sound_silent(RATE, 1000);
        sound_augment(&audio, kinds[i], 1);
        assert_true(power_of(audio.samples, audio.frames) == 0);
        ser_audio_release(&audio);
    }
}

/* A noise shorter than the sound begins again; a longer one is cut somewhere. */
static void test_noise_from_a_file(void **state)
{
    (void)state;
    ser_error error;
    ser_audio ramp = sound_silent(RATE, 100), long_ramp = sound_silent(RATE, 9000);
    for (size_t i = 0; i < ramp.frames; i++)
        ramp.samples[i] = (float)(i + 1) / 128;
    for (size_t i = 0; i < long_ramp.frames; i++)
        long_ramp.samples[i] = (float)(i + 1) / 16384;
    char *one = support_scratch("ramp.wav"), *two = support_scratch("long.wav"), steps[512];
    assert_ok(ser_audio_save(&ramp, one, &error));
    assert_ok(ser_audio_save(&long_ramp, two, &error));
    for (uint64_t seed = 0; seed < 20; seed++) {
        ser_audio looped = sound_tone(1000, 1e-3, RATE, 1000), cut = sound_copy(&looped);
        snprintf(steps, sizeof steps, "noise kind=files snr=-20 folder=%s", one);
        sound_augment(&looped, steps, seed);
        for (size_t i = 100; i < 1000; i += 16) /* the tone repeats after 16 samples */
            assert_true(fabsf(looped.samples[i] - looped.samples[(i - 100) % 1000]) < 3e-3f);
        snprintf(steps, sizeof steps, "noise kind=files snr=-20 folder=%s", two);
        sound_augment(&cut, steps, seed);
        for (size_t i = 16; i < 1000; i += 16)
            assert_true(cut.samples[i] > cut.samples[i - 16]); /* no seam */
        ser_audio_release(&looped);
        ser_audio_release(&cut);
    }
    free(one);
    free(two);
    ser_audio_release(&ramp);
    ser_audio_release(&long_ramp);
}

static void test_equalise_is_smooth_and_bounded(void **state)
{
    (void)state;
    double spread = 0;
    for (uint64_t seed = 0; seed < 8; seed++) {
        ser_audio before = sound_noise(1, 0.5, RATE, 10 * RATE), after = sound_copy(&before);
        sound_augment(&after, "equalise knots=5 gain=-6..6", seed);
        assert_int_equal(after.frames, before.frames);
        for (double low = 100; low < 7000; low *= 1.2) {
            double gain = 10 * log10(band_power(&after, low, low * 1.2) /
                                     band_power(&before, low, low * 1.2));
            assert_true(fabs(gain) < 6.2);
            spread = fmax(spread, fabs(gain));
        }
        ser_audio_release(&before);
        ser_audio_release(&after);
    }
    assert_true(spread > 4);
    ser_audio before = sound_noise(1, 0.5, RATE, RATE), after = sound_copy(&before);
    sound_augment(&after, "equalise gain=0", 1);
    for (size_t i = 0; i < before.frames; i++)
        assert_true(fabsf(after.samples[i] - before.samples[i]) < 1e-5f);
    ser_audio_release(&before);
    ser_audio_release(&after);
}

static int tear_down(void **state)
{
    (void)state;
    support_cleanup();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gain),
        cmocka_unit_test(test_shift_is_exact),
        cmocka_unit_test(test_clip),
        cmocka_unit_test(test_snr_is_exact),
        cmocka_unit_test(test_snr_is_drawn_from_its_range),
        cmocka_unit_test(test_colours_of_noise),
        cmocka_unit_test(test_silence_stays_silence),
        cmocka_unit_test(test_noise_from_a_file),
        cmocka_unit_test(test_equalise_is_smooth_and_bounded),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, tear_down);
}
