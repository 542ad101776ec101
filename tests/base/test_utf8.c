#include "support.h"

#include <string.h>

#include "base/utf8.h"

static void test_tells_utf8_from_other_bytes(void **state)
{
    (void)state;
    static const char *const valid[] = {"",
                                        "plain",
                                        "\x7f",
                                        "\xc2\x80",
                                        "\xdf\xbf",
                                        "\xe0\xa0\x80",
                                        "\xed\x9f\xbf",
                                        "\xee\x80\x80",
                                        "\xef\xbf\xbf",
                                        "\xf0\x90\x80\x80",
                                        "\xf4\x8f\xbf\xbf",
                                        "a\xc3\xa4\xe2\x80\x93z"};
    static const char *const wrong[] = {"\x80", /* a middle without a beginning */
                                        "\xc3", /* cut off */
                                        "\xe2\x80",
                                        "\xf0\x9f\x98",
                                        "\xc3\x41", /* no middle */
                                        "\xc0\xaf", /* longer than needed */
                                        "\xc1\xbf",
                                        "\xe0\x9f\xbf",
                                        "\xf0\x8f\xbf\xbf",
                                        "\xed\xa0\x80",     /* a surrogate */
                                        "\xf4\x90\x80\x80", /* beyond U+10FFFF */
                                        "\xf5\x80\x80\x80",
                                        "\xff",
                                        "plain\xe4"};
    for (size_t i = 0; i < sizeof valid / sizeof *valid; i++)
        if (!utf8_is_valid(valid[i]))
            fail_msg("text %zu was refused", i);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (utf8_is_valid(wrong[i]))
            fail_msg("bytes %zu were taken", i);
}

static void test_cuts_between_characters(void **state)
{
    (void)state;
    char target[8];
    assert_true(utf8_copy(target, sizeof target, "1234567"));
    assert_string_equal(target, "1234567");
    assert_false(utf8_copy(target, sizeof target, "12345678"));
    assert_string_equal(target, "1234567");
    assert_false(utf8_copy(target, sizeof target, "123456\xc3\xa4"));
    assert_string_equal(target, "123456");
    assert_true(utf8_copy(target, sizeof target, "1234\xe2\x80\x93"));
    assert_string_equal(target, "1234\xe2\x80\x93");
    assert_false(utf8_copy(target, sizeof target, "\xff\xff\xff\xff\xff\xff\xff\xff"));
    assert_int_equal(strlen(target), 7);
    assert_false(utf8_copy(target, 1, "x"));
    assert_string_equal(target, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tells_utf8_from_other_bytes),
        cmocka_unit_test(test_cuts_between_characters),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
