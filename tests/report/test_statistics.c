#include "pictures.h"

#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "report/charts/statistics.h"

static void assert_box(const double *values, size_t count, double low, double q1, double median,
                       double q3, double high, size_t outliers)
{
    ser_error error;
    struct box box;
    const struct chart_sample sample = {values, count};
    assert_ok(box_compute(&box, &sample, &error));
    assert_int_equal(box.count, count);
    assert_near(box.low, low, 1e-12);
    assert_near(box.q1, q1, 1e-12);
    assert_near(box.median, median, 1e-12);
    assert_near(box.q3, q3, 1e-12);
    assert_near(box.high, high, 1e-12);
    assert_int_equal(box.outlier_count, outliers);
    box_release(&box);
}

static void test_small_boxes(void **state)
{
    (void)state;
    assert_box((const double[]){3}, 1, 3, 3, 3, 3, 3, 0);
    assert_box((const double[]){4, 2}, 2, 2, 2.5, 3, 3.5, 4, 0);
    assert_box((const double[]){5, 1, 4, 2, 3}, 5, 1, 2, 3, 4, 5, 0);
    assert_box((const double[]){1, 2, 3, 4}, 4, 1, 1.75, 2.5, 3.25, 4, 0);
    assert_box((const double[]){7, 7, 7, 7}, 4, 7, 7, 7, 7, 7, 0);
    /* The fence lies at 4 + 1.5 * 2 = 7: 7 is within, 7.5 is not. */
    assert_box((const double[]){1, 2, 3, 4, 7}, 5, 1, 2, 3, 4, 7, 0);
    assert_box((const double[]){1, 2, 3, 4, 7.5}, 5, 1, 2, 3, 4, 4, 1);
}

static int count_below(const double *values, size_t count, double limit)
{
    int below = 0;
    for (size_t i = 0; i < count; i++)
        below += values[i] < limit;
    return below;
}

/* Quartiles by counting, whiskers and outliers by their definition. */
static void test_boxes_by_definition(void **state)
{
    (void)state;
    enum { COUNT = 401 };
    ser_error error;
    struct box box;
    struct random random = random_seeded(1, 0);
    double values[COUNT];
    for (int i = 0; i < COUNT; i++) {
        double u = random_uniform(&random, -1, 1);
        values[i] = u * u * u * 100;
    }
    const struct chart_sample sample = {values, COUNT};
    assert_ok(box_compute(&box, &sample, &error));
    /* 401 values: the quartiles are the 101st, 201st and 301st. */
    assert_int_equal(count_below(values, COUNT, box.q1), 100);
    assert_int_equal(count_below(values, COUNT, box.median), 200);
    assert_int_equal(count_below(values, COUNT, box.q3), 300);
    double low = 1e9, high = -1e9, reach = 1.5 * (box.q3 - box.q1);
    size_t outside = 0;
    for (int i = 0; i < COUNT; i++) {
        if (values[i] < box.q1 - reach || values[i] > box.q3 + reach) {
            outside++;
            continue;
        }
        low = fmin(low, values[i]);
        high = fmax(high, values[i]);
    }
    assert_true(outside > 5);
    assert_int_equal(box.outlier_count, outside);
    assert_near(box.low, low, 0);
    assert_near(box.high, high, 0);
    for (size_t i = 0; i < outside; i++) {
        assert_true(box.outliers[i] < box.low || box.outliers[i] > box.high);
        assert_true(i == 0 || box.outliers[i] >= box.outliers[i - 1]);
    }
    box_release(&box);
}

static void test_what_is_not_finite_does_not_count(void **state)
{
    (void)state;
    ser_error error;
    struct box box;
    const double values[] = {NAN, 1, INFINITY, 3, -INFINITY, 2};
    const struct chart_sample sample = {values, 6}, nothing = {values, 1}, none = {NULL, 0};
    assert_ok(box_compute(&box, &sample, &error));
    assert_int_equal(box.count, 3);
    assert_near(box.median, 2, 0);
    assert_near(box.least, 1, 0);
    assert_near(box.most, 3, 0);
    box_release(&box);
    assert_ok(box_compute(&box, &nothing, &error));
    assert_int_equal(box.count, 0);
    box_release(&box);
    assert_ok(box_compute(&box, &none, &error));
    assert_int_equal(box.count, 0);
    box_release(&box);
}

/* Every value is in one bin, and each bin holds what lies between its edges. */
static void assert_bins(const double *values, size_t count)
{
    ser_error error;
    struct bins bins;
    double counts[BINS_MAX], sum = 0;
    const struct chart_sample sample = {values, count};
    assert_ok(bins_choose(&bins, &sample, 1, &error));
    assert_in_range(bins.count, 1, BINS_MAX);
    assert_true(bins.step > 0);
    bins_count(&bins, &sample, counts);
    for (int b = 0; b < bins.count; b++) {
        double low = bins.first + b * bins.step, high = low + bins.step, expected = 0;
        double slack = 1e-9 * bins.step;
        int near_edge = 0;
        for (size_t i = 0; i < count; i++) {
            expected += values[i] >= low && values[i] < high;
            near_edge += fabs(values[i] - low) < slack || fabs(values[i] - high) < slack;
        }
        assert_near(counts[b], expected, near_edge);
        sum += counts[b];
    }
    assert_near(sum, (double)count, 0);
}

static void test_bins_hold_all_values(void **state)
{
    (void)state;
    struct random random = random_seeded(2, 0);
    double values[1000];
    static const double scales[] = {1e-6, 0.01, 1, 1234, 1e12};
    static const double shifts[] = {-3, 0, 0.5, 100};
    for (int scale = 0; scale < 5; scale++)
        for (int shift = 0; shift < 4; shift++)
            for (size_t count = 1; count <= 1000; count = count * 3 + 1) {
                for (size_t i = 0; i < count; i++)
                    values[i] = scales[scale] * (random_unit(&random) + shifts[shift]);
                assert_bins(values, count);
            }
    const double same[] = {5, 5, 5}, far[] = {0, 0, 0, 0, 0, 1, 0, 1e9};
    assert_bins(same, 3);
    assert_bins(far, 8);
}

static void test_the_width_of_bins(void **state)
{
    (void)state;
    ser_error error;
    struct bins bins;
    double values[1000], counts[BINS_MAX];
    for (int i = 0; i < 1000; i++)
        values[i] = i * 0.01;
    const struct chart_sample sample = {values, 1000};
    /* 2 * 5 / 10 = 1: ten bins. */
    assert_ok(bins_choose(&bins, &sample, 1, &error));
    assert_near(bins.step, 1, 1e-12);
    assert_near(bins.first, 0, 1e-12);
    assert_int_equal(bins.count, 10);
    bins_count(&bins, &sample, counts);
    for (int b = 0; b < 10; b++)
        assert_near(counts[b], 100, 0);
}

static void test_bins_of_nothing(void **state)
{
    (void)state;
    ser_error error;
    struct bins bins;
    double counts[BINS_MAX];
    const double values[] = {NAN, -1e308, 1e308, INFINITY};
    const struct chart_sample nothing = {values, 1}, huge = {values, 4};
    assert_ok(bins_choose(&bins, &nothing, 1, &error));
    assert_int_equal(bins.count, 1);
    bins_count(&bins, &nothing, counts);
    assert_near(counts[0], 0, 0);
    assert_ok(bins_choose(&bins, &huge, 1, &error));
    assert_in_range(bins.count, 1, BINS_MAX);
    bins_count(&bins, &huge, counts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small_boxes),
        cmocka_unit_test(test_boxes_by_definition),
        cmocka_unit_test(test_what_is_not_finite_does_not_count),
        cmocka_unit_test(test_bins_hold_all_values),
        cmocka_unit_test(test_the_width_of_bins),
        cmocka_unit_test(test_bins_of_nothing),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
