#include "support.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "sounds.h"

static ser_error error;

static const char ALL[] = "dc,low_cut=80,noise=15,voice,trim=35,lufs=-23";

static ser_audio make_sound(int rate, int channels)
{
    size_t second = (size_t)rate;
    ser_audio audio = sound_make(rate, channels, 4 * second);
    sound_add_voice(&audio, 0.05, second, 2 * second);
    sound_add_voice(&audio, 0.05, second * 5 / 2, second * 3);
    sound_add_sine(&audio, 0, 30, 0.02, 0, 4 * second);
    sound_add_noise(&audio, 0.001, 77);
    return audio;
}

static void assert_same(const ser_audio *a, const ser_audio *b)
{
    assert_int_equal(a->frames, b->frames);
    assert_int_equal(a->channels, b->channels);
    assert_int_equal(a->rate, b->rate);
    assert_memory_equal(a->samples, b->samples,
                        a->frames * (size_t)a->channels * sizeof *a->samples);
}

static void test_nothing_is_done_unasked(void **state)
{
    (void)state;
    ser_audio audio = make_sound(16000, 2), before = sound_copy(&audio);
    const float *samples = audio.samples;
    audio.samples[5] = NAN;
    assert_ok(ser_clean(&audio, &(ser_clean_settings){0}, &error));
    assert_ptr_equal(audio.samples, samples);
    assert_true(isnan(audio.samples[5]));
    audio.samples[5] = before.samples[5];
    assert_same(&audio, &before);
    ser_audio_release(&audio);
    ser_audio_release(&before);
}

/* All steps at once do what the steps do one after the other, in the order that is documented. */
static void test_the_order_is_fixed(void **state)
{
    (void)state;
    static const char *const steps[] = {"dc",    "low_cut=80", "noise=15",
                                        "voice", "trim=35",    "lufs=-23"};
    ser_audio together = make_sound(16000, 2), apart = sound_copy(&together);
    sound_clean(&together, ALL);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        sound_clean(&apart, steps[i]);
    assert_same(&together, &apart);
    ser_audio_release(&together);
    ser_audio_release(&apart);
}

static void test_all_rates_channels_and_lengths(void **state)
{
    (void)state;
    static const int rates[] = {1000, 8000, 24414, 44100, 96000};
    static const size_t lengths[] = {1, 2, 3, 5, 100, 399, 1001};
    for (size_t r = 0; r < sizeof rates / sizeof *rates; r++)
        for (int channels = 1; channels <= 8; channels += channels < 3 ? 1 : 5)
            for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
                ser_audio audio = sound_make(rates[r], channels, lengths[k]);
                sound_add_noise(&audio, 0.2, k);
                sound_clean(&audio, ALL);
                assert_in_range(audio.frames, 1, lengths[k]);
                assert_int_equal(audio.channels, channels);
                assert_int_equal(audio.rate, rates[r]);
                for (size_t i = 0; i < audio.frames * (size_t)channels; i++)
                    assert_true(fabsf(audio.samples[i]) < 0.9F);
                ser_audio_release(&audio);
            }
}

static void test_hostile_samples(void **state)
{
    (void)state;
    static const float values[] = {NAN, INFINITY, -INFINITY, 3.4e38F, -3.4e38F, 1e-45F, 0, -0.0F};
    static const char *const lists[] = {ALL,     "dc",   "low_cut", "noise",
                                        "voice", "trim", "lufs",    "rms"};
    for (size_t k = 0; k < sizeof lists / sizeof *lists; k++)
        for (size_t pattern = 1; pattern < 8; pattern++) {
            ser_audio audio = sound_make(16000, 2, 9000);
            for (size_t i = 0; i < audio.frames * 2; i++)
                audio.samples[i] = values[(i * i / 3 + i) % (pattern + 1)];
            sound_clean(&audio, lists[k]);
            assert_in_range(audio.frames, 1, 9000);
            for (size_t i = 0; i < audio.frames * 2; i++)
                assert_true(isfinite(audio.samples[i]));
            ser_audio_release(&audio);
        }
}

static void test_silence_stays_silence(void **state)
{
    (void)state;
    ser_audio audio = sound_make(16000, 1, 20000), before = sound_copy(&audio);
    sound_clean(&audio, ALL);
    assert_same(&audio, &before);
    ser_audio_release(&audio);
    ser_audio_release(&before);
}

static void test_refuses_and_leaves_the_sound(void **state)
{
    (void)state;
    ser_audio audio = make_sound(16000, 1), before = sound_copy(&audio);
    assert_error(ser_clean(&audio, &(ser_clean_settings){.dc = 1, .trim = 5}, &error),
                 SER_ERROR_ARGUMENT, "trim is 5, expected 10 to 100 dB");
    assert_error(ser_clean(&audio, &(ser_clean_settings){.lufs = NAN}, &error), SER_ERROR_ARGUMENT,
                 "lufs is nan");
    audio.rate = 1000;
    assert_error(ser_clean(&audio, &(ser_clean_settings){.low_cut = 451}, &error),
                 SER_ERROR_ARGUMENT, "low_cut is 451 Hz, expected up to 450 Hz");
    audio.rate = 999;
    assert_error(ser_clean(&audio, &(ser_clean_settings){.dc = 1}, &error), SER_ERROR_ARGUMENT,
                 "sound of 999 Hz and 1 channels, expected 1000 to 768000 Hz and 1 to 8");
    audio.rate = 16000;
    audio.channels = 0;
    assert_error(ser_clean(&audio, &(ser_clean_settings){.dc = 1}, &error), SER_ERROR_ARGUMENT,
                 "0 channels");
    audio.channels = 1;
    assert_int_equal(ser_clean(&audio, &(ser_clean_settings){.dc = 9}, NULL), SER_ERROR_ARGUMENT);
    assert_same(&audio, &before);
    ser_audio empty = {NULL, 0, 16000, 1};
    assert_ok(ser_clean(&empty, &(ser_clean_settings){.dc = 1, .noise = 15, .voice = 1}, &error));
    assert_int_equal(empty.frames, 0);
    ser_audio_release(&audio);
    ser_audio_release(&before);
}

static void *clean_in_thread(void *audio)
{
    sound_clean(audio, ALL);
    return NULL;
}

/* Many at once, and again: the same bits. */
static void test_threads_give_the_same_bits(void **state)
{
    (void)state;
    enum { THREADS = 6 };
    pthread_t threads[THREADS];
    ser_audio sounds[THREADS], alone = make_sound(16000, 2);
    for (int i = 0; i < THREADS; i++)
        sounds[i] = sound_copy(&alone);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, clean_in_thread, &sounds[i]), 0);
    sound_clean(&alone, ALL);
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_same(&sounds[i], &alone);
        ser_audio_release(&sounds[i]);
    }
    ser_audio_release(&alone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_done_unasked),
        cmocka_unit_test(test_the_order_is_fixed),
        cmocka_unit_test(test_all_rates_channels_and_lengths),
        cmocka_unit_test(test_hostile_samples),
        cmocka_unit_test(test_silence_stays_silence),
        cmocka_unit_test(test_refuses_and_leaves_the_sound),
        cmocka_unit_test(test_threads_give_the_same_bits),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
