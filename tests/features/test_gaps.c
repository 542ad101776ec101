/* Functionals of columns from which frames are left out: what is left keeps its own times. */
#define _GNU_SOURCE
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "features/functionals.h"
#include "near.h"
#include "ser/features.h"

static ser_error error;

enum { MOST = 400 };

/* One functional of a voiced-only column: of the values that are not 0, at their own times. */
static double compute_with_gaps(const char *name, const float *column, size_t frames, double step)
{
    static float values[MOST], scratch[2 * MOST];
    static int places[MOST];
    struct functional *list;
    int entries;
    assert_ok(functional_list_parse(&list, &entries, name, &error));
    size_t count = series_gather(column, frames, 1, 0, 1, values);
    series_locate(column, frames, 1, 0, places);
    struct series series = series_begin(values, count, step, scratch);
    series.places = places;
    series.frames = frames;
    double value = functional_compute(list, 0, &series);
    functional_list_release(list);
    return value;
}

#define WITH_GAPS(name, step, ...)                                                                 \
    compute_with_gaps(name, (const float[]){__VA_ARGS__},                                          \
                      sizeof((const float[]){__VA_ARGS__}) / 4, step)

/* A line and a parabola of which most is left out are still found as they are. */
static void test_fits_know_the_times_of_what_is_left(void **state)
{
    (void)state;
    float line[200] = {0}, parabola[200] = {0};
    for (int i = 30; i < 190; i++) {
        double t = i * 0.125;
        if (i % 7 < 2 || (i > 100 && i < 115)) {
            line[i] = (float)(8 * t - 200);
            parabola[i] = (float)(2 * t * t - 4 * t + 1);
        }
    }
    assert_near(compute_with_gaps("slope", line, 200, 0.125), 8, 1e-10);
    assert_near(compute_with_gaps("offset", line, 200, 0.125), -200, 1e-9);
    assert_near(compute_with_gaps("linear_error", line, 200, 0.125), 0, 1e-10);
    assert_near(compute_with_gaps("quadratic_2", line, 200, 0.125), 0, 1e-10);
    assert_near(compute_with_gaps("quadratic_2", parabola, 200, 0.125), 2, 1e-10);
    assert_near(compute_with_gaps("quadratic_1", parabola, 200, 0.125), -4, 1e-9);
    assert_near(compute_with_gaps("quadratic_0", parabola, 200, 0.125), 1, 1e-8);
    assert_near(compute_with_gaps("quadratic_error", parabola, 200, 0.125), 0, 1e-9);
    assert_true(compute_with_gaps("linear_error", parabola, 200, 0.125) > 1);
    assert_near(WITH_GAPS("slope", 0.5, 0, 3, 0, 0, 0, 5, 0), 1, 1e-12);
    assert_near(WITH_GAPS("offset", 0.5, 0, 3, 0, 0, 0, 5, 0), 2.5, 1e-12);
    assert_near(WITH_GAPS("slope", 0.5, 0, 0, 4, 0), 0, 0);
    assert_near(WITH_GAPS("offset", 0.5, 0, 0, 4, 0), 4, 0);
}

/* Mean squared error of a t^2 + b t + c where the column is not 0. */
static double misfit(const float *column, size_t frames, double step, double a, double b, double c)
{
    double sum = 0, kept = 0;
    for (size_t i = 0; i < frames; i++) {
        double t = (double)i * step, d = (double)column[i] - (a * t * t + b * t + c);
        sum += column[i] != 0 ? d * d : 0;
        kept += column[i] != 0;
    }
    return sum / kept;
}

/* No line or parabola near the fit is better. */
static void test_fits_with_gaps_are_the_best_there_are(void **state)
{
    (void)state;
    float x[MOST];
    struct random random = random_seeded(12, 0);
    for (int round = 0; round < 50; round++) {
        size_t n = 10 + random_below(&random, MOST - 10);
        for (size_t i = 0; i < n; i++)
            x[i] = i < 3 || random_below(&random, 3) ? 5 + random_uniform(&random, -1, 1) : 0;
        double step = 0.01, a = compute_with_gaps("quadratic_2", x, n, step),
               b = compute_with_gaps("quadratic_1", x, n, step),
               c = compute_with_gaps("quadratic_0", x, n, step),
               slope = compute_with_gaps("slope", x, n, step),
               offset = compute_with_gaps("offset", x, n, step);
        double line = misfit(x, n, step, 0, slope, offset), parabola = misfit(x, n, step, a, b, c);
        assert_near(compute_with_gaps("linear_error", x, n, step), sqrt(line), 1e-9);
        assert_near(compute_with_gaps("quadratic_error", x, n, step), sqrt(parabola), 1e-9);
        assert_true(parabola <= line + 1e-12);
        for (int way = -1; way <= 1; way += 2) {
            double h = way * 1e-3;
            assert_true(misfit(x, n, step, 0, slope + h, offset) > line);
            assert_true(misfit(x, n, step, 0, slope, offset + h) > line);
            assert_true(misfit(x, n, step, a + h, b, c) > parabola);
            assert_true(misfit(x, n, step, a, b + h, c) > parabola);
            assert_true(misfit(x, n, step, a, b, c + h) > parabola);
        }
    }
}

/* Nothing is known of what went on in a gap: it ends stretches and runs, and parts neighbours. */
static void test_gaps_end_what_goes_on(void **state)
{
    (void)state;
    /* Up 2 in 2 steps; a gap of 3 frames; up 4 in 1, down 3 in 2. A step is half a second. */
#define PARTS 0, 1, 2, 3, 0, 0, 0, 4, 8, 7, 5, 0
    assert_near(WITH_GAPS("rising_slope_mean", 0.5, PARTS), (2 + 8) / 2.0, 1e-12);
    assert_near(WITH_GAPS("rising_slope_stddev", 0.5, PARTS), 3, 1e-12);
    assert_near(WITH_GAPS("falling_slope_mean", 0.5, PARTS), 3, 1e-12);
    assert_near(WITH_GAPS("peaks_per_s", 0.5, PARTS), 1 / 6.0, 1e-12);
    assert_near(WITH_GAPS("peak_mean", 0.5, PARTS), 8, 1e-12);
    assert_near(WITH_GAPS("mean_abs_diff", 0.5, PARTS), (1 + 1 + 4 + 1 + 2) / 5.0, 1e-12);
    assert_near(WITH_GAPS("minpos", 0.5, PARTS), 1 / 11.0, 1e-12);
    assert_near(WITH_GAPS("maxpos", 0.5, PARTS), 8 / 11.0, 1e-12);
    /* Above the mean of 5: two frames, a gap, one frame. */
#define SOUNDING 1, 9, 9, 0, 9, 1, 1, 0
    assert_near(WITH_GAPS("segments_per_s", 0.5, SOUNDING), 2 / 4.0, 1e-12);
    assert_near(WITH_GAPS("segment_mean_s", 0.5, SOUNDING), 0.75, 1e-12);
    assert_near(WITH_GAPS("segment_stddev_s", 0.5, SOUNDING), 0.25, 1e-12);
    assert_near(WITH_GAPS("mean_abs_diff", 0.5, 1, 0, 5, 0, 9), 0, 0);
    assert_near(WITH_GAPS("rising_slope_mean", 0.5, 1, 0, 5, 0, 9), 0, 0);
    /* What asks for no time sees the values only. */
    assert_near(WITH_GAPS("mean", 0.5, PARTS), 30 / 7.0, 1e-6);
    assert_near(WITH_GAPS("median", 0.5, PARTS), 4, 0);
}

/* A column of which nothing is left out is a series without gaps; little that is left is defined.
 */
static void test_gaps_of_all_sizes(void **state)
{
    (void)state;
    static const int places[4] = {0, 1, 2, 3}, far[3] = {0, 1, 2000000000};
    static const float values[4] = {3, -1, 4, 1};
    float scratch[2 * 4];
    for (int i = 0; functional_known(i + 1); i++) {
        struct functional *list;
        int entries;
        assert_ok(functional_list_parse(&list, &entries, functional_known(i), &error));
        struct series whole = series_begin(values, 4, 0.01, scratch), same = whole;
        same.places = places;
        assert_near(functional_compute(list, 0, &same), functional_compute(list, 0, &whole), 0);
        for (size_t n = 0; n <= 3; n++) {
            struct series sparse = series_begin(values, n, 0.01, scratch);
            sparse.places = far;
            sparse.frames = 2000000001;
            double value = functional_compute(list, 0, &sparse);
            assert_true(isfinite((float)value) && (n || value == 0));
        }
        functional_list_release(list);
    }
}

/* A gliding voice with a silent middle: the slope of its pitch is that of the line through the
 * voiced frames at the times that the extractor tells. */
static void test_an_extractor_keeps_the_times(void **state)
{
    (void)state;
    enum { COUNT = 24000 };
    static float samples[COUNT];
    double phase = 0, sums[5] = {0}, start, end, first;
    for (int i = 0; i < COUNT; i++) {
        phase += 2 * M_PI * (200 - 60.0 * i / COUNT) / 16000;
        for (int h = 1; h <= 8 && (i < 7000 || i > 18000); h++)
            samples[i] += (float)(0.1 * cos(h * phase) / h);
    }
    ser_features_settings settings;
    ser_extractor *extractor;
    ser_features rows = {0};
    assert_ok(ser_features_settings_of("prosody", 16000, &settings, &error));
    assert_ok(ser_extractor_create(&extractor, &settings, &error));
    assert_ok(ser_extractor_run(extractor, samples, COUNT, &rows, &error));
    ser_extractor_time(extractor, COUNT, 0, &first, &end);
    for (int t = 0; t < rows.frames; t++) {
        double f0 = (double)rows.values[t * rows.columns];
        ser_extractor_time(extractor, COUNT, t, &start, &end);
        start -= first;
        if (f0 > 0) {
            const double terms[5] = {1, start, f0, start * start, start * f0};
            for (int k = 0; k < 5; k++)
                sums[k] += terms[k];
        }
    }
    double slope =
        (sums[0] * sums[4] - sums[1] * sums[2]) / (sums[0] * sums[3] - sums[1] * sums[1]);
    assert_near(slope, -40, 1);
    float *values = calloc(2 * (size_t)rows.columns, sizeof *values);
    assert_ok(ser_extractor_set_functionals(extractor, "slope,offset", &error));
    assert_ok(ser_extractor_summarise(extractor, samples, COUNT, values, &error));
    assert_near(values[0], slope, 1e-4);
    assert_near(values[1], (sums[2] - slope * sums[1]) / sums[0], 1e-3);
    free(values);
    ser_features_release(&rows);
    ser_extractor_destroy(extractor);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fits_know_the_times_of_what_is_left),
        cmocka_unit_test(test_fits_with_gaps_are_the_best_there_are),
        cmocka_unit_test(test_gaps_end_what_goes_on),
        cmocka_unit_test(test_gaps_of_all_sizes),
        cmocka_unit_test(test_an_extractor_keeps_the_times),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
