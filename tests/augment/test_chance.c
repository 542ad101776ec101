/* Probabilities, seeds and threads; and sounds of all kinds through every augmentation. */
#include "sounds.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/pool.h"

/* How many of so many seeds change the sound. */
static int count_changes(const char *steps, int seeds)
{
    ser_error error;
    struct augment_recipe recipe;
    struct augment_scratch *scratch;
    int changes = 0;
    ser_audio before = sound_noise(1, 0.5, RATE, 32), after = sound_copy(&before);
    assert_ok(augment_recipe_parse_steps(&recipe, steps, RATE, &error));
    assert_ok(augment_scratch_create(&scratch, &error));
    for (int i = 0; i < seeds; i++) {
        memcpy(after.samples, before.samples, before.frames * sizeof *before.samples);
        assert_ok(augment_sound(&recipe, augment_seed(1, 2, (uint64_t)i), &after, scratch, &error));
        changes += memcmp(after.samples, before.samples, sizeof(float) * before.frames) != 0;
    }
    augment_scratch_destroy(scratch);
    augment_recipe_release(&recipe);
    ser_audio_release(&before);
    ser_audio_release(&after);
    return changes;
}

static void test_probabilities(void **state)
{
    (void)state;
    enum { SEEDS = 10000 };
    assert_int_equal(count_changes("gain probability=0 gain=6", SEEDS), 0);
    assert_int_equal(count_changes("gain probability=1 gain=6", SEEDS), SEEDS);
    assert_int_equal(count_changes("gain gain=6", SEEDS), SEEDS);
    /* Within four deviations of a binomial. */
    assert_true(abs(count_changes("gain probability=0.5 gain=6", SEEDS) - 5000) < 200);
    assert_true(abs(count_changes("gain probability=0.1 gain=6", SEEDS) - 1000) < 120);
    /* Two steps of one recipe are independent. */
    assert_true(
        abs(count_changes("gain probability=0.5 gain=6, gain probability=0.5 gain=6", SEEDS) -
            7500) < 174);
}

static const char all_steps[] =
    "gain, shift, speed, stretch, pitch, vtlp, equalise, noise kind=pink, room, telephone, clip";

static void test_the_seed_decides(void **state)
{
    (void)state;
    ser_audio voice = sound_voice(RATE, RATE / 2);
    ser_audio one = sound_copy(&voice), same = sound_copy(&voice), other = sound_copy(&voice);
    sound_augment(&one, all_steps, 1);
    sound_augment(&same, all_steps, 1);
    sound_augment(&other, all_steps, 2);
    assert_same_bits(&one, &same);
    assert_true(one.frames != other.frames ||
                memcmp(one.samples, other.samples, one.frames * sizeof(float)) != 0);
    assert_true(augment_seed(1, 2, 3) == augment_seed(1, 2, 3));
    assert_true(augment_seed(1, 2, 3) != augment_seed(1, 3, 2));
    assert_true(augment_seed(1, 2, 3) != augment_seed(2, 2, 3));
    ser_audio_release(&voice);
    ser_audio_release(&one);
    ser_audio_release(&same);
    ser_audio_release(&other);
}

enum { CLIPS = 12 };

struct clips {
    struct augment_recipe recipe;
    struct augment_scratch *scratch[4];
    ser_audio sounds[CLIPS];
};

static void augment_one(void *context, int index, int thread)
{
    struct clips *clips = context;
    (void)augment_sound(&clips->recipe, augment_seed(5, 0, (uint64_t)index), &clips->sounds[index],
                        clips->scratch[thread], NULL);
}

/* Clips of different lengths, so that a thread's scratch memory is never as new. */
static void run_clips(struct clips *clips, int threads)
{
    ser_error error;
    struct pool *pool;
    assert_ok(augment_recipe_parse_steps(&clips->recipe, all_steps, RATE, &error));
    for (int i = 0; i < 4; i++)
        assert_ok(augment_scratch_create(&clips->scratch[i], &error));
    for (int i = 0; i < CLIPS; i++)
        clips->sounds[i] = sound_voice(RATE, 3000 + 977 * (size_t)((i * 5) % CLIPS));
    assert_ok(pool_create(&pool, threads, &error));
    pool_run(pool, CLIPS, augment_one, clips);
    pool_destroy(pool);
    for (int i = 0; i < 4; i++)
        augment_scratch_destroy(clips->scratch[i]);
    augment_recipe_release(&clips->recipe);
}

static void test_threads_make_no_difference(void **state)
{
    (void)state;
    struct clips one = {0}, four = {0};
    run_clips(&one, 1);
    run_clips(&four, 4);
    for (int i = 0; i < CLIPS; i++) {
        assert_same_bits(&one.sounds[i], &four.sounds[i]);
        ser_audio_release(&one.sounds[i]);
        ser_audio_release(&four.sounds[i]);
    }
}

/* A step draws the same whatever stands before it and whatever that drew. */
static void test_steps_have_their_own_chance(void **state)
{
    (void)state;
    ser_audio a = sound_voice(RATE, 4000), b = sound_copy(&a);
    sound_augment(&a, "gain gain=0, noise snr=10..30", 4);
    sound_augment(&b, "clip level=1, noise snr=10..30", 4);
    assert_same_bits(&a, &b);
    ser_audio_release(&a);
    ser_audio_release(&b);
}

/* Length rules: what docs/augmentation.md promises. */
static size_t expected_frames(const char *name, size_t frames)
{
    if (!strcmp(name, "stretch"))
        return (size_t)llround((double)frames * 1.25);
    if (!strcmp(name, "speed"))
        return (size_t)floor((double)frames / 0.8 + 0.5);
    return frames;
}

static void check_sound(const char *name, ser_audio audio)
{
    char steps[64];
    const char *pinned = !strcmp(name, "stretch") ? " factor=1.25"
                         : !strcmp(name, "speed") ? " factor=0.8"
                                                  : "";
    size_t frames = audio.frames;
    int silent = !(power_of(audio.samples, frames) > 0), rate = audio.rate;
    snprintf(steps, sizeof steps, "%s%s", name, pinned);
    sound_augment(&audio, steps, 3);
    assert_finite(&audio);
    assert_int_equal(audio.rate, rate);
    assert_int_equal(audio.channels, 1);
    if (audio.frames != expected_frames(name, frames))
        fail_msg("%s: %zu frames of %d Hz became %zu", name, frames, rate, audio.frames);
    /* Even a dead telephone line of mu-law or A-law has its smallest steps. */
    for (size_t i = 0; silent && i < audio.frames; i++)
        assert_true(fabsf(audio.samples[i]) < 1e-3f);
    ser_audio_release(&audio);
}

static void test_sounds_of_all_kinds(void **state)
{
    (void)state;
    static const size_t lengths[] = {0, 1, 2, 3, 100, 1000, 5000};
    static const int rates[] = {1000, 8000, 16000, 44100};
    static const double loudness[] = {1e-30, 1e-6, 1, 1e4, 1e15, 1e37};
    for (int i = 0; augmentations[i]; i++) {
        const char *name = augmentations[i]->name;
        for (size_t n = 0; n < sizeof lengths / sizeof *lengths; n++)
            for (size_t r = 0; r < sizeof rates / sizeof *rates; r++) {
                check_sound(name, sound_noise(1, 0.5, rates[r], lengths[n]));
                check_sound(name, sound_silent(rates[r], lengths[n]));
            }
        for (size_t l = 0; l < sizeof loudness / sizeof *loudness; l++)
            check_sound(name, sound_noise(1, loudness[l], RATE, 2000));
        ser_audio full = sound_silent(RATE, 3000); /* a constant: all in the first bin */
        for (size_t k = 0; k < full.frames; k++)
            full.samples[k] = 1;
        check_sound(name, full);
    }
}

static void test_extreme_parameters(void **state)
{
    (void)state;
    for (int i = 0; augmentations[i]; i++) {
        const struct augmentation *kind = augmentations[i];
        for (int p = 0; kind->parameters[p].name; p++) {
            const struct augment_parameter *parameter = &kind->parameters[p];
            if (parameter->kind > AUGMENT_WHOLE)
                continue;
            for (int end = 0; end < 2; end++) {
                char steps[128];
                snprintf(steps, sizeof steps, "%s %s=%.17g", kind->name, parameter->name,
                         end ? parameter->high : parameter->low);
                ser_audio audio = sound_voice(RATE, 4000);
                sound_augment(&audio, steps, 3);
                assert_finite(&audio);
                ser_audio_release(&audio);
            }
        }
    }
}

static void test_refuses_what_it_cannot_do(void **state)
{
    (void)state;
    ser_error error;
    struct augment_recipe recipe;
    struct augment_scratch *scratch;
    ser_audio audio = sound_voice(RATE, 4000);
    char steps[256], *path = support_scratch("noise.wav");
    assert_ok(ser_audio_save(&audio, path, &error));
    assert_ok(augment_scratch_create(&scratch, &error));
    snprintf(steps, sizeof steps, "noise kind=files folder=%s", path);
    assert_ok(augment_recipe_parse_steps(&recipe, steps, 8000, &error));
    assert_error(augment_sound(&recipe, 1, &audio, scratch, &error), SER_ERROR_ARGUMENT,
                 "16000 Hz with recordings of 8000 Hz");
    audio.rate = 8000;
    assert_ok(augment_sound(&recipe, 1, &audio, scratch, &error));
    audio.channels = 2;
    assert_error(augment_sound(&recipe, 1, &audio, scratch, &error), SER_ERROR_ARGUMENT,
                 "2 channels");
    audio.channels = 1;
    audio.rate = 10;
    assert_error(augment_sound(&recipe, 1, &audio, scratch, &error), SER_ERROR_ARGUMENT, "10 Hz");
    augment_recipe_release(&recipe);
    augment_scratch_destroy(scratch);
    ser_audio_release(&audio);
    free(path);
}

/* Half of the longest recording there may be, and a second, at half the speed. */
static void test_sounds_do_not_grow_without_end(void **state)
{
    (void)state;
    ser_error error;
    struct augment_recipe recipe;
    struct augment_scratch *scratch;
    ser_audio audio = sound_silent(1000, (size_t)SER_AUDIO_MAX_SECONDS * 500 + 1000);
    assert_ok(augment_scratch_create(&scratch, &error));
    assert_ok(augment_recipe_parse_steps(&recipe, "speed factor=0.5", 1000, &error));
    assert_error(augment_sound(&recipe, 1, &audio, scratch, &error), SER_ERROR_UNSUPPORTED,
                 "43202 s long, expected 43200 s at most");
    augment_recipe_release(&recipe);
    augment_scratch_destroy(scratch);
    ser_audio_release(&audio);
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
        cmocka_unit_test(test_probabilities),
        cmocka_unit_test(test_the_seed_decides),
        cmocka_unit_test(test_threads_make_no_difference),
        cmocka_unit_test(test_steps_have_their_own_chance),
        cmocka_unit_test(test_sounds_of_all_kinds),
        cmocka_unit_test(test_extreme_parameters),
        cmocka_unit_test(test_refuses_what_it_cannot_do),
        cmocka_unit_test(test_sounds_do_not_grow_without_end),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, tear_down);
}
