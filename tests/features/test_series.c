/* What is computed of a series, by the names of its functionals, against definitions. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "features/functionals.h"
#include "made_up_series.h"
#include "near.h"

static ser_error error;

/* One functional, by its name, of some values. */
static double compute(const char *name, const float *values, size_t count, double step)
{
    static float scratch[2 * MADE_UP_MOST];
    struct functional *list;
    int entries;
    assert_ok(functional_list_parse(&list, &entries, name, &error));
    assert_int_equal(entries, 1);
    struct series series = series_begin(values, count, step, scratch);
    double value = functional_compute(list, 0, &series);
    functional_list_release(list);
    return value;
}

#define COMPUTE(name, step, ...)                                                                   \
    compute(name, (const float[]){__VA_ARGS__}, sizeof((const float[]){__VA_ARGS__}) / 4, step)

/* Moments about the mean by their definition. */
static double moment(const float *x, size_t n, int order)
{
    double mean = 0, sum = 0;
    for (size_t i = 0; i < n; i++)
        mean += (double)x[i] / (double)n;
    for (size_t i = 0; i < n; i++)
        sum += pow((double)x[i] - mean, order) / (double)n;
    return order == 1 ? mean : sum;
}

static void test_moments_follow_their_definitions(void **state)
{
    (void)state;
    float x[MADE_UP_MOST];
    for (int kind = 0; kind < 120; kind++) {
        size_t n = made_up_series(kind, x);
        double mean = moment(x, n, 1), m2 = moment(x, n, 2), deviation = sqrt(m2);
        double scale = fabs(mean) + deviation;
        assert_near(compute("mean", x, n, 0.01), mean, 1e-12 * scale);
        assert_near(compute("stddev", x, n, 0.01), deviation, 1e-12 * scale);
        assert_near(compute("cv", x, n, 0.01), deviation / mean, 1e-9 * scale / fabs(mean));
        if (kind % 6 == 5 || n == 1)
            continue; /* deviation 0 */
        double skewness = moment(x, n, 3) / pow(m2, 1.5), kurtosis = moment(x, n, 4) / m2 / m2;
        if (m2 > 0) {
            assert_near(compute("skewness", x, n, 0.01), skewness, 1e-9 * (1 + fabs(skewness)));
            assert_near(compute("kurtosis", x, n, 0.01), kurtosis, 1e-9 * kurtosis);
        }
    }
}

static void test_moments_of_known_series(void **state)
{
    (void)state;
    assert_near(COMPUTE("mean", 1, 2, 4, 4, 4, 5, 5, 7, 9), 5, 0);
    assert_near(COMPUTE("stddev", 1, 2, 4, 4, 4, 5, 5, 7, 9), 2, 1e-15);
    assert_near(COMPUTE("cv", 1, 2, 4, 4, 4, 5, 5, 7, 9), 0.4, 1e-15);
    assert_near(COMPUTE("cv", 1, -2, -4, -4, -4, -5, -5, -7, -9), -0.4, 1e-15);
    assert_near(COMPUTE("cv", 1, -1, 1), 0, 0);
    assert_near(COMPUTE("skewness", 1, 0, 0, 0, 1), 2 / sqrt(3), 1e-14);
    assert_near(COMPUTE("skewness", 1, 0, 0, 0, -1), -2 / sqrt(3), 1e-14);
    assert_near(COMPUTE("kurtosis", 1, -1, 1, -1, 1), 1, 1e-15);
    assert_near(COMPUTE("kurtosis", 1, 0, 0, 0, 1), 7.0 / 3, 1e-14);
}

static void test_extremes(void **state)
{
    (void)state;
    assert_near(COMPUTE("min", 1, 3, -2, 5, -2, 5), -2, 0);
    assert_near(COMPUTE("max", 1, 3, -2, 5, -2, 5), 5, 0);
    assert_near(COMPUTE("range", 1, 3, -2, 5, -2, 5), 7, 0);
    assert_near(COMPUTE("minpos", 1, 3, -2, 5, -2, 5), 0.25, 0);
    assert_near(COMPUTE("maxpos", 1, 3, -2, 5, -2, 5), 0.5, 0);
    assert_near(COMPUTE("minpos", 1, 3, 2, 1), 1, 0);
    assert_near(COMPUTE("maxpos", 1, 3, 2, 1), 0, 0);
}

/* By insertion. */
static void sort_plainly(float *values, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        float value = values[i];
        size_t place = i;
        for (; place > 0 && values[place - 1] > value; place--)
            values[place] = values[place - 1];
        values[place] = value;
    }
}

static void test_sorts_into_the_scratch(void **state)
{
    (void)state;
    float x[MADE_UP_MOST], before[MADE_UP_MOST], expected[MADE_UP_MOST],
        sorted[2 * MADE_UP_MOST + 1];
    for (int kind = 0; kind < 240; kind++) {
        size_t n = made_up_series(kind, x);
        memcpy(before, x, n * sizeof *x);
        memcpy(expected, x, n * sizeof *x);
        sort_plainly(expected, n);
        sorted[2 * n] = 7;
        struct series series = series_begin(x, n, 0.01, sorted);
        assert_ptr_equal(series_sorted(&series), sorted);
        assert_memory_equal(sorted, expected, n * sizeof *x);
        assert_memory_equal(x, before, n * sizeof *x);
        assert_true(sorted[2 * n] == 7);
    }
}

/* Bits that are as nasty as they get: all exponents, both zeros, subnormal numbers. */
static void test_sorts_all_kinds_of_floats(void **state)
{
    (void)state;
    struct random random = random_seeded(3, 1);
    float x[MADE_UP_MOST], expected[MADE_UP_MOST], sorted[2 * MADE_UP_MOST];
    for (size_t i = 0; i < MADE_UP_MOST;) {
        uint32_t bits = random_u32(&random);
        if (i % 7 == 0)
            bits &= 0x80000001u;
        memcpy(&x[i], &bits, sizeof bits);
        i += isfinite(x[i]) != 0;
    }
    memcpy(expected, x, sizeof x);
    sort_plainly(expected, MADE_UP_MOST);
    struct series series = series_begin(x, MADE_UP_MOST, 0.01, sorted);
    series_sorted(&series);
    for (size_t i = 0; i < MADE_UP_MOST; i++)
        assert_true(sorted[i] == expected[i]);
}

static void test_percentiles_follow_their_definition(void **state)
{
    (void)state;
    float x[MADE_UP_MOST], sorted[MADE_UP_MOST];
    for (int kind = 0; kind < 120; kind += 7) {
        size_t n = made_up_series(kind, x);
        memcpy(sorted, x, n * sizeof *x);
        sort_plainly(sorted, n);
        for (int p = 0; p <= 100; p++) {
            char name[16];
            snprintf(name, sizeof name, "p%d", p);
            double place = p * (double)(n - 1) / 100;
            double low = (double)sorted[(size_t)floor(place)];
            double high = (double)sorted[(size_t)ceil(place)];
            double expected = low + (place - floor(place)) * (high - low);
            assert_near(compute(name, x, n, 0.01), expected, 1e-9 * (fabs(low) + fabs(high)));
        }
    }
}

static void test_percentiles_of_known_series(void **state)
{
    (void)state;
    assert_near(COMPUTE("p0", 1, 30, 10, 20, 40), 10, 0);
    assert_near(COMPUTE("p100", 1, 30, 10, 20, 40), 40, 0);
    assert_near(COMPUTE("p50", 1, 30, 10, 20, 40), 25, 1e-12);
    assert_near(COMPUTE("median", 1, 30, 10, 20, 40), 25, 1e-12);
    assert_near(COMPUTE("p20", 1, 30, 10, 20, 40), 16, 1e-12);
    assert_near(COMPUTE("p80", 1, 30, 10, 20, 40), 34, 1e-12);
    assert_near(COMPUTE("p97.5", 1, 30, 10, 20, 40), 39.25, 1e-12);
    assert_near(COMPUTE("p0.1", 1, 30, 10, 20, 40), 10.03, 1e-12);
    assert_near(COMPUTE("range20_80", 1, 30, 10, 20, 40), 18, 1e-12);
    assert_near(COMPUTE("iqr", 1, 30, 10, 20, 40), 15, 1e-12);
}

static void test_a_line_is_found_as_it_is(void **state)
{
    (void)state;
    float x[200];
    for (int i = 0; i < 200; i++)
        x[i] = (float)(i * 0.25 - 3);
    assert_near(compute("slope", x, 200, 0.01), 25, 1e-11);
    assert_near(compute("offset", x, 200, 0.01), -3, 1e-11);
    assert_near(compute("linear_error", x, 200, 0.01), 0, 1e-11);
    assert_near(compute("quadratic_2", x, 200, 0.01), 0, 1e-10);
    assert_near(compute("quadratic_1", x, 200, 0.01), 25, 1e-10);
    assert_near(compute("quadratic_0", x, 200, 0.01), -3, 1e-11);
    assert_near(compute("slope", x, 2, 0.5), 0.5, 1e-12);
    assert_near(compute("quadratic_1", x, 2, 0.5), 0.5, 1e-12);
    assert_near(compute("linear_error", x, 2, 0.5), 0, 1e-12);
}

static void test_a_parabola_is_found_as_it_is(void **state)
{
    (void)state;
    float x[256];
    for (int i = 0; i < 256; i++) {
        double t = i * 0.125;
        x[i] = (float)(2 * t * t - 4 * t + 1);
    }
    assert_near(compute("quadratic_2", x, 256, 0.125), 2, 1e-9);
    assert_near(compute("quadratic_1", x, 256, 0.125), -4, 1e-8);
    assert_near(compute("quadratic_0", x, 256, 0.125), 1, 1e-8);
    assert_near(compute("quadratic_error", x, 256, 0.125), 0, 1e-8);
    assert_near(compute("quadratic_2", x, 3, 0.125), 2, 1e-9);
    assert_true(compute("linear_error", x, 256, 0.125) > 1);
}

/* Mean squared error of x - (a t^2 + b t + c). */
static double misfit(const float *x, size_t n, double step, double a, double b, double c)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double t = (double)i * step, d = (double)x[i] - (a * t * t + b * t + c);
        sum += d * d;
    }
    return sum / (double)n;
}

/* What is least grows in whatever direction one goes. */
static void test_fits_are_the_best_there_are(void **state)
{
    (void)state;
    float x[MADE_UP_MOST];
    for (int kind = 0; kind < 120; kind++) {
        if (kind % 6 == 4)
            continue; /* spans too many magnitudes for a small step to show */
        size_t n = made_up_series(kind, x);
        double step = 0.01, a = compute("quadratic_2", x, n, step),
               b = compute("quadratic_1", x, n, step), c = compute("quadratic_0", x, n, step);
        double slope = compute("slope", x, n, step), offset = compute("offset", x, n, step);
        double line = misfit(x, n, step, 0, slope, offset), parabola = misfit(x, n, step, a, b, c);
        assert_near(compute("linear_error", x, n, step), sqrt(line), 1e-6);
        assert_near(compute("quadratic_error", x, n, step), sqrt(parabola), 1e-6);
        assert_true(parabola <= line + 1e-9);
        for (int way = -1; way <= 1; way += 2) {
            double h = way * 1e-3;
            assert_true(misfit(x, n, step, 0, slope + h, offset) > line - 1e-9);
            assert_true(misfit(x, n, step, 0, slope, offset + h) > line + 1e-7 * (n > 1));
            assert_true(misfit(x, n, step, a + h, b, c) > parabola - 1e-9);
            assert_true(misfit(x, n, step, a, b + h, c) > parabola - 1e-9);
            assert_true(misfit(x, n, step, a, b, c + h) > parabola + 1e-7 * (n > 2));
        }
    }
}

static void test_slopes_between_local_extremes(void **state)
{
    (void)state;
    /* Up 3 in 2 steps, down 4 in 1, up 1 in 1, down 1 in 2; a step is half a second. */
#define HILLS 1, 2, 4, 0, 1, 0.5f, 0
    assert_near(COMPUTE("rising_slope_mean", 0.5, HILLS), (3 + 2) / 2.0, 1e-12);
    assert_near(COMPUTE("rising_slope_stddev", 0.5, HILLS), 0.5, 1e-12);
    assert_near(COMPUTE("falling_slope_mean", 0.5, HILLS), (8 + 1) / 2.0, 1e-12);
    assert_near(COMPUTE("falling_slope_stddev", 0.5, HILLS), 3.5, 1e-12);
    assert_near(COMPUTE("peaks_per_s", 0.5, HILLS), 2 / 3.5, 1e-12);
    assert_near(COMPUTE("peak_mean", 0.5, HILLS), 2.5, 1e-12);
    /* A series that only rises has neither a peak nor a stretch that falls. */
    assert_near(COMPUTE("rising_slope_mean", 0.1, 1, 2, 3, 5), 4 / 0.3, 1e-12);
    assert_near(COMPUTE("falling_slope_mean", 0.1, 1, 2, 3, 5), 0, 0);
    assert_near(COMPUTE("peaks_per_s", 0.1, 1, 2, 3, 5), 0, 0);
    assert_near(COMPUTE("peak_mean", 0.1, 1, 2, 3, 5), 0, 0);
    assert_near(COMPUTE("falling_slope_mean", 1, 5, 2), 3, 0);
}

static void test_flat_stretches(void **state)
{
    (void)state;
    /* A rest on the way is part of the way; a flat top is one peak and part of neither side. */
#define PLATEAUS 0, 0, 1, 1, 3, 3, 3, 1, 1
    assert_near(COMPUTE("rising_slope_mean", 1, PLATEAUS), 3 / 3.0, 1e-12);
    assert_near(COMPUTE("falling_slope_mean", 1, PLATEAUS), 2, 1e-12);
    assert_near(COMPUTE("peaks_per_s", 1, PLATEAUS), 1 / 9.0, 1e-12);
    assert_near(COMPUTE("peak_mean", 1, PLATEAUS), 3, 1e-12);
    assert_near(COMPUTE("peaks_per_s", 1, 2, 2, 2), 0, 0);
}

/* The slopes again, by looking for the ends of each stretch instead of walking along: values that
 * equal the one before are taken away, as they have a part only in when a stretch begins. */
static void plain_slopes(const float *x, size_t n, double step, int rising, double *mean,
                         double *stddev, double *peaks)
{
    static size_t first[MADE_UP_MOST], last[MADE_UP_MOST];
    static double slopes[MADE_UP_MOST];
    size_t kept = 0, count = 0, top = 0;
    for (size_t i = 0; i < n; i++) {
        if (kept == 0 || x[i] != x[last[kept - 1]])
            first[kept++] = i;
        last[kept - 1] = i;
    }
    for (size_t i = 0, from = 0; i < kept; i++) {
        int is_end = i + 1 == kept;
        int is_turn =
            i && !is_end && (x[first[i]] > x[first[i - 1]]) != (x[first[i + 1]] > x[first[i]]);
        if (!i || !(is_end || is_turn))
            continue;
        double change = (double)x[first[i]] - (double)x[first[from]];
        top += is_turn && change > 0;
        if ((change > 0) == rising)
            slopes[count++] = fabs(change) / ((double)(first[i] - last[from]) * step);
        from = i;
    }
    *mean = *stddev = 0;
    for (size_t i = 0; i < count; i++)
        *mean += slopes[i] / (double)count;
    for (size_t i = 0; i < count; i++)
        *stddev += (slopes[i] - *mean) * (slopes[i] - *mean) / (double)count;
    *stddev = sqrt(*stddev);
    *peaks = (double)top / ((double)n * step);
}

static void test_slopes_follow_their_definition(void **state)
{
    (void)state;
    float x[MADE_UP_MOST];
    for (int kind = 0; kind < 120; kind++) {
        size_t n = made_up_series(kind, x);
        double mean, stddev, peaks;
        plain_slopes(x, n, 0.02, 1, &mean, &stddev, &peaks);
        assert_near(compute("rising_slope_mean", x, n, 0.02), mean, 1e-9 * mean);
        assert_near(compute("rising_slope_stddev", x, n, 0.02), stddev, 1e-9 * (mean + stddev));
        plain_slopes(x, n, 0.02, 0, &mean, &stddev, &peaks);
        assert_near(compute("falling_slope_mean", x, n, 0.02), mean, 1e-9 * mean);
        assert_near(compute("falling_slope_stddev", x, n, 0.02), stddev, 1e-9 * (mean + stddev));
        assert_near(compute("peaks_per_s", x, n, 0.02), peaks, 1e-9 * peaks);
    }
}

static void test_differences(void **state)
{
    (void)state;
    assert_near(COMPUTE("mean_abs_diff", 1, 1, 4, 2, 2), 5 / 3.0, 1e-15);
    assert_near(COMPUTE("mean_abs_diff", 1, 7), 0, 0);
}

static void test_segments_above_the_mean(void **state)
{
    (void)state;
    /* The mean is 2: one run of three, one of one at the end; a step is a tenth of a second. */
#define RUNS 0, 4, 3, 4, 0, 2, 0, 2, 0, 5
    assert_near(COMPUTE("segments_per_s", 0.1, RUNS), 2, 1e-12);
    assert_near(COMPUTE("segment_mean_s", 0.1, RUNS), 0.2, 1e-12);
    assert_near(COMPUTE("segment_stddev_s", 0.1, RUNS), 0.1, 1e-12);
    assert_near(COMPUTE("segments_per_s", 0.1, 3, 3, 3), 0, 0);
    assert_near(COMPUTE("segment_mean_s", 0.1, 3, 3, 3), 0, 0);
}

static void test_what_is_constant_varies_in_nothing(void **state)
{
    (void)state;
    static const char *const zero[] = {
        "stddev",
        "cv",
        "range",
        "iqr",
        "range20_80",
        "skewness",
        "kurtosis",
        "slope",
        "linear_error",
        "quadratic_2",
        "quadratic_1",
        "quadratic_error",
        "peak_mean",
        "peaks_per_s",
        "rising_slope_mean",
        "minpos",
        "maxpos",
        "falling_slope_mean",
        "segment_mean_s",
        "mean_abs_diff",
        "segments_per_s",
    };
    static const char *const same[] = {"mean", "min",    "max",    "p0",         "p37",
                                       "p100", "median", "offset", "quadratic_0"};
    float x[999];
    static const float levels[] = {0.1f, -7.3f, 1e-40f, 3e38f};
    for (int level = 0; level < 4; level++) {
        for (int i = 0; i < 999; i++)
            x[i] = levels[level];
        for (size_t n = 1; n <= 999; n += 499) {
            for (size_t i = 0; i < sizeof zero / sizeof *zero; i++)
                assert_near(compute(zero[i], x, n, 0.01), 0, 0);
            for (size_t i = 0; i < sizeof same / sizeof *same; i++)
                assert_near(compute(same[i], x, n, 0.01), (double)levels[level], 0);
        }
    }
}

static void test_gathers_a_column(void **state)
{
    (void)state;
    static const float rows[5][3] = {{1, 0, 9}, {2, 5, 9}, {3, -0.0f, 9}, {4, 6, 9}, {5, 0, 9}};
    float values[6] = {7, 7, 7, 7, 7, 7};
    assert_int_equal(series_gather(rows[0], 5, 3, 1, 1, values), 2);
    assert_true(values[0] == 5 && values[1] == 6 && values[5] == 7);
    assert_int_equal(series_gather(rows[0], 5, 3, 1, 0, values), 5);
    assert_true(values[0] == 0 && values[1] == 5 && values[4] == 0 && values[5] == 7);
    assert_int_equal(series_gather(rows[0], 5, 3, 0, 1, values), 5);
    assert_true(values[4] == 5 && values[5] == 7);
    assert_int_equal(series_gather(NULL, 0, 3, 0, 1, values), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_moments_follow_their_definitions),
        cmocka_unit_test(test_moments_of_known_series),
        cmocka_unit_test(test_extremes),
        cmocka_unit_test(test_sorts_into_the_scratch),
        cmocka_unit_test(test_sorts_all_kinds_of_floats),
        cmocka_unit_test(test_percentiles_follow_their_definition),
        cmocka_unit_test(test_percentiles_of_known_series),
        cmocka_unit_test(test_a_line_is_found_as_it_is),
        cmocka_unit_test(test_a_parabola_is_found_as_it_is),
        cmocka_unit_test(test_fits_are_the_best_there_are),
        cmocka_unit_test(test_slopes_between_local_extremes),
        cmocka_unit_test(test_flat_stretches),
        cmocka_unit_test(test_slopes_follow_their_definition),
        cmocka_unit_test(test_differences),
        cmocka_unit_test(test_segments_above_the_mean),
        cmocka_unit_test(test_what_is_constant_varies_in_nothing),
        cmocka_unit_test(test_gathers_a_column),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
