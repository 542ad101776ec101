#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "corpora/place.h"

static void test_takes_a_folder_with_and_without_its_corpus(void **state)
{
    (void)state;
    ser_error error;
    struct place place;
    char text[4096], *folder = support_scratch("sounds");
    assert_ok(file_make_folder(folder, &error));
    assert_ok(place_parse(&place, folder, &error));
    assert_null(place.reader);
    assert_true(place.is_folder);
    assert_string_equal(place.path, folder);
    snprintf(text, sizeof text, "ravdess=%s", folder);
    assert_ok(place_parse(&place, text, &error));
    assert_ptr_equal(place.reader, &ravdess_reader);
    assert_string_equal(place.path, folder);
    free(folder);
}

/* What is there as it is written is meant as it is written. */
static void test_a_name_with_an_equals_sign_is_a_name(void **state)
{
    (void)state;
    ser_error error;
    struct place place;
    char *folder = support_scratch("mfcc=40");
    assert_ok(file_make_folder(folder, &error));
    assert_ok(place_parse(&place, folder, &error));
    assert_string_equal(place.path, folder);
    free(folder);
}

static void test_says_what_is_wrong(void **state)
{
    (void)state;
    ser_error error;
    struct place place;
    char text[4096], *missing = support_scratch("missing");
    assert_error(place_parse(&place, missing, &error), SER_ERROR_IO, "cannot be opened");
    snprintf(text, sizeof text, "ravdess=%s", missing);
    assert_error(place_parse(&place, text, &error), SER_ERROR_IO, missing);
    snprintf(text, sizeof text, "revdass=%s", missing);
    assert_error(place_parse(&place, text, &error), SER_ERROR_ARGUMENT,
                 "\"revdass\" is no known corpus, expected one of ravdess");
    assert_error(place_parse(&place, "=", &error), SER_ERROR_ARGUMENT, "is no known corpus");
    assert_error(place_parse(&place, "", &error), SER_ERROR_IO, "cannot be opened");
    free(missing);
}

static int clean_up(void **state)
{
    (void)state;
    support_cleanup();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_takes_a_folder_with_and_without_its_corpus),
        cmocka_unit_test(test_a_name_with_an_equals_sign_is_a_name),
        cmocka_unit_test(test_says_what_is_wrong),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, clean_up);
}
