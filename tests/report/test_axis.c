#include "pictures.h"

#include <math.h>
#include <string.h>

#include "features/spectrum/mel.h"
#include "report/axis.h"

/* The labels of an axis, joined by blanks. */
static void assert_ticks(struct axis axis, double spacing, const char *expected)
{
    struct tick ticks[AXIS_MAX_TICKS];
    char joined[AXIS_MAX_TICKS * AXIS_LABEL] = "";
    int count = axis_ticks(&axis, spacing, ticks);
    for (int i = 0; i < count; i++) {
        strcat(joined, i ? " " : "");
        strcat(joined, ticks[i].label);
    }
    assert_string_equal(joined, expected);
}

static void test_linear_ticks(void **state)
{
    (void)state;
    assert_ticks((struct axis){AXIS_LINEAR, 0, 10}, 0.2, "0 2 4 6 8 10");
    assert_ticks((struct axis){AXIS_LINEAR, 0, 10}, 0.1, "0 1 2 3 4 5 6 7 8 9 10");
    assert_ticks((struct axis){AXIS_LINEAR, 0, 10}, 0.11, "0 2 4 6 8 10");
    assert_ticks((struct axis){AXIS_LINEAR, -0.54, 0.54}, 0.2, "-0.5 0.0 0.5");
    assert_ticks((struct axis){AXIS_LINEAR, -0.45, 0.45}, 0.25, "-0.4 -0.2 0.0 0.2 0.4");
    assert_ticks((struct axis){AXIS_LINEAR, -90, -20}, 0.3, "-80 -60 -40 -20");
    assert_ticks((struct axis){AXIS_LINEAR, 1e-6, 3e-6}, 0.3, "0.000001 0.000002 0.000003");
    assert_ticks((struct axis){AXIS_LINEAR, 0.1, 0.3}, 0.4, "0.1 0.2 0.3"); /* not 0.30000004 */
    assert_ticks((struct axis){AXIS_LINEAR, 1000000, 3000000}, 0.5, "1000000 2000000 3000000");
}

static void test_logarithmic_ticks(void **state)
{
    (void)state;
    assert_ticks((struct axis){AXIS_LOG, 75, 600}, 0.3, "100 200 500");
    assert_ticks((struct axis){AXIS_LOG, 75, 600}, 0.1, "100 150 200 300 500");
    assert_ticks((struct axis){AXIS_LOG, 80, 160}, 0.15, "80 100 120 140 160");
    assert_ticks((struct axis){AXIS_LOG, 1, 1000000}, 0.15, "1 10 100 1000 10000 100000 1000000");
    assert_ticks((struct axis){AXIS_LOG, 0.1, 1}, 0.12, "0.1 0.15 0.2 0.3 0.5 0.7 1");
}

static void test_mel_ticks(void **state)
{
    (void)state;
    assert_ticks((struct axis){AXIS_MEL, 0, 8000}, 0.1, "0 500 1000 2000 4000 8000");
    assert_ticks((struct axis){AXIS_MEL, 0, 8000}, 0.3, "0 2000 8000");
    assert_ticks((struct axis){AXIS_MEL, 0, 4000}, 0.04, "0 100 200 500 1000 2000 4000");
    assert_ticks((struct axis){AXIS_MEL, 0, 384000}, 0.01,
                 "0 200 500 1000 2000 4000 8000 16000 32000 64000 128000 256000");
}

static void test_time_ticks(void **state)
{
    (void)state;
    assert_ticks((struct axis){AXIS_TIME, 0, 3.2}, 0.15, "0.0 0.5 1.0 1.5 2.0 2.5 3.0");
    assert_ticks((struct axis){AXIS_TIME, 0, 120}, 0.2, "0 50 100");
    assert_ticks((struct axis){AXIS_TIME, 0, 300}, 0.2, "0:00 1:00 2:00 3:00 4:00 5:00");
    assert_ticks((struct axis){AXIS_TIME, 0, 3600}, 0.2, "0:00:00 0:15:00 0:30:00 0:45:00 1:00:00");
    assert_ticks((struct axis){AXIS_TIME, 3599.9, 3600.1}, 0.3, "3599.9 3600.0 3600.1");
    assert_ticks((struct axis){AXIS_TIME, 0, 43200}, 0.2,
                 "0:00:00 3:00:00 6:00:00 9:00:00 12:00:00");
    assert_ticks((struct axis){AXIS_TIME, 0, 6.25e-5}, 0.3, "0.00000 0.00002 0.00004 0.00006");
}

/* Whatever the axis: ticks lie on it, rise, are apart, and their labels say what they are. */
static void test_ticks_of_any_axis(void **state)
{
    (void)state;
    static const double lows[] = {-1e9, -3.7, 0, 1e-7, 0.013, 1, 77, 8191.5};
    static const double spans[] = {1e-6, 0.3, 1, 7, 123.4, 8000, 1e6, 3e11};
    for (int scale = AXIS_LINEAR; scale <= AXIS_TIME; scale++)
        for (int l = 0; l < 8; l++)
            for (int s = 0; s < 8; s++)
                for (double spacing = 0.01; spacing < 1; spacing *= 2.3) {
                    struct axis axis = {(enum axis_scale)scale, lows[l], lows[l] + spans[s]};
                    struct tick ticks[AXIS_MAX_TICKS];
                    if ((scale != AXIS_LINEAR && lows[l] < 0) ||
                        (scale == AXIS_LOG && lows[l] <= 0) ||
                        spans[s] < 1e-12 * fabs(lows[l])) /* doubles are no finer */
                        continue;
                    int count = axis_ticks(&axis, spacing, ticks);
                    assert_in_range(count, 0, AXIS_MAX_TICKS);
                    for (int i = 0; i < count; i++) {
                        double place = axis_place(&axis, ticks[i].value);
                        assert_true(place > -1e-6 && place < 1 + 1e-6);
                        if (i && place - axis_place(&axis, ticks[i - 1].value) < 0.599 * spacing)
                            fail_msg("%s and %s are nearer than %g on axis %d of %g to %g",
                                     ticks[i - 1].label, ticks[i].label, spacing, scale, axis.low,
                                     axis.high);
                    }
                }
}

static void test_impossible_axes_have_no_ticks(void **state)
{
    (void)state;
    struct tick ticks[AXIS_MAX_TICKS];
    static const struct axis axes[] = {{AXIS_LINEAR, 1, 1},
                                       {AXIS_LINEAR, 2, 1},
                                       {AXIS_LINEAR, NAN, 1},
                                       {AXIS_LINEAR, 0, INFINITY},
                                       {AXIS_TIME, -INFINITY, INFINITY}};
    for (int i = 0; i < 5; i++)
        assert_int_equal(axis_ticks(&axes[i], 0.1, ticks), 0);
}

static void test_places_follow_the_scale(void **state)
{
    (void)state;
    const struct axis log_axis = {AXIS_LOG, 50, 800}, mel_axis = {AXIS_MEL, 0, 8000};
    assert_near(axis_place(&log_axis, 200), 0.5, 1e-12);
    const double mel_top = mel_from_hz(SER_MEL_SLANEY, 8000);
    assert_near(axis_place(&mel_axis, 1000), mel_from_hz(SER_MEL_SLANEY, 1000) / mel_top, 1e-12);
    assert_near(axis_place(&log_axis, 50), 0, 1e-12);
    assert_near(axis_place(&log_axis, 800), 1, 1e-12);
    const struct axis linear = {AXIS_LINEAR, 3, 300}, times = {AXIS_TIME, 3, 300};
    for (double place = -0.1; place < 1.2; place += 0.1) {
        assert_near(axis_place(&linear, 3 + 297 * place), place, 1e-9);
        assert_near(axis_place(&times, 3 + 297 * place), place, 1e-9);
        assert_near(axis_place(&log_axis, 50 * pow(16, place)), place, 1e-9);
        assert_near(axis_place(&mel_axis, mel_to_hz(SER_MEL_SLANEY, place * mel_top)), place, 1e-9);
    }
}

static void test_nice_steps(void **state)
{
    (void)state;
    static const double least[] = {1, 1.01, 2, 2.1, 5, 5.1, 0.03, 99, 1e-12};
    static const double steps[] = {1, 2, 2, 5, 5, 10, 0.05, 100, 1e-12};
    for (int i = 0; i < 9; i++)
        assert_near(axis_nice_step(least[i]) / steps[i], 1, 1e-9);
}

static void assert_around(double low, double high, double expected_low, double expected_high)
{
    struct axis axis = axis_around(low, high);
    assert_near(axis.low, expected_low, 1e-9);
    assert_near(axis.high, expected_high, 1e-9);
}

static void test_axes_around_values(void **state)
{
    (void)state;
    assert_around(0, 2.35, 0, 2.5);
    assert_around(17, 346, 0, 400);
    assert_around(5, 5, 4.4, 5.6); /* steps of 0.2 around 4.5 to 5.5 */
    assert_around(3, 1, 0, 1);
    assert_around(NAN, 1, 0, 1);
    assert_around(0, INFINITY, 0, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_linear_ticks),
        cmocka_unit_test(test_logarithmic_ticks),
        cmocka_unit_test(test_mel_ticks),
        cmocka_unit_test(test_time_ticks),
        cmocka_unit_test(test_ticks_of_any_axis),
        cmocka_unit_test(test_impossible_axes_have_no_ticks),
        cmocka_unit_test(test_places_follow_the_scale),
        cmocka_unit_test(test_nice_steps),
        cmocka_unit_test(test_axes_around_values),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
