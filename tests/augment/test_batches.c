/* What happens to features and batches: SpecAugment's masks, mixup's shares, and the mixing. */
#include "sounds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FRAMES = 100, BANDS = 64 };

static struct augment_recipe steps_of(const char *steps)
{
    ser_error error;
    struct augment_recipe recipe;
    assert_ok(augment_recipe_parse_steps(&recipe, steps, RATE, &error));
    return recipe;
}

/* Fills with values that are never 0. */
static void fill(float *values, int count)
{
    for (int i = 0; i < count; i++)
        values[i] = (float)(1 + i % 17);
}

/* Which bands and frames are hidden wholly; every 0 must be in one of them. */
static void find_masks(const float *values, int bands[BANDS], int frames[FRAMES])
{
    for (int b = 0; b < BANDS; b++) {
        bands[b] = 1;
        for (int t = 0; t < FRAMES; t++)
            bands[b] = bands[b] && values[t * BANDS + b] == 0;
    }
    for (int t = 0; t < FRAMES; t++) {
        frames[t] = 1;
        for (int b = 0; b < BANDS; b++)
            frames[t] = frames[t] && values[t * BANDS + b] == 0;
    }
    for (int i = 0; i < FRAMES * BANDS; i++) {
        int hidden = bands[i % BANDS] || frames[i / BANDS];
        assert_true(hidden ? values[i] == 0 : values[i] == (float)(1 + i % 17));
    }
}

/* The length of the only run of ones, -1 for more than one. */
static int single_run(const int *flags, int count)
{
    int length = 0, runs = 0;
    for (int i = 0; i < count; i++) {
        length += flags[i];
        runs += flags[i] && (!i || !flags[i - 1]);
    }
    return runs > 1 ? -1 : length;
}

static void test_masks_are_of_their_widths(void **state)
{
    (void)state;
    struct augment_recipe recipe =
        steps_of("spec_augment bands=1 band_width=0..8 frames=1 frame_width=3..20 share=0.15");
    int widths[9] = {0}, most = 0, least = FRAMES, first_band = 0, last_band = 0;
    for (uint64_t seed = 0; seed < 500; seed++) {
        float values[FRAMES * BANDS];
        int bands[BANDS], frames[FRAMES];
        fill(values, FRAMES * BANDS);
        augment_features(&recipe, seed, values, FRAMES, BANDS);
        find_masks(values, bands, frames);
        int width = single_run(bands, BANDS), length = single_run(frames, FRAMES);
        assert_true(width >= 0 && width <= 8 && length >= 3 && length <= 15);
        widths[width]++;
        most = length > most ? length : most;
        least = length < least ? length : least;
        first_band += bands[0];
        last_band += bands[BANDS - 1];
    }
    for (int w = 0; w <= 8; w++)
        assert_true(widths[w] > 25); /* of 55.6 expected */
    assert_true(most == 15 && least == 3 && first_band > 0 && last_band > 0);
    augment_recipe_release(&recipe);
}

static void test_masks_fit_small_clips(void **state)
{
    (void)state;
    struct augment_recipe recipe = steps_of("spec_augment bands=5 band_width=50 frames=5 "
                                            "frame_width=50 share=1");
    for (int frames = 1; frames < 4; frames++)
        for (int bands = 1; bands < 4; bands++) {
            float values[9 + 1];
            fill(values, 10);
            augment_features(&recipe, 1, values, frames, bands);
            for (int i = 0; i < frames * bands; i++)
                assert_true(values[i] == 0);
            assert_true(values[frames * bands] != 0);
        }
    augment_features(&recipe, 1, NULL, 0, 3);
    augment_recipe_release(&recipe);
}

/* Of the steps, only those of the right stage work. */
static void test_stages_are_kept_apart(void **state)
{
    (void)state;
    struct augment_recipe recipe = steps_of("gain gain=6, mixup");
    float values[10], before[10];
    fill(values, 10);
    memcpy(before, values, sizeof values);
    augment_features(&recipe, 1, values, 5, 2);
    assert_memory_equal(values, before, sizeof values);
    assert_true(augment_recipe_has(&recipe, AUGMENT_SOUND));
    assert_true(augment_recipe_has(&recipe, AUGMENT_BATCH));
    assert_false(augment_recipe_has(&recipe, AUGMENT_FEATURES));
    augment_recipe_release(&recipe);
    recipe = steps_of("gain");
    assert_true(augment_share(&recipe, 1) == 1);
    augment_recipe_release(&recipe);
}

/* Mean 1/2 and variance 1 / (4 (2 alpha + 1)) of Beta(alpha, alpha); and, for alpha 1, an even
 * distribution. */
static void check_shares(const char *steps, double alpha)
{
    enum { DRAWS = 20000 };
    struct augment_recipe recipe = steps_of(steps);
    double sum = 0, squares = 0;
    int tenths[10] = {0};
    for (uint64_t seed = 0; seed < DRAWS; seed++) {
        double share = (double)augment_share(&recipe, seed);
        assert_true(share >= 0 && share <= 1);
        sum += share;
        squares += (share - 0.5) * (share - 0.5);
        tenths[share < 1 ? (int)(10 * share) : 9]++;
    }
    double variance = 1 / (4 * (2 * alpha + 1));
    assert_true(fabs(sum / DRAWS - 0.5) < 4 * sqrt(variance / DRAWS));
    assert_true(fabs(squares / DRAWS - variance) < 0.03 * variance);
    for (int i = 0; i < 10 && alpha == 1; i++)
        assert_true(abs(tenths[i] - DRAWS / 10) < 4 * 43);
    augment_recipe_release(&recipe);
}

static void test_shares_are_beta_distributed(void **state)
{
    (void)state;
    check_shares("mixup alpha=0.01", 0.01);
    check_shares("mixup alpha=0.2", 0.2);
    check_shares("mixup alpha=1", 1);
    check_shares("mixup alpha=4", 4);
}

static void test_mixing(void **state)
{
    (void)state;
    float values[] = {1, 2, 3, 4, 5, 6}, shorter[] = {10, 20}, longer[] = {0, 0, 8, 8, 0, 4, 9, 9};
    augment_mix(values, 3, shorter, 1, 2, 0.75f);
    const float expected[] = {3.25f, 6.5f, 4.75f, 8, 6.25f, 9.5f};
    assert_memory_equal(values, expected, sizeof values);
    augment_mix(values, 3, longer, 4, 2, 0.5f);
    const float next[] = {1.625f, 3.25f, 6.375f, 8, 3.125f, 6.75f};
    assert_memory_equal(values, next, sizeof values);
    augment_mix(values, 3, values, 3, 2, 0.5f);
    assert_memory_equal(values, next, sizeof values);
    augment_mix(values, 3, longer, 0, 2, 0.5f); /* nobody to mix with */
    assert_memory_equal(values, next, sizeof values);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_masks_are_of_their_widths),
        cmocka_unit_test(test_masks_fit_small_clips),
        cmocka_unit_test(test_stages_are_kept_apart),
        cmocka_unit_test(test_shares_are_beta_distributed),
        cmocka_unit_test(test_mixing),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
