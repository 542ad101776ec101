#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

/* Most tests read keys of this object. */
static const char example[] =
    "{\"bands\": 64, \"floor\": 1e-8, \"centred\": true, \"scale\": \"htk\","
    " \"layers\": [1, 2], \"card\": {\"licence\": \"none\"}, \"nothing\": null}";

static json_t *parse(const char *text)
{
    ser_error error;
    json_t *root;
    assert_ok(json_parse(&root, text, strlen(text), "a.json", &error));
    return root;
}

/* The sentence may have been written by an earlier read, so assert_error, which empties the error
 * first, does not fit. */
static void assert_failed(struct json_reader *reader, const char *sentence)
{
    assert_int_equal(json_reader_end(reader), SER_ERROR_FORMAT);
    assert_int_equal(reader->error->status, SER_ERROR_FORMAT);
    assert_string_equal(reader->error->message, sentence);
}

static void test_reads_every_kind(void **state)
{
    (void)state;
    static const char *const scales[] = {"slaney", "htk", NULL};
    ser_error error;
    json_t *root = parse(example);
    struct json_reader reader = json_reader_begin(root, "a.json", &error);
    assert_int_equal(json_read_int(&reader, "bands", 1, 64), 64);
    assert_true(json_read_real(&reader, "floor", 0, 1) == 1e-8);
    assert_true(json_read_real(&reader, "bands", 0, 100) == 64.0); /* a whole number is real too */
    assert_int_equal(json_read_flag(&reader, "centred"), 1);
    assert_string_equal(json_read_text(&reader, "scale"), "htk");
    assert_int_equal(json_read_choice(&reader, "scale", scales), 1);
    assert_int_equal(json_array_size(json_read_node(&reader, "layers", JSON_ARRAY)), 2);
    assert_int_equal(json_object_size(json_read_node(&reader, "card", JSON_OBJECT)), 1);
    assert_true(json_reader_has(&reader, "nothing"));
    assert_false(json_reader_has(&reader, "absent"));
    assert_ok(json_reader_end(&reader));
    json_decref(root);
}

static void test_falls_back_for_absent_keys(void **state)
{
    (void)state;
    ser_error error;
    json_t *root = parse("{\"bands\": 8, \"floor\": 0.5, \"centred\": false, \"scale\": \"htk\"}");
    struct json_reader reader = json_reader_begin(root, "a.json", &error);
    assert_int_equal(json_read_int_or(&reader, "bands", 1, 64, 40), 8);
    assert_int_equal(json_read_int_or(&reader, "hop", 1, 64, 40), 40);
    assert_true(json_read_real_or(&reader, "floor", 0, 1, 0.25) == 0.5);
    assert_true(json_read_real_or(&reader, "low", 0, 1, 0.25) == 0.25);
    assert_int_equal(json_read_flag_or(&reader, "centred", 1), 0);
    assert_int_equal(json_read_flag_or(&reader, "trim", 1), 1);
    assert_string_equal(json_read_text_or(&reader, "scale", "slaney"), "htk");
    assert_string_equal(json_read_text_or(&reader, "norm", "slaney"), "slaney");
    assert_ok(json_reader_end(&reader));
    json_decref(root);
}

static void test_fallbacks_do_not_excuse_wrong_values(void **state)
{
    (void)state;
    ser_error error;
    json_t *root = parse(example);
    struct json_reader reader = json_reader_begin(root, "a.json", &error);
    json_read_int_or(&reader, "scale", 0, 9, 5);
    assert_failed(&reader, "a.json: key \"scale\" is a text, expected a whole number");
    json_decref(root);
}

/* The ways to read a key wrongly. */
static void read_int(struct json_reader *reader, const char *key)
{
    assert_int_equal(json_read_int(reader, key, -2, 9), -2);
}

static void read_real(struct json_reader *reader, const char *key)
{
    assert_true(json_read_real(reader, key, 0.5, 9) == 0.5);
}

static void read_flag(struct json_reader *reader, const char *key)
{
    assert_int_equal(json_read_flag(reader, key), 0);
}

static void read_text(struct json_reader *reader, const char *key)
{
    assert_string_equal(json_read_text(reader, key), "");
}

static void read_array(struct json_reader *reader, const char *key)
{
    assert_null(json_read_node(reader, key, JSON_ARRAY));
}

static void read_object(struct json_reader *reader, const char *key)
{
    assert_null(json_read_node(reader, key, JSON_OBJECT));
}

static void read_choice(struct json_reader *reader, const char *key)
{
    static const char *const words[] = {"none", "slaney", NULL};
    assert_int_equal(json_read_choice(reader, key, words), 0);
}

static void test_says_what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        void (*read)(struct json_reader *reader, const char *key);
        const char *key, *sentence;
    } cases[] = {
        {read_int, "absent", "key \"absent\" is missing, expected a whole number"},
        {read_int, "floor", "key \"floor\" is a real number, expected a whole number"},
        {read_int, "centred", "key \"centred\" is true or false, expected a whole number"},
        {read_int, "nothing", "key \"nothing\" is null, expected a whole number"},
        {read_int, "bands", "key \"bands\" is 64, expected -2 to 9"},
        {read_real, "absent", "key \"absent\" is missing, expected a number"},
        {read_real, "scale", "key \"scale\" is a text, expected a number"},
        {read_real, "bands", "key \"bands\" is 64, expected 0.5 to 9"},
        {read_real, "floor", "key \"floor\" is 1e-08, expected 0.5 to 9"},
        {read_flag, "absent", "key \"absent\" is missing, expected true or false"},
        {read_flag, "bands", "key \"bands\" is a whole number, expected true or false"},
        {read_text, "absent", "key \"absent\" is missing, expected a text"},
        {read_text, "layers", "key \"layers\" is an array, expected a text"},
        {read_array, "absent", "key \"absent\" is missing, expected an array"},
        {read_array, "card", "key \"card\" is an object, expected an array"},
        {read_object, "absent", "key \"absent\" is missing, expected an object"},
        {read_object, "layers", "key \"layers\" is an array, expected an object"},
        {read_choice, "absent", "key \"absent\" is missing, expected a text"},
        {read_choice, "bands", "key \"bands\" is a whole number, expected a text"},
        {read_choice, "scale", "key \"scale\" is \"htk\", expected one of none, slaney"},
    };
    json_t *root = parse(example);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ser_error error = {0};
        char expected[256];
        struct json_reader reader = json_reader_begin(root, "a.json: layer 3", &error);
        cases[i].read(&reader, cases[i].key);
        snprintf(expected, sizeof expected, "a.json: layer 3: %s", cases[i].sentence);
        assert_failed(&reader, expected);
    }
    json_decref(root);
}

static void test_keeps_to_the_ranges(void **state)
{
    (void)state;
    static const char text[] = "{\"low\": 1, \"high\": 5, \"huge\": 9223372036854775807,"
                               " \"half\": -0.5, \"vast\": 1e308}";
    ser_error error;
    json_t *root = parse(text);
    struct json_reader reader = json_reader_begin(root, "a.json", &error);
    assert_int_equal(json_read_int(&reader, "low", 1, 5), 1);
    assert_int_equal(json_read_int(&reader, "high", 1, 5), 5);
    assert_true(json_read_real(&reader, "half", -0.5, -0.5) == -0.5);
    assert_true(json_read_real(&reader, "vast", 0, 1e308) == 1e308);
    assert_int_equal(json_read_int(&reader, "huge", 1, 5), 1); /* not cut to 32 bits, -1 */
    assert_failed(&reader, "a.json: key \"huge\" is 9223372036854775807, expected 1 to 5");
    json_decref(root);
}

static void test_finds_unknown_keys(void **state)
{
    (void)state;
    ser_error error;
    json_t *root = parse("{\"bands\": 64, \"band\": 32}");
    struct json_reader reader = json_reader_begin(root, "a.json", &error);
    json_read_int(&reader, "bands", 1, 64);
    assert_failed(&reader, "a.json: key \"band\" is unknown here");
    reader = json_reader_begin(root, "a.json", &error);
    json_read_int(&reader, "bands", 1, 64);
    assert_true(json_reader_has(&reader, "band"));
    assert_ok(json_reader_end(&reader));
    json_decref(root);
}

static void test_first_failure_sticks(void **state)
{
    (void)state;
    ser_error error = {0};
    json_t *root = parse(example);
    struct json_reader reader = json_reader_begin(root, "a.json", &error);
    json_reader_fail(&reader, "key \"%s\" is even, expected odd", "bands");
    assert_int_equal(json_read_int(&reader, "bands", 3, 64), 3);
    assert_int_equal(json_read_int_or(&reader, "bands", 3, 64, 7), 7);
    assert_string_equal(json_read_text(&reader, "scale"), "");
    assert_null(json_read_node(&reader, "layers", JSON_ARRAY));
    json_reader_fail(&reader, "another");
    assert_failed(&reader, "a.json: key \"bands\" is even, expected odd");
    json_decref(root);
}

static void test_needs_an_object(void **state)
{
    (void)state;
    ser_error error;
    json_t *root = parse("[1, 2]");
    struct json_reader reader = json_reader_begin(root, "a.json", &error);
    assert_int_equal(json_read_int(&reader, "bands", 1, 64), 1);
    assert_failed(&reader, "a.json: found an array, expected an object");
    reader = json_reader_begin(NULL, "a.json", &error);
    assert_failed(&reader, "a.json: found nothing, expected an object");
    json_decref(root);
}

static void test_works_without_an_error(void **state)
{
    (void)state;
    json_t *root;
    assert_int_equal(json_parse(&root, "{", 1, "a.json", NULL), SER_ERROR_FORMAT);
    root = parse("{}");
    struct json_reader reader = json_reader_begin(root, "a.json", NULL);
    json_read_int(&reader, "bands", 1, 64);
    assert_int_equal(json_reader_end(&reader), SER_ERROR_FORMAT);
    json_decref(root);
}

static void test_refuses_what_is_not_json(void **state)
{
    (void)state;
    static const struct {
        const char *text, *part;
    } cases[] = {
        {"", "a.json: line 1: "},
        {"{\"a\": 1", "line 1: "},
        {"{\"a\": 1} x", "line 1: end of file expected"},
        {"{\n\"a\": 1,\n\"a\": 2}", "line 3: duplicate object key"},
        {"{\"a\": NaN}", "line 1: "},
        {"{\"a\": 1e999}", "real number overflow"},
        {"{\"a\": 99999999999999999999}", "too big integer"},
        {"{\"a\": \"\xff\"}", "unable to decode byte 0xff"},
        {"{\"a\": \"\\u0000\"}", "\\u0000"},
        {"7", "line 1: '[' or '{' expected"},
    };
    ser_error error;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *root = (json_t *)&error;
        assert_error(json_parse(&root, cases[i].text, strlen(cases[i].text), "a.json", &error),
                     SER_ERROR_FORMAT, cases[i].part);
        assert_non_null(strstr(error.message, "expected JSON"));
        assert_null(root);
    }
}

static void test_refuses_endless_nesting(void **state)
{
    (void)state;
    enum { DEPTH = 1000000 };
    ser_error error;
    json_t *root;
    char *text = malloc(DEPTH);
    memset(text, '[', DEPTH);
    assert_error(json_parse(&root, text, DEPTH, "a.json", &error), SER_ERROR_FORMAT,
                 "maximum parsing depth reached");
    assert_null(root);
    free(text);
}

/* Text that lies in the middle of other bytes, such as the header of a model file. */
static void test_reads_no_further_than_told(void **state)
{
    (void)state;
    ser_error error;
    json_t *root;
    assert_ok(json_parse(&root, "{\"a\": 1}]]]", 8, "a.json", &error));
    json_decref(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_every_kind),
        cmocka_unit_test(test_falls_back_for_absent_keys),
        cmocka_unit_test(test_fallbacks_do_not_excuse_wrong_values),
        cmocka_unit_test(test_says_what_is_wrong),
        cmocka_unit_test(test_keeps_to_the_ranges),
        cmocka_unit_test(test_finds_unknown_keys),
        cmocka_unit_test(test_first_failure_sticks),
        cmocka_unit_test(test_needs_an_object),
        cmocka_unit_test(test_works_without_an_error),
        cmocka_unit_test(test_refuses_what_is_not_json),
        cmocka_unit_test(test_refuses_endless_nesting),
        cmocka_unit_test(test_reads_no_further_than_told),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
