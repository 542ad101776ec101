#define _GNU_SOURCE
#include "features/spectrum/spectral_shape.h"

#include "base/random.h"
#include "block.h"

enum { MOST_BINS = 1025 };

/* All four of one frame; the power is the magnitude's square. */
struct shape {
    double centroid, bandwidth, rolloff, flatness;
};

static struct shape measure(const float *magnitude, int bins, float spacing)
{
    lanes *block = block_with(magnitude, bins), *power = lanes_allocate((size_t)bins);
    for (int k = 0; k < bins; k++)
        power[k] = block[k] * block[k];
    lanes centroid, bandwidth, rolloff, flatness;
    spectral_centroid(block, bins, spacing, &centroid);
    spectral_bandwidth(block, bins, spacing, &centroid, &bandwidth);
    spectral_rolloff(block, bins, spacing, &rolloff);
    spectral_flatness(power, bins, &flatness);
    free(block);
    free(power);
    return (struct shape){(double)centroid[BLOCK_LANE], (double)bandwidth[BLOCK_LANE],
                          (double)rolloff[BLOCK_LANE], (double)flatness[BLOCK_LANE]};
}

static struct shape plain(const float *magnitude, int bins, double spacing)
{
    struct shape shape = {0};
    double total = 0, sum = 0, logarithms = 0, powers = 0;
    for (int k = 0; k < bins; k++) {
        total += (double)magnitude[k];
        shape.centroid += k * spacing * (double)magnitude[k];
        double power = fmax((double)magnitude[k] * (double)magnitude[k], 1e-10);
        logarithms += log(power);
        powers += power;
    }
    shape.flatness = exp(logarithms / bins) / (powers / bins);
    if (total == 0)
        return shape;
    shape.centroid /= total;
    for (int k = 0; k < bins; k++)
        shape.bandwidth += pow(k * spacing - shape.centroid, 2) * (double)magnitude[k] / total;
    shape.bandwidth = sqrt(shape.bandwidth);
    int k = 0;
    for (sum = (double)magnitude[0]; sum < 0.85 * total; sum += (double)magnitude[k])
        k++;
    shape.rolloff = k * spacing;
    return shape;
}

static void check(const float *magnitude, int bins, float spacing)
{
    struct shape found = measure(magnitude, bins, spacing);
    struct shape expected = plain(magnitude, bins, (double)spacing);
    assert_near(found.centroid, expected.centroid, 2e-6 * expected.centroid);
    assert_near(found.bandwidth, expected.bandwidth, 1e-5 * expected.bandwidth + 1e-6);
    assert_near(found.rolloff, expected.rolloff, 1e-6 * expected.rolloff);
    assert_near(found.flatness, expected.flatness, 1e-5 * expected.flatness);
}

static void test_noise_agrees_with_the_definitions(void **state)
{
    (void)state;
    static const int bins[] = {1, 2, 31, 32, 33, 513, 1025};
    struct random random = random_seeded(71, 0);
    float magnitude[MOST_BINS];
    for (int i = 0; i < 7; i++)
        for (int round = 0; round < 20; round++) {
            for (int k = 0; k < bins[i]; k++)
                magnitude[k] = powf(10, random_uniform(&random, -7, 3));
            check(magnitude, bins[i], 7.8125f);
            for (int k = 0; k < bins[i]; k++)
                magnitude[k] = random_unit(&random);
            check(magnitude, bins[i], 93.75f);
        }
}

static void test_one_line_is_where_it_is(void **state)
{
    (void)state;
    static const int lines[] = {0, 1, 500, 1024};
    for (int i = 0; i < 4; i++) {
        float magnitude[MOST_BINS] = {0};
        magnitude[lines[i]] = 3;
        struct shape shape = measure(magnitude, MOST_BINS, 7.8125f);
        assert_near(shape.centroid, lines[i] * 7.8125, 1e-3);
        assert_near(shape.bandwidth, 0, 1e-3);
        assert_near(shape.rolloff, lines[i] * 7.8125, 0);
        check(magnitude, MOST_BINS, 7.8125f);
    }
}

static void test_two_equal_lines_lie_half_their_distance_from_the_centroid(void **state)
{
    (void)state;
    float magnitude[MOST_BINS] = {0};
    magnitude[100] = magnitude[300] = 0.5f;
    struct shape shape = measure(magnitude, MOST_BINS, 10);
    assert_near(shape.centroid, 2000, 1e-3);
    assert_near(shape.bandwidth, 1000, 1e-3);
    assert_near(shape.rolloff, 3000, 0);
}

static void test_silence_is_zero_and_flat(void **state)
{
    (void)state;
    float magnitude[MOST_BINS] = {0};
    struct shape shape = measure(magnitude, MOST_BINS, 7.8125f);
    assert_true(shape.centroid == 0 && shape.bandwidth == 0 && shape.rolloff == 0);
    assert_near(shape.flatness, 1, 1e-5);
}

static void test_an_even_spectrum_is_flat(void **state)
{
    (void)state;
    float magnitude[MOST_BINS];
    for (int k = 0; k < MOST_BINS; k++)
        magnitude[k] = 0.7f;
    struct shape shape = measure(magnitude, MOST_BINS, 7.8125f);
    assert_near(shape.flatness, 1, 1e-5);
    assert_true(shape.flatness <= 1);
    assert_near(shape.centroid, 4000, 1e-2);
    assert_near(shape.rolloff, 0.85 * 8000, 2 * 7.8125);
}

static void test_extremes_stay_finite(void **state)
{
    (void)state;
    static const float magnitudes[] = {1e-45f, 1e-38f, 1e-22f, 1e12f};
    for (int i = 0; i < 4; i++) {
        float magnitude[MOST_BINS];
        for (int k = 0; k < MOST_BINS; k++)
            magnitude[k] = magnitudes[i];
        struct shape shape = measure(magnitude, MOST_BINS, 93.75f);
        assert_true(shape.centroid >= 0 && shape.centroid <= 96000);
        assert_true(shape.bandwidth >= 0 && shape.bandwidth <= 96000);
        assert_true(shape.rolloff >= 0 && shape.rolloff <= 96000);
        assert_near(shape.flatness, 1, 1e-4);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_noise_agrees_with_the_definitions),
        cmocka_unit_test(test_one_line_is_where_it_is),
        cmocka_unit_test(test_two_equal_lines_lie_half_their_distance_from_the_centroid),
        cmocka_unit_test(test_silence_is_zero_and_flat),
        cmocka_unit_test(test_an_even_spectrum_is_flat),
        cmocka_unit_test(test_extremes_stay_finite),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
