#include "names.h"
#include "scratch_corpus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"
#include "corpora/corpus.h"

static void test_reads_every_field(void **state)
{
    (void)state;
    struct recording recording = read_name(&crema_d_reader, "AudioWAV/1091_IEO_FEA_HI.wav");
    assert_string_equal(recording.name, "1091_IEO_FEA_HI");
    assert_string_equal(recording.speaker, "1091");
    assert_string_equal(recording.emotion, "fear");
    assert_string_equal(recording.text, "It's eleven o'clock");
    assert_string_equal(recording.language, "English");
    assert_int_equal(recording.intensity, INTENSITY_STRONG);
    assert_int_equal(recording.sex, SEX_UNKNOWN);
    assert_int_equal(recording.voice, VOICE_SPEECH);
    assert_string_equal(read_name(&crema_d_reader, "1001_dfa_ang_xx.flac").name, "1001_DFA_ANG_XX");
}

static void test_knows_emotions_levels_and_sentences(void **state)
{
    (void)state;
    static const char *const emotions[][2] = {{"ANG", "anger"}, {"DIS", "disgust"}, {"FEA", "fear"},
                                              {"HAP", "happy"}, {"NEU", "neutral"}, {"SAD", "sad"}};
    static const struct {
        const char *code;
        enum intensity intensity;
    } levels[] = {{"LO", INTENSITY_LOW},
                  {"MD", INTENSITY_NORMAL},
                  {"HI", INTENSITY_STRONG},
                  {"XX", INTENSITY_UNKNOWN}};
    static const char *const sentences[] = {"IEO", "TIE", "IOM", "IWW", "TAI", "MTI",
                                            "IWL", "ITH", "DFA", "ITS", "TSI", "WSI"};
    char name[32], texts[12][160];
    for (int e = 0; e < 6; e++) {
        for (int l = 0; l < 4; l++) {
            snprintf(name, sizeof name, "1001_IEO_%s_%s.wav", emotions[e][0], levels[l].code);
            struct recording recording = read_name(&crema_d_reader, name);
            assert_string_equal(recording.emotion, emotions[e][1]);
            assert_string_equal(crema_d_reader.emotions[e], emotions[e][1]);
            assert_int_equal(recording.intensity, levels[l].intensity);
        }
    }
    for (int i = 0; i < 12; i++) {
        snprintf(name, sizeof name, "1001_%s_ANG_XX.wav", sentences[i]);
        strcpy(texts[i], read_name(&crema_d_reader, name).text);
        for (int j = 0; j < i; j++)
            assert_string_not_equal(texts[i], texts[j]);
    }
}

static void test_passes_over_foreign_names(void **state)
{
    (void)state;
    static const char *const names[] = {
        "",
        "1001.wav",
        "1001_DFA_ANG.wav",
        "1001_DFA_ANG_.wav",
        "1001_DFA_ANG_XXXX.wav",
        "1001_DFA_ANG_XX_2.wav",
        "1001_DFA_ANG_XX (1).wav",
        "101_DFA_ANG_XX.wav",
        "10011_DFA_ANG_XX.wav",
        "1001_DF_ANG_XX.wav",
        "1001_DFA_ANGR_XX.wav",
        "1001-DFA-ANG-XX.wav",
        " 1001_DFA_ANG_XX.wav",
        "1001_DFA_ANG_XX/a.wav",
    };
    assert_foreign(&crema_d_reader, names, sizeof names / sizeof *names);
}

static void test_says_what_is_impossible(void **state)
{
    (void)state;
    static const struct bad_name names[] = {
        {"1000_DFA_ANG_XX.wav", "actor is 1000, expected 1001 to 1091"},
        {"1092_DFA_ANG_XX.wav", "actor is 1092"},
        {"1001_ABC_ANG_XX.wav", "sentence is ABC, expected IEO, TIE"},
        {"1001_DFA_SUR_XX.wav", "emotion is SUR, expected ANG, DIS, FEA, HAP, NEU or SAD"},
        {"1001_DFA_ANG_ZZ.wav", "level is ZZ, expected LO, MD, HI or XX"},
        {"1040_ITH_SAD_X.wav", "level is X, expected LO, MD, HI or XX"}, /* as published */
        {"1001_DFA_ANG_XXX.wav", "level is XXX"},
    };
    assert_malformed(&crema_d_reader, names, sizeof names / sizeof *names);
}

static const char actors[] = "\"ActorID\",\"Age\",\"Sex\",\"Race\",\"Ethnicity\"\r\n"
                             "1001,51,\"Male\",\"Caucasian\",\"Not Hispanic\"\r\n"
                             "1002,21,\"Female\",\"Caucasian\",\"Not Hispanic\"\r\n";
static const char votes[] = "\"\",\"FileName\",\"VoiceVote\",\"VoiceLevel\"\n"
                            "\"1\",\"1001_IEO_NEU_XX\",\"N\",\"69.1\"\n"
                            "\"2\",\"1001_IEO_HAP_LO\",\"H:N\",\"71.67\"\n"
                            "\"3\",\"1002_IEO_HAP_LO\",\"A:D:F:H:N:S\",\"71.67\"\n";

static void add_sound(const char *folder)
{
    scratch_add_unique(folder, "1001_IEO_NEU_XX.wav");
    scratch_add_unique(folder, "1001_IEO_HAP_LO.wav");
    scratch_add_unique(folder, "1002_IEO_HAP_LO.wav");
    scratch_add_unique(folder, "1003_IEO_HAP_LO.wav");
}

static struct corpus read_scratch(const char *name)
{
    ser_error error;
    struct corpus corpus;
    char *folder = support_scratch(name);
    remarks_collect();
    assert_ok(corpus_read(&corpus, (const char *const[]){folder}, 1, NULL, &error));
    assert_int_equal(corpus.count, 4);
    free(folder);
    return corpus;
}

static void assert_tables_were_read(const struct corpus *corpus)
{
    const struct recording *recordings = corpus->recordings;
    assert_string_equal(recordings[0].name, "1001_IEO_HAP_LO");
    assert_string_equal(recordings[0].heard, "happy|neutral");
    assert_int_equal(recordings[0].age_low, 51);
    assert_int_equal(recordings[0].age_high, 51);
    assert_int_equal(recordings[0].sex, SEX_MALE);
    assert_string_equal(recordings[1].heard, "neutral");
    assert_string_equal(recordings[2].heard, "");
    assert_int_equal(recordings[2].sex, SEX_FEMALE);
    assert_int_equal(recordings[3].age_low, 0);
    assert_int_equal(recordings[3].sex, SEX_UNKNOWN);
    assert_string_equal(recordings[3].heard, "");
}

static void test_finds_its_tables(void **state)
{
    (void)state;
    add_sound("whole/AudioWAV");
    scratch_add("whole", "VideoDemographics.csv", actors);
    scratch_add("whole", "processedResults/summaryTable.csv", votes);
    add_sound("beside/AudioWAV");
    scratch_add("beside", "VideoDemographics.csv", actors);
    scratch_add("beside", "summaryTable.csv", votes);
    static const char *const places[] = {"whole", "whole/AudioWAV", "beside", "beside/AudioWAV/"};
    for (int i = 0; i < 4; i++) {
        struct corpus corpus = read_scratch(places[i]);
        assert_tables_were_read(&corpus);
        assert_int_equal(corpus.left_out.count, 0);
        corpus_release(&corpus);
    }
}

static void test_reads_on_without_tables(void **state)
{
    (void)state;
    add_sound("bare/sound");
    scratch_add("bare/deeper/than/one", "VideoDemographics.csv", actors);
    struct corpus corpus = read_scratch("bare/sound");
    for (int i = 0; i < 4; i++) {
        assert_int_equal(corpus.recordings[i].age_low, 0);
        assert_string_equal(corpus.recordings[i].heard, "");
    }
    assert_int_equal(remarks_total(), 0);
    corpus_release(&corpus);
}

static void test_remarks_on_broken_tables(void **state)
{
    (void)state;
    add_sound("broken");
    scratch_add("broken", "VideoDemographics.csv",
                "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1400\n");
    scratch_add("broken", "summaryTable.csv",
                "FileName,VoiceVote\n1001_IEO_NEU_XX,X\n1001_IEO_NEU_XX,\n1001_IEO_HAP_LO,H\n"
                "1002_IEO_HAP_LO,A:\n1002_IEO_HAP_LO,AD\n1002_IEO_HAP_LO\n"
                "1001_IEO_HAP_LO_and_much_more,A\n"
                "1002_IEO_HAP_LO,A:A:A:A:A:A:A:A:A:A:A:A\n");
    struct corpus corpus = read_scratch("broken");
    assert_string_equal(corpus.recordings[0].heard, "happy");
    assert_string_equal(corpus.recordings[1].heard, "");
    assert_string_equal(corpus.recordings[2].heard, "");
    assert_int_equal(corpus.recordings[0].age_low, 0);
    assert_int_equal(left_out_count(&corpus.left_out, LEFT_OUT_UNREADABLE), 1);
    assert_int_equal(left_out_count(&corpus.left_out, LEFT_OUT_ROW), 6);
    assert_int_equal(remarks_count(SER_LOG_WARNING, "expected the columns ActorID, Age, Sex",
                                   "VideoDemographics.csv"),
                     1);
    assert_int_equal(remarks_count(SER_LOG_WARNING, "summaryTable.csv:2", "6 rows"), 1);
    corpus_release(&corpus);
}

/* Makes files of all the official names with the official tables beside them. */
static void test_reads_the_real_tables(void **state)
{
    (void)state;
    ser_error error;
    struct csv csv;
    struct corpus corpus;
    int women = 0, ties = 0, neutral = 0, intended = 0, unmoved = 0, lowest = 1000, highest = 0;
    char folder[512], place[1024], name[64];
    snprintf(folder, sizeof folder, "%s", support_data("crema-d"));
    snprintf(place, sizeof place, "%s/SentenceFilenames.csv", folder);
    assert_ok(csv_open(&csv, place, &error));
    while (csv_next(&csv)) {
        snprintf(name, sizeof name, "%s.wav", csv.cells[1]);
        scratch_add_unique("official/AudioWAV", name);
    }
    csv_close(&csv);
    for (int i = 0; i < 2; i++) {
        char *bytes;
        size_t size;
        const char *table = i ? "summaryTable.csv" : "VideoDemographics.csv";
        snprintf(place, sizeof place, "%s/%s", folder, table);
        assert_ok(file_read(place, CSV_MAX_BYTES, &bytes, &size, &error));
        scratch_add("official", table, bytes);
        free(bytes);
    }
    char *official = support_scratch("official/AudioWAV");
    assert_ok(corpus_read(&corpus, (const char *const[]){official}, 1, NULL, &error));
    free(official);
    assert_int_equal(corpus.count, crema_d_reader.official->recordings);
    assert_int_equal(corpus.left_out.count, 0);
    for (int i = 0; i < corpus.count; i++) {
        const struct recording *recording = &corpus.recordings[i];
        assert_int_not_equal(recording->sex, SEX_UNKNOWN);
        assert_true(*recording->heard);
        women += recording->sex == SEX_FEMALE &&
                 !strcmp(recording->text, "Don't forget a jacket") &&
                 !strcmp(recording->emotion, "anger");
        neutral += !strcmp(recording->heard, "neutral");
        intended += !strcmp(recording->heard, recording->emotion);
        unmoved += !strcmp(recording->heard, "neutral") && strcmp(recording->emotion, "neutral");
        ties += strchr(recording->heard, '|') != NULL;
        lowest = recording->age_low < lowest ? recording->age_low : lowest;
        highest = recording->age_high > highest ? recording->age_high : highest;
    }
    assert_int_equal(women, 43);
    assert_int_equal(neutral, 3897);
    assert_int_equal(intended, 3099); /* docs/corpora.md: 41.6 % */
    assert_int_equal(unmoved, 2857);  /* 38.4 % */
    assert_int_equal(ties, 7442 - 986 - 547 - 645 - 353 - 3897 - 370);
    assert_int_equal(lowest, 20);
    assert_int_equal(highest, 74);
    corpus_release(&corpus);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_every_field),
        cmocka_unit_test(test_knows_emotions_levels_and_sentences),
        cmocka_unit_test(test_passes_over_foreign_names),
        cmocka_unit_test(test_says_what_is_impossible),
        cmocka_unit_test(test_finds_its_tables),
        cmocka_unit_test(test_reads_on_without_tables),
        cmocka_unit_test(test_remarks_on_broken_tables),
        cmocka_unit_test(test_reads_the_real_tables),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
