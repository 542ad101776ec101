#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "features/functionals.h"
#include "near.h"

static ser_error error;

enum { MOST = 3000 };

/* One functional, by its name, of some values. */
static double compute(const char *name, const float *values, size_t count, double step)
{
    static float scratch[2 * MOST];
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

/* What a list makes of a unit. */
static void assert_unit(const char *name, const char *unit, const char *expected)
{
    struct functional *list;
    int entries;
    char text[32];
    assert_ok(functional_list_parse(&list, &entries, name, &error));
    functional_unit(list, 0, unit, text, sizeof text);
    assert_string_equal(text, expected);
    functional_list_release(list);
}

/* A list of all names that functional_known shows, and every percentile; the caller frees it. */
static char *all_names(void)
{
    char *text = calloc(1, 4096), part[32];
    for (int i = 0; functional_known(i); i++)
        if (functional_known(i)[0] != 'p' || functional_known(i)[1] != '0') {
            strcat(text, functional_known(i));
            strcat(text, ",");
        }
    for (int p = 0; p <= 100; p++) {
        snprintf(part, sizeof part, p < 100 ? "p%d," : "p%d", p);
        strcat(text, part);
    }
    return text;
}

/* Series of many kinds: noise, few different values, drifts, large offsets, all the same. */
static size_t make_series(int kind, float *values)
{
    struct random random = random_seeded(11, (uint64_t)kind);
    size_t count = 1 + random_below(&random, kind < 60 ? 40 : MOST);
    for (size_t i = 0; i < count; i++) {
        float noise = random_uniform(&random, -1, 1);
        switch (kind % 6) {
        case 0: values[i] = noise; break;
        case 1: values[i] = (float)random_below(&random, 3); break;
        case 2: values[i] = 0.25f * (float)i + noise; break;
        case 3: values[i] = 1000 + noise; break;
        case 4: values[i] = expf(20 * noise) * (random_below(&random, 2) ? 1 : -1); break;
        case 5: values[i] = -7.3f; break;
        }
    }
    return count;
}

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
    float x[MOST];
    for (int kind = 0; kind < 120; kind++) {
        size_t n = make_series(kind, x);
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
    float x[MOST], before[MOST], expected[MOST], sorted[2 * MOST + 1];
    for (int kind = 0; kind < 240; kind++) {
        size_t n = make_series(kind, x);
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
    float x[MOST], expected[MOST], sorted[2 * MOST];
    for (size_t i = 0; i < MOST;) {
        uint32_t bits = random_u32(&random);
        if (i % 7 == 0)
            bits &= 0x80000001u;
        memcpy(&x[i], &bits, sizeof bits);
        i += isfinite(x[i]) != 0;
    }
    memcpy(expected, x, sizeof x);
    sort_plainly(expected, MOST);
    struct series series = series_begin(x, MOST, 0.01, sorted);
    series_sorted(&series);
    for (size_t i = 0; i < MOST; i++)
        assert_true(sorted[i] == expected[i]);
}

static void test_percentiles_follow_their_definition(void **state)
{
    (void)state;
    float x[MOST], sorted[MOST];
    for (int kind = 0; kind < 120; kind += 7) {
        size_t n = make_series(kind, x);
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
    float x[MOST];
    for (int kind = 0; kind < 120; kind++) {
        if (kind % 6 == 4)
            continue; /* spans too many magnitudes for a small step to show */
        size_t n = make_series(kind, x);
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
    static size_t first[MOST], last[MOST];
    static double slopes[MOST];
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
    float x[MOST];
    for (int kind = 0; kind < 120; kind++) {
        size_t n = make_series(kind, x);
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

/* Values at both ends of what floats hold, and no time between them. */
static void test_all_is_finite(void **state)
{
    (void)state;
    static const float series[][4] = {
        {0, 0, 0, 0},
        {FLT_MAX, -FLT_MAX, FLT_MAX, -FLT_MAX},
        {FLT_MAX, FLT_MAX, FLT_MAX, 0},
        {-FLT_MAX, 0, FLT_MAX, -FLT_MAX},
        {1e-45f, 0, 1e-45f, 2e-45f},
        {FLT_MAX, 1e-45f, -FLT_MAX, 1},
    };
    static const double steps[] = {0, -1, 1e-5, 1e-300, 1, 1e300};
    char *names = all_names();
    struct functional *list;
    float scratch[8];
    int count;
    assert_ok(functional_list_parse(&list, &count, names, &error));
    for (size_t s = 0; s < sizeof series / sizeof *series; s++)
        for (size_t t = 0; t < sizeof steps / sizeof *steps; t++)
            for (size_t n = 0; n <= 4; n++) {
                struct series one = series_begin(series[s], n, steps[t], scratch);
                for (int i = 0; i < count; i++) {
                    double value = functional_compute(list, i, &one);
                    if (!isfinite((float)value) || (n == 0 && value != 0))
                        fail_msg("%s of series %zu, %zu values, step %g, is %g",
                                 functional_name(list, i), s, n, steps[t], value);
                }
            }
    functional_list_release(list);
    free(names);
}

static void test_an_empty_series_may_have_no_memory(void **state)
{
    (void)state;
    char *names = all_names();
    struct functional *list;
    int count;
    assert_ok(functional_list_parse(&list, &count, names, &error));
    struct series series = series_begin(NULL, 0, 0.01, NULL);
    for (int i = 0; i < count; i++)
        assert_near(functional_compute(list, i, &series), 0, 0);
    functional_list_release(list);
    free(names);
}

static void test_units(void **state)
{
    (void)state;
    assert_unit("mean", "Hz", "Hz");
    assert_unit("p95", "dB", "dB");
    assert_unit("slope", "Hz", "Hz/s");
    assert_unit("rising_slope_stddev", "1", "1/s");
    assert_unit("quadratic_2", "Hz", "Hz/s^2");
    assert_unit("cv", "Hz", "1");
    assert_unit("skewness", "Hz", "1");
    assert_unit("minpos", "Hz", "1");
    assert_unit("peaks_per_s", "Hz", "1/s");
    assert_unit("segments_per_s", "Hz", "1/s");
    assert_unit("segment_mean_s", "Hz", "s");
}

/* Doubling all values, or the time between them, changes numbers as their units say. */
static void test_units_tell_how_values_scale(void **state)
{
    (void)state;
    char *names = all_names(), unit[16];
    struct functional *list;
    int count;
    float x[MOST], doubled[MOST], scratch[2 * MOST];
    size_t n = make_series(2, x);
    for (size_t i = 0; i < n; i++)
        doubled[i] = 2 * x[i];
    assert_ok(functional_list_parse(&list, &count, names, &error));
    for (int i = 0; i < count; i++) {
        struct series one = series_begin(x, n, 0.01, scratch);
        double value = functional_compute(list, i, &one);
        struct series loud = series_begin(doubled, n, 0.01, scratch);
        double louder = functional_compute(list, i, &loud);
        struct series slow = series_begin(x, n, 0.02, scratch);
        double slower = functional_compute(list, i, &slow);
        functional_unit(list, i, "Hz", unit, sizeof unit);
        double of_values = strstr(unit, "Hz") ? 2 : 1;
        double of_time = !strcmp(unit, "s")     ? 2
                         : strstr(unit, "/s^2") ? 0.25
                         : strstr(unit, "/s")   ? 0.5
                                                : 1;
        assert_near(louder, of_values * value, 1e-9 * fabs(value) + 1e-12);
        assert_near(slower, of_time * value, 1e-9 * fabs(value) + 1e-12);
        assert_true(value != 0 || !strcmp(functional_name(list, i), "maxpos") ||
                    !strcmp(functional_name(list, i), "minpos"));
    }
    functional_list_release(list);
    free(names);
}

static void test_reads_lists(void **state)
{
    (void)state;
    struct functional *list;
    int count;
    assert_ok(functional_list_parse(&list, &count, " mean, p95 ,p5,median", &error));
    assert_int_equal(count, 4);
    static const char *const names[] = {"mean", "p95", "p5", "median"};
    for (int i = 0; i < 4; i++)
        assert_string_equal(functional_name(list, i), names[i]);
    assert_string_equal(functional_formula(list, 0), "(1/n) sum x[i]");
    assert_non_null(strstr(functional_formula(list, 1), "0.95"));
    functional_list_release(list);
    functional_list_release(NULL);
}

static void test_refuses_wrong_lists(void **state)
{
    (void)state;
    static const char *const unknown[] = {
        "meaning",    "Mean",      "p",         "p101", "p-1",
        "p05",        "p5.5",      "p+5",       "p 5",  "p99999999999999999999",
        "percentile", "p0 … p100", "mean,stdev"};
    struct functional *list;
    int count;
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        assert_error(functional_list_parse(&list, &count, unknown[i], &error), SER_ERROR_ARGUMENT,
                     "unknown functional '");
        assert_null(list);
        for (int k = 0; functional_known(k); k++)
            assert_non_null(strstr(error.message, functional_known(k)));
    }
    assert_non_null(strstr(error.message, "'stdev'"));
    static const char *const empty[] = {"", " ", ",", "mean,", ",mean", "mean,,max"};
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++)
        assert_error(functional_list_parse(&list, &count, empty[i], &error), SER_ERROR_ARGUMENT,
                     "has no name");
    assert_error(functional_list_parse(&list, &count, "mean,p5,mean", &error), SER_ERROR_ARGUMENT,
                 "'mean' is named twice");
    assert_error(functional_list_parse(&list, &count, "p5, p5", &error), SER_ERROR_ARGUMENT,
                 "'p5' is named twice");
}

static void test_long_names_and_lists_do_no_harm(void **state)
{
    (void)state;
    struct functional *list;
    int count;
    char *text = malloc(100001);
    memset(text, 'x', 100000);
    text[100000] = 0;
    assert_error(functional_list_parse(&list, &count, text, &error), SER_ERROR_ARGUMENT, "'xxxx");
    assert_non_null(strstr(error.message, "p100"));
    memset(text, ',', 100000);
    assert_error(functional_list_parse(&list, &count, text, &error), SER_ERROR_ARGUMENT,
                 "has no name");
    free(text);
    text = all_names();
    strcat(text, ",mean");
    assert_error(functional_list_parse(&list, &count, text, &error), SER_ERROR_ARGUMENT,
                 "named twice");
    free(text);
}

static void test_lists_what_is_known(void **state)
{
    (void)state;
    int count = 0;
    for (; functional_known(count); count++) {
        assert_non_null(functional_known_formula(count));
        for (int i = 0; i < count; i++)
            assert_string_not_equal(functional_known(i), functional_known(count));
    }
    assert_true(count > 25);
    assert_null(functional_known(-1));
    assert_null(functional_known_formula(-1));
    assert_null(functional_known_formula(count));
    assert_null(functional_known(count + 1));
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
        cmocka_unit_test(test_all_is_finite),
        cmocka_unit_test(test_an_empty_series_may_have_no_memory),
        cmocka_unit_test(test_units),
        cmocka_unit_test(test_units_tell_how_values_scale),
        cmocka_unit_test(test_reads_lists),
        cmocka_unit_test(test_refuses_wrong_lists),
        cmocka_unit_test(test_long_names_and_lists_do_no_harm),
        cmocka_unit_test(test_lists_what_is_known),
        cmocka_unit_test(test_gathers_a_column),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
