#include "support.h"

#include <string.h>

#include "base/error.h"

static void test_names_every_status(void **state)
{
    (void)state;
    assert_string_equal(ser_status_name(SER_OK), "OK");
    assert_string_equal(ser_status_name(SER_ERROR_FORMAT), "ERROR_FORMAT");
    assert_string_equal(ser_status_name(SER_ERROR_INTERRUPTED), "ERROR_INTERRUPTED");
    for (int i = 0; i < SER_STATUS_COUNT; i++) {
        assert_string_not_equal(ser_status_name((ser_status)i), "UNKNOWN");
        assert_true(strlen(ser_status_meaning((ser_status)i)) > 5);
        for (int j = 0; j < i; j++)
            assert_string_not_equal(ser_status_name((ser_status)i), ser_status_name((ser_status)j));
    }
}

static void test_names_no_status_outside_the_list(void **state)
{
    (void)state;
    assert_string_equal(ser_status_name(SER_STATUS_COUNT), "UNKNOWN");
    assert_string_equal(ser_status_name((ser_status)-1), "UNKNOWN");
    assert_string_equal(ser_status_meaning((ser_status)1000), "not a status of this library");
}

static void test_fills_the_error(void **state)
{
    (void)state;
    ser_error error;
    assert_int_equal(error_set(&error, SER_ERROR_IO, "%s: %d bytes", "a.wav", 7), SER_ERROR_IO);
    assert_int_equal(error.status, SER_ERROR_IO);
    assert_string_equal(error.message, "a.wav: 7 bytes");
    assert_int_equal(error_memory(&error, "decoding a.wav"), SER_ERROR_MEMORY);
    assert_int_equal(error.status, SER_ERROR_MEMORY);
    assert_string_equal(error.message, "out of memory while decoding a.wav");
    error_clear(&error);
    assert_int_equal(error.status, SER_OK);
    assert_string_equal(error.message, "");
}

static void test_cuts_a_long_sentence(void **state)
{
    (void)state;
    struct {
        ser_error error;
        char guard[8];
    } place = {.guard = "guarded"};
    char path[2000];
    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = 0;
    error_set(&place.error, SER_ERROR_IO, "%s: cannot be opened", path);
    assert_int_equal(strlen(place.error.message), SER_ERROR_LENGTH - 1);
    assert_string_equal(place.guard, "guarded");
}

static void test_allows_no_error(void **state)
{
    (void)state;
    assert_int_equal(error_set(NULL, SER_ERROR_FORMAT, "nobody reads %d", 1), SER_ERROR_FORMAT);
    assert_int_equal(error_memory(NULL, "testing"), SER_ERROR_MEMORY);
    error_clear(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_every_status),
        cmocka_unit_test(test_names_no_status_outside_the_list),
        cmocka_unit_test(test_fills_the_error),
        cmocka_unit_test(test_cuts_a_long_sentence),
        cmocka_unit_test(test_allows_no_error),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
