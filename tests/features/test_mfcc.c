#define _GNU_SOURCE
#include "base/random.h"
#include "block.h"
#include "features/spectrum/decibel.h"
#include "features/spectrum/mfcc.h"

static ser_error error;

static void fill(float *values, int count, float low, float high, uint64_t stream)
{
    struct random random = random_seeded(31, stream);
    for (int i = 0; i < count; i++)
        values[i] = random_uniform(&random, low, high);
}

static double plain_coefficient(const float *levels, int bands, int k, int lifter)
{
    double sum = 0;
    for (int b = 0; b < bands; b++)
        sum += (double)levels[b] * cos(M_PI * k * (2 * b + 1) / (2.0 * bands));
    sum *= k ? sqrt(2.0 / bands) : sqrt(1.0 / bands);
    return lifter ? sum * (1 + (lifter / 2.0) * sin(M_PI * (1 + k) / lifter)) : sum;
}

static void apply(const float *levels, int bands, int coefficients, int lifter, float *cepstrum)
{
    struct mfcc_table table;
    assert_ok(mfcc_table_build(&table, bands, coefficients, lifter, &error));
    lanes *block = block_with(levels, bands), *results = lanes_allocate((size_t)coefficients);
    mfcc_table_apply(&table, block, results);
    block_take(results, coefficients, cepstrum);
    free(block);
    free(results);
    mfcc_table_release(&table);
    assert_null(table.weights);
}

static void test_agrees_with_the_definition(void **state)
{
    (void)state;
    static const int bands[] = {1, 2, 13, 40, 128}, lifters[] = {0, 1, 22, 40};
    float levels[128], cepstrum[128];
    for (int b = 0; b < 5; b++)
        for (int l = 0; l < 4; l++)
            for (int count = 1; count <= bands[b]; count += 1 + count / 3) {
                fill(levels, bands[b], -80, 20, (uint64_t)count);
                apply(levels, bands[b], count, lifters[l], cepstrum);
                for (int k = 0; k < count; k++) {
                    double expected = plain_coefficient(levels, bands[b], k, lifters[l]);
                    assert_near(cepstrum[k], expected, 1e-3 + 1e-6 * fabs(expected));
                }
            }
}

static void test_transform_is_orthonormal(void **state)
{
    (void)state;
    float levels[40], cepstrum[40];
    fill(levels, 40, -1, 1, 7);
    apply(levels, 40, 40, 0, cepstrum);
    double before = 0, after = 0;
    for (int i = 0; i < 40; i++) {
        before += (double)levels[i] * (double)levels[i];
        after += (double)cepstrum[i] * (double)cepstrum[i];
    }
    assert_near(after, before, 1e-5 * before);
}

static void test_even_levels_have_only_a_mean(void **state)
{
    (void)state;
    float levels[128], cepstrum[40];
    for (int b = 0; b < 128; b++)
        levels[b] = -100;
    apply(levels, 128, 40, 0, cepstrum);
    assert_near(cepstrum[0], -100 * sqrt(128), 1e-3);
    for (int k = 1; k < 40; k++) /* odd ones cancel, even ones but for rounding */
        assert_near(cepstrum[k], 0, k % 2 ? 0 : 1e-3);
}

static void test_levels_are_decibels(void **state)
{
    (void)state;
    static const float powers[] = {0, 1e-30f, 1e-10f, 1e-9f, 0.5f, 1, 10, 12345, 1e24f};
    enum { POWERS = sizeof powers / sizeof *powers };
    lanes *block = block_with(powers, POWERS);
    decibel_levels(block, POWERS, block);
    for (int i = 0; i < POWERS; i++)
        assert_near(block[i][BLOCK_LANE], 10 * log10(fmax((double)powers[i], 1e-10)), 1e-4);
    free(block);
}

static void test_clipping_leaves_80_decibels(void **state)
{
    (void)state;
    static const float levels[] = {-100, -70.5f, -60, -59.5f, 3, 20};
    lanes *block = block_with(levels, 6);
    decibel_clip(block, 6, 20, block);
    for (int i = 0; i < 6; i++)
        assert_near(block[i][BLOCK_LANE], fmax((double)levels[i], -60), 0);
    free(block);
}

static void test_largest_level_ignores_absent_frames(void **state)
{
    (void)state;
    lanes levels[2] = {{-5, -3, -9, 8, 50, 50, 50, 50}, {-4, -6, -7, -8, 60, 60, 60, 60}};
    assert_true(decibel_largest(levels, 2, 3, DECIBEL_NONE) == -3);
    assert_true(decibel_largest(levels, 2, 4, DECIBEL_NONE) == 8);
    assert_true(decibel_largest(levels, 2, 4, 9) == 9);
    assert_true(decibel_largest(levels, 2, 8, 9) == 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_agrees_with_the_definition),
        cmocka_unit_test(test_transform_is_orthonormal),
        cmocka_unit_test(test_even_levels_have_only_a_mean),
        cmocka_unit_test(test_levels_are_decibels),
        cmocka_unit_test(test_clipping_leaves_80_decibels),
        cmocka_unit_test(test_largest_level_ignores_absent_frames),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
