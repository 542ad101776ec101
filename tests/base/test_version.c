#include "support.h"

#include <stdio.h>

#include "ser/version.h"

static void test_version_is_that_of_the_headers(void **state)
{
    (void)state;
    char expected[32];
    snprintf(expected, sizeof expected, "%d.%d.%d", SER_VERSION_MAJOR, SER_VERSION_MINOR,
             SER_VERSION_PATCH);
    assert_string_equal(SER_VERSION, expected);
    assert_string_equal(ser_version(), expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_version_is_that_of_the_headers),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
