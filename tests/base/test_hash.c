#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

/* The value that the authors of XXH3 publish for no bytes and seed 0. */
static void test_knows_the_published_value_of_nothing(void **state)
{
    (void)state;
    char text[HASH_TEXT_LENGTH];
    hash_to_text(hash_bytes(NULL, 0), text);
    assert_string_equal(text, "99aa06d3014798d86001c324468d497f");
}

static void test_a_file_has_the_fingerprint_of_its_bytes(void **state)
{
    (void)state;
    ser_error error;
    enum { SIZE = 200003 }; /* several blocks and a rest */
    unsigned char *bytes = malloc(SIZE);
    for (size_t i = 0; i < SIZE; i++)
        bytes[i] = (unsigned char)(i * i >> 3);
    char *path = support_write("some.bin", bytes, SIZE);
    struct hash hash;
    assert_ok(hash_file(&hash, path, &error));
    assert_true(hash_equal(hash, hash_bytes(bytes, SIZE)));
    bytes[SIZE - 1] ^= 1;
    assert_false(hash_equal(hash, hash_bytes(bytes, SIZE)));
    free(path);
    free(bytes);
}

static void test_a_missing_file_is_an_error(void **state)
{
    (void)state;
    ser_error error;
    struct hash hash;
    char *path = support_scratch("missing");
    assert_error(hash_file(&hash, path, &error), SER_ERROR_IO, "cannot be opened");
    free(path);
}

static void test_orders_and_joins(void **state)
{
    (void)state;
    struct hash small = {.high = 1, .low = 9}, large = {.high = 2, .low = 0};
    assert_int_equal(hash_compare(small, large), -1);
    assert_int_equal(hash_compare(large, small), 1);
    assert_int_equal(hash_compare(small, (struct hash){.high = 1, .low = 8}), 1);
    assert_int_equal(hash_compare(small, small), 0);
    assert_false(hash_equal(hash_join(small, large), hash_join(large, small)));
    assert_true(hash_equal(hash_join(small, large), hash_join(small, large)));
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
        cmocka_unit_test(test_knows_the_published_value_of_nothing),
        cmocka_unit_test(test_a_file_has_the_fingerprint_of_its_bytes),
        cmocka_unit_test(test_a_missing_file_is_an_error),
        cmocka_unit_test(test_orders_and_joins),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, clean_up);
}
