/* Tempo and pitch: stretch, pitch and speed, by their definitions. */
#include "sounds.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "augment/vocoder.h"

static const double values[] = {0.5, 0.8, 0.9, 0.97, 1.03, 1.1, 1.25, 2};
enum { VALUES = sizeof values / sizeof *values };

static void augment_by(ser_audio *audio, const char *format, double value)
{
    char steps[64];
    snprintf(steps, sizeof steps, format, value);
    sound_augment(audio, steps, 1);
}

static void assert_near(double value, double expected, double share)
{
    if (!(fabs(value - expected) <= share * fabs(expected)))
        fail_msg("%g, expected %g within %g %%", value, expected, 100 * share);
}

static void test_stretch_keeps_the_pitch(void **state)
{
    (void)state;
    for (int i = 0; i < VALUES; i++) {
        ser_audio audio = sound_tone(440, 0.5, RATE, RATE);
        augment_by(&audio, "stretch factor=%g", values[i]);
        assert_int_equal(audio.frames, lround(values[i] * RATE));
        assert_near(tone_frequency(&audio, 400, 480), 440, 0.001);
        assert_near(tone_amplitude(&audio, 440), 0.5, 0.05);
        ser_audio_release(&audio);
    }
}

static void test_pitch_keeps_the_length(void **state)
{
    (void)state;
    static const double semitones[] = {-12, -5, -2, -0.3, 0.3, 2, 5, 12};
    for (int i = 0; i < 8; i++) {
        ser_audio audio = sound_tone(440, 0.5, RATE, RATE);
        augment_by(&audio, "pitch semitones=%g", semitones[i]);
        double expected = 440 * pow(2, semitones[i] / 12);
        assert_int_equal(audio.frames, RATE);
        assert_near(tone_frequency(&audio, 0.9 * expected, 1.1 * expected), expected, 0.001);
        assert_near(tone_amplitude(&audio, expected), 0.5, 0.05);
        ser_audio_release(&audio);
    }
}

static void test_speed_changes_both(void **state)
{
    (void)state;
    for (int i = 0; i < VALUES; i++) {
        ser_audio audio = sound_tone(440, 0.5, RATE, RATE);
        augment_by(&audio, "speed factor=%g", values[i]);
        double expected = 440 * values[i];
        assert_int_equal(audio.frames, lround(RATE / values[i]));
        assert_near(tone_frequency(&audio, 0.95 * expected, 1.05 * expected), expected, 0.001);
        assert_near(tone_amplitude(&audio, expected), 0.5, 0.01);
        ser_audio_release(&audio);
    }
}

/* Partials in the frame of a voice must not lose one another: the sum keeps its power, and each
 * partial keeps its own. */
static void test_a_chord_keeps_its_partials(void **state)
{
    (void)state;
    ser_audio audio = sound_silent(RATE, RATE);
    for (int h = 1; h <= 20; h++) {
        ser_audio tone = sound_tone(150 * h, 0.5 / h, RATE, RATE);
        for (size_t i = 0; i < audio.frames; i++)
            audio.samples[i] += tone.samples[i];
        ser_audio_release(&tone);
    }
    double power = power_of(audio.samples, audio.frames);
    sound_augment(&audio, "stretch factor=1.17", 1);
    assert_near(power_of(audio.samples, audio.frames), power, 0.05);
    for (int h = 1; h <= 20; h++)
        assert_near(tone_amplitude(&audio, 150 * h), 0.5 / h, 0.1);
    ser_audio_release(&audio);
}

/* At the pace of the original every frame is put down as it was: the sum is the sound. */
static void test_the_same_length_is_the_same_sound(void **state)
{
    (void)state;
    ser_error error;
    struct augment_scratch *scratch;
    ser_audio voice = sound_voice(RATE, RATE);
    float *output = calloc(RATE, sizeof *output);
    assert_ok(augment_scratch_create(&scratch, &error));
    assert_ok(vocoder_stretch(scratch, &voice, output, RATE, &error));
    for (int i = 0; i < RATE; i++)
        if (!(fabsf(output[i] - voice.samples[i]) < 1e-5f))
            fail_msg("sample %d is %g, expected %g", i, (double)output[i],
                     (double)voice.samples[i]);
    augment_scratch_destroy(scratch);
    free(output);
    ser_audio_release(&voice);
}

/* Where the loud part of the sound begins. */
static size_t onset_of(const ser_audio *audio)
{
    size_t i = 0;
    while (i < audio->frames && fabsf(audio->samples[i]) < 0.1f)
        i++;
    return i;
}

static void test_an_onset_stays_sharp(void **state)
{
    (void)state;
    ser_audio audio = sound_tone(500, 0.5, RATE, RATE);
    for (int i = 0; i < RATE / 2; i++)
        audio.samples[i] = 0;
    sound_augment(&audio, "stretch factor=1.5", 1);
    size_t expected = 3 * RATE / 4, found = onset_of(&audio);
    size_t apart = found > expected ? found - expected : expected - found;
    assert_true(apart < RATE / 40); /* 25 ms */
    ser_audio_release(&audio);
}

/* What the resampler holds back until its end is not lost. */
static void test_short_sounds_are_not_lost(void **state)
{
    (void)state;
    for (size_t frames = 20; frames < 2000; frames *= 3) {
        ser_audio audio = sound_tone(1000, 0.5, RATE, frames);
        double power = power_of(audio.samples, frames);
        sound_augment(&audio, "speed factor=0.9", 1);
        assert_near(power_of(audio.samples, audio.frames), power, 0.15);
        ser_audio_release(&audio);
    }
}

static void test_other_rates(void **state)
{
    (void)state;
    static const int rates[] = {8000, 22050, 48000};
    for (int i = 0; i < 3; i++) {
        ser_audio audio = sound_tone(440, 0.5, rates[i], (size_t)rates[i]);
        sound_augment(&audio, "pitch semitones=3, stretch factor=1.1, speed factor=0.95", 2);
        double expected = 440 * pow(2, 0.25) * 0.95;
        assert_near(tone_frequency(&audio, 400, 600), expected, 0.001);
        assert_near((double)audio.frames, rates[i] * 1.1 / 0.95, 1e-4);
        ser_audio_release(&audio);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stretch_keeps_the_pitch),
        cmocka_unit_test(test_pitch_keeps_the_length),
        cmocka_unit_test(test_speed_changes_both),
        cmocka_unit_test(test_a_chord_keeps_its_partials),
        cmocka_unit_test(test_the_same_length_is_the_same_sound),
        cmocka_unit_test(test_an_onset_stays_sharp),
        cmocka_unit_test(test_short_sounds_are_not_lost),
        cmocka_unit_test(test_other_rates),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
