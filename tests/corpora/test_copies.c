#include "scratch_corpus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "corpora/copies.h"

/* Reads a folder of the scratch folder, collecting remarks. */
static struct corpus read_scratch(const char *name)
{
    ser_error error;
    struct corpus corpus;
    char *folder = support_scratch(name);
    remarks_collect();
    assert_ok(corpus_read(&corpus, (const char *const[]){folder}, 1, NULL, &error));
    free(folder);
    return corpus;
}

static void test_keeps_the_first_of_a_nested_copy(void **state)
{
    (void)state;
    for (int i = 1; i <= 5; i++) {
        char name[128];
        snprintf(name, sizeof name, "Actor_01/03-01-%02d-01-01-01-01.wav", i);
        scratch_add("nested", name, name);
        snprintf(name, sizeof name, "audio_speech_actors_01-24/Actor_01/03-01-%02d-01-01-01-01.WAV",
                 i);
        scratch_add("nested", name, name + strlen("audio_speech_actors_01-24/"));
    }
    scratch_add_unique("nested", "Actor_01/03-01-06-01-01-01-01.wav");
    struct corpus corpus = read_scratch("nested");
    assert_int_equal(corpus.count, 6);
    for (int i = 0; i < corpus.count; i++)
        assert_non_null(strstr(corpus.recordings[i].path, "nested/Actor_01/"));
    assert_int_equal(remarks_total(), 1);
    assert_int_equal(remarks_count(SER_LOG_WARNING, "5 further files of one name: left out", ""),
                     1);
    assert_int_equal(
        remarks_count(SER_LOG_WARNING, ", as ", "01-24/Actor_01/03-01-01-01-01-01-01.WAV"), 1);
    corpus_release(&corpus);
}

static void test_counts_third_copies(void **state)
{
    (void)state;
    scratch_add_unique("thrice", "a/03-01-05-01-01-01-01.wav");
    scratch_add_unique("thrice", "b/03-01-05-01-01-01-01.flac");
    scratch_add_unique("thrice", "c/03-01-05-01-01-01-01.wav");
    scratch_add_unique("thrice", "a/03-01-06-01-01-01-01.wav");
    struct corpus corpus = read_scratch("thrice");
    assert_int_equal(corpus.count, 2);
    assert_non_null(strstr(corpus.recordings[0].path, "thrice/a/03-01-05"));
    assert_int_equal(
        remarks_count(SER_LOG_WARNING, "2 further files of one name", "thrice/b/03-01-05"), 1);
    corpus_release(&corpus);
}

static void test_prefers_sound_to_video(void **state)
{
    (void)state;
    scratch_add_unique("video", "a/01-01-05-01-01-01-01.mp4");
    scratch_add_unique("video", "b/03-01-05-01-01-01-01.wav");
    scratch_add_unique("video", "a/01-01-06-01-01-01-01.mp4");
    struct corpus corpus = read_scratch("video");
    assert_int_equal(corpus.count, 2);
    assert_non_null(strstr(corpus.recordings[0].path, "b/03-01-05-01-01-01-01.wav"));
    assert_true(corpus.recordings[1].from_video);
    corpus_release(&corpus);
}

static void test_keeps_a_copy_of_an_empty_file(void **state)
{
    (void)state;
    scratch_add("hollow", "a/03-01-05-01-01-01-01.wav", "");
    scratch_add("hollow", "b/03-01-05-01-01-01-01.wav", "sound");
    scratch_add("hollow", "a/03-01-06-01-01-01-01.wav", "");
    struct corpus corpus = read_scratch("hollow");
    assert_int_equal(corpus.count, 1);
    assert_non_null(strstr(corpus.recordings[0].path, "b/03-01-05"));
    assert_int_equal(remarks_count(SER_LOG_WARNING, "2 empty files", ""), 1);
    assert_int_equal(remarks_total(), 1);
    corpus_release(&corpus);
}

static void test_keeps_the_first_name_of_the_same_bytes(void **state)
{
    (void)state;
    scratch_add("twins", "03-01-03-01-02-02-07.wav", "the same");
    scratch_add("twins", "03-01-03-01-02-01-07.wav", "the same");
    scratch_add("twins", "03-01-03-01-02-01-08.wav", "of another size");
    scratch_add("twins", "03-01-03-02-02-01-07.wav", "the same");
    scratch_add("twins", "03-01-04-01-02-01-07.wav", "another!");
    struct corpus corpus = read_scratch("twins");
    assert_int_equal(corpus.count, 3);
    assert_string_equal(corpus.recordings[0].name, "03-01-03-01-02-01-07");
    assert_string_equal(corpus.recordings[1].name, "03-01-03-01-02-01-08");
    assert_string_equal(corpus.recordings[2].name, "03-01-04-01-02-01-07");
    assert_int_equal(remarks_total(), 1);
    assert_int_equal(remarks_count(SER_LOG_WARNING, "2 further names of the same bytes: left out",
                                   "03-01-03-01-02-01-07.wav)"),
                     1);
    corpus_release(&corpus);
}

static void test_trusts_no_contradicting_labels(void **state)
{
    (void)state;
    scratch_add("contradiction", "03-01-03-01-01-01-01.wav", "happy or sad");
    scratch_add("contradiction", "03-01-03-01-01-02-01.wav", "happy or sad");
    scratch_add("contradiction", "03-01-04-01-01-01-01.wav", "happy or sad");
    scratch_add("contradiction", "03-01-05-01-01-01-01.wav", "who?");
    scratch_add("contradiction", "03-01-05-01-01-01-02.wav", "who?");
    scratch_add("contradiction", "03-01-06-01-01-01-01.wav", "certain");
    struct corpus corpus = read_scratch("contradiction");
    assert_int_equal(corpus.count, 1);
    assert_string_equal(corpus.recordings[0].name, "03-01-06-01-01-01-01");
    assert_int_equal(remarks_total(), 1);
    assert_int_equal(
        remarks_count(SER_LOG_WARNING, "5 files of the same bytes under different labels", ""), 1);
    assert_int_equal(corpus.left_out.count, 5);
    for (int i = 0; i < 5; i++) {
        const struct left_out *item = &corpus.left_out.items[i];
        assert_int_equal(item->reason, LEFT_OUT_CONTRADICTION);
        assert_string_not_equal(item->path, item->other);
        assert_string_equal(item->detail, strstr(item->path, "-05-")
                                              ? "angry, speaker 01, against angry, speaker 02"
                                              : "happy, speaker 01, against sad, speaker 01");
    }
    corpus_release(&corpus);
}

static void test_fails_when_contradictions_leave_nothing(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus;
    scratch_add("nothing-left", "03-01-03-01-01-01-01.wav", "a pointer");
    scratch_add("nothing-left", "03-01-04-01-01-01-01.wav", "a pointer");
    char *folder = support_scratch("nothing-left");
    assert_error(corpus_read(&corpus, (const char *const[]){folder}, 1, NULL, &error),
                 SER_ERROR_FORMAT, "2 files of the same bytes under different labels");
    assert_null(corpus.recordings);
    free(folder);
}

/* Files of one size that differ in one byte only, before, within and after the piece that the
 * search looks at first, are no twins; only the last file is one. */
static void test_compares_whole_files(void **state)
{
    (void)state;
    enum { SIZE = 50000 };
    static const int places[] = {0, 100, 25000, 49999, SIZE};
    ser_error error;
    char *bytes = calloc(SIZE + 1, 1), *folder = support_scratch("large");
    assert_ok(file_make_folder(folder, &error));
    for (int i = 0; i < 6; i++) {
        char name[64];
        snprintf(name, sizeof name, "large/03-01-%02d-01-01-01-01.wav", i + 1);
        memset(bytes, 0, SIZE + 1);
        bytes[places[i < 5 ? i : 4]] = 1;
        if (i == 5)
            snprintf(name, sizeof name, "large/03-01-05-01-01-02-01.wav");
        free(support_write(name, bytes, SIZE));
    }
    struct corpus corpus = read_scratch("large");
    assert_int_equal(corpus.count, 5);
    assert_string_equal(corpus.recordings[4].name, "03-01-05-01-01-01-01");
    assert_int_equal(remarks_count(SER_LOG_WARNING, "03-01-05-01-01-02-01.wav, as ",
                                   "03-01-05-01-01-01-01.wav)"),
                     1);
    assert_int_equal(remarks_total(), 1);
    corpus_release(&corpus);
    free(bytes);
    free(folder);
}

/* Files that are gone when they are to be compared do not spoil the others. */
static void test_leaves_out_what_cannot_be_read(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus = {0};
    scratch_add("vanished", "1", "the same");
    scratch_add("vanished", "4", "the same");
    for (int i = 1; i <= 4; i++) {
        char name[32];
        struct recording recording = {.reader = &ravdess_reader, .bytes = 8};
        snprintf(name, sizeof name, "vanished/%d", i);
        recording.path = support_scratch(name);
        snprintf(recording.corpus, sizeof recording.corpus, "ravdess");
        snprintf(recording.name, sizeof recording.name, "%d", i);
        assert_ok(corpus_add(&corpus, &recording, &error));
    }
    assert_ok(copies_leave_out_bytes(&corpus, &error));
    assert_int_equal(corpus.count, 1);
    assert_string_equal(corpus.recordings[0].name, "1");
    assert_int_equal(left_out_count(&corpus.left_out, LEFT_OUT_UNREADABLE), 2);
    assert_int_equal(left_out_count(&corpus.left_out, LEFT_OUT_SAME_BYTES), 1);
    assert_string_equal(corpus.left_out.items[0].detail,
                        "cannot be opened: No such file or directory");
    corpus_release(&corpus);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keeps_the_first_of_a_nested_copy),
        cmocka_unit_test(test_counts_third_copies),
        cmocka_unit_test(test_prefers_sound_to_video),
        cmocka_unit_test(test_keeps_a_copy_of_an_empty_file),
        cmocka_unit_test(test_keeps_the_first_name_of_the_same_bytes),
        cmocka_unit_test(test_trusts_no_contradicting_labels),
        cmocka_unit_test(test_fails_when_contradictions_leave_nothing),
        cmocka_unit_test(test_compares_whole_files),
        cmocka_unit_test(test_leaves_out_what_cannot_be_read),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
