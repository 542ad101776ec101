/* What cleaning does to real recordings: prints the tables of docs/cleaning.md that need no
 * classifier, and holds the steps to them. Voices are RAVDESS's, noises those of ESC-10, all at
 * 16 kHz. */
#include "support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "augment/bank.h"
#include "base/file.h"
#include "clean/loudness.h"
#include "clean/speex.h"
#include "features/spectrum/fft.h"
#include "sounds.h"

enum {
    RATE = 16000,
    FRAME = RATE / 100,
    /* One recording of so many is enough where each is cleaned many times. An actor has 60, the
     * same ones in the same order: what divides 60 would miss some emotions' strong or weak ones.
     */
    EVERY = 13,
};

static ser_error error;

/* The recordings of RAVDESS, in order; skips the test where there are none. */
static struct file_list list_voices(void)
{
    struct file_list list = {0};
    const char *folder = support_data("ravdess");
    assert_ok(file_list_add(&list, folder, file_is_sound, &error));
    assert_true(list.count >= 8L * EVERY);
    return list;
}

/* Noise by the name of its folder below noise/, or white. Looked for before anything is allocated,
 * since the test is skipped where there is none. */
static struct sound_bank load_noise(const char *name)
{
    struct sound_bank bank = {0};
    char relative[64];
    snprintf(relative, sizeof relative, "noise/%s", name);
    if (strcmp(name, "white") != 0) {
        assert_ok(sound_bank_load(&bank, support_data(relative), RATE, &error));
        return bank;
    }
    bank = (struct sound_bank){calloc(1, sizeof *bank.sounds), 1};
    assert_non_null(bank.sounds);
    bank.sounds[0] = sound_make(RATE, 1, 10L * RATE);
    sound_add_noise(&bank.sounds[0], 0.1, 5);
    return bank;
}

/* The step `noise` put together here, so that it can be had with a single pass too. */
static void suppress(ser_audio *audio, int decibel, int passes)
{
    struct speex *speex;
    size_t size = (size_t)fft_size_at_least(audio->rate / 50);
    size_t frames = (audio->frames + size - 1) / size;
    assert_ok(speex_create(&speex, audio, size, decibel, &error));
    for (int pass = 1; pass < passes; pass++)
        for (size_t t = 0; t < frames; t++)
            speex_take(speex, audio, 0, t);
    for (size_t t = 0; t <= frames; t++) {
        speex_take(speex, audio, 0, t);
        if (t)
            speex_give(speex, audio, 0, t - 1);
    }
    speex_destroy(speex);
}

/* By how many dB the ratio of voice to noise rises. */
static double gain_of(const ser_audio *clean, const ser_audio *noise, double decibel, int passes)
{
    ser_audio audio = sound_copy(clean);
    sound_add_recording(&audio, noise, decibel);
    double before = sound_snr(&audio, clean);
    suppress(&audio, 15, passes);
    double gain = sound_snr(&audio, clean) - before;
    ser_audio_release(&audio);
    return gain;
}

/* suppress() with two passes is the step. */
static void assert_is_the_step(const ser_audio *noisy)
{
    ser_audio here = sound_copy(noisy), step = sound_copy(noisy);
    suppress(&here, 15, 2);
    sound_clean(&step, "noise=15");
    assert_memory_equal(here.samples, step.samples, step.frames * sizeof(float));
    ser_audio_release(&here);
    ser_audio_release(&step);
}

static void test_noise_is_suppressed(void **state)
{
    (void)state;
    enum { LEVELS = 5, MIDDLE = 2 };
    struct file_list list = list_voices();
    struct sound_bank white = load_noise("white");
    double gains[LEVELS] = {0}, once = 0;
    int count = 0;
    assert_is_the_step(&white.sounds[0]);
    for (size_t i = 0; i < list.count; i += EVERY, count++) {
        ser_audio audio;
        assert_ok(ser_audio_load(&audio, list.paths[i], NULL, &error));
        for (int k = 0; k < LEVELS; k++)
            gains[k] += gain_of(&audio, &white.sounds[0], 5 * k, 2);
        once += gain_of(&audio, &white.sounds[0], 5 * MIDDLE, 1);
        ser_audio_release(&audio);
    }
    file_list_release(&list);
    sound_bank_release(&white);
    print_message("# gain of noise=15 in white noise, %d recordings\n", count);
    for (int k = 0; k < LEVELS; k++) {
        print_message("#   at %2d dB  %4.1f dB\n", 5 * k, gains[k] / count);
        assert_true(gains[k] / count > 4);
    }
    print_message("#   at %2d dB, with a single pass  %4.1f dB\n", 5 * MIDDLE, once / count);
    assert_true(once / count + 2 < gains[MIDDLE] / count);
}

/* Where the voice is, by the clean recording, and what a detector made of it. */
struct verdict {
    double energy, energy_kept;
    size_t pauses, pauses_kept; /* frames more than 150 ms away from the voice */
};

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double frame_energy(const ser_audio *audio, size_t t)
{
    double sum = 0;
    for (size_t i = t * FRAME; i < (t + 1) * FRAME && i < audio->frames; i++)
        sum += (double)audio->samples[i] * (double)audio->samples[i];
    return sum;
}

/* There is a voice in the frames of 10 ms that come within 35 dB of the 97th percentile. */
static unsigned char *true_voice(const ser_audio *clean, size_t frames)
{
    double *energies = calloc(frames, sizeof *energies);
    unsigned char *there = calloc(frames, 1);
    assert_true(energies && there);
    for (size_t t = 0; t < frames; t++)
        energies[t] = frame_energy(clean, t);
    qsort(energies, frames, sizeof *energies, ascending);
    double least = energies[frames * 97 / 100] * pow(10, -3.5);
    for (size_t t = 0; t < frames; t++)
        there[t] = frame_energy(clean, t) > least;
    free(energies);
    return there;
}

static int is_near(const unsigned char *there, size_t frames, size_t t)
{
    for (size_t k = t > 15 ? t - 15 : 0; k <= t + 15 && k < frames; k++)
        if (there[k])
            return 1;
    return 0;
}

static void judge(struct verdict *verdict, const ser_audio *clean, const ser_audio *heard)
{
    ser_voice voice;
    assert_ok(ser_voice_activity(heard, &voice, &error));
    unsigned char *there = true_voice(clean, voice.frames);
    for (size_t t = 0; t < voice.frames; t++) {
        double energy = there[t] ? frame_energy(clean, t) : 0;
        int is_pause = !is_near(there, voice.frames, t);
        verdict->energy += energy;
        verdict->energy_kept += voice.flags[t] ? energy : 0;
        verdict->pauses += (size_t)is_pause;
        verdict->pauses_kept += is_pause && voice.flags[t];
    }
    free(there);
    ser_voice_release(&voice);
}

static const struct {
    const char *name;
    const char *noise; /* NULL: nothing is added */
    double decibel;    /* by which the voice is above it */
    double kept;       /* at least so much of the energy, */
    double pauses;     /* and at most so much of the pauses */
} conditions[] = {
    {"nothing added", NULL, 0, 0.999, 0.15},
    {"white noise, 10 dB below", "white", 10, 0.999, 0.02},
    {"rain, 10 dB below", "002-Rain", 10, 0.999, 0.15},
    {"helicopter, 10 dB below", "007-Helicopter", 10, 0.999, 0.3},
    {"crackling fire, 10 dB below", "010-Fire_crackling", 10, 0.999, 0.7},
    {"white noise, as loud", "white", 0, 0.95, 0.02},
};

static void test_voices_are_kept(void **state)
{
    (void)state;
    support_data("noise");
    struct file_list list = list_voices();
    print_message("# voice kept (share of its energy), pauses kept; of %zu recordings\n",
                  (list.count + EVERY - 1) / EVERY);
    for (size_t k = 0; k < sizeof conditions / sizeof *conditions; k++) {
        struct sound_bank bank = {0};
        struct verdict verdict = {0};
        if (conditions[k].noise)
            bank = load_noise(conditions[k].noise);
        for (size_t i = 0; i < list.count; i += EVERY) {
            ser_audio clean, heard;
            assert_ok(ser_audio_load(&clean, list.paths[i], NULL, &error));
            heard = sound_copy(&clean);
            if (bank.count)
                sound_add_recording(&heard, &bank.sounds[i / EVERY % bank.count],
                                    conditions[k].decibel);
            judge(&verdict, &clean, &heard);
            ser_audio_release(&clean);
            ser_audio_release(&heard);
        }
        double kept = verdict.energy_kept / verdict.energy;
        double pauses = (double)verdict.pauses_kept / (double)verdict.pauses;
        print_message("#   %-28s %7.3f %%  %3.0f %%\n", conditions[k].name, 100 * kept,
                      100 * pauses);
        assert_true(kept >= conditions[k].kept && pauses <= conditions[k].pauses);
        sound_bank_release(&bank);
    }
    file_list_release(&list);
}

/* The share of a class of ESC-10 that counts as a voice. */
static double flagged_share(const char *name)
{
    struct sound_bank bank = load_noise(name);
    size_t frames = 0, flagged = 0;
    for (size_t i = 0; i < bank.count; i++) {
        ser_voice voice;
        assert_ok(ser_voice_activity(&bank.sounds[i], &voice, &error));
        for (size_t t = 0; t < voice.frames; t++)
            flagged += voice.flags[t];
        frames += voice.frames;
        ser_voice_release(&voice);
    }
    sound_bank_release(&bank);
    return (double)flagged / (double)frames;
}

/* Steady noise is no voice; what comes and goes is one, though nobody speaks. */
static void test_knows_steady_noise_only(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        double least, most;
    } classes[] = {
        {"001-Dog_bark", 0.5, 0.85},  {"002-Rain", 0, 0.3},
        {"003-Sea_waves", 0.4, 0.75}, {"004-Baby_cry", 0.8, 1},
        {"005-Clock_tick", 0.75, 1},  {"006-Person_sneeze", 0.2, 0.5},
        {"007-Helicopter", 0, 0.3},   {"008-Chainsaw", 0.45, 0.8},
        {"009-Rooster", 0.3, 0.6},    {"010-Fire_crackling", 0.6, 0.9},
    };
    support_data("noise");
    print_message("# counted as a voice, of ESC-10\n");
    for (size_t k = 0; k < sizeof classes / sizeof *classes; k++) {
        double share = flagged_share(classes[k].name);
        print_message("#   %-18s %3.0f %%\n", classes[k].name + 4, 100 * share);
        assert_true(share >= classes[k].least && share <= classes[k].most);
    }
}

/* RAVDESS was recorded at one gain, so loudness tells the emotion. */
static void test_loudness_is_emotion(void **state)
{
    (void)state;
    static const char *const emotions[] = {"neutral", "calm",    "happy",   "sad",
                                           "angry",   "fearful", "disgust", "surprised"};
    struct file_list list = list_voices();
    double sums[8] = {0};
    int counts[8] = {0};
    for (size_t i = 0; i < list.count; i++) {
        ser_audio audio;
        double lufs;
        int emotion = atoi(strrchr(list.paths[i], '/') + sizeof "/03-01-" - 1) - 1;
        assert_in_range(emotion, 0, 7);
        assert_ok(ser_audio_load(&audio, list.paths[i], NULL, &error));
        assert_ok(loudness_measure(&audio, &lufs, &error));
        sums[emotion] += lufs;
        counts[emotion]++;
        ser_audio_release(&audio);
    }
    file_list_release(&list);
    print_message("# mean loudness\n");
    for (int e = 0; e < 8; e++)
        print_message("#   %-9s %5.1f LUFS, of %d\n", emotions[e], sums[e] / counts[e], counts[e]);
    assert_true(sums[4] / counts[4] > sums[3] / counts[3] + 6);
    assert_true(sums[4] / counts[4] > sums[1] / counts[1] + 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_noise_is_suppressed),
        cmocka_unit_test(test_voices_are_kept),
        cmocka_unit_test(test_knows_steady_noise_only),
        cmocka_unit_test(test_loudness_is_emotion),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
