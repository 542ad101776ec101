/* The table of corpora as a whole. */
#include "names.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "corpora/labels.h"
#include "corpora/manifest/manifest_table.h"

/* Names as their owners published them, and names that their corpora cannot have. */
static const struct {
    const struct corpus_reader *reader;
    const char *names[8];
} published[] = {
    {&ravdess_reader,
     {"03-01-05-01-02-01-12.wav", "03-02-06-02-01-02-24.wav", "01-01-01-01-01-01-01.mp4",
      "02-02-04-02-02-02-17.mp4", "03-01-09-01-01-01-01.wav"}},
    {&crema_d_reader,
     {"1001_DFA_ANG_XX.wav", "1091_IEO_NEU_XX.wav", "1076_MTI_SAD_XX.wav", "1040_ITH_SAD_X.wav",
      "1001_IEO_HAP_LO.flv", "1001_ABC_DEF_XX.wav"}},
    {&tess_reader,
     {"OAF_back_angry.wav", "YAF_youth_ps.wav", "OA_bite_neutral.wav", "OAF_food_fear.wav",
      "OAF_back_calm.wav"}},
    {&savee_reader,
     {"DC_sa03.wav", "KL_su15.wav", "DC/a01.wav", "AudioData/JE/n30.wav", "JK/sa15.wav",
      "JK_n31.wav"}},
    {&emodb_reader, {"03a01Wa.wav", "16b10Tb.wav", "08a05Nc.wav", "03c01Wa.wav"}},
    {&asvp_esd_reader,
     {"03-02-09-01-07-123-02-02-02-09.wav", "03-01-05-01-01-01-02-03.wav",
      "03-01-05-01-01-150-02-03-01-77.wav", "03-01-05-021-01-01-02-03-01-66-77.wav"}},
};

enum { PUBLISHED = sizeof published / sizeof *published };

/* A folder may hold several corpora, so no name may be of two. */
static void test_every_name_is_of_one_corpus(void **state)
{
    (void)state;
    for (int p = 0; p < PUBLISHED; p++) {
        for (int n = 0; n < 8 && published[p].names[n]; n++) {
            for (int i = 0; corpus_readers[i]; i++) {
                struct recording recording = {0};
                char problem[NAME_PROBLEM_LENGTH] = "";
                const struct corpus_reader *reader = corpus_readers[i];
                bool takes = reader->parse && reader->parse(published[p].names[n], &recording,
                                                            problem) != NAME_FOREIGN;
                if (takes != (reader == published[p].reader))
                    fail_msg("%s: %s %s it", published[p].names[n], reader->name,
                             takes ? "takes" : "does not take");
            }
        }
    }
}

static void test_every_reader_is_tried(void **state)
{
    (void)state;
    int readers = 0;
    for (int i = 0; corpus_readers[i]; i++)
        readers += corpus_readers[i]->parse != NULL;
    assert_int_equal(readers, PUBLISHED);
}

/* Ids of speakers: runs of letters and digits, between them '-' for a range and ','. */
static void assert_speakers(const char *text)
{
    for (const char *at = text;; at++) {
        const char *start = at;
        while (isalnum((unsigned char)*at))
            at++;
        if (at == start || (*at && *at != ',' && *at != '-'))
            fail_msg("\"%s\" is no list of speakers", text);
        if (!*at)
            break;
    }
}

static void test_rows_are_complete(void **state)
{
    (void)state;
    for (int i = 0; corpus_readers[i]; i++) {
        const struct corpus_reader *reader = corpus_readers[i];
        const char *const texts[] = {reader->name,    reader->title,    reader->description,
                                     reader->licence, reader->citation, reader->home,
                                     reader->example};
        for (size_t t = 0; t < sizeof texts / sizeof *texts; t++)
            if (!texts[t] || !*texts[t])
                fail_msg("%s: text %zu is empty", reader->name, t);
        assert_non_null(reader->doi);
        assert_true(strlen(reader->name) < sizeof((struct recording){0}).corpus);
        for (const char *letter = reader->name; *letter; letter++)
            assert_true(islower((unsigned char)*letter) || *letter == '-');
        assert_true(reader->rate == 0 || reader->rate >= 8000);
        if (!reader->parse)
            continue;
        assert_non_null(reader->emotions);
        for (int e = 0; reader->emotions[e]; e++)
            assert_in_range(strlen(reader->emotions[e]), 1, EMOTION_LENGTH - 1);
        for (int o = 0; reader->official && reader->official[o].recordings; o++) {
            assert_in_range(reader->official[o].voice, 0, VOICE_KINDS - 1);
            assert_speakers(reader->official[o].speakers);
        }
    }
}

static void test_examples_are_read(void **state)
{
    (void)state;
    for (int i = 0; corpus_readers[i]; i++) {
        const struct corpus_reader *reader = corpus_readers[i];
        if (!reader->parse)
            continue;
        struct recording recording = read_name(reader, reader->example);
        bool is_word = false;
        for (int e = 0; reader->emotions[e]; e++)
            is_word = is_word || !strcmp(reader->emotions[e], recording.emotion);
        assert_true(is_word);
        assert_true(*recording.name && *recording.speaker);
    }
}

static void test_finds_by_name(void **state)
{
    (void)state;
    for (int i = 0; corpus_readers[i]; i++)
        assert_ptr_equal(corpus_reader_find(corpus_readers[i]->name), corpus_readers[i]);
    assert_null(corpus_reader_find(""));
    assert_null(corpus_reader_find("RAVDESS"));
    assert_null(corpus_reader_find("ravdes"));
}

static bool knows(const struct label_map *map, const char *word)
{
    struct corpus corpus = {0};
    struct recording recording = {.sex = SEX_FEMALE};
    ser_error error;
    recording.path = strdup("a.wav");
    snprintf(recording.emotion, sizeof recording.emotion, "%s", word);
    assert_ok(corpus_add(&corpus, &recording, &error));
    assert_ok(label_map_apply(map, &corpus, &error));
    bool is_kept = corpus.count == 1;
    corpus_release(&corpus);
    return is_kept;
}

/* Every emotion of every corpus is in one of the label maps that come with this; breath is none. */
static void test_label_maps_know_the_words(void **state)
{
    (void)state;
    static const char *const names[] = {"common7", "polarity3"};
    struct label_map maps[2];
    ser_error error;
    const char *root = getenv("SER_SOURCE_ROOT");
    assert_non_null(root);
    for (int m = 0; m < 2; m++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/labels/%s.json", root, names[m]);
        assert_ok(label_map_read(&maps[m], path, &error));
    }
    for (int i = 0; corpus_readers[i]; i++) {
        const char *const *words = corpus_readers[i]->emotions;
        for (; words && *words; words++)
            if (!knows(&maps[0], *words) && !knows(&maps[1], *words) && strcmp(*words, "breath"))
                fail_msg("no label map knows \"%s\" of %s", *words, corpus_readers[i]->name);
    }
    for (int m = 0; m < 2; m++)
        label_map_release(&maps[m]);
}

static bool has_line(const char *text, const char *line)
{
    size_t length = strlen(line);
    for (const char *at = strstr(text, line); at; at = strstr(at + 1, line))
        if ((at == text || at[-1] == '\n') && at[length] == '\n')
            return true;
    return false;
}

/* docs/corpora.md has a section for every corpus and a row for every column of manifests. */
static void test_all_are_described(void **state)
{
    (void)state;
    char path[4096], wanted[64], *text;
    size_t size;
    ser_error error;
    snprintf(path, sizeof path, "%s/docs/corpora.md", getenv("SER_SOURCE_ROOT"));
    assert_ok(file_read(path, 1 << 20, &text, &size, &error));
    for (int i = 0; corpus_readers[i]; i++) {
        snprintf(wanted, sizeof wanted, "## %s", corpus_readers[i]->name);
        if (corpus_readers[i]->parse && !has_line(text, wanted))
            fail_msg("%s has no section \"%s\"", path, wanted);
    }
    for (int column = 0; column < MANIFEST_COLUMNS; column++) {
        snprintf(wanted, sizeof wanted, "`%s`", manifest_column_name((enum manifest_column)column));
        if (!strstr(strstr(text, "## Manifests"), wanted))
            fail_msg("%s does not describe the column %s", path, wanted);
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_name_is_of_one_corpus),
        cmocka_unit_test(test_every_reader_is_tried),
        cmocka_unit_test(test_rows_are_complete),
        cmocka_unit_test(test_examples_are_read),
        cmocka_unit_test(test_finds_by_name),
        cmocka_unit_test(test_label_maps_know_the_words),
        cmocka_unit_test(test_all_are_described),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
