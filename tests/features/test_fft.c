#define _GNU_SOURCE
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "block.h"
#include "features/spectrum/fft.h"

enum { LARGEST = 2048, BINS = LARGEST / 2 + 1 };
static float frame[LARGEST], power[BINS + 1];
static double expected[BINS];
static ser_error error;

static void fill_with_noise(int size)
{
    struct random random = random_seeded(7, (uint64_t)size);
    for (int n = 0; n < size; n++)
        frame[n] = random_uniform(&random, -1, 1);
}

/* |X[k]|^2 by the definition, in double. */
static void naive_power(int size)
{
    for (int k = 0; k <= size / 2; k++) {
        double real = 0, imaginary = 0;
        for (int n = 0; n < size; n++) {
            /* k*n modulo size keeps the angle, and with it the sine, exact. */
            double angle = 2 * M_PI * (int)((long)k * n % size) / size;
            real += (double)frame[n] * cos(angle);
            imaginary -= (double)frame[n] * sin(angle);
        }
        expected[k] = real * real + imaginary * imaginary;
    }
}

static double largest_expected(int size)
{
    double largest = 0;
    for (int k = 0; k <= size / 2; k++)
        largest = fmax(largest, expected[k]);
    return largest;
}

static void test_agrees_with_the_definition(void **state)
{
    (void)state;
    static const int sizes[] = {2, 4, 6, 10, 16, 18, 20, 30, 48, 250, 400, 512, 1024, LARGEST};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        int size = sizes[s];
        struct fft *fft;
        assert_ok(fft_create(&fft, size, &error));
        assert_int_equal(fft_bins(fft), size / 2 + 1);
        fill_with_noise(size);
        naive_power(size);
        power[size / 2 + 1] = 7;
        block_fft_power(fft, frame, power);
        for (int k = 0; k <= size / 2; k++)
            assert_near(power[k], expected[k], 1e-6 * largest_expected(size));
        assert_true(power[size / 2 + 1] == 7);
        fft_destroy(fft);
    }
}

static void test_spectrum_has_the_parts_of_the_definition(void **state)
{
    (void)state;
    static const int sizes[] = {2, 6, 10, 48, 400, 512};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        int size = sizes[s];
        struct fft *fft;
        assert_ok(fft_create(&fft, size, &error));
        fill_with_noise(size);
        lanes *frames = block_with(frame, size);
        lanes *real = lanes_allocate(BINS), *imaginary = lanes_allocate(BINS);
        fft_forward(fft, frames, real, imaginary);
        for (int k = 0; k <= size / 2; k++) {
            double re = 0, im = 0;
            for (int n = 0; n < size; n++) {
                double angle = 2 * M_PI * (int)((long)k * n % size) / size;
                re += (double)frame[n] * cos(angle);
                im -= (double)frame[n] * sin(angle);
            }
            assert_near(real[k][BLOCK_LANE], re, 1e-5 * sqrt(size));
            assert_near(imaginary[k][BLOCK_LANE], im, 1e-5 * sqrt(size));
        }
        free(frames);
        free(real);
        free(imaginary);
        fft_destroy(fft);
    }
}

/* A frame gives the same bits in every lane. */
static void test_lanes_do_not_mix(void **state)
{
    (void)state;
    struct fft *fft;
    assert_ok(fft_create(&fft, 480, &error));
    fill_with_noise(480);
    lanes *frames = lanes_allocate(480), *powers = lanes_allocate(241);
    for (int n = 0; n < 480; n++)
        frames[n] = lanes_all(frame[n]);
    fft_power(fft, frames, powers);
    block_fft_power(fft, frame, power);
    for (int k = 0; k <= 240; k++)
        for (int lane = 0; lane < LANES; lane++)
            assert_true(powers[k][lane] == power[k]);
    free(frames);
    free(powers);
    fft_destroy(fft);
}

static void test_cosine_on_a_bin_fills_that_bin_only(void **state)
{
    (void)state;
    enum { SIZE = 512, BIN = 37 };
    struct fft *fft;
    assert_ok(fft_create(&fft, SIZE, &error));
    for (int n = 0; n < SIZE; n++)
        frame[n] = (float)cos(2 * M_PI * BIN * n / SIZE);
    block_fft_power(fft, frame, power);
    for (int k = 0; k <= SIZE / 2; k++)
        assert_near(power[k], k == BIN ? SIZE * SIZE / 4.0 : 0, 0.01);
    fft_destroy(fft);
}

static void test_constant_impulse_and_silence(void **state)
{
    (void)state;
    enum { SIZE = 64 };
    struct fft *fft;
    assert_ok(fft_create(&fft, SIZE, &error));
    memset(frame, 0, sizeof frame);
    block_fft_power(fft, frame, power);
    for (int k = 0; k <= SIZE / 2; k++)
        assert_true(power[k] == 0);
    frame[5] = 1;
    block_fft_power(fft, frame, power);
    for (int k = 0; k <= SIZE / 2; k++)
        assert_near(power[k], 1, 1e-5);
    for (int n = 0; n < SIZE; n++)
        frame[n] = 1;
    block_fft_power(fft, frame, power);
    for (int k = 0; k <= SIZE / 2; k++)
        assert_near(power[k], k ? 0 : SIZE * SIZE, 1e-3);
    fft_destroy(fft);
}

static void test_leaves_the_frames_unchanged(void **state)
{
    (void)state;
    for (int size = 2; size <= 512; size *= 16) {
        struct fft *fft;
        assert_ok(fft_create(&fft, size, &error));
        fill_with_noise(size);
        lanes *frames = block_with(frame, size), *copy = block_with(frame, size);
        lanes *powers = lanes_allocate(BINS);
        fft_power(fft, frames, powers);
        assert_memory_equal(copy, frames, (size_t)size * sizeof *copy);
        free(frames);
        free(copy);
        free(powers);
        fft_destroy(fft);
    }
}

static void test_refuses_sizes_it_cannot_do(void **state)
{
    (void)state;
    static const int sizes[] = {INT_MIN, -512, -1, 0, 1, 3, 511, 14, 22, 514, 65534, INT_MAX};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        struct fft *fft = (struct fft *)&error;
        assert_false(fft_size_is_supported(sizes[s]));
        assert_error(fft_create(&fft, sizes[s], &error), SER_ERROR_ARGUMENT, "even number");
        assert_null(fft);
    }
    assert_true(fft_size_is_supported(2));
    assert_true(fft_size_is_supported(65536));
    assert_true(fft_size_is_supported(2 * 3 * 5));
    fft_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_agrees_with_the_definition),
        cmocka_unit_test(test_spectrum_has_the_parts_of_the_definition),
        cmocka_unit_test(test_lanes_do_not_mix),
        cmocka_unit_test(test_cosine_on_a_bin_fills_that_bin_only),
        cmocka_unit_test(test_constant_impulse_and_silence),
        cmocka_unit_test(test_leaves_the_frames_unchanged),
        cmocka_unit_test(test_refuses_sizes_it_cannot_do),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
