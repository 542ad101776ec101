#include "pictures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/utf8.h"

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
static void test_cuts_between_characters(void **state)
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

static void test_escapes_html(void **state)
{
    (void)state;
    char *text = html_escape("<a href=\"x\">'&'</a>\xff");
    assert_string_equal(text, "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;\xef\xbf\xbd");
    free(text);
    for (int i = 0; i < HOSTILE_TEXTS; i++) {
        text = html_escape(hostile_text(i));
        size_t room = strlen(text) + 32;
        char *element = calloc(room, 1);
        snprintf(element, room, "<p title=\"%s\"/>", text);
        assert_well_formed(element, strlen(element));
        free(element);
        free(text);
    }
}

static void test_encodes_base64(void **state)
{
    (void)state;
    /* The examples of RFC 4648, section 10. */
    static const char *const plain[] = {"", "f", "fo", "foo", "foob", "fooba", "foobar"};
    static const char *const encoded[] = {"",         "Zg==",     "Zm8=",    "Zm9v",
                                          "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
    for (int i = 0; i < 7; i++) {
        char *text = base64_encode(plain[i], strlen(plain[i]));
        assert_string_equal(text, encoded[i]);
        free(text);
    }
    char *text = base64_encode("\xff\xef\xbe\0", 4);
    assert_string_equal(text, "/+++AA==");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keeps_good_text),
        cmocka_unit_test(test_replaces_what_is_no_utf8),
        cmocka_unit_test(test_control_characters_become_blanks),
        cmocka_unit_test(test_cuts_between_characters),
        cmocka_unit_test(test_escapes_html),
        cmocka_unit_test(test_encodes_base64),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
