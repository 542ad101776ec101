#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sounds.h"

/* The recipe as it reads, for one channel; gives what is kept. */
static void trim_plainly(const ser_audio *audio, double decibel, size_t *begin, size_t *end)
{
    int window = audio->rate * 25 / 1000, hop = audio->rate / 100;
    int count = (int)audio->frames <= window ? 1 : 1 + ((int)audio->frames - window) / hop;
    double *smoothed = calloc((size_t)count, sizeof(double));
    for (int t = 0; t < count; t++) {
        int terms = 0;
        for (int u = t - 2; u <= t + 2; u++) {
            double energy = 0;
            if (u < 0 || u >= count)
                continue;
            for (int n = u * hop; n < u * hop + window && n < (int)audio->frames; n++)
                energy += (double)audio->samples[n] * (double)audio->samples[n];
            smoothed[t] += energy;
            terms++;
        }
        smoothed[t] /= terms;
    }
    /* The value that 97 % of the others do not exceed, by counting. */
    double loud = 0;
    int rank = (int)floor(0.97 * (count - 1) + 0.5);
    for (int t = 0; t < count; t++) {
        int below = 0, same = 0;
        for (int u = 0; u < count; u++) {
            below += smoothed[u] < smoothed[t];
            same += smoothed[u] == smoothed[t];
        }
        if (below <= rank && rank < below + same)
            loud = smoothed[t];
    }
    int first = -1, last = -1;
    for (int t = 0; t < count; t++)
        if (smoothed[t] > 0 && 10 * log10(smoothed[t]) > 10 * log10(loud) - decibel) {
            first = first < 0 ? t : first;
            last = t;
        }
    *begin = 0;
    *end = audio->frames;
    if (first > 8)
        *begin = (size_t)(first - 8) * (size_t)hop;
    if (last >= 0 && last + 8 < count - 1)
        *end = (size_t)(last + 8) * (size_t)hop + (size_t)window;
    free(smoothed);
}

static void assert_trimmed_as_plainly(ser_audio *audio, double decibel)
{
    ser_clean_settings settings = {.trim = decibel};
    ser_error error;
    ser_audio before = sound_copy(audio);
    size_t begin, end;
    trim_plainly(audio, decibel, &begin, &end);
    assert_ok(ser_clean(audio, &settings, &error));
    assert_int_equal(audio->frames, end - begin);
    assert_memory_equal(audio->samples, before.samples + begin, audio->frames * sizeof(float));
    ser_audio_release(&before);
}

static void test_trims_as_the_plain_twin(void **state)
{
    (void)state;
    static const int rates[] = {1000, 8000, 11025, 16000, 44100};
    static const double decibels[] = {10, 20, 35, 60, 100};
    for (size_t r = 0; r < sizeof rates / sizeof *rates; r++)
        for (size_t k = 0; k < sizeof decibels / sizeof *decibels; k++) {
            size_t second = (size_t)rates[r];
            ser_audio audio = sound_make(rates[r], 1, second * 2);
            sound_add_voice(&audio, 0.2, second / 2 + 37, second * 3 / 2 - 11);
            sound_add_noise(&audio, 0.0005, r * 10 + k);
            assert_trimmed_as_plainly(&audio, decibels[k]);
            ser_audio_release(&audio);
        }
}

static void test_any_length(void **state)
{
    (void)state;
    for (size_t length = 1; length < 3000; length = length * 5 / 4 + 1) {
        ser_audio audio = sound_make(16000, 1, length);
        sound_add_noise(&audio, 0.0001, length);
        sound_add_sine(&audio, 0, 1000, 0.5, length / 2, length / 2 + 10);
        assert_trimmed_as_plainly(&audio, 20);
        assert_in_range(audio.frames, 1, length);
        ser_audio_release(&audio);
    }
}

static void test_cuts_silence_at_both_ends_only(void **state)
{
    (void)state;
    ser_audio audio = sound_make(16000, 1, 64000);
    sound_add_sine(&audio, 0, 440, 0.5, 16000, 24000);
    sound_add_sine(&audio, 0, 440, 0.5, 40000, 48000);
    sound_clean(&audio, "trim=35");
    /* 8 frames and what smoothing and the window's width add stay on each side. */
    assert_in_range(audio.frames, 32000 + 2 * 8 * 160, 32000 + 2 * 14 * 160);
    ser_audio_release(&audio);
}

static void test_silence_and_steady_sound_stay(void **state)
{
    (void)state;
    for (int silent = 0; silent < 2; silent++) {
        ser_audio audio = sound_make(16000, 1, 20000), before;
        sound_add_sine(&audio, 0, 440, silent ? 0 : 0.1, 0, 20000);
        before = sound_copy(&audio);
        sound_clean(&audio, "trim=10");
        assert_int_equal(audio.frames, 20000);
        assert_memory_equal(audio.samples, before.samples, 20000 * sizeof(float));
        ser_audio_release(&audio);
        ser_audio_release(&before);
    }
}

/* What is loud in one channel is kept in all. */
static void test_channels_are_cut_together(void **state)
{
    (void)state;
    ser_audio audio = sound_make(16000, 2, 48000), before;
    sound_add_sine(&audio, 0, 440, 0.5, 16000, 20000);
    sound_add_sine(&audio, 1, 880, 0.5, 28000, 32000);
    before = sound_copy(&audio);
    sound_clean(&audio, "trim");
    assert_in_range(audio.frames, 16000 + 2 * 8 * 160, 16000 + 2 * 14 * 160);
    size_t first = 0;
    while (before.samples[2 * first] == 0)
        first++;
    size_t at = 0;
    while (audio.samples[2 * at] == 0)
        at++;
    assert_memory_equal(audio.samples, before.samples + 2 * (first - at),
                        audio.frames * 2 * sizeof(float));
    ser_audio_release(&audio);
    ser_audio_release(&before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trims_as_the_plain_twin),
        cmocka_unit_test(test_any_length),
        cmocka_unit_test(test_cuts_silence_at_both_ends_only),
        cmocka_unit_test(test_silence_and_steady_sound_stay),
        cmocka_unit_test(test_channels_are_cut_together),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
