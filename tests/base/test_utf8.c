#include "support.h"

#include <stdlib.h>
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

static void assert_clean(const char *text, const char *expected)
{
    char *clean = utf8_clean(text, 1000);
    assert_string_equal(clean, expected);
    free(clean);
}

static void test_keeps_good_text(void **state)
{
    (void)state;
    assert_clean("", "");
    assert_clean(NULL, "");
    assert_clean("plain", "plain");
    assert_clean("\xc3\xa9\xc2\xa0\xe2\x82\xac\xef\xbf\xbd\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf",
                 "\xc3\xa9\xc2\xa0\xe2\x82\xac\xef\xbf\xbd\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf");
}

static void test_replaces_what_is_no_utf8(void **state)
{
    (void)state;
    assert_clean("a\xff", "a\xef\xbf\xbd");
    assert_clean("\xc3", "\xef\xbf\xbd");                   /* ends too early */
    assert_clean("\xe2\x82z", "\xef\xbf\xbd\xef\xbf\xbdz"); /* the same before a letter */
    assert_clean("\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd");   /* too long a form of '/' */
    assert_clean("\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"); /* half a surrogate */
    assert_clean("\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    assert_clean("\x80", "\xef\xbf\xbd");
}

static void test_control_characters_become_blanks(void **state)
{
    (void)state;
    assert_clean("a\nb\tc\x1b\x7f", "a b c  ");
    assert_clean("\xc2\x85x\xc2\x9f", " x ");
}

/* Cutting never splits a character, and the ellipsis counts. */
static void test_shortens_between_characters(void **state)
{
    (void)state;
    static const char text[] = "ab\xc3\xa9\xf0\x9f\x98\x80yz";
    for (size_t limit = 0; limit <= sizeof text; limit++) {
        char *cut = utf8_clean(text, limit), *again = utf8_clean(cut, 1000);
        assert_in_range(strlen(cut), 0, limit);
        assert_string_equal(cut, again);
        if (limit >= sizeof text - 1)
            assert_string_equal(cut, text);
        else if (limit >= 3)
            assert_string_equal(cut + strlen(cut) - 3, "\xe2\x80\xa6");
        else
            assert_string_equal(cut, "");
        free(cut);
        free(again);
    }
    char *cut = utf8_clean("abcdef", 5);
    assert_string_equal(cut, "ab\xe2\x80\xa6");
    free(cut);
}

static void test_repairs_only_what_is_broken(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"", ""},
        {"\xc3\xa4 a\nb\tc\x1b\x7f \xc2\x85", "\xc3\xa4 a\nb\tc\x1b\x7f \xc2\x85"},
        {"a\xff\n\xc3", "a\xef\xbf\xbd\n\xef\xbf\xbd"},
        {"\xed\xb3\xbf", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *repaired = utf8_repair(rows[i][0]);
        assert_string_equal(repaired, rows[i][1]);
        assert_true(utf8_is_valid(repaired));
        free(repaired);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keeps_good_text),
        cmocka_unit_test(test_replaces_what_is_no_utf8),
        cmocka_unit_test(test_control_characters_become_blanks),
        cmocka_unit_test(test_shortens_between_characters),
        cmocka_unit_test(test_repairs_only_what_is_broken),
        cmocka_unit_test(test_tells_utf8_from_other_bytes),
        cmocka_unit_test(test_cuts_between_characters),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
