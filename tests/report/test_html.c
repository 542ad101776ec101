#define _GNU_SOURCE
#include "pictures.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/explore/html.h"

/* What a writer leaves on a page. */
static char *written(void (*write)(struct html *html))
{
    char *text = NULL;
    size_t size = 0;
    ser_error error = {0};
    struct html html = {.stream = open_memstream(&text, &size), .error = &error};
    assert_non_null(html.stream);
    write(&html);
    assert_int_equal(html.status, SER_OK);
    assert_int_equal(fclose(html.stream), 0);
    return text;
}

static void assert_written(void (*write)(struct html *html), const char *expected)
{
    char *text = written(write);
    assert_string_equal(text, expected);
    free(text);
}

static void write_counts(struct html *html)
{
    static const long long counts[] = {0, 7, 999, 1000, 12345, 1234567, -1234};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        html_count(html, counts[i]);
        html_put(html, " ");
    }
}

static void write_numbers(struct html *html)
{
    static const double values[] = {1.25, -2.5, 0.04, -0.04, NAN, INFINITY};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        html_number(html, values[i], 1);
        html_put(html, " ");
        html_difference(html, values[i], 1);
        html_put(html, " ");
    }
}

static void write_durations(struct html *html)
{
    static const double seconds[] = {2.14, 60, 3599, 3600, 9000};
    for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++) {
        html_duration(html, seconds[i]);
        html_put(html, ";");
    }
}

static void write_table(struct html *html)
{
    static const char *const columns[] = {"a<b", "\"c\"", NULL};
    html_table_begin(html, columns);
    html_row(html, "</th><script>");
    html_cell_text(html, "x & 'y'\xff");
    html_cell_count(html, 1000);
    html_cell_difference(html, 3, 0);
    html_put(html, "</tr>");
    html_table_end(html);
}

static void test_writes_numbers(void **state)
{
    (void)state;
    assert_written(write_counts, "0 7 999 1,000 12,345 1,234,567 -1,234 ");
    assert_written(write_numbers, "1.2 +1.2 −2.5 −2.5 0.0 0.0 0.0 0.0 – – – – ");
    assert_written(write_durations, "2.1 s;1 min;60 min;1.0 h;2.5 h;");
}

static void test_escapes_all_that_comes_from_outside(void **state)
{
    (void)state;
    char *text = written(write_table);
    assert_null(strstr(text, "<script>"));
    assert_non_null(strstr(text, "a&lt;b"));
    assert_non_null(strstr(text, "&quot;c&quot;"));
    assert_non_null(strstr(text, "&lt;/th&gt;&lt;script&gt;"));
    assert_non_null(strstr(text, "x &amp; &#39;y&#39;\xef\xbf\xbd"));
    assert_non_null(strstr(text, ">1,000<"));
    assert_non_null(strstr(text, ">+3<"));
    free(text);
}

enum { MANY = 20000 };

/* Half the values lie far outside: thousands of dots. */
static void write_many_dots(struct html *html)
{
    double *values = calloc(MANY, sizeof *values);
    assert_non_null(values);
    for (int i = 0; i < MANY; i++)
        values[i] = i % 5 ? 100 + i % 3 : i;
    struct chart_sample sample = {values, MANY};
    const char *name = "\"><script>";
    struct box_plot boxes = {.categories = 1,
                             .category_names = &name,
                             .groups = 1,
                             .group_names = &name,
                             .samples = &sample};
    html_chart(html, &box_plot, &boxes, "dots & \"dots\"");
    free(values);
}

static void write_few_bars(struct html *html)
{
    static const double values[] = {1, 2};
    static const char *const names[] = {"a", "b"};
    struct bar_chart bars = {
        .categories = 2, .category_names = names, .series = 1, .values = values};
    html_chart(html, &bar_chart, &bars, "bars");
}

static void test_keeps_charts_small(void **state)
{
    (void)state;
    char *dots = written(write_many_dots), *bars = written(write_few_bars);
    assert_non_null(strstr(dots, "data:image/png;base64,"));
    assert_non_null(strstr(dots, "alt=\"dots &amp; &quot;dots&quot;\""));
    assert_true(strlen(dots) < 200000);
    assert_non_null(strstr(bars, "data:image/svg+xml;base64,"));
    free(dots);
    free(bars);
}

static const char *hostile;

static void write_hostile_chart(struct html *html)
{
    static const double value = 1;
    struct bar_chart bars = {
        .categories = 1, .category_names = &hostile, .series = 1, .values = &value};
    html_chart(html, &bar_chart, &bars, hostile);
}

static void test_charts_have_a_text_and_no_ids(void **state)
{
    (void)state;
    for (int i = 0; i < HOSTILE_TEXTS; i++) {
        hostile = hostile_text(i);
        char *text = written(write_hostile_chart), *end = strstr(text, "></div>");
        assert_non_null(strstr(text, " alt=\""));
        assert_null(strstr(text, " id="));
        assert_null(strstr(text, "<script"));
        assert_non_null(end);
        char *closed = calloc(strlen(text) + 2, 1);
        assert_non_null(closed);
        sprintf(closed, "%.*s/%s", (int)(end - text), text, end);
        assert_well_formed(closed, strlen(closed));
        free(closed);
        free(text);
    }
}

static void test_keeps_the_first_failure(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size = 0;
    ser_error error = {0};
    struct html html = {.stream = open_memstream(&text, &size), .error = &error};
    struct bar_chart bars = {.categories = -1};
    html_chart(&html, &bar_chart, &bars, "none");
    assert_int_equal(html.status, SER_ERROR_ARGUMENT);
    assert_non_null(strstr(error.message, "-1 categories"));
    html_fail(&html, SER_ERROR_MEMORY);
    write_few_bars(&html);
    assert_int_equal(html.status, SER_ERROR_ARGUMENT);
    assert_int_equal(fclose(html.stream), 0);
    assert_string_equal(text, "");
    free(text);
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_writes_numbers),
        cmocka_unit_test(test_escapes_all_that_comes_from_outside),
        cmocka_unit_test(test_keeps_charts_small),
        cmocka_unit_test(test_charts_have_a_text_and_no_ids),
        cmocka_unit_test(test_keeps_the_first_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
