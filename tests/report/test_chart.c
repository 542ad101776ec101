#include "pictures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/charts/chart.h"

static const char *const names[] = {"angry", "happy", "sad"};
static const char *const groups[] = {"women", "men"};

static void draw(const struct chart_kind *kind, const void *data, struct picture *picture)
{
    ser_error error;
    char *bytes;
    size_t size;
    const struct chart chart = {.kind = kind, .data = data};
    assert_ok(chart_draw(&chart, 1, PICTURE_PNG, 0, 0, &bytes, &size, &error));
    picture_read(picture, bytes, size);
    free(bytes);
}

static void assert_refused(const struct chart_kind *kind, const void *data, const char *part)
{
    ser_error error;
    char *bytes;
    size_t size;
    const struct chart chart = {.kind = kind, .data = data};
    assert_error(chart_draw(&chart, 1, PICTURE_SVG, 0, 0, &bytes, &size, &error),
                 SER_ERROR_ARGUMENT, part);
    assert_null(bytes);
}

/* Twice the value, twice the bar. */
static void test_bars_are_as_long_as_their_values(void **state)
{
    (void)state;
    const double values[] = {10, 20, 40, 5};
    const struct bar_chart chart = {.categories = 2,
                                    .category_names = names,
                                    .series = 2,
                                    .values = values,
                                    .axis = "Recordings"};
    struct picture picture;
    draw(&bar_chart, &chart, &picture);
    struct found women = picture_find(&picture, palette_category(0));
    struct found men = picture_find(&picture, palette_category(1));
    double unit = (women.right - women.left + 1) / 40.0;
    assert_near((men.right - men.left + 1) / 20.0, unit, 0.02 * unit);
    /* The areas: a bar of 10 beside one of 40. */
    assert_near((double)women.count / men.count, 50 / 25.0, 0.05);
    picture_release(&picture);
}

static void test_stacked_bars_stand_end_to_end(void **state)
{
    (void)state;
    const double values[] = {30, 10};
    const struct bar_chart chart = {
        .categories = 1, .category_names = names, .series = 2, .values = values, .stacked = 1};
    struct picture picture;
    draw(&bar_chart, &chart, &picture);
    struct found first = picture_find(&picture, palette_category(0));
    struct found second = picture_find(&picture, palette_category(1));
    assert_in_range(second.left - first.right, 0, 3);
    assert_int_equal(first.top, second.top);
    assert_near((double)first.count / second.count, 3, 0.05);
    picture_release(&picture);
}

static void test_histograms_count(void **state)
{
    (void)state;
    double values[100], few[] = {2.5};
    for (int i = 0; i < 100; i++)
        values[i] = i < 50 ? 0.5 : 1.5 + (i % 2);
    const struct chart_sample samples[] = {{values, 100}, {few, 1}};
    const struct histogram chart = {.samples = samples, .series = 2, .axis = "x"};
    struct picture picture;
    draw(&histogram, &chart, &picture);
    struct found many = picture_find(&picture, palette_category(0));
    struct found one = picture_find(&picture, palette_category(1));
    assert_near((double)many.count / one.count, 100, 30);
    assert_true(one.bottom < many.bottom && one.left > many.left);
    picture_release(&picture);
}

/* The box reaches from quartile to quartile. */
static void test_boxes_lie_at_their_quartiles(void **state)
{
    (void)state;
    double values[101];
    for (int i = 0; i <= 100; i++)
        values[i] = i;
    const struct chart_sample samples[] = {{values, 101}, {values, 0}};
    const struct box_plot chart = {.categories = 1,
                                   .category_names = names,
                                   .groups = 2,
                                   .group_names = NULL,
                                   .samples = samples,
                                   .axis = "F0 (Hz)"};
    struct picture picture;
    draw(&box_plot, &chart, &picture);
    struct found box = picture_find(&picture, palette_lighter(palette_category(0), 0.35));
    struct found none = picture_find(&picture, palette_lighter(palette_category(1), 0.35));
    assert_int_equal(none.count, 0);
    assert_true(box.count > 1000);
    /* The axis is 0 to 100: the box takes its middle half. */
    double width = box.right - box.left;
    assert_true(width > 0.3 * picture.width && width < 0.5 * picture.width);
    picture_release(&picture);
}

static void test_lines_go_through_their_points(void **state)
{
    (void)state;
    const double x[] = {1, 2, 3, 4}, flat[] = {0.5, 0.5, 0.5, 0.5}, gap[] = {1, NAN, INFINITY, 1};
    const struct chart_line lines[] = {{"flat", x, flat, 4}, {"gap", x, gap, 4}};
    struct line_chart chart = {.lines = lines,
                               .count = 1,
                               .x_axis = "Epoch",
                               .y_axis = "Accuracy",
                               .from_zero = 1,
                               .top = 1};
    struct picture picture;
    draw(&line_chart, &chart, &picture);
    struct found line = picture_find(&picture, palette_category(0));
    assert_in_range(line.bottom - line.top, 0, 4);
    assert_true(line.right - line.left > 0.6 * picture.width);
    picture_release(&picture);
    chart.count = 2;
    draw(&line_chart, &chart, &picture);
    assert_true(picture_find(&picture, palette_category(1)).count > 10); /* two dots, a legend */
    picture_release(&picture);
}

static void test_matrices_are_darker_where_more_is(void **state)
{
    (void)state;
    const double counts[] = {9, 1, 0, 0};
    const struct heat_map chart = {.rows = 2,
                                   .columns = 2,
                                   .row_names = names,
                                   .column_names = names,
                                   .counts = counts,
                                   .row_axis = "true",
                                   .column_axis = "predicted"};
    struct picture picture;
    draw(&heat_map, &chart, &picture);
    struct found most = picture_find(&picture, palette_shade(0.9));
    assert_true(most.count > 1000);
    /* Right of the cell of 90 % lies that of 10 %, below it the empty row. */
    int right = most.right + 10, below = most.bottom + 10;
    uint32_t pixel = picture_at(&picture, right, most.top + 5);
    const struct picture dot = {&pixel, 1, 1};
    assert_int_equal(picture_find(&dot, palette_shade(0.1)).count, 1);
    assert_int_equal(picture_at(&picture, most.left + 10, below), 0xffffff);
    picture_release(&picture);
}

/* All kinds at their limits, with texts from hell. */
static void test_any_data_gives_a_good_svg(void **state)
{
    (void)state;
    enum { MANY = CHART_MAX_CATEGORIES };
    static const char *texts[CHART_MAX_SERIES];
    static double numbers[64 * 64];
    static struct chart_sample samples[MANY * PALETTE_CATEGORIES];
    static struct chart_line lines[CHART_MAX_SERIES];
    const double strange[] = {NAN, -1e300, 5, INFINITY, 1e-300, 0, 5};
    for (int i = 0; i < MANY * PALETTE_CATEGORIES; i++) {
        samples[i] = (struct chart_sample){strange, (size_t)(i % 7)};
    }
    for (int i = 0; i < 64 * 64; i++)
        numbers[i] = i % 5 ? i * 1e5 : 0;
    for (int i = 0; i < CHART_MAX_SERIES; i++) {
        texts[i] = hostile_text(i % HOSTILE_TEXTS);
        lines[i] = (struct chart_line){texts[i], strange, strange, (size_t)(i % 7)};
    }
    const struct bar_chart bars = {MANY, texts, PALETTE_CATEGORIES, texts, numbers, texts[0], 0};
    const struct bar_chart stacked = {1, texts, PALETTE_CATEGORIES, texts, numbers, NULL, 1};
    const struct histogram histograms = {samples, PALETTE_CATEGORIES, texts, texts[3]};
    const struct box_plot boxes = {MANY, texts, PALETTE_CATEGORIES, texts, samples, texts[7]};
    const struct line_chart many = {lines, CHART_MAX_SERIES, texts[1], texts[2], 0, 0};
    const struct line_chart empty = {lines, 1, NULL, NULL, 1, 1};
    const struct heat_map map = {64, 64, texts, texts, numbers, texts[0], texts[7]};
    const struct heat_map cell = {1, 1, texts, texts, numbers, NULL, NULL};
    const struct chart charts[] = {
        {&bar_chart, &bars, NULL},      {&bar_chart, &stacked, texts[0]},
        {&histogram, &histograms, "h"}, {&box_plot, &boxes, texts[7]},
        {&line_chart, &many, texts[3]}, {&line_chart, &empty, ""},
        {&heat_map, &map, texts[2]},    {&heat_map, &cell, texts[4]},
    };
    for (size_t i = 0; i < sizeof charts / sizeof *charts; i++) {
        ser_error error;
        char *first, *second;
        size_t size, again;
        assert_ok(chart_draw(&charts[i], 1, PICTURE_SVG, 0, 0, &first, &size, &error));
        assert_ok(chart_draw(&charts[i], 1, PICTURE_SVG, 0, 0, &second, &again, &error));
        assert_well_formed(first, size);
        assert_null(strstr(first, "nan"));
        assert_int_equal(size, again);
        assert_memory_equal(first, second, size);
        free(first);
        free(second);
    }
}

static void test_charts_stand_one_above_the_other(void **state)
{
    (void)state;
    ser_error error;
    char *bytes;
    size_t size;
    const double values[] = {1, 2, 3};
    const struct bar_chart bars = {
        .categories = 3, .category_names = names, .series = 1, .values = values};
    struct chart charts[17];
    for (int i = 0; i < 17; i++)
        charts[i] = (struct chart){&bar_chart, &bars, NULL};
    struct picture one, three;
    draw(&bar_chart, &bars, &one);
    assert_ok(chart_draw(charts, 3, PICTURE_PNG, 0, 0, &bytes, &size, &error));
    picture_read(&three, bytes, size);
    free(bytes);
    assert_int_equal(three.width, one.width);
    assert_in_range(abs(three.height - 3 * one.height), 0, 3);
    int count = picture_find(&one, palette_category(0)).count;
    assert_near(picture_find(&three, palette_category(0)).count / 3.0, count, 0.02 * count);
    picture_release(&one);
    picture_release(&three);
    assert_ok(chart_draw(charts, 2, PICTURE_PNG, 777, 555, &bytes, &size, &error));
    picture_read(&one, bytes, size);
    assert_int_equal(one.width, 777);
    assert_int_equal(one.height, 555);
    picture_release(&one);
    free(bytes);
    assert_error(chart_draw(charts, 17, PICTURE_PNG, 0, 0, &bytes, &size, &error),
                 SER_ERROR_ARGUMENT, "expected 1 to 16");
    assert_error(chart_draw(charts, 1, PICTURE_PNG, 9, 9, &bytes, &size, &error),
                 SER_ERROR_ARGUMENT, "has no room for 1 charts");
    assert_error(chart_draw(charts, 1, PICTURE_PNG, -1, 9, &bytes, &size, &error),
                 SER_ERROR_ARGUMENT, "-1 x 9");
}

static void test_refuses_what_cannot_be_drawn(void **state)
{
    (void)state;
    static const double wrong[] = {-1, NAN, INFINITY};
    for (int i = 0; i < 3; i++) {
        const struct bar_chart bars = {1, names, 1, NULL, &wrong[i], NULL, 0};
        const struct heat_map map = {1, 1, names, names, &wrong[i], NULL, NULL};
        assert_refused(&bar_chart, &bars, "expected a finite one from 0 on");
        assert_refused(&heat_map, &map, "expected a finite one from 0 on");
    }
    const struct bar_chart none = {0, names, 1, NULL, NULL, NULL, 0};
    const struct bar_chart many = {121, names, 1, NULL, NULL, NULL, 0};
    const struct bar_chart series = {1, names, 8, NULL, NULL, NULL, 0};
    const struct histogram samples = {NULL, 0, NULL, NULL};
    const struct box_plot boxes = {1, names, 8, groups, NULL, NULL};
    const struct line_chart lines = {NULL, 501, NULL, NULL, 0, 0};
    const struct heat_map map = {65, 1, names, names, NULL, NULL, NULL};
    assert_refused(&bar_chart, &none, "0 categories");
    assert_refused(&bar_chart, &many, "121 categories");
    assert_refused(&bar_chart, &series, "8 series");
    assert_refused(&histogram, &samples, "0 samples");
    assert_refused(&box_plot, &boxes, "8 groups");
    assert_refused(&line_chart, &lines, "501 lines");
    assert_refused(&heat_map, &map, "65 rows");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bars_are_as_long_as_their_values),
        cmocka_unit_test(test_stacked_bars_stand_end_to_end),
        cmocka_unit_test(test_histograms_count),
        cmocka_unit_test(test_boxes_lie_at_their_quartiles),
        cmocka_unit_test(test_lines_go_through_their_points),
        cmocka_unit_test(test_matrices_are_darker_where_more_is),
        cmocka_unit_test(test_any_data_gives_a_good_svg),
        cmocka_unit_test(test_charts_stand_one_above_the_other),
        cmocka_unit_test(test_refuses_what_cannot_be_drawn),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
