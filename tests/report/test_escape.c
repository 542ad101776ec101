#include "pictures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/escape.h"

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
        cmocka_unit_test(test_escapes_html),
        cmocka_unit_test(test_encodes_base64),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
