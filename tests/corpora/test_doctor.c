#include "examination.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

static ser_error error;

static void test_a_healthy_corpus_has_no_findings(void **state)
{
    (void)state;
    write_whole_corpus("healthy", NULL);
    struct doctor_report report = examine("healthy");
    ASSERT_ONLY(&report, LAST);
    assert_int_equal(report.files, 1440);
    assert_int_equal(report.problems + report.remarks, 0);
    assert_int_equal(report.summary_count, 1);
    const struct corpus_summary *summary = &report.summaries[0];
    assert_string_equal(summary->corpus, "ravdess");
    assert_int_equal(summary->recordings, 1440);
    assert_int_equal(summary->by_voice[VOICE_SPEECH], 1440);
    assert_int_equal(summary->speakers, 24);
    assert_int_equal(summary->women, 12);
    assert_int_equal(summary->men, 12);
    assert_float_equal(summary->seconds, 360, 1e-6);
    assert_string_equal(summary->rates[0].text, "48000 Hz");
    assert_int_equal(summary->rates[0].count, 1440);
    assert_int_equal(summary->rates[1].count, 0);
    assert_string_equal(summary->formats[0].text, "WAV");
    assert_string_equal(summary->emotions[0].text, "neutral");
    assert_int_equal(summary->emotions[0].count, 96);
    assert_int_equal(summary->emotions[7].count, 192);
    doctor_release(&report);
    doctor_release(&report);
}

static void test_places_without_recordings(void **state)
{
    (void)state;
    scratch_add("barren", "notes.txt", "no sound");
    struct doctor_report report = examine("barren");
    ASSERT_ONLY(&report, FINDING_NOTHING);
    assert_detail(the_finding(&report, FINDING_NOTHING, "/barren"), "no sound files at all");
    assert_int_equal(report.files, 0);
    assert_int_equal(report.summary_count, 0);
    doctor_release(&report);
    for (int i = 0; i < 4; i++) {
        char name[32];
        snprintf(name, sizeof name, "calls/%d.wav", i);
        utterance_add("unknown", name, 310 + i);
    }
    report = examine("unknown");
    ASSERT_ONLY(&report, FINDING_NOTHING, FINDING_FOREIGN);
    assert_detail(the_finding(&report, FINDING_NOTHING, "/unknown"), "something else: 4");
    assert_int_equal(the_finding(&report, FINDING_FOREIGN, "/unknown/calls")->count, 4);
    assert_int_equal(report.summary_count, 1);
    assert_string_equal(report.summaries[0].corpus, "");
    assert_int_equal(report.summaries[0].recordings, 4);
    assert_float_equal(report.summaries[0].seconds, 4, 1e-6);
    doctor_release(&report);
}

/* Foreign files lie in as many findings as there are folders, but for a few. */
static void test_foreign_files_by_folder(void **state)
{
    (void)state;
    static const char *const names[] = {"a/1.wav",   "a/2.wav", "a/deep/3.wav", "b/x/1.wav",
                                        "b/y/2.wav", "b/3.wav", "c/1.wav",      "d.wav"};
    for (int i = 0; i < 8; i++)
        utterance_add("folders", names[i], 320 + i);
    struct doctor_report report = examine("folders");
    static const char *const endings[] = {"/folders/a", "/folders/b", "/folders/c/1.wav",
                                          "/folders/d.wav"};
    int found = 0;
    for (int i = 0; i < report.findings.count; i++) {
        const struct finding *item = &report.findings.items[i];
        if (item->kind != FINDING_FOREIGN)
            continue;
        assert_true(found < 4);
        assert_string_equal(item->path + strlen(item->path) - strlen(endings[found]),
                            endings[found]);
        assert_int_equal(item->count, found < 2 ? 3 : 1);
        found++;
    }
    assert_int_equal(found, 4);
    doctor_release(&report);
}

static void test_pieces_of_a_manifest(void **state)
{
    (void)state;
    float *samples = utterance_make(330, (size_t)SECOND * 3);
    for (int i = SECOND; i < 2 * SECOND; i++)
        samples[i] = 0;
    utterance_write("pieces", "long.wav", WAV16, UTTERANCE_RATE, 1, samples, (size_t)SECOND * 3);
    free(samples);
    scratch_add("pieces", "list.csv",
                "path,emotion,speaker,start,end\n"
                "long.wav,happy,a,0,1\nlong.wav,sad,a,1,2\nlong.wav,angry,b,2,3\n"
                "long.wav,angry,b,5,6\nlong.wav,angry,b,-1,6\n");
    struct doctor_report report = examine("pieces");
    ASSERT_ONLY(&report, FINDING_SILENT, FINDING_UNREADABLE, FINDING_ROW, FINDING_MISSING_EMOTIONS,
                FINDING_CUT_OFF);
    the_finding(&report, FINDING_SILENT, "/long.wav");
    assert_detail(the_finding(&report, FINDING_UNREADABLE, "/long.wav"), "no such piece");
    the_finding(&report, FINDING_ROW, "/list.csv:6");
    assert_int_equal(report.files, 1);
    assert_float_equal(report.summaries[0].seconds, 3, 1e-6);
    assert_string_equal(report.summaries[0].corpus, "pieces");
    doctor_release(&report);
}

static int stop_at_two(void *user, int done, int total)
{
    int *calls = user;
    assert_true(done <= total);
    ++*calls;
    return done >= 2;
}

static void test_can_be_stopped(void **state)
{
    (void)state;
    for (int i = 1; i <= 8; i++) {
        char name[80];
        snprintf(name, sizeof name, "03-01-%02d-01-01-01-01.wav", i);
        utterance_add("stopped", name, 340 + i);
    }
    int calls = 0;
    struct doctor_report report;
    struct doctor_settings settings = doctor_settings_defaults();
    settings.threads = 3;
    settings.progress = stop_at_two;
    settings.user = &calls;
    char *path = support_scratch("stopped");
    assert_error(doctor_examine(&report, (const char *const[]){path}, 1, &settings, &error),
                 SER_ERROR_INTERRUPTED, "stopped after");
    assert_int_equal(calls, 2);
    assert_null(report.findings.items);
    free(path);
}

static void test_places_that_cannot_be_read(void **state)
{
    (void)state;
    struct doctor_report report;
    assert_error(doctor_examine(&report, (const char *const[]){"/no/such/place"}, 1, NULL, &error),
                 SER_ERROR_IO, "/no/such/place");
    assert_error(doctor_examine(&report, (const char *const[]){"nonsense=/tmp"}, 1, NULL, &error),
                 SER_ERROR_ARGUMENT, "no known corpus");
    assert_error(doctor_examine(&report, NULL, 0, NULL, &error), SER_ERROR_ARGUMENT,
                 "no corpus is named");
}

/* The texts that explain the findings know every kind. */
static void test_all_kinds_are_described(void **state)
{
    (void)state;
    static const struct {
        const char *file, *before, *after;
    } texts[] = {{"docs/doctor.md", "| `", "` |"}, {"man/ser-corpus.1", ".It Cm ", "\n"}};
    const char *root = getenv("SER_SOURCE_ROOT");
    if (!root) {
        print_message("# skipped: SER_SOURCE_ROOT does not name the sources\n");
        skip();
    }
    for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
        char path[4096], wanted[80], *text;
        size_t size;
        snprintf(path, sizeof path, "%s/%s", root, texts[t].file);
        assert_ok(file_read(path, 1 << 20, &text, &size, &error));
        for (int i = 0; i < FINDING_KIND_COUNT; i++) {
            snprintf(wanted, sizeof wanted, "%s%s%s", texts[t].before,
                     finding_kind_name((enum finding_kind)i), texts[t].after);
            if (!strstr(text, wanted))
                fail_msg("%s lacks %s", texts[t].file, finding_kind_name((enum finding_kind)i));
        }
        free(text);
    }
}

static void test_the_real_originals(void **state)
{
    (void)state;
    struct doctor_report report;
    const char *place = support_data("originals");
    assert_ok(doctor_examine(&report, (const char *const[]){place}, 1, NULL, &error));
    static const struct {
        enum finding_kind kind;
        int count;
    } expected[] = {
        {FINDING_SAME_BYTES, 1},    {FINDING_OTHER_FORMAT, 2}, {FINDING_ODD_CHANNELS, 5},
        {FINDING_UNREADABLE, 0},    {FINDING_DAMAGED, 0},      {FINDING_SILENT, 0},
        {FINDING_CONTRADICTION, 0}, {FINDING_RECODED, 0},      {FINDING_CUT_OFF, 0},
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        if (findings_of(&report.findings, expected[i].kind) != expected[i].count)
            fail_msg("%s: %d, expected %d", finding_kind_name(expected[i].kind),
                     findings_of(&report.findings, expected[i].kind), expected[i].count);
    doctor_release(&report);
}

/* Actors 21 to 24 are missing; all else is as published, but resampled. */
static void test_the_real_ravdess(void **state)
{
    (void)state;
    struct doctor_report report;
    const char *place = support_data("ravdess");
    assert_ok(doctor_examine(&report, (const char *const[]){place}, 1, NULL, &error));
    ASSERT_ONLY(&report, FINDING_MISSING_SPEAKERS, FINDING_SAME_BYTES, FINDING_NOT_AS_PUBLISHED,
                FINDING_QUIET);
    assert_string_equal(the_finding(&report, FINDING_MISSING_SPEAKERS, "")->detail,
                        "speech: 4 of 24: 21 to 24 (1200 of 1440 recordings are here)");
    the_finding(&report, FINDING_SAME_BYTES, "/03-01-03-01-02-02-07.flac");
    doctor_release(&report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_healthy_corpus_has_no_findings),
        cmocka_unit_test(test_places_without_recordings),
        cmocka_unit_test(test_foreign_files_by_folder),
        cmocka_unit_test(test_pieces_of_a_manifest),
        cmocka_unit_test(test_can_be_stopped),
        cmocka_unit_test(test_places_that_cannot_be_read),
        cmocka_unit_test(test_all_kinds_are_described),
        cmocka_unit_test(test_the_real_originals),
        cmocka_unit_test(test_the_real_ravdess),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
