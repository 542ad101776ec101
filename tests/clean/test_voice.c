#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clean/steps.h"
#include "sounds.h"

static ser_error error;

/* Two phrases, from 1 to 2.5 s and from 4 to 5 s, in 6 s. */
static ser_audio make_phrases(int rate, int channels, double noise)
{
    size_t second = (size_t)rate;
    ser_audio audio = sound_make(rate, channels, 6 * second);
    sound_add_voice(&audio, 0.1, second, second * 5 / 2);
    sound_add_voice(&audio, 0.1, 4 * second, 5 * second);
    sound_add_noise(&audio, noise, 21);
    return audio;
}

static void assert_flags(const ser_voice *voice, double begin, double end, int expected)
{
    for (size_t t = (size_t)lrint(begin * 100); t < (size_t)lrint(end * 100); t++)
        if (voice->flags[t] != expected)
            fail_msg("frame %zu is %d, expected %d", t, voice->flags[t], expected);
}

/* The voice is kept whole; in pauses, what is more than 0.3 s away from it is none. */
static void assert_phrases_found(const ser_audio *audio)
{
    ser_voice voice;
    assert_ok(ser_voice_activity(audio, &voice, &error));
    assert_int_equal(voice.frames, 600);
    assert_flags(&voice, 0, 0.7, 0);
    assert_flags(&voice, 1, 2.5, 1);
    assert_flags(&voice, 2.8, 3.7, 0);
    assert_flags(&voice, 4, 5, 1);
    assert_flags(&voice, 5.3, 6, 0);
    ser_voice_release(&voice);
}

static void test_finds_phrases_at_any_rate_and_noise(void **state)
{
    (void)state;
    static const int rates[] = {4000, 8000, 11025, 16000, 24414, 48000};
    static const double noises[] = {0, 1e-4, 1e-3, 5e-3};
    for (size_t r = 0; r < sizeof rates / sizeof *rates; r++)
        for (size_t k = 0; k < sizeof noises / sizeof *noises; k++) {
            ser_audio audio = make_phrases(rates[r], 1, noises[k]);
            assert_phrases_found(&audio);
            ser_audio_release(&audio);
        }
}

static void test_the_level_does_not_matter(void **state)
{
    (void)state;
    static const float factors[] = {1e-30F, 1e-5F, 10, 1e30F};
    for (size_t k = 0; k < 4; k++) {
        ser_audio audio = make_phrases(16000, 1, 1e-3);
        for (size_t i = 0; i < audio.frames; i++)
            audio.samples[i] *= factors[k];
        assert_phrases_found(&audio);
        ser_audio_release(&audio);
    }
}

/* A voice in one channel, or with opposite signs in two, which would cancel in their mean. */
static void test_hears_every_channel(void **state)
{
    (void)state;
    for (int opposite = 0; opposite < 2; opposite++) {
        ser_audio audio = make_phrases(16000, 2, 1e-3);
        for (size_t i = 0; i < audio.frames; i++)
            audio.samples[2 * i] = opposite ? -audio.samples[2 * i + 1] : 0;
        assert_phrases_found(&audio);
        ser_audio_release(&audio);
    }
}

static void test_finds_none_in_noise_and_silence(void **state)
{
    (void)state;
    for (int silent = 0; silent < 2; silent++) {
        ser_voice voice;
        ser_audio audio = sound_make(16000, 1, 160000), before;
        sound_add_noise(&audio, silent ? 0 : 0.05, 2);
        before = sound_copy(&audio);
        assert_ok(ser_voice_activity(&audio, &voice, &error));
        assert_int_equal(voice.frames, 1000);
        assert_flags(&voice, 0, 10, 0);
        sound_clean(&audio, "voice"); /* never emptied */
        assert_int_equal(audio.frames, before.frames);
        assert_memory_equal(audio.samples, before.samples, before.frames * sizeof(float));
        ser_voice_release(&voice);
        ser_audio_release(&audio);
        ser_audio_release(&before);
    }
}

/* The cut sound is what the flags say, with every stretch in its place. */
static void test_cuts_what_is_flagged(void **state)
{
    (void)state;
    enum { FADE = 80 }; /* frames that each join takes */
    ser_voice voice;
    ser_audio audio = make_phrases(16000, 2, 1e-3), before = sound_copy(&audio);
    assert_ok(ser_voice_activity(&audio, &voice, &error));
    sound_clean(&audio, "voice");
    size_t at = 0, stretches = 0;
    for (size_t t = 0; t < voice.frames; t++) {
        int begins = voice.flags[t] && (!t || !voice.flags[t - 1]);
        int ends = voice.flags[t] && (t + 1 == voice.frames || !voice.flags[t + 1]);
        if (begins && stretches++)
            at -= FADE;
        if (voice.flags[t] && !begins && !ends)
            assert_memory_equal(audio.samples + at * 2, before.samples + t * 160 * 2,
                                160 * 2 * sizeof(float));
        at += voice.flags[t] ? 160 : 0;
    }
    assert_int_equal(stretches, 2);
    assert_int_equal(audio.frames, at);
    ser_voice_release(&voice);
    ser_audio_release(&audio);
    ser_audio_release(&before);
}

static void test_joins_fade_into_each_other(void **state)
{
    (void)state;
    static const struct stretch stretches[] = {{100, 300}, {500, 900}, {950, 951}, {1000, 1600}};
    ser_audio audio = sound_make(16000, 1, 2000);
    for (size_t i = 0; i < audio.frames; i++)
        audio.samples[i] = i < 400 ? 0 : 1;
    clean_keep(&audio, stretches, 4);
    /* The stretch of one frame has no half to be blended with. */
    assert_int_equal(audio.frames, 200 + (400 - 80) + 1 + 600);
    for (size_t i = 0; i < 120; i++)
        assert_float_equal(audio.samples[i], 0, 0);
    for (size_t i = 0; i < 80; i++)
        assert_float_equal(audio.samples[120 + i], ((float)i + 0.5F) / 80, 1e-6);
    for (size_t i = 200; i < audio.frames; i++)
        assert_float_equal(audio.samples[i], 1, 0);
    ser_audio_release(&audio);
}

static void test_real_speech_is_kept(void **state)
{
    (void)state;
    ser_audio audio, cut;
    ser_voice voice;
    const char *path = support_data("ravdess/Actor_01/03-01-05-02-01-01-01.flac");
    assert_ok(ser_audio_load(&audio, path, NULL, &error));
    cut = sound_copy(&audio);
    assert_ok(ser_voice_activity(&audio, &voice, &error));
    double all = 0, kept = 0;
    size_t flagged = 0;
    for (size_t i = 0; i < audio.frames; i++) {
        double energy = (double)audio.samples[i] * (double)audio.samples[i];
        all += energy;
        kept += voice.flags[i / 160] ? energy : 0;
        flagged += voice.flags[i / 160];
    }
    assert_true(kept > 0.999 * all);
    assert_true(flagged < audio.frames * 3 / 4);
    sound_clean(&cut, "voice");
    assert_true(cut.frames <= flagged && cut.frames + 2000 > flagged);
    ser_voice_release(&voice);
    ser_audio_release(&audio);
    ser_audio_release(&cut);
}

static void test_any_length(void **state)
{
    (void)state;
    static const size_t lengths[] = {1, 2, 9, 10, 11, 159, 160, 161, 1000};
    static const int rates[] = {1000, 16000, 768000};
    for (size_t r = 0; r < 3; r++)
        for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
            ser_voice voice;
            ser_audio audio = sound_make(rates[r], 1, lengths[k]);
            sound_add_noise(&audio, 0.1, 4);
            assert_ok(ser_voice_activity(&audio, &voice, &error));
            assert_int_equal(voice.frames, ceil((double)lengths[k] * 100 / rates[r]));
            sound_clean(&audio, "voice");
            assert_in_range(audio.frames, 1, lengths[k]);
            ser_voice_release(&voice);
            ser_audio_release(&audio);
        }
    ser_voice voice = {0};
    ser_audio audio = {NULL, 0, 16000, 1};
    assert_ok(ser_voice_activity(&audio, &voice, &error));
    assert_int_equal(voice.frames, 0);
    ser_voice_release(&voice);
    ser_voice_release(NULL);
    audio.rate = 0;
    assert_error(ser_voice_activity(&audio, &voice, &error), SER_ERROR_ARGUMENT, "sound of 0 Hz");
    assert_null(voice.flags);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_phrases_at_any_rate_and_noise),
        cmocka_unit_test(test_the_level_does_not_matter),
        cmocka_unit_test(test_hears_every_channel),
        cmocka_unit_test(test_finds_none_in_noise_and_silence),
        cmocka_unit_test(test_cuts_what_is_flagged),
        cmocka_unit_test(test_joins_fade_into_each_other),
        cmocka_unit_test(test_real_speech_is_kept),
        cmocka_unit_test(test_any_length),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
