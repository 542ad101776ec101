#include "support.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number_text.h"
#include "base/random.h"

/* printf is the plain twin. */
static void expect_like_printf(double value)
{
    char text[NUMBER_TEXT_LENGTH], expected[64];
    int length = number_text(text, value);
    snprintf(expected, sizeof expected, "%.9g", value);
    if (strcmp(text, expected) || length != (int)strlen(expected))
        fail_msg("%a is \"%s\" (%d), expected \"%s\"", value, text, length, expected);
}

static float float_of_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void expect_float(float value)
{
    char text[NUMBER_TEXT_LENGTH];
    expect_like_printf((double)value);
    number_text(text, (double)value);
    assert_true(strtof(text, NULL) == value);
}

static void test_zero_and_whole_numbers(void **state)
{
    (void)state;
    static const double values[] = {0,    -0.0, 1,         -1,        9,          10,         99,
                                    100,  1e8,  999999999, 123456789, 1000000000, 9999999999, 1e15,
                                    1e21, 1e22, 1e23,      0x1p53,    0x1p24,     -0x1p31};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        expect_like_printf(values[i]);
    for (int i = -100000; i <= 100000; i++)
        expect_float((float)i);
}

static void test_powers_of_ten_and_their_neighbours(void **state)
{
    (void)state;
    for (int power = -45; power <= 38; power++) {
        char text[16];
        snprintf(text, sizeof text, "1e%d", power);
        double value = strtod(text, NULL);
        float single = strtof(text, NULL);
        expect_float(single);
        expect_float(nextafterf(single, 0));
        expect_float(nextafterf(single, FLT_MAX));
        for (int i = -3; i <= 3; i++)
            expect_like_printf(value * (1 + i * 0x1p-52));
    }
}

/* Every float that has few digits after the point lies exactly in the middle between two numbers of
 * nine digits now and then; there printf rounds to even. */
static void test_middles(void **state)
{
    (void)state;
    struct random random = random_seeded(3, 0);
    for (int i = 0; i < 20000; i++) {
        double whole = floor((double)random_uniform(&random, 100000000.0f, 999999999.0f));
        expect_like_printf(whole + 0.5);
        expect_like_printf((whole + 0.5) / 1024);
        expect_like_printf((whole + 0.5) * 1024);
        expect_like_printf((whole + 0.5) / 1e5);
        expect_like_printf(nextafter((whole + 0.5) / 1e5, 1e30));
        expect_like_printf(0.01 * i);
        expect_like_printf(0.0005 * i);
    }
    expect_like_printf(999999999.5);
    expect_like_printf(999999999.4999999);
    expect_like_printf(0.0000999999999951);
    expect_like_printf(0.00009999999999499);
}

static void test_floats_of_all_sizes(void **state)
{
    (void)state;
    enum {
        STEP = 9973
    }; /* a prime: some 430,000 floats of both signs, subnormal ones among them */
    for (uint64_t bits = 0; bits <= UINT32_MAX; bits += STEP) {
        float value = float_of_bits((uint32_t)bits);
        if (isfinite(value))
            expect_float(value);
    }
}

static void test_what_is_no_number(void **state)
{
    (void)state;
    expect_like_printf(HUGE_VAL);
    expect_like_printf(-HUGE_VAL);
    expect_like_printf((double)NAN);
    expect_like_printf(DBL_MAX);
    expect_like_printf(-DBL_MAX);
    expect_like_printf(DBL_MIN);
    expect_like_printf(4.9406564584124654e-324);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zero_and_whole_numbers),
        cmocka_unit_test(test_powers_of_ten_and_their_neighbours),
        cmocka_unit_test(test_middles),
        cmocka_unit_test(test_floats_of_all_sizes),
        cmocka_unit_test(test_what_is_no_number),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
