#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audio/resample.h"
#include "audio/sink.h"
#include "base/random.h"
#include "recordings.h"
#include "ser/audio.h"

static ser_error error;

static const double pi = 3.14159265358979323846;

/* Resamples `samples` (which it frees) of one channel. */
static ser_audio resampled(float *samples, size_t frames, int rate_in, int rate_out)
{
    ser_audio audio = {samples, frames, rate_in, 1};
    ser_audio_settings settings = {.rate = rate_out, .mono = 1};
    assert_ok(ser_audio_convert(&audio, &settings, &error));
    assert_int_equal(audio.rate, rate_out);
    return audio;
}

/* A sine that fades in and out, so that its own ends make no other frequencies. */
static float *faded_sine(double frequency, int rate, size_t frames)
{
    float *samples = sine_make(frequency, 1, rate, frames);
    for (size_t i = 0; i < frames; i++)
        samples[i] *= (float)(0.5 - 0.5 * cos(2 * pi * (double)i / (double)frames));
    return samples;
}

/* In the pass band the samples must be those that the formula gives at the new rate: amplitude,
 * frequency and place in time are all kept. */
static void test_keeps_amplitude_frequency_and_time(void **state)
{
    (void)state;
    static const struct {
        int in, out;
        double frequency;
    } cases[] = {{48000, 16000, 1000}, {48000, 16000, 7000}, {44100, 16000, 3000},
                 {24414, 16000, 440},  {96000, 16000, 5000}, {8000, 16000, 3500},
                 {16000, 48000, 7200}, {22050, 44100, 9000}, {16000, 11025, 4900}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t frames = (size_t)cases[i].in * 2;
        ser_audio audio = resampled(sine_make(cases[i].frequency, 0.5, cases[i].in, frames), frames,
                                    cases[i].in, cases[i].out);
        float *expected = sine_make(cases[i].frequency, 0.5, cases[i].out, audio.frames);
        double worst = 0;
        size_t margin = (size_t)cases[i].out / 10; /* the sine begins and ends abruptly */
        for (size_t n = margin; n < audio.frames - margin; n++)
            worst = fmax(worst, fabs(audio.samples[n] - expected[n]));
        if (worst > 0.5 * 0.00115) /* 0.01 dB, what the filter promises in its pass band */
            fail_msg("%d to %d Hz: %g Hz is off by %g", cases[i].in, cases[i].out,
                     cases[i].frequency, worst);
        free(expected);
        ser_audio_release(&audio);
    }
}

static void test_suppresses_what_would_alias(void **state)
{
    (void)state;
    static const struct {
        int in, out;
        double frequency;
    } cases[] = {{48000, 16000, 8200},  {48000, 16000, 9000},  {48000, 16000, 15000},
                 {48000, 16000, 17000}, {48000, 16000, 23000}, {44100, 16000, 10000},
                 {96000, 16000, 33000}, {24414, 16000, 9000},  {16000, 8000, 5000}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t frames = (size_t)cases[i].in;
        float *sine = faded_sine(cases[i].frequency, cases[i].in, frames);
        ser_audio whole = {sine, frames, cases[i].in, 1};
        double before = rms_of(&whole, 0, 0, frames);
        ser_audio audio = resampled(sine, frames, cases[i].in, cases[i].out);
        double decibel = 20 * log10(rms_of(&audio, 0, 0, audio.frames) / before + 1e-12);
        if (decibel > -80)
            fail_msg("%d to %d Hz: %g Hz is only %g dB down", cases[i].in, cases[i].out,
                     cases[i].frequency, decibel);
        ser_audio_release(&audio);
    }
}

/* Going up must not make mirror images above the old band. */
static void test_makes_no_images_going_up(void **state)
{
    (void)state;
    size_t frames = 16000;
    ser_audio audio = resampled(faded_sine(6000, 16000, frames), frames, 16000, 48000);
    float *expected = faded_sine(6000, 48000, audio.frames);
    double worst = 0;
    for (size_t n = 0; n < audio.frames; n++)
        worst = fmax(worst, fabs(audio.samples[n] - expected[n]));
    assert_true(worst < 1e-4); /* an image at 10 kHz would be added to it */
    free(expected);
    ser_audio_release(&audio);
}

static void test_length_is_rounded(void **state)
{
    (void)state;
    static const int rates[] = {1000, 8000, 11025, 16000, 24414, 44100, 48000, 96000, 768000};
    static const size_t lengths[] = {1, 2, 3, 47, 1000, 4095, 4096, 4097, 50001};
    const size_t count = sizeof rates / sizeof *rates;
    for (size_t i = 0; i < count * count; i++) {
        int in = rates[i / count], out = rates[i % count];
        for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
            size_t frames = lengths[k];
            if (in == out || (double)frames * out / in > 1e6)
                continue;
            ser_audio audio = resampled(sine_make(100, 0.5, in, frames), frames, in, out);
            size_t expected = (size_t)floor((double)frames * out / in + 0.5);
            if (audio.frames != expected)
                fail_msg("%zu frames from %d to %d Hz: %zu, expected %zu", frames, in, out,
                         audio.frames, expected);
            for (size_t n = 0; n < audio.frames; n++)
                assert_true(fabsf(audio.samples[n]) < 1);
            ser_audio_release(&audio);
        }
    }
}

static void test_length_of_hours_does_not_overflow(void **state)
{
    (void)state;
    assert_int_equal(resampler_length((size_t)43200 * 768000, 768000, 1000), (size_t)43200 * 1000);
    assert_int_equal(resampler_length((size_t)43200 * 1000, 1000, 768000), (size_t)43200 * 768000);
    assert_int_equal(resampler_length((size_t)43200 * 48000 + 1, 48000, 16000), 43200 * 16000);
    assert_int_equal(resampler_length((size_t)43200 * 48000 + 2, 48000, 16000), 43200 * 16000 + 1);
    assert_int_equal(resampler_length(0, 48000, 16000), 0);
}

/* How the sound is cut into blocks must not show: not in a single bit. */
static void test_streaming_equals_the_whole(void **state)
{
    (void)state;
    static const size_t blocks[] = {1, 7, 160, 1000, 4096, 5000, 100000};
    static const int rates[] = {8000, 24414, 44100, 48000, 16000};
    enum { FRAMES = 30011, CHANNELS = 2 };
    float *noise = calloc((size_t)FRAMES * CHANNELS, sizeof *noise);
    struct random random = random_seeded(5, 0);
    for (size_t i = 0; i < (size_t)FRAMES * CHANNELS; i++)
        noise[i] = random_uniform(&random, -1, 1);

    for (size_t r = 0; r < sizeof rates / sizeof *rates; r++) {
        for (int mono = 0; mono < 2; mono++) {
            ser_audio_settings settings = {.rate = 16000, .mono = mono};
            ser_audio whole = {malloc(sizeof *noise * FRAMES * CHANNELS), FRAMES, rates[r],
                               CHANNELS};
            memcpy(whole.samples, noise, sizeof *noise * FRAMES * CHANNELS);
            assert_ok(ser_audio_convert(&whole, &settings, &error));
            for (size_t b = 0; b < sizeof blocks / sizeof *blocks; b++) {
                struct audio_sink sink;
                ser_audio streamed = {0};
                assert_ok(audio_sink_open(&sink, "noise", rates[r], CHANNELS, &settings, &error));
                for (size_t at = 0; at < FRAMES; at += blocks[b]) {
                    size_t left = FRAMES - at;
                    assert_ok(audio_sink_write(&sink, noise + at * CHANNELS,
                                               left < blocks[b] ? left : blocks[b], &error));
                }
                assert_ok(audio_sink_finish(&sink, &streamed, &error));
                assert_int_equal(streamed.frames, whole.frames);
                assert_int_equal(streamed.channels, mono ? 1 : CHANNELS);
                assert_memory_equal(streamed.samples, whole.samples,
                                    whole.frames * (size_t)whole.channels * sizeof(float));
                ser_audio_release(&streamed);
            }
            ser_audio_release(&whole);
        }
    }
    free(noise);
}

/* Over half an hour at an awkward ratio the clock must not drift. */
static void test_does_not_drift(void **state)
{
    (void)state;
    enum { RATE = 24414, SECONDS = 1800, BLOCK = 24414 };
    ser_audio_settings settings = {.rate = 16000, .mono = 1};
    struct audio_sink sink;
    ser_audio audio = {0};
    float *block = sine_make(440, 0.5, RATE, BLOCK); /* 440 whole periods */
    assert_ok(audio_sink_open(&sink, "sine", RATE, 1, &settings, &error));
    for (int second = 0; second < SECONDS; second++)
        assert_ok(audio_sink_write(&sink, block, BLOCK, &error));
    assert_ok(audio_sink_finish(&sink, &audio, &error));
    assert_int_equal(audio.frames, (size_t)SECONDS * 16000);
    float *expected = sine_make(440, 0.5, 16000, 16000);
    const float *late = audio.samples + (size_t)(SECONDS - 2) * 16000;
    double worst = 0;
    for (size_t n = 0; n < 16000; n++)
        worst = fmax(worst, fabs(late[n] - expected[n]));
    if (worst > 0.5 * 2 * pi * 440 * 1e-6) /* as if late by a microsecond */
        fail_msg("after %d s the sine is off by %g", SECONDS - 2, worst);
    free(block);
    free(expected);
    ser_audio_release(&audio);
}

static void test_keeps_channels_apart(void **state)
{
    (void)state;
    enum { CHANNELS = 8, FRAMES = 48000 };
    ser_audio audio = {calloc((size_t)FRAMES * CHANNELS, sizeof(float)), FRAMES, 48000, CHANNELS};
    for (int c = 0; c < CHANNELS; c++) {
        float *sine = sine_make(200.0 * (c + 1), 0.1 * (c + 1), 48000, FRAMES);
        for (size_t i = 0; i < FRAMES; i++)
            audio.samples[i * CHANNELS + (size_t)c] = sine[i];
        free(sine);
    }
    ser_audio_settings settings = {.rate = 16000, .mono = 0};
    assert_ok(ser_audio_convert(&audio, &settings, &error));
    assert_int_equal(audio.channels, CHANNELS);
    assert_int_equal(audio.frames, 16000);
    for (int c = 0; c < CHANNELS; c++) {
        float *expected = sine_make(200.0 * (c + 1), 0.1 * (c + 1), 16000, 16000);
        for (size_t i = 1000; i < 15000; i++)
            assert_true(fabsf(audio.samples[i * CHANNELS + (size_t)c] - expected[i]) < 2e-4f);
        free(expected);
    }
    ser_audio_release(&audio);
}

static void test_mixes_by_averaging(void **state)
{
    (void)state;
    static const float frames[] = {1, 0, 0.5f, /**/ -1, -1, -1, /**/ 0.25f, 0.5f, 0.75f};
    ser_audio audio = {malloc(sizeof frames), 3, 16000, 3};
    memcpy(audio.samples, frames, sizeof frames);
    ser_audio_settings settings = {.rate = 0, .mono = 1};
    assert_ok(ser_audio_convert(&audio, &settings, &error));
    assert_int_equal(audio.channels, 1);
    assert_int_equal(audio.rate, 16000);
    assert_int_equal(audio.frames, 3);
    assert_float_equal(audio.samples[0], 0.5f, 0);
    assert_float_equal(audio.samples[1], -1, 0);
    assert_float_equal(audio.samples[2], 0.5f, 0);
    assert_float_equal(ser_audio_duration(&audio), 3.0 / 16000, 1e-12);
    ser_audio_release(&audio);
}

/* The largest numbers must not become infinities on the way. */
static void test_output_is_finite(void **state)
{
    (void)state;
    static const int rates[] = {0, 16000, 44100};
    for (size_t r = 0; r < 3; r++) {
        for (int mono = 0; mono < 2; mono++) {
            enum { FRAMES = 20000 };
            ser_audio audio = {malloc(sizeof(float) * 2 * FRAMES), FRAMES, 48000, 2};
            for (size_t i = 0; i < 2 * FRAMES; i++)
                audio.samples[i] = i % 3 ? 3.4e38f : i % 5 ? -3.4e38f : (float)INFINITY;
            ser_audio_settings settings = {.rate = rates[r] ? rates[r] : 24000, .mono = mono};
            assert_ok(ser_audio_convert(&audio, &settings, &error));
            for (size_t i = 0; i < audio.frames * (size_t)audio.channels; i++)
                assert_true(isfinite(audio.samples[i]));
            ser_audio_release(&audio);
        }
    }
}

static void test_leaves_sound_alone_when_nothing_differs(void **state)
{
    (void)state;
    float *samples = sine_make(440, 0.5, 16000, 100);
    ser_audio audio = {samples, 100, 16000, 1};
    assert_ok(ser_audio_convert(&audio, NULL, &error));
    assert_ptr_equal(audio.samples, samples);
    ser_audio_release(&audio);
}

static void test_empty_sound_stays_empty(void **state)
{
    (void)state;
    ser_audio audio = {NULL, 0, 48000, 2};
    assert_ok(ser_audio_convert(&audio, NULL, &error));
    assert_int_equal(audio.frames, 0);
    assert_int_equal(audio.rate, 16000);
    assert_int_equal(audio.channels, 1);
    assert_float_equal(ser_audio_duration(&audio), 0, 0);
    ser_audio_release(&audio);
    ser_audio_release(&audio);
    ser_audio_release(NULL);
    assert_float_equal(ser_audio_duration(NULL), 0, 0);
}

static void test_refuses_impossible_sound_and_settings(void **state)
{
    (void)state;
    static const int bad_rates[] = {-1, 1, 999, 768001, 2147483647};
    float *samples = sine_make(440, 0.5, 16000, 100);
    ser_audio audio = {samples, 100, 16000, 1};
    for (size_t i = 0; i < sizeof bad_rates / sizeof *bad_rates; i++) {
        ser_audio_settings settings = {.rate = bad_rates[i], .mono = 1};
        assert_error(ser_audio_convert(&audio, &settings, &error), SER_ERROR_ARGUMENT,
                     "expected 0 (the file's own) or 1000 to 768000");
    }
    static const int channels[] = {-1, 0, 9};
    for (size_t i = 0; i < sizeof channels / sizeof *channels; i++) {
        audio.channels = channels[i];
        assert_error(ser_audio_convert(&audio, NULL, &error), SER_ERROR_ARGUMENT, "1 to 8");
    }
    audio.channels = 1;
    audio.rate = 0;
    assert_error(ser_audio_convert(&audio, NULL, &error), SER_ERROR_ARGUMENT, "sound of 0 Hz");
    assert_int_equal(ser_audio_convert(&audio, NULL, NULL), SER_ERROR_ARGUMENT);
    assert_ptr_equal(audio.samples, samples);
    assert_int_equal(audio.frames, 100);
    ser_audio_release(&audio);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keeps_amplitude_frequency_and_time),
        cmocka_unit_test(test_suppresses_what_would_alias),
        cmocka_unit_test(test_makes_no_images_going_up),
        cmocka_unit_test(test_length_is_rounded),
        cmocka_unit_test(test_length_of_hours_does_not_overflow),
        cmocka_unit_test(test_streaming_equals_the_whole),
        cmocka_unit_test(test_does_not_drift),
        cmocka_unit_test(test_keeps_channels_apart),
        cmocka_unit_test(test_mixes_by_averaging),
        cmocka_unit_test(test_output_is_finite),
        cmocka_unit_test(test_leaves_sound_alone_when_nothing_differs),
        cmocka_unit_test(test_empty_sound_stays_empty),
        cmocka_unit_test(test_refuses_impossible_sound_and_settings),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
