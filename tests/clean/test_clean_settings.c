#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clean/clean_json.h"
#include "clean/settings.h"

static ser_error error;

static void assert_same(const ser_clean_settings *a, const ser_clean_settings *b)
{
    for (int i = 0; i < CLEAN_STEPS; i++)
        assert_float_equal(clean_value(a, (enum clean_step)i), clean_value(b, (enum clean_step)i),
                           0);
}

/* Every field has a row, and every row another field. */
static void test_the_table_covers_all_settings(void **state)
{
    (void)state;
    for (int i = 0; i < CLEAN_STEPS; i++) {
        const struct clean_row *row = &clean_rows[i];
        ser_clean_settings settings = {0};
        char list[CLEAN_LIST];
        assert_false(clean_is_on(&settings));
        clean_store(&settings, (enum clean_step)i, row->typical);
        assert_true(clean_is_on(&settings));
        assert_float_equal(clean_value(&settings, (enum clean_step)i), row->typical, 0);
        for (int j = 0; j < CLEAN_STEPS; j++)
            if (j != i)
                assert_float_equal(clean_value(&settings, (enum clean_step)j), 0, 0);
        assert_true(row->typical >= row->low && row->typical <= row->high);
        assert_ok(clean_settings_check(&settings, 16000, &error));
        clean_settings_list(&settings, list);
        assert_int_equal(strncmp(list, row->name, strlen(row->name)), 0);
    }
}

static void test_reads_lists(void **state)
{
    (void)state;
    ser_clean_settings settings = {0};
    assert_ok(ser_clean_settings_parse(&settings, "dc,low_cut=120.5,noise,voice,trim=40,rms=-20",
                                       &error));
    assert_int_equal(settings.dc, 1);
    assert_float_equal(settings.low_cut, 120.5, 0);
    assert_int_equal(settings.noise, 15);
    assert_int_equal(settings.voice, 1);
    assert_float_equal(settings.trim, 40, 0);
    assert_float_equal(settings.lufs, 0, 0);
    assert_float_equal(settings.rms, -20, 0);
    /* The order of the list is of no account, and what was set before is forgotten. */
    assert_ok(ser_clean_settings_parse(&settings, "lufs,trim", &error));
    assert_float_equal(settings.lufs, -23, 0);
    assert_float_equal(settings.trim, 35, 0);
    assert_float_equal(settings.low_cut, 0, 0);
    assert_int_equal(settings.dc, 0);
}

static void test_lists_come_back(void **state)
{
    (void)state;
    static const char *const lists[] = {"dc", "low_cut=80",
                                        "dc,low_cut=62.5,noise=20,voice,trim=35,lufs=-23",
                                        "trim=30.25,rms=-26"};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        ser_clean_settings settings;
        char list[CLEAN_LIST];
        assert_ok(ser_clean_settings_parse(&settings, lists[i], &error));
        clean_settings_list(&settings, list);
        assert_string_equal(list, lists[i]);
    }
    char list[CLEAN_LIST] = "x";
    clean_settings_list(&(ser_clean_settings){0}, list);
    assert_string_equal(list, "");
}

static void test_refuses_wrong_lists(void **state)
{
    (void)state;
    static const struct {
        const char *list, *part;
    } cases[] = {
        {"", "\"\" is no step; there are dc, low_cut, noise, voice, trim, lufs, rms"},
        {"dc,", "\"\" is no step"},
        {",dc", "\"\" is no step"},
        {"dcc", "\"dcc\" is no step"},
        {"d", "\"d\" is no step"},
        {"DC", "\"DC\" is no step"},
        {"dc dc", "\"dc dc\" is no step"},
        {"dc,dc", "dc stands twice"},
        {"trim=30,trim=30", "trim stands twice"},
        {"dc=1", "dc takes no number, found \"1\""},
        {"voice=", "voice takes no number"},
        {"low_cut=", "low_cut is \"\", expected a number of 10 to 1000 Hz"},
        {"low_cut=80Hz", "low_cut is \"80Hz\""},
        {"low_cut=9.99", "low_cut is 9.99, expected 10 to 1000 Hz"},
        {"low_cut=nan", "low_cut is \"nan\""},
        {"low_cut=1e999", "low_cut is \"1e999\""},
        {"low_cut=0", "low_cut is \"0\""},
        {"noise=1.5", "noise is \"1.5\", expected a whole number of 1 to 60 dB"},
        {"noise=61", "noise is 61, expected 1 to 60 dB"},
        {"noise=1e300", "noise is 1e+300"},
        {"trim=-35", "trim is -35, expected 10 to 100 dB"},
        {"lufs=23", "lufs is 23, expected -60 to -6 LUFS"},
        {"rms=-5", "rms is -5, expected -60 to -6 dBFS"},
        {"lufs=-23,rms=-20", "lufs and rms are two loudnesses"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ser_clean_settings settings = {.trim = 50}, before = settings;
        assert_error(ser_clean_settings_parse(&settings, cases[i].list, &error), SER_ERROR_ARGUMENT,
                     cases[i].part);
        assert_same(&settings, &before);
    }
    char endless[5000];
    memset(endless, 'a', sizeof endless - 1);
    endless[sizeof endless - 1] = 0;
    ser_clean_settings settings;
    assert_error(ser_clean_settings_parse(&settings, endless, &error), SER_ERROR_ARGUMENT,
                 "is no step");
    assert_int_equal(ser_clean_settings_parse(&settings, "x", NULL), SER_ERROR_ARGUMENT);
}

static void test_checks_values_of_programs(void **state)
{
    (void)state;
    static const struct {
        ser_clean_settings settings;
        const char *part;
    } cases[] = {
        {{.dc = 2}, "dc is 2, expected 1 to 1"},
        {{.voice = -1}, "voice is -1"},
        {{.low_cut = NAN}, "low_cut is nan"},
        {{.trim = INFINITY}, "trim is inf"},
        {{.lufs = -100}, "lufs is -100"},
        {{.noise = -15}, "noise is -15"},
        {{.lufs = -23, .rms = -26}, "expected one of them"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_error(clean_settings_check(&cases[i].settings, 16000, &error), SER_ERROR_ARGUMENT,
                     cases[i].part);
    ser_clean_settings settings = {.low_cut = 900};
    assert_ok(clean_settings_check(&settings, 2000, &error));
    settings.low_cut = 901;
    assert_error(clean_settings_check(&settings, 2000, &error), SER_ERROR_ARGUMENT,
                 "low_cut is 901 Hz, expected up to 900 Hz for sound of 2000 Hz");
}

static ser_status read_json(ser_clean_settings *settings, const char *text)
{
    json_t *object = json_loads(text, JSON_DECODE_ANY, NULL);
    assert_non_null(object);
    ser_status status = clean_settings_from_json(settings, object, 16000, "x: clean", &error);
    json_decref(object);
    return status;
}

static void test_reads_and_writes_json(void **state)
{
    (void)state;
    ser_clean_settings settings = {.dc = 1}, again;
    assert_ok(read_json(&settings, "{}"));
    assert_false(clean_is_on(&settings));
    assert_ok(read_json(&settings, "{\"dc\": true, \"low_cut\": 80, \"noise\": 15, \"voice\": true,"
                                   "\"trim\": 35.5, \"lufs\": -23}"));
    assert_int_equal(settings.dc, 1);
    assert_float_equal(settings.low_cut, 80, 0);
    assert_int_equal(settings.noise, 15);
    assert_int_equal(settings.voice, 1);
    assert_float_equal(settings.trim, 35.5, 0);
    assert_float_equal(settings.lufs, -23, 0);
    json_t *object = clean_settings_to_json(&settings);
    assert_int_equal(json_object_size(object), 6);
    assert_ok(clean_settings_from_json(&again, object, 16000, "x", &error));
    assert_same(&settings, &again);
    json_decref(object);
    assert_ok(read_json(&settings, "{\"dc\": false}"));
    assert_false(clean_is_on(&settings));
    object = clean_settings_to_json(&settings);
    assert_int_equal(json_object_size(object), 0);
    json_decref(object);
}

static void test_refuses_wrong_json(void **state)
{
    (void)state;
    static const struct {
        const char *text, *part;
    } cases[] = {
        {"[]", "x: clean: found an array, expected an object"},
        {"{\"dcc\": true}", "key \"dcc\" is unknown here"},
        {"{\"dc\": 1}", "key \"dc\" is a whole number, expected true or false"},
        {"{\"low_cut\": true}", "key \"low_cut\" is true or false, expected a number"},
        {"{\"low_cut\": 0}", "key \"low_cut\" is 0, expected 10 to 1000"},
        {"{\"noise\": 15.5}", "key \"noise\" is a real number, expected a whole number"},
        {"{\"noise\": 99999999999}", "key \"noise\" is 99999999999, expected 1 to 60"},
        {"{\"lufs\": 23}", "key \"lufs\" is 23, expected -60 to -6"},
        {"{\"lufs\": -23, \"rms\": -23}", "lufs and rms are two loudnesses"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ser_clean_settings settings = {.trim = 50}, before = settings;
        assert_error(read_json(&settings, cases[i].text), SER_ERROR_FORMAT, cases[i].part);
        assert_same(&settings, &before);
    }
    ser_clean_settings settings;
    json_t *object = json_pack("{s:f}", "low_cut", 500.0);
    assert_error(clean_settings_from_json(&settings, object, 1000, "x", &error), SER_ERROR_FORMAT,
                 "low_cut is 500 Hz, expected up to 450 Hz for sound of 1000 Hz");
    json_decref(object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_table_covers_all_settings),
        cmocka_unit_test(test_reads_lists),
        cmocka_unit_test(test_lists_come_back),
        cmocka_unit_test(test_refuses_wrong_lists),
        cmocka_unit_test(test_checks_values_of_programs),
        cmocka_unit_test(test_reads_and_writes_json),
        cmocka_unit_test(test_refuses_wrong_json),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
