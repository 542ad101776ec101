#define _GNU_SOURCE
#include "features/spectrum/time_domain.h"

#include <stdlib.h>

#include "base/random.h"
#include "near.h"

enum { COUNT = 5000 };

/* A frame of the sound with its ends carried on, or zeros beyond them. */
static float *cut(const float *samples, int count, int start, int length, int carry_on)
{
    float *frame = calloc((size_t)length, sizeof *frame);
    for (int i = 0; i < length; i++) {
        int place = start + i, inside = place < 0 ? 0 : place < count ? place : count - 1;
        frame[i] = place == inside || carry_on ? samples[inside] : 0;
    }
    return frame;
}

static void check(const float *samples, int count, int start, int length)
{
    float *frame = cut(samples, count, start, length, 1);
    int crossings = 0;
    for (int i = 1; i < length; i++) {
        double before = (double)frame[i - 1], now = (double)frame[i];
        before = fabs(before) <= 1e-10 ? 0 : before;
        now = fabs(now) <= 1e-10 ? 0 : now;
        crossings += (before < 0) != (now < 0);
    }
    free(frame);
    assert_near(zero_crossing_rate(samples, (size_t)count, start, length),
                (float)crossings / (float)length, 0);

    frame = cut(samples, count, start, length, 0);
    double squares = 0;
    for (int i = 0; i < length; i++)
        squares += (double)frame[i] * (double)frame[i];
    free(frame);
    double expected = sqrt(squares / length);
    assert_near(root_mean_square(samples, (size_t)count, start, length), expected, 1e-6 * expected);
}

static void check_frames(const float *samples, int count)
{
    for (int t = 0; t <= count / 512; t++)
        check(samples, count, t * 512 - 1024, 2048);
    for (int t = 0; t <= count / 70; t++)
        check(samples, count, t * 70 - 50, 101);
}

static void test_noise_agrees_with_the_definitions(void **state)
{
    (void)state;
    struct random random = random_seeded(91, 0);
    float samples[COUNT];
    for (int i = 0; i < COUNT; i++)
        samples[i] = random_uniform(&random, -1, 1) * (i / 1000 % 2 ? 1 : 1e-10f);
    for (int count = 1; count <= COUNT; count += 1 + count / 2)
        check_frames(samples, count);
    check_frames(samples, COUNT);
}

static void test_a_square_wave_crosses_twice_a_period(void **state)
{
    (void)state;
    float samples[COUNT];
    for (int i = 0; i < COUNT; i++)
        samples[i] = i / 16 % 2 ? -1 : 1;
    assert_near(zero_crossing_rate(samples, COUNT, 1000, 2048), 128.0 / 2048, 0);
    assert_near(root_mean_square(samples, COUNT, 1000, 2048), 1, 1e-7);
    check_frames(samples, COUNT);
    for (int i = 0; i < COUNT; i++)
        samples[i] = i % 2 ? -1 : 1;
    assert_near(zero_crossing_rate(samples, COUNT, 1000, 2048), 2047.0 / 2048, 0);
}

static void test_silence_and_constants_cross_nowhere(void **state)
{
    (void)state;
    static const float levels[] = {0, -0.0f, 1, -1, -1e9f};
    for (int l = 0; l < 5; l++) {
        float samples[COUNT];
        for (int i = 0; i < COUNT; i++)
            samples[i] = levels[l];
        assert_true(zero_crossing_rate(samples, COUNT, -1024, 2048) == 0);
        assert_true(zero_crossing_rate(samples, COUNT, 4000, 2048) == 0);
        assert_near(root_mean_square(samples, COUNT, 500, 2048), fabs((double)levels[l]),
                    1e-6 * fabs((double)levels[l]));
        check_frames(samples, COUNT);
    }
}

static void test_values_around_zero_count_as_positive(void **state)
{
    (void)state;
    static const float samples[] = {1, -1e-11f, 1, 0, -0.0f, -1e-9f, 0, 1};
    assert_near(zero_crossing_rate(samples, 8, 0, 8), 2.0 / 8, 0);
}

static void test_one_sample(void **state)
{
    (void)state;
    float sample = -0.5f;
    assert_true(zero_crossing_rate(&sample, 1, -1024, 2048) == 0);
    assert_near(root_mean_square(&sample, 1, -1024, 2048), 0.5 / sqrt(2048), 1e-9);
    assert_true(zero_crossing_rate(&sample, 1, 5, 2048) == 0);
    assert_true(root_mean_square(&sample, 1, 5, 2048) == 0);
    assert_true(root_mean_square(&sample, 1, -9, 3) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_noise_agrees_with_the_definitions),
        cmocka_unit_test(test_a_square_wave_crosses_twice_a_period),
        cmocka_unit_test(test_silence_and_constants_cross_nowhere),
        cmocka_unit_test(test_values_around_zero_count_as_positive),
        cmocka_unit_test(test_one_sample),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
