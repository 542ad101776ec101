#include "scratch_corpus.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "corpora/speakers.h"

static void test_reads_speech_in_order_of_names(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus;
    scratch_add_unique("order", "a/03-01-02-01-01-01-02.wav");
    scratch_add_unique("order", "b/03-01-01-01-01-01-01.FLAC");
    scratch_add_unique("order", "03-01-03-01-01-01-01.Opus");
    scratch_add_unique("order", "notes.txt");
    scratch_add_unique("order", "03-01-04-01-01-01-01.csv");
    scratch_add_unique("order", "03-01-04-01-01-01-01");
    scratch_add_unique("order", "._03-01-05-01-01-01-01.wav");
    char *folder = support_scratch("order");
    remarks_collect();
    assert_ok(corpus_read(&corpus, (const char *const[]){folder}, 1, NULL, &error));
    assert_int_equal(corpus.count, 3);
    assert_string_equal(corpus.recordings[0].name, "03-01-01-01-01-01-01");
    assert_string_equal(corpus.recordings[1].name, "03-01-02-01-01-01-02");
    assert_string_equal(corpus.recordings[2].name, "03-01-03-01-01-01-01");
    assert_int_equal(strncmp(corpus.recordings[0].path, folder, strlen(folder)), 0);
    assert_string_equal(corpus.recordings[0].path + strlen(folder), "/b/03-01-01-01-01-01-01.FLAC");
    assert_int_equal(corpus.recordings[0].bytes, strlen("b/03-01-01-01-01-01-01.FLAC"));
    assert_ptr_equal(corpus.recordings[0].reader, &ravdess_reader);
    assert_int_equal(remarks_total(), 0);
    corpus_release(&corpus);
    corpus_release(&corpus);
    free(folder);
}

static void test_place_and_nesting_do_not_matter(void **state)
{
    (void)state;
    static const char *const flat[] = {"03-01-01-01-01-01-01.wav", "03-01-02-01-01-01-02.wav",
                                       "03-01-08-01-01-01-01.wav"};
    static const char *const nested[] = {"z/03-01-01-01-01-01-01.wav", "03-01-02-01-01-01-02.wav",
                                         "a/b/03-01-08-01-01-01-01.wav"};
    ser_error error;
    struct corpus corpora[2];
    for (int i = 0; i < 3; i++) {
        scratch_add_unique("flat", flat[i]);
        scratch_add_unique("elsewhere/nested", nested[i]);
    }
    char *folders[] = {support_scratch("flat"), support_scratch("elsewhere/nested/")};
    for (int i = 0; i < 2; i++)
        assert_ok(corpus_read(&corpora[i], (const char *const[]){folders[i]}, 1, NULL, &error));
    assert_int_equal(corpora[0].count, 3);
    assert_int_equal(corpora[1].count, 3);
    for (int i = 0; i < 3; i++)
        assert_string_equal(corpora[0].recordings[i].name, corpora[1].recordings[i].name);
    for (int i = 0; i < 2; i++) {
        corpus_release(&corpora[i]);
        free(folders[i]);
    }
}

static void test_leaves_out_songs_unless_wanted(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus;
    struct corpus_settings settings = corpus_settings_defaults();
    scratch_add_unique("songs", "03-01-05-01-01-01-01.wav");
    scratch_add_unique("songs", "03-02-05-01-01-01-01.wav");
    scratch_add_unique("songs", "03-02-05-02-01-01-01.wav");
    char *folder = support_scratch("songs");
    remarks_collect();
    assert_ok(corpus_read(&corpus, (const char *const[]){folder}, 1, &settings, &error));
    assert_int_equal(corpus.count, 1);
    assert_int_equal(corpus.recordings[0].voice, VOICE_SPEECH);
    assert_int_equal(
        remarks_count(SER_LOG_INFO, "2 recordings of a kind that was not asked for", folder), 1);
    corpus_release(&corpus);
    settings.voices[VOICE_SONG] = true;
    remarks_collect();
    assert_ok(corpus_read(&corpus, (const char *const[]){folder}, 1, &settings, &error));
    assert_int_equal(corpus.count, 3);
    assert_int_equal(remarks_total(), 0);
    corpus_release(&corpus);
    free(folder);
}

static void test_reports_what_it_leaves_out(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus;
    scratch_add_unique("mixed", "03-01-05-01-01-01-01.wav");
    scratch_add_unique("mixed", "03-01-09-01-01-01-01.wav");
    scratch_add_unique("mixed", "03-01-05-01-01-01-31.wav");
    scratch_add_unique("mixed", "a door.mp3");
    scratch_add_unique("mixed", "zz.ogg");
    scratch_add_unique("mixed", "02-01-05-01-01-01-01.mp4");
    scratch_add("mixed", "03-01-05-01-01-02-01.wav", "");
    char *folder = support_scratch("mixed");
    remarks_collect();
    assert_ok(corpus_read(&corpus, (const char *const[]){folder}, 1, NULL, &error));
    assert_int_equal(corpus.count, 1);
    assert_int_equal(remarks_count(SER_LOG_INFO, "2 sound files not named", "a door.mp3"), 1);
    assert_int_equal(remarks_count(SER_LOG_WARNING, "2 names that their corpus cannot have",
                                   "03-01-05-01-01-01-31.wav: actor is 31, expected 01 to 24"),
                     1);
    assert_int_equal(remarks_count(SER_LOG_INFO, "1 videos without sound", folder), 1);
    assert_int_equal(remarks_count(SER_LOG_WARNING, "1 empty files", folder), 1);
    assert_int_equal(remarks_total(), 4);
    corpus_release(&corpus);
    free(folder);
}

static void test_needs_a_usable_recording(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus;
    scratch_add_unique("nothing/deeper", "notes.txt");
    scratch_add_unique("foreign", "a.wav");
    scratch_add_unique("foreign", "03-02-05-01-01-01-01.wav");
    scratch_add("foreign", "03-01-05-01-01-01-01.wav", "");
    char *nothing = support_scratch("nothing"), *foreign = support_scratch("foreign");
    assert_error(corpus_read(&corpus, (const char *const[]){nothing}, 1, NULL, &error),
                 SER_ERROR_FORMAT, "no usable recording among 0 sound files");
    assert_non_null(strstr(error.message, nothing));
    assert_non_null(strstr(error.message, "03-01-05-01-02-01-12.wav"));
    assert_int_equal(corpus.count, 0);
    assert_null(corpus.recordings);
    assert_error(corpus_read(&corpus, (const char *const[]){foreign}, 1, NULL, &error),
                 SER_ERROR_FORMAT,
                 "among 3 sound files (1 sound files not named as any known corpus names them; 1 "
                 "recordings of a kind that was not asked for (song, non-speech); 1 empty files)");
    free(nothing);
    free(foreign);
}

static void test_needs_a_folder(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus;
    char *missing = support_scratch("not/there");
    char *file = support_write("03-01-05-01-01-01-01.wav", "x", 1);
    assert_error(corpus_read(&corpus, (const char *const[]){missing}, 1, NULL, &error),
                 SER_ERROR_IO, missing);
    assert_error(corpus_read(&corpus, (const char *const[]){file}, 1, NULL, &error), SER_ERROR_IO,
                 "is a file, expected the folder of a corpus");
    assert_error(corpus_read(&corpus, (const char *const[]){""}, 1, NULL, &error), SER_ERROR_IO,
                 "cannot be opened");
    assert_null(corpus.recordings);
    free(missing);
    free(file);
}

static void test_follows_links_to_files_but_not_to_folders(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus;
    scratch_add_unique("links", "a/03-01-05-01-01-01-01.wav");
    scratch_add_unique("store", "sound");
    char *loop = support_scratch("links/a/loop"), *folder = support_scratch("links");
    char *linked = support_scratch("links/03-01-06-01-01-01-01.wav");
    char *dangling = support_scratch("links/03-01-07-01-01-01-01.wav");
    assert_int_equal(symlink("..", loop), 0);
    assert_int_equal(symlink("../store/sound", linked), 0);
    assert_int_equal(symlink("../store/missing", dangling), 0);
    assert_ok(corpus_read(&corpus, (const char *const[]){folder}, 1, NULL, &error));
    assert_int_equal(corpus.count, 2);
    assert_string_equal(corpus.recordings[1].path, linked);
    corpus_release(&corpus);
    free(loop);
    free(folder);
    free(linked);
    free(dangling);
}

static int label_of(const struct corpus *corpus, const char *emotion)
{
    int i = 0;
    while (i < corpus->label_count && strcmp(corpus->labels[i], emotion))
        i++;
    assert_true(i < corpus->label_count);
    return i;
}

/* 20 actors of 60 recordings: 4 neutral and 8 of every other emotion each; actor 07 has one
 * recording under two names, of which the second is left out. */
static void test_reads_the_real_corpus(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus;
    struct speakers speakers;
    int counts[32][8] = {{0}};
    const char *folder = support_data("ravdess");
    remarks_collect();
    assert_ok(corpus_read(&corpus, (const char *const[]){folder}, 1, NULL, &error));
    assert_int_equal(corpus.count, 1199);
    assert_int_equal(remarks_count(SER_LOG_WARNING, "03-01-03-01-02-02-07.flac, as",
                                   "03-01-03-01-02-01-07.flac"),
                     1);
    assert_int_equal(remarks_total(), 1);
    assert_ok(speakers_find(&speakers, &corpus, &error));
    assert_int_equal(speakers.count, 20);
    for (int i = 0; i < corpus.count; i++) {
        const struct recording *recording = &corpus.recordings[i];
        int actor = atoi(recording->speaker);
        assert_in_range(actor, 1, 20);
        assert_int_equal(speakers.of[i], actor - 1);
        assert_int_equal(recording->sex, actor % 2 ? SEX_MALE : SEX_FEMALE);
        counts[actor][label_of(&corpus, recording->emotion)]++;
    }
    for (int actor = 1; actor <= 20; actor++)
        for (int i = 0; i < 8; i++)
            assert_int_equal(counts[actor][i], (i == 0 ? 4 : 8) - (actor == 7 && i == 2));
    speakers_release(&speakers);
    corpus_release(&corpus);
}

static void test_reads_real_songs(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus;
    struct corpus_settings settings = {.voices[VOICE_SONG] = true};
    char folder[PATH_MAX];
    strcpy(folder, support_data("ravdess-song"));
    assert_error(corpus_read(&corpus, (const char *const[]){folder}, 1, NULL, &error),
                 SER_ERROR_FORMAT, "836 recordings of a kind");
    assert_ok(corpus_read(&corpus, (const char *const[]){folder}, 1, &settings, &error));
    assert_int_equal(corpus.count, 836);
    for (int i = 0; i < corpus.count; i++) {
        assert_int_equal(corpus.recordings[i].voice, VOICE_SONG);
        assert_in_range(label_of(&corpus, corpus.recordings[i].emotion), 0, 5);
    }
    assert_int_equal(corpus.label_count, 6);
    corpus_release(&corpus);
}

/* The files as published, with RAVDESS and TESS in one folder. */
static void test_reads_the_originals(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus;
    const char *folder = support_data("originals");
    remarks_collect();
    assert_ok(corpus_read(&corpus, (const char *const[]){folder}, 1, NULL, &error));
    assert_int_equal(corpus.count, 18);
    assert_string_equal(corpus.recordings[14].name, "OAF_bite_neutral");
    assert_string_equal(corpus.recordings[15].name, "OAF_food_fear");
    assert_int_equal(remarks_count(SER_LOG_WARNING, "1 further names of the same bytes",
                                   "03-01-03-01-02-01-07.wav)"),
                     1);
    assert_int_equal(remarks_total(), 1);
    corpus_release(&corpus);
}

static int count_corpus(const struct corpus *corpus, const char *name)
{
    int count = 0;
    for (int i = 0; i < corpus->count; i++)
        count += !strcmp(corpus->recordings[i].corpus, name);
    return count;
}

/* All at once: RAVDESS of 20 actors less one recording under two names, all of TESS less the second
 * copies of the originals, nEMO by its manifest; everyday sounds and people who order coffee have
 * no emotion. */
static void test_reads_all_there_is(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus;
    static const char *const names[] = {"noise",   "ravdess", "ravdess-song", "tess",
                                        "neutral", "nemo",    "originals",    "crema-d"};
    enum { PLACES = sizeof names / sizeof *names };
    char folders[PLACES][PATH_MAX];
    const char *places[PLACES];
    for (int i = 0; i < PLACES; i++) {
        strcpy(folders[i], support_data(names[i]));
        places[i] = folders[i];
    }
    assert_ok(corpus_read(&corpus, places, PLACES, NULL, &error));
    assert_int_equal(count_corpus(&corpus, "ravdess"), 1199);
    assert_int_equal(count_corpus(&corpus, "tess"), 2800);
    assert_int_equal(count_corpus(&corpus, "nemo"), 3403);
    assert_int_equal(corpus.count, 1199 + 2800 + 3403);
    assert_int_equal(left_out_count(&corpus.left_out, LEFT_OUT_FOREIGN), 619 + 80);
    assert_int_equal(left_out_count(&corpus.left_out, LEFT_OUT_VOICE), 836);
    assert_int_equal(left_out_count(&corpus.left_out, LEFT_OUT_SAME_NAME), 19);
    assert_int_equal(left_out_count(&corpus.left_out, LEFT_OUT_SAME_BYTES), 1);
    assert_int_equal(corpus.left_out.count, 619 + 80 + 836 + 19 + 1);
    corpus_release(&corpus);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_speech_in_order_of_names),
        cmocka_unit_test(test_place_and_nesting_do_not_matter),
        cmocka_unit_test(test_leaves_out_songs_unless_wanted),
        cmocka_unit_test(test_reports_what_it_leaves_out),
        cmocka_unit_test(test_needs_a_usable_recording),
        cmocka_unit_test(test_needs_a_folder),
        cmocka_unit_test(test_follows_links_to_files_but_not_to_folders),
        cmocka_unit_test(test_reads_the_real_corpus),
        cmocka_unit_test(test_reads_real_songs),
        cmocka_unit_test(test_reads_the_originals),
        cmocka_unit_test(test_reads_all_there_is),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
