#include "support.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "evaluation/bootstrap.h"
#include "evaluation/metrics.h"

enum { CLASSES = 4, MOST_TESTS = 600 };

/* Speakers of different sizes and abilities. Returns how many tests there are. */
static int make_tests(struct tested tests[MOST_TESTS], int speakers, uint64_t seed)
{
    struct random random = random_seeded(seed, 3);
    int count = 0;
    for (int s = 0; s < speakers; s++)
        for (uint32_t i = 1 + random_below(&random, 12); i > 0; i--) {
            int truth = (int)random_below(&random, CLASSES);
            bool right = random_below(&random, 10) < (uint32_t)s % 10;
            tests[count++] =
                (struct tested){s, truth, right ? truth : (int)random_below(&random, CLASSES)};
        }
    return count;
}

/* The recall of one draw as the definition says: all tests of the speakers that were drawn, each as
 * often as they were. */
static double draw_plainly(const struct tested *tests, int count, int speakers,
                           struct random *random)
{
    ser_error error;
    struct confusion confusion;
    assert_ok(confusion_reset(&confusion, CLASSES, &error));
    for (int s = 0; s < speakers; s++) {
        int drawn = (int)random_below(random, (uint32_t)speakers);
        for (int i = 0; i < count; i++)
            if (tests[i].speaker == drawn)
                assert_ok(confusion_add(&confusion, tests[i].truth, tests[i].predicted, &error));
    }
    return metrics_compute(&confusion).uar;
}

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static void test_agrees_with_the_definition(void **state)
{
    (void)state;
    static double values[BOOTSTRAP_RESAMPLES];
    static struct tested tests[MOST_TESTS];
    for (uint64_t seed = 0; seed < 3; seed++) {
        ser_error error;
        struct interval interval;
        int speakers = 3 + 8 * (int)seed, count = make_tests(tests, speakers, seed);
        struct random random = random_seeded(seed, 1);
        for (int i = 0; i < BOOTSTRAP_RESAMPLES; i++)
            values[i] = draw_plainly(tests, count, speakers, &random);
        qsort(values, BOOTSTRAP_RESAMPLES, sizeof *values, compare);
        assert_ok(bootstrap_uar(&interval, tests, count, speakers, CLASSES, seed, &error));
        assert_int_equal(interval.speakers, speakers);
        /* 0.025 and 0.975 of the way from the first to the last */
        assert_true(interval.low >= values[49] && interval.low <= values[50]);
        assert_true(interval.high >= values[1949] && interval.high <= values[1950]);
        assert_true(interval.low < interval.high);
    }
}

/* Half of thirty speakers are always right, the others never: the number of the former in a draw is
 * binomial (30, 1/2), whose quantiles of 2.5 and 97.5 % are 10 and 20. */
static void test_finds_the_quantiles_of_a_binomial(void **state)
{
    (void)state;
    ser_error error;
    struct interval interval;
    struct tested tests[30];
    for (int s = 0; s < 30; s++)
        tests[s] = (struct tested){s, 0, s % 2};
    for (uint64_t seed = 0; seed < 5; seed++) {
        assert_ok(bootstrap_uar(&interval, tests, 30, 30, 2, seed, &error));
        assert_true(fabs(interval.low - 10.0 / 30) < 1.01 / 30);
        assert_true(fabs(interval.high - 20.0 / 30) < 1.01 / 30);
    }
}

static void test_like_speakers_leave_no_doubt(void **state)
{
    (void)state;
    ser_error error;
    struct interval interval;
    struct tested tests[40];
    for (int i = 0; i < 40; i++) /* each speaker: one of two right in class 0, all in class 1 */
        tests[i] = (struct tested){i / 4, i % 4 / 2, i % 4 == 0 ? 1 : i % 4 / 2};
    assert_ok(bootstrap_uar(&interval, tests, 40, 10, 2, 0, &error));
    assert_true(fabs(interval.low - 0.75) < 1e-12 && fabs(interval.high - 0.75) < 1e-12);
}

static void test_the_same_again(void **state)
{
    (void)state;
    static struct tested tests[MOST_TESTS];
    ser_error error;
    struct interval one, other;
    int count = make_tests(tests, 9, 4);
    assert_ok(bootstrap_uar(&one, tests, count, 9, CLASSES, 7, &error));
    for (int i = 0; i < count / 2; i++) {
        struct tested moved = tests[i];
        tests[i] = tests[count - 1 - i];
        tests[count - 1 - i] = moved;
    }
    assert_ok(bootstrap_uar(&other, tests, count, 9, CLASSES, 7, &error));
    assert_memory_equal(&one, &other, sizeof one);
    for (int i = 0; i < count; i++)
        tests[i].speaker = 3 * tests[i].speaker + 1; /* numbers that nobody has */
    assert_ok(bootstrap_uar(&other, tests, count, 40, CLASSES, 7, &error));
    assert_memory_equal(&one, &other, sizeof one);
    assert_ok(bootstrap_uar(&other, tests, count, 40, CLASSES, 8, &error));
    assert_true(one.low != other.low || one.high != other.high);
}

static void test_too_few_speakers_have_no_interval(void **state)
{
    (void)state;
    ser_error error;
    struct interval interval;
    const struct tested tests[] = {{0, 0, 0}, {0, 1, 1}, {2, 0, 1}, {2, 1, 1}};
    assert_ok(bootstrap_uar(&interval, tests, 4, 5, 2, 0, &error));
    assert_int_equal(interval.speakers, 2);
    assert_true(isnan(interval.low) && isnan(interval.high));
    json_t *json = interval_to_json(&interval);
    assert_true(json_is_null(json));
    json_decref(json);
    assert_ok(bootstrap_uar(&interval, tests, 0, 5, 2, 0, &error));
    assert_int_equal(interval.speakers, 0);
    assert_true(isnan(interval.low));
}

static void test_impossible_tests_are_errors(void **state)
{
    (void)state;
    ser_error error;
    struct interval interval;
    const struct tested wrong[] = {{3, 0, 0}, {-1, 0, 0}, {0, 2, 0}, {0, -1, 0}};
    for (int i = 0; i < 4; i++)
        assert_error(bootstrap_uar(&interval, &wrong[i], 1, 3, 2, 0, &error), SER_ERROR_ARGUMENT,
                     "expected below 3 and 2");
}

static void test_tells_what_it_is_of(void **state)
{
    (void)state;
    const struct interval interval = {0.25, 0.5, 7, BOOTSTRAP_RESAMPLES, 9};
    json_t *json = interval_to_json(&interval);
    assert_true(json_real_value(json_object_get(json, "level")) == 0.95);
    assert_true(json_real_value(json_object_get(json, "low")) == 0.25);
    assert_true(json_real_value(json_object_get(json, "high")) == 0.5);
    assert_int_equal(json_integer_value(json_object_get(json, "speakers")), 7);
    assert_int_equal(json_integer_value(json_object_get(json, "resamples")), 2000);
    assert_int_equal(json_integer_value(json_object_get(json, "seed")), 9);
    json_decref(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_agrees_with_the_definition),
        cmocka_unit_test(test_finds_the_quantiles_of_a_binomial),
        cmocka_unit_test(test_like_speakers_leave_no_doubt),
        cmocka_unit_test(test_the_same_again),
        cmocka_unit_test(test_too_few_speakers_have_no_interval),
        cmocka_unit_test(test_impossible_tests_are_errors),
        cmocka_unit_test(test_tells_what_it_is_of),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
