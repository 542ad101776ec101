#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "features/functionals.h"
#include "made_up_series.h"
#include "near.h"

static ser_error error;

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
    float x[MADE_UP_MOST], doubled[MADE_UP_MOST], scratch[2 * MADE_UP_MOST];
    size_t n = made_up_series(2, x);
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
        "p05",        "p5.55",     "p+5",       "p 5",  "p99999999999999999999",
        "p5.0",       "p100.1",    "p1e1",      "pnan", "p0x10",
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_is_finite),
        cmocka_unit_test(test_an_empty_series_may_have_no_memory),
        cmocka_unit_test(test_units),
        cmocka_unit_test(test_units_tell_how_values_scale),
        cmocka_unit_test(test_reads_lists),
        cmocka_unit_test(test_refuses_wrong_lists),
        cmocka_unit_test(test_long_names_and_lists_do_no_harm),
        cmocka_unit_test(test_lists_what_is_known),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
