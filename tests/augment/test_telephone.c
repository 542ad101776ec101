/* The telephone line: G.711 by the definition of its segments, and the band. */
#include "sounds.h"

#include <math.h>
#include <stdio.h>

#include "augment/g711.h"

/* One row of the tables of G.711: so many steps of this width. The magnitudes are those of the
 * recommendation: 12 bits for A-law, 13 for mu-law. */
struct part {
    int steps, width;
};

static const struct part alaw[] = {{32, 2},  {16, 4},  {16, 8},   {16, 16},
                                   {16, 32}, {16, 64}, {16, 128}, {0, 0}};
static const struct part mulaw[] = {{1, 1},   {15, 2},  {16, 4},   {16, 8},   {16, 16},
                                    {16, 32}, {16, 64}, {16, 128}, {16, 256}, {0, 0}};

/* The value that a magnitude is decoded to: the middle of its step; the first one of mu-law gives
 * 0. */
static int decoded_magnitude(const struct part *part, int magnitude)
{
    int low = 0, first = part->width == 1;
    for (; part->steps; part++) {
        for (int i = 0; i < part->steps; i++, low += part->width) {
            int last = !part[1].steps && i == part->steps - 1;
            if (magnitude < low + part->width || last)
                return first && low == 0 ? 0 : low + part->width / 2;
        }
    }
    return -1;
}

static void test_all_values_of_both_laws(void **state)
{
    (void)state;
    for (int sample = -32768; sample <= 32767; sample++) {
        /* Negative values mirror the positive ones; bits below the law's own do not count. */
        int magnitude = sample >= 0 ? sample : -sample - 1, sign = sample >= 0 ? 1 : -1;
        int a = g711_decode_alaw(g711_encode_alaw((int16_t)sample));
        int mu = g711_decode_mulaw(g711_encode_mulaw((int16_t)sample));
        int expected_a = sign * 8 * decoded_magnitude(alaw, magnitude >> 3);
        int expected_mu = sign * 4 * decoded_magnitude(mulaw, magnitude >> 2);
        if (a != expected_a || mu != expected_mu)
            fail_msg("%d becomes %d and %d, expected %d and %d", sample, a, mu, expected_a,
                     expected_mu);
    }
}

/* Values that the recommendation's tables name: the ends, and the first ones beside 0. */
static void test_codes_of_the_recommendation(void **state)
{
    (void)state;
    assert_int_equal(g711_encode_alaw(32767), 0xff ^ 0x55);
    assert_int_equal(g711_encode_alaw(-32768), 0x7f ^ 0x55);
    assert_int_equal(g711_encode_alaw(0), 0x80 ^ 0x55);
    assert_int_equal(g711_encode_mulaw(32767), 0x80);
    assert_int_equal(g711_encode_mulaw(-32768), 0x00);
    assert_int_equal(g711_encode_mulaw(0), 0xff);
    assert_int_equal(g711_decode_mulaw(0x80), 4 * 8031);
    assert_int_equal(g711_decode_alaw(0xff ^ 0x55), 8 * 4032);
}

static void test_every_code_is_its_own(void **state)
{
    (void)state;
    for (int code = 0; code < 256; code++) {
        assert_int_equal(g711_encode_alaw(g711_decode_alaw((uint8_t)code)), code);
        if (code != 0x7f) /* mu-law's negative zero */
            assert_int_equal(g711_encode_mulaw(g711_decode_mulaw((uint8_t)code)), code);
    }
}

/* What the line leaves of a tone, in decibels. */
static double level_of(double frequency, int rate, const char *steps)
{
    ser_audio audio = sound_tone(frequency, 0.5, rate, (size_t)rate);
    sound_augment(&audio, steps, 1);
    assert_int_equal(audio.frames, rate);
    assert_int_equal(audio.rate, rate);
    double level = 20 * log10(tone_amplitude(&audio, frequency) / 0.5);
    ser_audio_release(&audio);
    return level;
}

static void test_the_band(void **state)
{
    (void)state;
    static const int rates[] = {8000, 16000, 44100};
    for (int i = 0; i < 3; i++) {
        assert_true(level_of(100, rates[i], "telephone") < -30);
        assert_true(level_of(150, rates[i], "telephone") < -20);
        assert_true(fabs(level_of(300, rates[i], "telephone law=alaw") + 3) < 0.5);
        assert_true(fabs(level_of(1000, rates[i], "telephone law=mulaw")) < 0.5);
        assert_true(fabs(level_of(2500, rates[i], "telephone")) < 0.7);
        assert_true(fabs(level_of(3400, rates[i], "telephone") + 3) < 0.7);
        assert_true(level_of(3800, rates[i], "telephone") < -20);
    }
    assert_true(level_of(5000, 16000, "telephone") < -50);
}

/* Companding keeps some 38 dB between signal and noise; a line without it would be far better, a
 * broken one far worse. */
static void test_the_noise_of_companding(void **state)
{
    (void)state;
    static const char *const steps[] = {"telephone law=alaw", "telephone law=mulaw"};
    for (int i = 0; i < 2; i++) {
        ser_audio audio = sound_tone(1000, 0.5, 8000, 8000);
        sound_augment(&audio, steps[i], 1);
        double amplitude = tone_amplitude(&audio, 1000);
        double tone = amplitude * amplitude / 2;
        double all = power_of(audio.samples + 800, 6400);
        double ratio = 10 * log10(tone / (all - tone));
        assert_true(ratio > 30 && ratio < 45);
        ser_audio_release(&audio);
    }
}

static void test_too_loud_a_voice_is_clipped(void **state)
{
    (void)state;
    ser_audio audio = sound_tone(1000, 5, RATE, RATE);
    sound_augment(&audio, "telephone", 1);
    for (size_t i = 0; i < audio.frames; i++)
        assert_true(fabsf(audio.samples[i]) < 1.5f); /* the filter back to 16 kHz may overshoot */
    ser_audio_release(&audio);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_values_of_both_laws),
        cmocka_unit_test(test_codes_of_the_recommendation),
        cmocka_unit_test(test_every_code_is_its_own),
        cmocka_unit_test(test_the_band),
        cmocka_unit_test(test_the_noise_of_companding),
        cmocka_unit_test(test_too_loud_a_voice_is_clipped),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
