#define _GNU_SOURCE
#include <math.h>
#include <stdlib.h>

#include "base/random.h"
#include "features/modulation.h"
#include "near.h"

static const double step = 0.01;
static ser_error error;

static struct modulation *create(void)
{
    struct modulation *modulation;
    assert_ok(modulation_create(&modulation, step, &error));
    return modulation;
}

/* By the words of the header: blocks, a transform by its definition, octaves from 1 Hz. */
static double plain(const float *levels, size_t frames, size_t stride, int range)
{
    double mean = 0, total = 0;
    int bins = 0;
    for (size_t t = 0; t < frames; t++)
        mean += (double)levels[t * stride] / (double)frames;
    for (int k = 0; k <= MODULATION_BLOCK / 2; k++) {
        double hz = k / (step * MODULATION_BLOCK);
        if (hz < 1 << range || hz >= 2 << range)
            continue;
        bins++;
        for (size_t first = 0; first < frames; first += MODULATION_BLOCK) {
            double re = 0, im = 0;
            for (size_t i = 0; i < MODULATION_BLOCK && first + i < frames; i++) {
                double angle =
                    2 * M_PI * (int)(i * (size_t)k % MODULATION_BLOCK) / MODULATION_BLOCK;
                double value = (double)levels[(first + i) * stride] - mean;
                re += value * cos(angle);
                im += value * sin(angle);
            }
            total += re * re + im * im;
        }
    }
    return log(total / bins / (double)frames + 1e-6);
}

static void test_agrees_with_the_definition(void **state)
{
    (void)state;
    enum { BANDS = 11, STRIDE = 13 };
    static const size_t counts[] = {1, 2, 300, 1024, 1025, 2500};
    struct modulation *modulation = create();
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        float *levels = calloc(counts[c] * STRIDE, sizeof *levels);
        float output[BANDS * MODULATION_RANGES];
        struct random random = random_seeded(1, c);
        for (size_t i = 0; i < counts[c] * STRIDE; i++)
            levels[i] = random_uniform(&random, -9, 3);
        modulation_run(modulation, levels, counts[c], BANDS, STRIDE, output);
        for (int b = 0; b < BANDS; b += 5)
            for (int r = 0; r < MODULATION_RANGES; r++)
                assert_near(output[b * MODULATION_RANGES + r],
                            plain(levels + b, counts[c], STRIDE, r), 1e-4);
        free(levels);
    }
    modulation_destroy(modulation);
}

static void test_a_movement_shows_in_its_octave(void **state)
{
    (void)state;
    enum { FRAMES = 500 };
    struct modulation *modulation = create();
    float levels[FRAMES], output[MODULATION_RANGES];
    for (int r = 0; r < MODULATION_RANGES; r++) {
        double hz = 1.5 * (1 << r);
        for (int t = 0; t < FRAMES; t++)
            levels[t] = (float)sin(2 * M_PI * hz * t * step);
        modulation_run(modulation, levels, FRAMES, 1, 1, output);
        for (int other = 0; other < MODULATION_RANGES; other++)
            assert_true(other == r || output[r] > output[other] + 3);
    }
    modulation_destroy(modulation);
}

static void test_what_does_not_move_has_the_least_level(void **state)
{
    (void)state;
    enum { FRAMES = 1500, BANDS = 9 };
    struct modulation *modulation = create();
    float *levels = calloc(FRAMES * BANDS, sizeof *levels), output[BANDS * MODULATION_RANGES];
    for (int i = 0; i < FRAMES * BANDS; i++)
        levels[i] = -18.420681f;
    modulation_run(modulation, levels, FRAMES, BANDS, BANDS, output);
    for (int i = 0; i < BANDS * MODULATION_RANGES; i++)
        assert_near(output[i], log(1e-6), 1e-3);
    free(levels);
    modulation_destroy(modulation);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_agrees_with_the_definition),
        cmocka_unit_test(test_a_movement_shows_in_its_octave),
        cmocka_unit_test(test_what_does_not_move_has_the_least_level),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
