#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "base/csv.h"

static ser_status open_text(struct csv *csv, const char *text, ser_error *error)
{
    return csv_open_bytes(csv, strdup(text), strlen(text), "table.csv", error);
}

/* Rows as "a|b|c", a row with a problem as "!problem"; each ends with "\n". */
static void assert_rows(const char *text, const char *expected)
{
    ser_error error;
    struct csv csv;
    char rows[4096] = "";
    assert_ok(open_text(&csv, text, &error));
    while (csv_next(&csv)) {
        if (*csv.problem) {
            strcat(strcat(rows, "!"), csv.problem);
        } else {
            assert_int_equal(csv.count, csv.column_count);
            for (int i = 0; i < csv.count; i++)
                strcat(strcat(rows, i ? "|" : ""), csv.cells[i]);
        }
        strcat(rows, "\n");
    }
    csv_close(&csv);
    assert_string_equal(rows, expected);
}

static void test_reads_what_rfc_4180_describes(void **state)
{
    (void)state;
    assert_rows("a,b,c\r\naaa,bbb,ccc\r\nzzz,yyy,xxx\r\n", "aaa|bbb|ccc\nzzz|yyy|xxx\n");
    assert_rows("a,b,c\r\naaa,bbb,ccc\r\nzzz,yyy,xxx", "aaa|bbb|ccc\nzzz|yyy|xxx\n");
    assert_rows("a,b,c\r\n\"aaa\",\"b \r\nbb\",\"ccc\"\r\nzzz,yyy,xxx\r\n",
                "aaa|b \r\nbb|ccc\nzzz|yyy|xxx\n");
    assert_rows("a,b,c\r\n\"aaa\",\"b\"\"bb\",\"c,c\"\r\n", "aaa|b\"bb|c,c\n");
    assert_rows("a,b\n\"\"\"\",\"\"\n\"\"\"x\"\"\",\n", "\"|\n\"x\"|\n");
    assert_rows("a,b\n,\n", "|\n");
}

static void test_finds_the_separator(void **state)
{
    (void)state;
    assert_rows("a;b\n1,5;2\n", "1,5|2\n");
    assert_rows("a\tb\n1,5\t2;3\n", "1,5|2;3\n");
    assert_rows("\"a;b;c;d\",e\n1;2,3\n", "1;2|3\n");
    assert_rows("\n  \n\na\tb\n1\t2\n", "1|2\n");
    assert_rows("lonely\nx\ny\n", "x\ny\n");
    assert_rows("header", "");
}

static void test_takes_any_line_end_and_a_byte_order_mark(void **state)
{
    (void)state;
    ser_error error;
    struct csv csv;
    assert_rows("a,b\n1,2\n3,4", "1|2\n3|4\n");
    assert_rows("a,b\r1,2\r3,4\r", "1|2\n3|4\n");
    assert_rows("a,b\r\n\r\n1,2\n\n\r3,4\r\n\r\n", "1|2\n3|4\n");
    assert_ok(open_text(&csv,
                        "\xef\xbb\xbf"
                        "a,b\n1,2\n",
                        &error));
    assert_string_equal(csv.columns[0], "a");
    csv_close(&csv);
    csv_close(&csv);
}

static void test_trims_blanks_outside_quotes(void **state)
{
    (void)state;
    assert_rows("a,b\n  x y ,\t z\n", "x y|z\n");
    assert_rows("a,b\n \" x \" , y\n", " x |y\n");
    assert_rows("a\tb\tc\n  EB0 \t\t x\n", "EB0||x\n");
}

static void test_counts_lines(void **state)
{
    (void)state;
    static const int expected[] = {2, 4, 8, 9};
    ser_error error;
    struct csv csv;
    assert_ok(open_text(&csv, "a,b\r\n1,2\r\n\r\n\"x\ny\r\nz\r\",3\n4,5\n6,7", &error));
    for (int i = 0; i < 4; i++) {
        assert_true(csv_next(&csv));
        assert_int_equal(csv.line, expected[i]);
    }
    assert_false(csv_next(&csv));
    assert_false(csv_next(&csv));
    csv_close(&csv);
}

static void test_a_bad_row_harms_no_other(void **state)
{
    (void)state;
    assert_rows("a,b\n1\n2,3\n", "!1 values, expected 2 as in the header\n2|3\n");
    assert_rows("a,b\n1,2,3\n2,3\n", "!3 values, expected 2 as in the header\n2|3\n");
    assert_rows("a,b\n\"x\"y,2\n2,3\n", "!text behind a closing quote\n2|3\n");
    assert_rows("a,b\n\"x,2\n2,3\n", "!a quote that is not closed\n2|3\n");
    assert_rows("a,b\nx,\"y\n\"z,2\n2,3\n",
                "!text behind a closing quote\n!a quote that is not closed\n2|3\n");
    assert_rows("a,b\n\xff,2\n2,3\n", "!bytes that are not UTF-8\n2|3\n");
    assert_rows("a,b\nx\"y,\"\n2,3\n", "!a quote that is not closed\n2|3\n");
}

/* Tables with tabs know no quotes, so that a text may begin with one. */
static void test_takes_quotes_in_tables_with_tabs(void **state)
{
    (void)state;
    assert_rows("a\tb\n\"Yes\" she said\t2\n", "\"Yes\" she said|2\n");
    assert_rows("a\tb\n\"Yes\t2\n3\t\"4\"\n", "\"Yes|2\n3|4\n");
    assert_rows("a\tb\n\"x\t2\n3\t4\"\n", "\"x|2\n3|4\"\n");
    assert_rows("a\tb\n\"x\ty\"\t2\n", "x\ty|2\n");
}

static void test_finds_columns(void **state)
{
    (void)state;
    ser_error error;
    struct csv csv;
    assert_ok(open_text(&csv, "Path, AGE ,\"Two words\",x,X\n", &error));
    assert_int_equal(csv_find_column(&csv, "path"), 0);
    assert_int_equal(csv_find_column(&csv, "age"), 1);
    assert_int_equal(csv_find_column(&csv, "two words"), 2);
    assert_int_equal(csv_find_column(&csv, "x"), -2);
    assert_int_equal(csv_find_column(&csv, "ages"), -1);
    csv_close(&csv);
}

static void test_refuses_what_is_no_table(void **state)
{
    (void)state;
    ser_error error;
    struct csv csv;
    assert_error(open_text(&csv, "", &error), SER_ERROR_FORMAT, "table.csv: is empty");
    csv_close(&csv);
    assert_error(open_text(&csv, "\xef\xbb\xbf\r\n \n\n", &error), SER_ERROR_FORMAT, "is empty");
    csv_close(&csv);
    assert_error(open_text(&csv, "a,\"b\nc", &error), SER_ERROR_FORMAT,
                 "line 1: a quote that is not closed, expected a row of column names");
    csv_close(&csv);
    assert_error(open_text(&csv, "\xfe\xff,b\n", &error), SER_ERROR_FORMAT,
                 "line 1: bytes that are not UTF-8");
    csv_close(&csv);
    char *zeros = calloc(6, 1);
    zeros[0] = 'a';
    assert_error(csv_open_bytes(&csv, zeros, 5, "t", &error), SER_ERROR_FORMAT,
                 "t: holds zero bytes");
    csv_close(&csv);
    assert_error(csv_open(&csv, "/not/there.csv", &error), SER_ERROR_IO,
                 "/not/there.csv: cannot be opened");
    csv_close(&csv);
}

static char *repeat(const char *piece, int times)
{
    size_t length = strlen(piece);
    char *text = malloc(length * (size_t)times + 1);
    for (int i = 0; i < times; i++)
        memcpy(text + length * (size_t)i, piece, length);
    text[length * (size_t)times] = 0;
    return text;
}

static void test_limits_columns(void **state)
{
    (void)state;
    ser_error error;
    struct csv csv;
    char *fits = repeat("x,", CSV_MAX_COLUMNS - 1), *wide = repeat("x,", CSV_MAX_COLUMNS);
    assert_ok(open_text(&csv, fits, &error));
    assert_int_equal(csv.column_count, CSV_MAX_COLUMNS);
    csv_close(&csv);
    assert_error(open_text(&csv, wide, &error), SER_ERROR_FORMAT, "more than 256 values");
    csv_close(&csv);
    free(fits);
    free(wide);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_what_rfc_4180_describes),
        cmocka_unit_test(test_finds_the_separator),
        cmocka_unit_test(test_takes_any_line_end_and_a_byte_order_mark),
        cmocka_unit_test(test_trims_blanks_outside_quotes),
        cmocka_unit_test(test_counts_lines),
        cmocka_unit_test(test_a_bad_row_harms_no_other),
        cmocka_unit_test(test_takes_quotes_in_tables_with_tabs),
        cmocka_unit_test(test_finds_columns),
        cmocka_unit_test(test_refuses_what_is_no_table),
        cmocka_unit_test(test_limits_columns),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
