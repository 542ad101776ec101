#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sounds.h"

static ser_error error;

/* A voice with pauses: half a second of it in every second. */
static ser_audio make_phrases(int rate, int channels, int seconds)
{
    ser_audio audio = sound_make(rate, channels, (size_t)rate * (size_t)seconds);
    for (size_t s = 0; s < (size_t)seconds; s++)
        sound_add_voice(&audio, 0.1, s * (size_t)rate + (size_t)rate / 4,
                        s * (size_t)rate + (size_t)rate * 3 / 4);
    return audio;
}

/* The lag of `audio` behind `clean`, in samples, where they are most alike. */
static int lag_of(const ser_audio *audio, const ser_audio *clean, int widest)
{
    int best = 0;
    double most = -INFINITY;
    for (int lag = -widest; lag <= widest; lag++) {
        double sum = 0;
        for (size_t i = (size_t)widest; i + (size_t)widest < clean->frames; i++)
            sum += (double)clean->samples[i] * (double)audio->samples[(ptrdiff_t)i + lag];
        if (sum > most) {
            most = sum;
            best = lag;
        }
    }
    return best;
}

static void test_raises_the_ratio_of_voice_to_noise(void **state)
{
    (void)state;
    static const int rates[] = {8000, 16000, 24414, 44100, 48000};
    for (size_t r = 0; r < sizeof rates / sizeof *rates; r++) {
        ser_audio clean = make_phrases(rates[r], 1, 6), noisy = sound_copy(&clean);
        double rms = sound_rms(&clean, 0, 0, clean.frames);
        sound_add_noise(&noisy, rms / sqrt(10), 5); /* 10 dB */
        double before = sound_snr(&noisy, &clean);
        sound_clean(&noisy, "noise=15");
        double after = sound_snr(&noisy, &clean);
        if (after < before + 4)
            fail_msg("%d Hz: %g dB became only %g", rates[r], before, after);
        assert_int_equal(lag_of(&noisy, &clean, 200), 0);
        ser_audio_release(&clean);
        ser_audio_release(&noisy);
    }
}

/* Where nobody speaks, noise comes down by about what was asked for, from the first moment on. */
static void test_lowers_noise_by_what_was_asked(void **state)
{
    (void)state;
    static const char *const lists[] = {"noise=6", "noise=15", "noise=25"};
    static const double amounts[] = {6, 15, 25};
    for (size_t k = 0; k < 3; k++) {
        ser_audio audio = sound_make(16000, 1, 48000);
        sound_add_noise(&audio, 0.01, 9);
        double early = sound_rms(&audio, 0, 320, 4800), late = sound_rms(&audio, 0, 32000, 48000);
        sound_clean(&audio, lists[k]);
        early = 20 * log10(early / sound_rms(&audio, 0, 320, 4800));
        late = 20 * log10(late / sound_rms(&audio, 0, 32000, 48000));
        if (late < 0.8 * amounts[k] || late > amounts[k] + 1 || fabs(early - late) > 1)
            fail_msg("%s lowers by %g dB at first and %g later", lists[k], early, late);
        ser_audio_release(&audio);
    }
}

static void test_real_speech_gains(void **state)
{
    (void)state;
    ser_audio clean, noisy;
    ser_audio_settings settings = ser_audio_settings_defaults();
    const char *path = support_data("ravdess/Actor_01/03-01-05-02-01-01-01.flac");
    assert_ok(ser_audio_load(&clean, path, &settings, &error));
    noisy = sound_copy(&clean);
    double rms = sound_rms(&clean, 0, 0, clean.frames);
    sound_add_noise(&noisy, rms / sqrt(10), 5);
    double before = sound_snr(&noisy, &clean);
    sound_clean(&noisy, "noise");
    assert_true(sound_snr(&noisy, &clean) > before + 5);
    assert_int_equal(lag_of(&noisy, &clean, 400), 0);
    ser_audio_release(&clean);
    ser_audio_release(&noisy);
}

/* The treatment does not depend on the level, though speexdsp works on 16 bits. */
static void test_quiet_sound_is_treated_alike(void **state)
{
    (void)state;
    static const double factors[] = {1e-6, 1e-3, 4, 1e30};
    ser_audio plain = make_phrases(16000, 1, 2), reference;
    sound_add_noise(&plain, 0.01, 2);
    reference = sound_copy(&plain);
    sound_clean(&reference, "noise");
    for (size_t k = 0; k < 4; k++) {
        ser_audio scaled = sound_copy(&plain);
        for (size_t i = 0; i < scaled.frames; i++)
            scaled.samples[i] = (float)((double)scaled.samples[i] * factors[k]);
        sound_clean(&scaled, "noise");
        for (size_t i = 0; i < scaled.frames; i++)
            assert_float_equal((float)((double)scaled.samples[i] / factors[k]),
                               reference.samples[i], 2e-3);
        ser_audio_release(&scaled);
    }
    ser_audio_release(&plain);
    ser_audio_release(&reference);
}

static void test_channels_do_not_mix(void **state)
{
    (void)state;
    ser_audio both = make_phrases(16000, 2, 2), single = sound_make(16000, 1, both.frames);
    sound_add_noise(&both, 0.01, 8);
    /* The peak decides the scale, so it has to lie in the channel that is looked at. */
    for (size_t i = 0; i < both.frames; i++) {
        both.samples[2 * i] *= 0.5F;
        single.samples[i] = both.samples[2 * i + 1];
    }
    sound_clean(&both, "noise");
    sound_clean(&single, "noise");
    for (size_t i = 0; i < both.frames; i++)
        assert_float_equal(both.samples[2 * i + 1], single.samples[i], 0);
    ser_audio_release(&both);
    ser_audio_release(&single);
}

static void test_any_length_and_rate(void **state)
{
    (void)state;
    static const int rates[] = {1000, 1001, 8000, 11025, 24414, 192000, 768000};
    static const size_t lengths[] = {1, 2, 19, 20, 21, 319, 320, 321, 5000};
    for (size_t r = 0; r < sizeof rates / sizeof *rates; r++)
        for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
            ser_audio audio = sound_make(rates[r], 1, lengths[k]);
            sound_add_noise(&audio, 0.1, 4);
            sound_clean(&audio, "noise=60");
            assert_int_equal(audio.frames, lengths[k]);
            for (size_t i = 0; i < audio.frames; i++)
                assert_true(fabsf(audio.samples[i]) <= 1);
            ser_audio_release(&audio);
        }
}

static void test_silence_stays(void **state)
{
    (void)state;
    ser_audio audio = sound_make(16000, 2, 5000);
    sound_clean(&audio, "noise");
    for (size_t i = 0; i < audio.frames * 2; i++)
        assert_float_equal(audio.samples[i], 0, 0);
    ser_audio_release(&audio);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_raises_the_ratio_of_voice_to_noise),
        cmocka_unit_test(test_lowers_noise_by_what_was_asked),
        cmocka_unit_test(test_real_speech_gains),
        cmocka_unit_test(test_quiet_sound_is_treated_alike),
        cmocka_unit_test(test_channels_do_not_mix),
        cmocka_unit_test(test_any_length_and_rate),
        cmocka_unit_test(test_silence_stays),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
