#define _GNU_SOURCE
#include <math.h>
#include <string.h>

#include "features/spectrum/window.h"
#include "near.h"

enum { LONGEST = 2048 };
static float values[LONGEST + 1];

static void test_hann_follows_its_formula(void **state)
{
    (void)state;
    static const int sizes[] = {1, 2, 3, 5, 400, 401, 1024, LONGEST};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        int count = sizes[s];
        values[count] = 7;
        window_fill(WINDOW_HANN, values, count);
        for (int n = 0; n < count; n++) {
            double sine = sin(M_PI * n / count); /* 0.5 - 0.5 cos 2x = sin^2 x */
            assert_near(values[n], sine * sine, 1e-7);
        }
        assert_true(values[count] == 7);
    }
}

static void test_hann_is_periodic_not_symmetric(void **state)
{
    (void)state;
    window_fill(WINDOW_HANN, values, 400);
    assert_true(values[0] == 0);
    assert_true(values[200] == 1);
    assert_true(values[399] > 0); /* the symmetric form ends with 0 */
    for (int n = 1; n < 200; n++)
        assert_near(values[n], values[400 - n], 1e-7);
}

static void test_half_overlapping_hann_windows_add_to_one(void **state)
{
    (void)state;
    window_fill(WINDOW_HANN, values, 512);
    for (int n = 0; n < 256; n++)
        assert_near((double)values[n] + (double)values[n + 256], 1, 1e-7);
}

static double plain_hamming(int n, int count)
{
    return 0.54 - 0.46 * cos(2 * M_PI * n / (count - 1));
}

static double plain_gauss(int n, int count)
{
    double half = (count - 1) / 2.0, sigma = 0.4 * half;
    return exp(-(n - half) * (n - half) / (2 * sigma * sigma));
}

static double plain_povey(int n, int count)
{
    return pow(sin(M_PI * n / (count - 1)) * sin(M_PI * n / (count - 1)), 0.85);
}

static const struct {
    enum window_kind kind;
    double (*plain)(int n, int count);
} symmetric[] = {
    {WINDOW_HAMMING, plain_hamming},
    {WINDOW_GAUSS, plain_gauss},
    {WINDOW_POVEY, plain_povey},
};

static void test_symmetric_windows_follow_their_formulae(void **state)
{
    (void)state;
    static const int sizes[] = {2, 3, 5, 400, 401, 960, 1024, LONGEST};
    for (size_t k = 0; k < sizeof symmetric / sizeof *symmetric; k++)
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            int count = sizes[s];
            values[count] = 7;
            window_fill(symmetric[k].kind, values, count);
            for (int n = 0; n < count; n++)
                assert_near(values[n], symmetric[k].plain(n, count), 1e-7);
            assert_true(values[count] == 7);
        }
}

static void test_symmetric_windows_are_symmetric(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof symmetric / sizeof *symmetric; k++) {
        window_fill(symmetric[k].kind, values, 401);
        for (int n = 0; n < 200; n++)
            assert_near(values[n], values[400 - n], 1e-7);
        assert_near(values[200], 1, 1e-7);
        window_fill(symmetric[k].kind, values, 1);
        assert_true(values[0] == 1);
    }
}

static void test_ends_of_symmetric_windows(void **state)
{
    (void)state;
    window_fill(WINDOW_HAMMING, values, 320);
    assert_near(values[0], 0.08, 1e-7);
    window_fill(WINDOW_GAUSS, values, 960);
    assert_near(values[0], exp(-3.125), 1e-7); /* 1/0.4 deviations from the middle */
    window_fill(WINDOW_POVEY, values, 400);
    assert_true(values[0] == 0);
}

static void test_kinds_have_names(void **state)
{
    (void)state;
    assert_string_equal(window_name(WINDOW_HANN), "hann");
    assert_string_equal(window_name(WINDOW_HAMMING), "hamming");
    assert_string_equal(window_name(WINDOW_GAUSS), "gauss");
    assert_string_equal(window_name(WINDOW_POVEY), "povey");
    for (int kind = 0; kind < WINDOW_KINDS; kind++)
        assert_non_null(window_name((enum window_kind)kind));
    assert_null(window_name(WINDOW_KINDS));
    assert_null(window_name((enum window_kind) - 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hann_follows_its_formula),
        cmocka_unit_test(test_hann_is_periodic_not_symmetric),
        cmocka_unit_test(test_half_overlapping_hann_windows_add_to_one),
        cmocka_unit_test(test_symmetric_windows_follow_their_formulae),
        cmocka_unit_test(test_symmetric_windows_are_symmetric),
        cmocka_unit_test(test_ends_of_symmetric_windows),
        cmocka_unit_test(test_kinds_have_names),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
