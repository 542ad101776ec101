#include <math.h>
#include <string.h>

#include "base/random.h"
#include "features/spectrum/normalise.h"
#include "near.h"

enum { FRAMES = 37, BANDS = 5 };
static float values[FRAMES * BANDS];
static double sums[2 * BANDS];

static void fill(float low, float high)
{
    struct random random = random_seeded(11, 0);
    for (int i = 0; i < FRAMES * BANDS; i++)
        values[i] = random_uniform(&random, low, high);
}

/* One band by the definition. */
static void statistics(const float *data, int band, double *mean, double *deviation)
{
    double sum = 0, squares = 0;
    for (int t = 0; t < FRAMES; t++)
        sum += (double)data[t * BANDS + band];
    *mean = sum / FRAMES;
    for (int t = 0; t < FRAMES; t++)
        squares += pow((double)data[t * BANDS + band] - *mean, 2);
    *deviation = sqrt(squares / FRAMES);
}

static void test_follows_its_formula(void **state)
{
    (void)state;
    float before[FRAMES * BANDS];
    fill(-20, 5);
    memcpy(before, values, sizeof before);
    normalise_utterance(values, FRAMES, BANDS, 0.5, sums);
    for (int band = 0; band < BANDS; band++) {
        double mean, deviation;
        statistics(before, band, &mean, &deviation);
        for (int i = band; i < FRAMES * BANDS; i += BANDS)
            assert_near(values[i], (before[i] - mean) / (deviation + 0.5), 1e-6);
    }
}

static void test_gives_mean_0_and_deviation_1_with_a_small_offset(void **state)
{
    (void)state;
    fill(100, 101);
    normalise_utterance(values, FRAMES, BANDS, 1e-6, sums);
    for (int band = 0; band < BANDS; band++) {
        double mean, deviation;
        statistics(values, band, &mean, &deviation);
        assert_near(mean, 0, 1e-6);
        assert_near(deviation, 1, 1e-4);
    }
}

static void test_keeps_the_digits_of_a_small_change_on_a_large_mean(void **state)
{
    (void)state;
    /* Sums of squares in one pass would lose this: the steps are 2^-20 of the mean. */
    for (int i = 0; i < FRAMES * BANDS; i++)
        values[i] = 1048576.0f + (float)(i / BANDS % 2);
    normalise_utterance(values, FRAMES, BANDS, 1e-6, sums);
    double ones = FRAMES / 2, mean = ones / FRAMES, deviation = sqrt(mean * (1 - mean));
    for (int i = 0; i < FRAMES * BANDS; i++)
        assert_near(values[i], (i / BANDS % 2 - mean) / (deviation + 1e-6), 1e-5);
}

static void test_constant_band_and_single_frame_become_0(void **state)
{
    (void)state;
    for (int i = 0; i < FRAMES * BANDS; i++)
        values[i] = -18.420681f;
    normalise_utterance(values, FRAMES, BANDS, 1e-6, sums);
    for (int i = 0; i < FRAMES * BANDS; i++)
        assert_near(values[i], 0, 1e-6);
    fill(-20, 5);
    normalise_utterance(values, 1, BANDS, 1e-6, sums);
    for (int band = 0; band < BANDS; band++)
        assert_true(values[band] == 0);
    assert_true(values[BANDS] != 0); /* the second frame was not asked for */
}

static void test_no_frames_are_left_alone(void **state)
{
    (void)state;
    normalise_utterance(NULL, 0, BANDS, 0.5, sums);
    values[0] = 7;
    normalise_utterance(values, 0, BANDS, 0.5, sums);
    assert_true(values[0] == 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_follows_its_formula),
        cmocka_unit_test(test_gives_mean_0_and_deviation_1_with_a_small_offset),
        cmocka_unit_test(test_keeps_the_digits_of_a_small_change_on_a_large_mean),
        cmocka_unit_test(test_constant_band_and_single_frame_become_0),
        cmocka_unit_test(test_no_frames_are_left_alone),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
