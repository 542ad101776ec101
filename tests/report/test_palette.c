#include "pictures.h"

#include <math.h>

#include "report/palette.h"

static double distance(struct colour a, struct colour b)
{
    return hypot(hypot(a.red - b.red, a.green - b.green), a.blue - b.blue);
}

static void assert_colour(struct colour colour, uint32_t expected)
{
    assert_int_equal(palette_pixel(colour), expected);
}

static void test_categories_differ(void **state)
{
    (void)state;
    assert_colour(palette_category(0), 0x0072b2); /* as Okabe and Ito give it */
    assert_colour(palette_category(1), 0xe69f00);
    for (int a = 0; a < PALETTE_CATEGORIES; a++)
        for (int b = 0; b < a; b++)
            assert_true(distance(palette_category(a), palette_category(b)) > 0.2);
    for (int i = 0; i < PALETTE_CATEGORIES; i++) {
        assert_colour(palette_category(i + PALETTE_CATEGORIES), palette_pixel(palette_category(i)));
        assert_colour(palette_category(i - PALETTE_CATEGORIES), palette_pixel(palette_category(i)));
    }
}

/* Also without colours, in print or for those who see none, more must look like more. */
static void test_the_map_becomes_lighter(void **state)
{
    (void)state;
    assert_colour(palette_map(0), 0x440154);
    assert_colour(palette_map(0.5), 0x21908c);
    assert_colour(palette_map(1), 0xfde725);
    for (int i = 0; i < 1000; i++) {
        struct colour low = palette_map(i / 1000.0), high = palette_map((i + 1) / 1000.0);
        assert_true(palette_luminance(high) > palette_luminance(low));
        assert_true(distance(low, high) < 0.01); /* without jumps */
    }
}

/* Equal steps look about equally large: lightness (CIE L*) rises by similar amounts. */
static void test_the_map_is_even(void **state)
{
    (void)state;
    double least = 1e9, most = 0;
    for (int i = 0; i < 10; i++) {
        double low = 116 * cbrt(palette_luminance(palette_map(i / 10.0)));
        double high = 116 * cbrt(palette_luminance(palette_map((i + 1) / 10.0)));
        least = fmin(least, high - low);
        most = fmax(most, high - low);
    }
    assert_true(least > 5 && most < 12);
}

static void test_values_outside_count_as_the_ends(void **state)
{
    (void)state;
    assert_colour(palette_map(-3), palette_pixel(palette_map(0)));
    assert_colour(palette_map(7), palette_pixel(palette_map(1)));
    assert_colour(palette_map(NAN), palette_pixel(palette_map(0)));
    assert_colour(palette_map(INFINITY), palette_pixel(palette_map(1)));
    assert_colour(palette_shade(NAN), 0xffffff);
    assert_colour(palette_lighter(palette_black, 2), 0xffffff);
}

/* WCAG 2.1 asks for a contrast of 4.5 for text. */
static void test_text_is_readable_on_every_shade(void **state)
{
    (void)state;
    assert_colour(palette_shade(0), 0xffffff);
    for (int i = 0; i <= 100; i++)
        for (int map = 0; map < 2; map++) {
            struct colour colour = map ? palette_map(i / 100.0) : palette_shade(i / 100.0);
            double a = palette_luminance(colour) + 0.05;
            double b = palette_luminance(palette_text_on(colour)) + 0.05;
            assert_true(fmax(a, b) / fmin(a, b) >= 4.5);
        }
}

static void test_luminance(void **state)
{
    (void)state;
    assert_near(palette_luminance(palette_white), 1, 1e-9);
    assert_near(palette_luminance(palette_black), 0, 1e-9);
    assert_near(palette_luminance((struct colour){1, 0, 0}), 0.2126, 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_categories_differ),
        cmocka_unit_test(test_the_map_becomes_lighter),
        cmocka_unit_test(test_the_map_is_even),
        cmocka_unit_test(test_values_outside_count_as_the_ends),
        cmocka_unit_test(test_text_is_readable_on_every_shade),
        cmocka_unit_test(test_luminance),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
