#define _GNU_SOURCE
#include "features/spectrum/delta.h"

#include <stdlib.h>

#include "base/random.h"
#include "near.h"

enum { COLUMNS = 11, STRIDE = 2 * COLUMNS + 3, MOST = 40 };

/* Values in the first columns, derivatives behind them, and a margin that must stay as it is. */
struct table {
    float rows[MOST][STRIDE];
};

static void fill_with_noise(struct table *table)
{
    struct random random = random_seeded(41, 0);
    for (int t = 0; t < MOST; t++)
        for (int c = 0; c < STRIDE; c++)
            table->rows[t][c] = c < COLUMNS ? random_uniform(&random, -3, 3) : 99;
}

static void derive(struct table *table, int frames, int order)
{
    delta_compute(table->rows[0], (size_t)frames, COLUMNS, STRIDE, order, table->rows[0] + COLUMNS);
    for (int t = 0; t < MOST; t++)
        for (int c = t < frames ? 2 * COLUMNS : COLUMNS; c < STRIDE; c++)
            assert_true(table->rows[t][c] == 99);
}

/* The derivative of the polynomial of degree 1 or 2 that fits x[0 … width-1] best, by its normal
 * equations: sums of j^p x on one side, sums of j^(p+q) on the other, j counted from the first. */
static double plain_fit(const struct table *table, int first, int width, int column, int order)
{
    double a[3][4] = {{0}};
    int n = order + 1;
    for (int j = 0; j < width; j++)
        for (int p = 0; p < n; p++) {
            for (int q = 0; q < n; q++)
                a[p][q] += pow(j, p + q);
            a[p][n] += pow(j, p) * (double)table->rows[first + j][column];
        }
    for (int p = 0; p < n; p++)
        for (int other = 0; other < n; other++) {
            double factor = other == p ? 0 : a[other][p] / a[p][p];
            for (int q = 0; q <= n; q++)
                a[other][q] -= factor * a[p][q];
        }
    double highest = a[order][n] / a[order][order];
    return order == 1 ? highest : 2 * highest;
}

static void check_against_fits(int frames, int order)
{
    struct table table;
    fill_with_noise(&table);
    derive(&table, frames, order);
    int width = frames < 9 ? (frames - 1) / 2 * 2 + 1 : 9;
    for (int t = 0; t < frames; t++) {
        int first = t - width / 2;
        if (first > frames - width)
            first = frames - width;
        if (first < 0)
            first = 0;
        for (int c = 0; c < COLUMNS; c++) {
            double expected = width > 1 ? plain_fit(&table, first, width, c, order) : 0;
            assert_near(table.rows[t][COLUMNS + c], expected, 3e-6);
        }
    }
}

static void test_derivatives_are_those_of_fitted_polynomials(void **state)
{
    (void)state;
    for (int frames = 9; frames <= MOST; frames++)
        for (int order = 1; order <= 2; order++)
            check_against_fits(frames, order);
}

static void test_few_frames_get_the_largest_odd_width(void **state)
{
    (void)state;
    for (int frames = 0; frames < 9; frames++)
        for (int order = 1; order <= 2; order++)
            check_against_fits(frames, order);
}

static void test_polynomials_have_their_derivatives_even_at_the_edges(void **state)
{
    (void)state;
    struct table table;
    for (int order = 1; order <= 2; order++) {
        fill_with_noise(&table);
        for (int t = 0; t < MOST; t++)
            for (int c = 0; c < COLUMNS; c++)
                table.rows[t][c] = (float)(order == 1 ? 0.5 * c * t + c : 0.5 * c * t * t - 3 * t);
        derive(&table, MOST, order);
        for (int t = 0; t < MOST; t++)
            for (int c = 0; c < COLUMNS; c++)
                assert_near(table.rows[t][COLUMNS + c], order == 1 ? 0.5 * c : c, 1e-4);
    }
}

static void test_a_constant_has_no_derivative_at_all(void **state)
{
    (void)state;
    struct table table;
    for (int order = 1; order <= 2; order++) {
        fill_with_noise(&table);
        for (int t = 0; t < MOST; t++)
            for (int c = 0; c < COLUMNS; c++)
                table.rows[t][c] = -1131.3709f + (float)c * 0.1f;
        derive(&table, MOST, order);
        for (int t = 0; t < MOST; t++)
            for (int c = 0; c < COLUMNS; c++)
                assert_true(table.rows[t][COLUMNS + c] == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_derivatives_are_those_of_fitted_polynomials),
        cmocka_unit_test(test_few_frames_get_the_largest_odd_width),
        cmocka_unit_test(test_polynomials_have_their_derivatives_even_at_the_edges),
        cmocka_unit_test(test_a_constant_has_no_derivative_at_all),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
