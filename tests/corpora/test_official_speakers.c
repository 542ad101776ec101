#include "support.h"

#include <string.h>

#include "corpora/official_speakers.h"
#include "corpora/reader.h"

static void test_reads_ids_and_ranges(void **state)
{
    (void)state;
    ser_error error;
    struct official_speakers speakers;
    assert_ok(official_speakers_read(&speakers, "03,08-11,OAF,Y-F", &error));
    static const char *const expected[] = {"03", "08", "09", "10", "11", "OAF", "Y-F"};
    assert_int_equal(speakers.count, 7);
    for (int i = 0; i < 7; i++) {
        assert_string_equal(speakers.ids[i], expected[i]);
        assert_int_equal(official_speakers_find(&speakers, expected[i]), i);
    }
    assert_int_equal(official_speakers_find(&speakers, "3"), -1);
    assert_int_equal(official_speakers_find(&speakers, ""), -1);
    official_speakers_release(&speakers);
    official_speakers_release(&speakers);
}

static void test_lists_who_is_missing(void **state)
{
    (void)state;
    ser_error error;
    struct official_speakers speakers;
    char text[64];
    assert_ok(official_speakers_read(&speakers, "01-10", &error));
    official_speakers_list(&speakers, (const int[]){1, 0, 1, 0, 0, 1, 1, 0, 0, 0}, text,
                           sizeof text);
    assert_string_equal(text, "02, 04, 05, 08 to 10");
    official_speakers_list(&speakers, (const int[]){1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, text,
                           sizeof text);
    assert_string_equal(text, "");
    official_speakers_list(&speakers, (const int[]){1, 0, 1, 0, 0, 1, 1, 0, 0, 0}, text, 6);
    assert_string_equal(text, "02, 0");
    official_speakers_release(&speakers);
}

static void test_refuses_what_makes_no_sense(void **state)
{
    (void)state;
    ser_error error;
    struct official_speakers speakers;
    static const char *const lists[] = {
        "",
        ",",
        "01,",
        "01,,02",
        "05-01",
        "01-",
        "01-x",
        "01-02x",
        "1-99999",
        "123456789-123456790",
        "an id that is longer than any speaker of any corpus has",
    };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        assert_error(official_speakers_read(&speakers, lists[i], &error), SER_ERROR_ARGUMENT,
                     "list of speakers");
        official_speakers_release(&speakers);
    }
}

/* The lists that stand in the table of corpora can all be read. */
static void test_reads_those_of_all_corpora(void **state)
{
    (void)state;
    ser_error error;
    for (int i = 0; corpus_readers[i]; i++) {
        const struct official_count *official = corpus_readers[i]->official;
        for (; official && official->recordings; official++) {
            struct official_speakers speakers;
            assert_ok(official_speakers_read(&speakers, official->speakers, &error));
            assert_in_range(speakers.count, 1, official->recordings);
            official_speakers_release(&speakers);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_ids_and_ranges),
        cmocka_unit_test(test_lists_who_is_missing),
        cmocka_unit_test(test_refuses_what_makes_no_sense),
        cmocka_unit_test(test_reads_those_of_all_corpora),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
