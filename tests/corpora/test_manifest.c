#include "scratch_corpus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "corpora/manifest/manifest.h"
#include "corpora/speakers.h"

/* Reads a place below the scratch folder, with all voices. */
static struct corpus read_scratch(const char *name)
{
    ser_error error;
    struct corpus corpus;
    struct corpus_settings settings = {.voices = {true, true, true}, .allow_empty = true};
    char *place = support_scratch(name);
    remarks_collect();
    assert_ok(corpus_read(&corpus, (const char *const[]){place}, 1, &settings, &error));
    free(place);
    return corpus;
}

static void assert_left_out(const struct corpus *corpus, const char *path,
                            enum left_out_reason reason, const char *detail)
{
    for (int i = 0; i < corpus->left_out.count; i++) {
        const struct left_out *item = &corpus->left_out.items[i];
        size_t length = strlen(item->path), wanted = strlen(path);
        if (length < wanted || strcmp(item->path + length - wanted, path) || item->reason != reason)
            continue;
        if (!strstr(item->detail ? item->detail : "", detail))
            fail_msg("%s: \"%s\" does not contain \"%s\"", path, item->detail, detail);
        return;
    }
    fail_msg("%s was not left out as %s", path, left_out_reason_text(reason));
}

static const struct recording *find(const struct corpus *corpus, const char *name)
{
    for (int i = 0; i < corpus->count; i++)
        if (!strcmp(corpus->recordings[i].name, name))
            return &corpus->recordings[i];
    fail_msg("there is no recording %s", name);
    return NULL;
}

static void test_reads_every_column(void **state)
{
    (void)state;
    scratch_add_unique("Every One/a", "b.wav");
    scratch_add("Every One", "list.csv",
                "path,emotion,speaker,sex,age,corpus,text,channel,start,end,voice,intensity,"
                "language,original,name,heard,unknown column\n"
                "a/b.wav,joy,Ann,Female,20-64,Mine,\"Hello, you\",2,1.5,3,song,strong,Polish,"
                "a/first.wav,b by ann,joy|rage,x\n");
    struct corpus corpus = read_scratch("Every One");
    assert_int_equal(corpus.count, 1);
    const struct recording *recording = &corpus.recordings[0];
    assert_non_null(strstr(recording->path, "Every One/a/b.wav"));
    assert_int_equal(recording->bytes, strlen("b.wav"));
    assert_ptr_equal(recording->reader, &manifest_reader);
    assert_string_equal(recording->corpus, "mine");
    assert_string_equal(recording->name, "b by ann#2@1.5-3");
    assert_string_equal(recording->original, "a/first");
    assert_string_equal(recording->speaker, "Ann");
    assert_int_equal(recording->sex, SEX_FEMALE);
    assert_int_equal(recording->age_low, 20);
    assert_int_equal(recording->age_high, 64);
    assert_string_equal(recording->emotion, "joy");
    assert_string_equal(recording->heard, "joy|rage");
    assert_int_equal(recording->voice, VOICE_SONG);
    assert_int_equal(recording->intensity, INTENSITY_STRONG);
    assert_string_equal(recording->text, "Hello, you");
    assert_string_equal(recording->language, "Polish");
    assert_int_equal(recording->channel, 2);
    assert_true(recording->start == 1.5 && recording->end == 3);
    assert_int_equal(remarks_total(), 0);
    corpus_release(&corpus);
}

static void test_needs_only_a_path(void **state)
{
    (void)state;
    scratch_add_unique("Least", "x/y.flac");
    scratch_add("Least", "list.tsv", "emotion\tfile\n\t./x/y.flac\n");
    struct corpus corpus = read_scratch("Least");
    assert_int_equal(corpus.count, 1);
    const struct recording *recording = &corpus.recordings[0];
    assert_string_equal(recording->corpus, "least");
    assert_string_equal(recording->name, "x/y");
    assert_string_equal(recording->emotion, "");
    assert_string_equal(recording->speaker, "");
    assert_string_equal(recording->original, "");
    assert_int_equal(recording->sex, SEX_UNKNOWN);
    assert_int_equal(recording->age_low, 0);
    assert_int_equal(recording->voice, VOICE_SPEECH);
    assert_int_equal(recording->channel, 0);
    assert_int_equal(corpus.label_count, 0);
    corpus_release(&corpus);
}

static void test_knows_other_names_of_columns(void **state)
{
    (void)state;
    scratch_add_unique("aliases", "1.wav");
    scratch_add("aliases", "list.csv",
                "FILENAME;Label;normalized_text;raw_text;gender;Speaker_ID\n"
                "1.wav;calm;hello;Hello!;W;  S1  \n");
    struct corpus corpus = read_scratch("aliases");
    assert_int_equal(corpus.count, 1);
    assert_string_equal(corpus.recordings[0].emotion, "calm");
    assert_string_equal(corpus.recordings[0].text, "Hello!");
    assert_string_equal(corpus.recordings[0].speaker, "S1");
    assert_int_equal(corpus.recordings[0].sex, SEX_FEMALE);
    corpus_release(&corpus);
}

static void test_reads_json_lines(void **state)
{
    (void)state;
    scratch_add_unique("lines", "1.wav");
    scratch_add_unique("lines", "2.wav");
    scratch_add("lines", "list.jsonl",
                "{\"path\": \"1.wav\", \"emotion\": \"sad\", \"age\": 31, \"start\": 0.25, "
                "\"speaker\": 7, \"sex\": null, \"more\": [1, 2]}\r\n"
                "\n"
                "{\"path\": \"2.wav\", \"emotion\": null}\n"
                "{\"path\": \"2.wav\", \"emotion\": [\"sad\"]}\n"
                "{\"path\": \"2.wav\", \n"
                "[1]\n"
                "{\"emotion\": \"sad\"}");
    struct corpus corpus = read_scratch("lines");
    assert_int_equal(corpus.count, 2);
    const struct recording *recording = find(&corpus, "1@0.25-");
    assert_string_equal(recording->emotion, "sad");
    assert_string_equal(recording->speaker, "7");
    assert_int_equal(recording->age_low, 31);
    assert_true(recording->start == 0.25);
    assert_string_equal(find(&corpus, "2")->emotion, "");
    assert_left_out(&corpus, "list.jsonl:4", LEFT_OUT_ROW, "emotion is neither text nor number");
    assert_left_out(&corpus, "list.jsonl:5", LEFT_OUT_ROW, "is no JSON object");
    assert_left_out(&corpus, "list.jsonl:6", LEFT_OUT_ROW, "is no JSON object");
    assert_left_out(&corpus, "list.jsonl:7", LEFT_OUT_ROW, "path is empty");
    assert_int_equal(corpus.left_out.count, 4);
    corpus_release(&corpus);
}

static void test_limits_objects(void **state)
{
    (void)state;
    enum { LONG = 1 << 20 };
    static const char first[] = "{\"path\": \"2.wav\", \"emotion\": \"sad\"}\n";
    static const char begin[] = "{\"path\": \"1.wav\", \"emotion\": \"sad\", \"x\": \"";
    static const char end[] = "\"}\n{\"path\": \"1.wav\", \"emotion\": \"joy\"}\n";
    char *text = malloc(LONG + 256);
    memset(text, ' ', LONG + 256);
    memcpy(text, first, strlen(first));
    memcpy(text + strlen(first), begin, strlen(begin));
    strcpy(text + LONG + 100, end);
    scratch_add_unique("objects", "1.wav");
    scratch_add_unique("objects", "2.wav");
    scratch_add("objects", "list.jsonl", text);
    struct corpus corpus = read_scratch("objects");
    assert_int_equal(corpus.count, 2);
    assert_string_equal(find(&corpus, "1")->emotion, "joy");
    assert_left_out(&corpus, "list.jsonl:2", LEFT_OUT_ROW, "bytes, expected at most 1048576");
    corpus_release(&corpus);
    free(text);
}

static void test_leaves_out_bad_rows_with_their_lines(void **state)
{
    (void)state;
    static const struct {
        const char *row, *detail;
    } cases[] = {
        {"x.wav,joy,,,,,,,,", "path \"x.wav\" is not there"},
        {",joy,,,,,,,,", "path is empty"},
        {"a.wav,joy,0,,,,,,,", "age is \"0\", expected years from 1 to 120"},
        {"a.wav,joy,121,,,,,,,", "age is \"121\""},
        {"a.wav,joy,27.5,,,,,,,", "age is \"27.5\""},
        {"a.wav,joy,64-20,,,,,,,", "age is \"64-20\""},
        {"a.wav,joy,20-,,,,,,,", "age is \"20-\""},
        {"a.wav,joy,20-30-40,,,,,,,", "age is \"20-30-40\""},
        {"a.wav,joy,old,,,,,,,", "age is \"old\""},
        {"a.wav,joy,0x20,,,,,,,", "age is \"0x20\""},
        {"a.wav,joy,-20,,,,,,,", "age is \"-20\""},
        {"a.wav,joy,nan,,,,,,,", "age is \"nan\""},
        {"a.wav,joy,,-1,,,,,,", "start is \"-1\", expected seconds from 0 on"},
        {"a.wav,joy,,1 s,,,,,,", "start is \"1 s\""},
        {"a.wav,joy,,\"1,5\",,,,,,", "start is \"1,5\""},
        {"a.wav,joy,,1e300,,,,,,", "start is \"1e300\""},
        {"a.wav,joy,,inf,,,,,,", "start is \"inf\""},
        {"a.wav,joy,,2,1,,,,,", "end is \"1\", expected it after the start"},
        {"a.wav,joy,,2,2,,,,,", "end is \"2\", expected it after the start"},
        {"a.wav,joy,,,,divers,,,,", "sex is \"divers\", expected female, male, f, w or m"},
        {"a.wav,joy,,,,,shout,,,", "voice is \"shout\", expected speech, song or non-speech"},
        {"a.wav,joy,,,,,,huge,,", "intensity is \"huge\""},
        {"a.wav,joy,,,,,,,0,", "channel is \"0\", expected a whole number from 1 to 64"},
        {"a.wav,joy,,,,,,,1.5,", "channel is \"1.5\""},
        {"a.wav,joy,,,,,,,65,", "channel is \"65\""},
        {"a.wav,a word of forty letters aaaaaaaaaaaaaaaaa,,,,,,,,",
         "emotion is \"a word of forty letters aaaaaaaaaaaaaaaaa\", expected at most 31 bytes"},
        {"a.wav,\"jo\x1b[2Jy\",,,,,,,,", "without control characters"},
        {"a.wav,joy,,,,,,,,0123456789012345678901234567890123456789",
         "speaker is \"0123456789012345678901234567890123456789\", expected at most 39 bytes"},
        {"a.wav,joy", "2 values, expected 10 as in the header"},
        {"a.wav,j\xf6y,,,,,,,,", "bytes that are not UTF-8"},
    };
    enum { CASES = sizeof cases / sizeof *cases };
    char text[8192] = "path,emotion,age,start,end,sex,voice,intensity,channel,speaker\n";
    for (int i = 0; i < CASES; i++)
        strcat(strcat(text, cases[i].row), "\n");
    strcat(text, "b.wav,joy,,,,,,,,\n");
    scratch_add_unique("bad", "a.wav");
    scratch_add_unique("bad", "b.wav");
    scratch_add("bad", "rows.csv", text);
    struct corpus corpus = read_scratch("bad");
    assert_int_equal(corpus.count, 1);
    assert_string_equal(corpus.recordings[0].name, "b");
    for (int i = 0; i < CASES; i++) {
        char place[32];
        snprintf(place, sizeof place, "rows.csv:%d", i + 2);
        assert_left_out(&corpus, place, LEFT_OUT_ROW, cases[i].detail);
    }
    /* a.wav itself is not foreign: the manifest tells of it. */
    assert_int_equal(corpus.left_out.count, CASES);
    assert_int_equal(remarks_count(SER_LOG_WARNING, "30 rows of a manifest", "rows.csv:2"), 1);
    corpus_release(&corpus);
}

static void test_knows_words_in_any_case(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        enum sex sex;
    } sexes[] = {{"female", SEX_FEMALE},  {"F", SEX_FEMALE}, {"w", SEX_FEMALE},
                 {"MALE", SEX_MALE},      {"m", SEX_MALE},   {"", SEX_UNKNOWN},
                 {"Unknown", SEX_UNKNOWN}};
    char text[1024] = "path,emotion,sex,name,age,speaker,voice\n", row[128];
    scratch_add_unique("words", "a.wav");
    for (int i = 0; i < 7; i++) {
        snprintf(row, sizeof row, "a%d.wav,joy,%s,n%d,27.0,unknown,Non-Speech\n", i, sexes[i].word,
                 i);
        strcat(text, row);
        snprintf(row, sizeof row, "a%d.wav", i);
        scratch_add_unique("words", row);
    }
    scratch_add("words", "rows.csv", text);
    struct corpus corpus = read_scratch("words");
    assert_int_equal(corpus.count, 7);
    for (int i = 0; i < 7; i++) {
        assert_int_equal(corpus.recordings[i].sex, sexes[i].sex);
        assert_int_equal(corpus.recordings[i].age_high, 27);
        assert_string_equal(corpus.recordings[i].speaker, "");
        assert_int_equal(corpus.recordings[i].voice, VOICE_NONSPEECH);
    }
    corpus_release(&corpus);
}

static void test_takes_ranges_of_ages(void **state)
{
    (void)state;
    scratch_add_unique("ages", "a.wav");
    scratch_add_unique("ages", "b.wav");
    scratch_add("ages", "rows.csv",
                "path,emotion,age\na.wav,joy,20 \xe2\x80\x93 64\nb.wav,joy,1-120\n");
    struct corpus corpus = read_scratch("ages");
    assert_int_equal(corpus.count, 2);
    assert_int_equal(corpus.recordings[0].age_low, 20);
    assert_int_equal(corpus.recordings[0].age_high, 64);
    assert_int_equal(corpus.recordings[1].age_low, 1);
    assert_int_equal(corpus.recordings[1].age_high, 120);
    corpus_release(&corpus);
}

static void test_finds_files_by_their_names(void **state)
{
    (void)state;
    scratch_add_unique("search", "clips/deep/a.opus");
    scratch_add_unique("search", "one/b.flac");
    scratch_add_unique("search", "two/b.flac");
    scratch_add_unique("search", "c.mp3");
    scratch_add_unique("search", "more/c.wav");
    scratch_add_unique("search", "sub/two/d.flac");
    scratch_add_unique("search", "sub/three/d.flac");
    scratch_add_unique("search", "sub/e.v2.ogg");
    scratch_add("search", "rows.csv",
                "path,emotion\n"
                "a.wav,joy\n"        /* another extension, elsewhere */
                "gone/two/b.wav,x\n" /* the one in a folder of that name */
                "b.wav,y\n"          /* either of two */
                "x/c.wav,z\n"        /* the one with the extension */
                "old/three/d,u\n"    /* without any extension */
                "e.v2,v\n"
                "e,w\n");
    struct corpus corpus = read_scratch("search");
    assert_int_equal(corpus.count, 5);
    assert_non_null(strstr(find(&corpus, "a")->path, "search/clips/deep/a.opus"));
    assert_non_null(strstr(find(&corpus, "gone/two/b")->path, "search/two/b.flac"));
    assert_non_null(strstr(find(&corpus, "x/c")->path, "search/more/c.wav"));
    assert_non_null(strstr(find(&corpus, "old/three/d")->path, "search/sub/three/d.flac"));
    assert_non_null(strstr(find(&corpus, "e.v2")->path, "search/sub/e.v2.ogg"));
    assert_left_out(&corpus, "rows.csv:4", LEFT_OUT_ROW, "several sound files have the name of");
    assert_left_out(&corpus, "rows.csv:8", LEFT_OUT_ROW, "\"e\" is not there");
    assert_left_out(&corpus, "/c.mp3", LEFT_OUT_FOREIGN, "");
    corpus_release(&corpus);
}

static void test_leaves_out_repeated_rows(void **state)
{
    (void)state;
    scratch_add_unique("repeated", "a.wav");
    scratch_add_unique("repeated", "b.wav");
    scratch_add_unique("repeated", "c.wav");
    scratch_add("repeated", "rows.csv",
                "path,emotion,start,end\n"
                "a.wav,joy,,\n"
                "b.wav,joy,,\n"
                "./a.wav,joy,0,\n"
                "../repeated/a.wav,joy,,\n"
                "b.wav,rage,,\n"
                "c.wav,joy,0,1\n"
                "c.wav,rage,1,2\n");
    struct corpus corpus = read_scratch("repeated");
    assert_int_equal(corpus.count, 3);
    find(&corpus, "a");
    find(&corpus, "c@0-1");
    find(&corpus, "c@1-2");
    assert_left_out(&corpus, "rows.csv:4", LEFT_OUT_ROW, "the same piece of the same file");
    assert_left_out(&corpus, "rows.csv:5", LEFT_OUT_ROW, "the same piece of the same file");
    assert_left_out(&corpus, "rows.csv:3", LEFT_OUT_CONTRADICTION, "joy, speaker , against rage");
    assert_left_out(&corpus, "rows.csv:6", LEFT_OUT_CONTRADICTION, "joy, speaker , against rage");
    assert_int_equal(corpus.left_out.count, 4);
    corpus_release(&corpus);
}

static void test_a_manifest_goes_before_names(void **state)
{
    (void)state;
    scratch_add_unique("both", "03-01-05-01-01-01-01.wav");
    scratch_add_unique("both", "03-01-05-01-01-01-02.wav");
    scratch_add_unique("both", "meant/other.wav");
    scratch_add("both", "meant/rows.csv",
                "path,emotion,speaker,corpus\n../03-01-05-01-01-01-01.wav,joy,me,\n"
                "other.wav,angry,12,RAVDESS\n");
    scratch_add("both", "numbers.csv", "path,count\nother.wav,3\n");
    scratch_add("both", "empty.csv", "");
    struct corpus corpus = read_scratch("both");
    assert_int_equal(corpus.count, 3);
    assert_string_equal(corpus.recordings[0].corpus, "meant");
    assert_string_equal(corpus.recordings[0].emotion, "joy");
    assert_string_equal(corpus.recordings[1].name, "03-01-05-01-01-01-02");
    assert_string_equal(corpus.recordings[2].corpus, "ravdess");
    assert_ptr_equal(corpus.recordings[2].reader, &ravdess_reader);
    assert_int_equal(corpus.left_out.count, 0);
    corpus_release(&corpus);
}

static void test_is_a_place_of_its_own(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus;
    char assigned[4096];
    scratch_add_unique("place", "a.wav");
    scratch_add_unique("place", "b.wav");
    scratch_add("place", "rows", "path,emotion\na.wav,joy\n");
    scratch_add("place", "other.csv", "name,age\na,12\n");
    scratch_add("place", "prose.txt", "Nothing but words.\n");
    char *rows = support_scratch("place/rows"), *folder = support_scratch("place");
    char *other = support_scratch("place/other.csv"), *prose = support_scratch("place/prose.txt");
    assert_ok(corpus_read(&corpus, (const char *const[]){rows}, 1, NULL, &error));
    assert_int_equal(corpus.count, 1);
    assert_string_equal(corpus.recordings[0].corpus, "place");
    corpus_release(&corpus);
    snprintf(assigned, sizeof assigned, "manifest=%s", rows);
    assert_ok(corpus_read(&corpus, (const char *const[]){assigned}, 1, NULL, &error));
    assert_int_equal(corpus.count, 1);
    corpus_release(&corpus);
    snprintf(assigned, sizeof assigned, "ravdess=%s", rows);
    assert_error(corpus_read(&corpus, (const char *const[]){assigned}, 1, NULL, &error),
                 SER_ERROR_IO, "is a file, expected the folder of a corpus");
    snprintf(assigned, sizeof assigned, "manifest=%s", folder);
    assert_error(corpus_read(&corpus, (const char *const[]){assigned}, 1, NULL, &error),
                 SER_ERROR_IO, "is a folder, expected a manifest");
    assert_error(corpus_read(&corpus, (const char *const[]){other}, 1, NULL, &error),
                 SER_ERROR_FORMAT,
                 "is no manifest: has the columns name, age, expected one column of paths (path, "
                 "filepath, file_path, file, filename, file_name or file_id) and one of emotions "
                 "(emotion or label)");
    assert_error(corpus_read(&corpus, (const char *const[]){prose}, 1, NULL, &error),
                 SER_ERROR_FORMAT, "is no manifest: has the column Nothing but words.");
    free(rows);
    free(folder);
    free(other);
    free(prose);
}

static void test_refuses_doubtful_headers(void **state)
{
    (void)state;
    static const struct {
        const char *text, *part;
    } cases[] = {
        {"path,emotion,Emotion\n", "has several columns of one name for the emotion"},
        {"", "is empty"},
        {"{\"path\": 1}\n", "a first object without them"},
        {"{\"path\": \n", "line 1: is no JSON object"},
        {"\xff\xfep,e", "line 1: bytes that are not UTF-8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ser_error error;
        struct corpus corpus;
        char *path = support_write("doubtful.csv", cases[i].text, strlen(cases[i].text));
        assert_false(manifest_is_one(path));
        assert_error(corpus_read(&corpus, (const char *const[]){path}, 1, NULL, &error),
                     SER_ERROR_FORMAT, cases[i].part);
        free(path);
    }
    assert_false(manifest_is_one("/not/there.csv"));
    assert_true(manifest_has_name("a.CSV") && manifest_has_name("a.tsv") &&
                manifest_has_name("a.jsonl"));
    assert_false(manifest_has_name("csv") || manifest_has_name("a.csv.gz"));
}

static void test_cuts_long_names(void **state)
{
    (void)state;
    char row[1024], text[4096] = "path,emotion,name,original,text\n";
    char longer[301];
    memset(longer, 'n', 300);
    longer[300] = 0;
    for (int i = 0; i < 2; i++) {
        snprintf(row, sizeof row, "%c.wav,joy,%s%d,%s%d,%s\n", 'a' + i, longer, i, longer, i, "");
        strcat(text, row);
        snprintf(row, sizeof row, "%c.wav", 'a' + i);
        scratch_add_unique("long", row);
    }
    snprintf(row, sizeof row, "c.wav,joy,,,%s\n", longer);
    strcat(text, row);
    scratch_add_unique("long", "c.wav");
    scratch_add("long", "rows.csv", text);
    struct corpus corpus = read_scratch("long");
    assert_int_equal(corpus.count, 3);
    assert_int_equal(strlen(find(&corpus, "c")->text), sizeof corpus.recordings[0].text - 1);
    for (int i = 1; i < 3; i++) {
        assert_int_equal(strlen(corpus.recordings[i].name), RECORDING_NAME_LENGTH - 1);
        assert_string_equal(corpus.recordings[i].name, corpus.recordings[i].original);
        assert_memory_equal(corpus.recordings[i].name, longer, RECORDING_NAME_LENGTH - 10);
    }
    assert_string_not_equal(corpus.recordings[1].name, corpus.recordings[2].name);
    corpus_release(&corpus);
}

/* A list of recordings that was read from a manifest is a manifest, and gives the same names. */
static void test_names_stay_when_they_are_read_again(void **state)
{
    (void)state;
    char text[2048], longer[301];
    memset(longer, 'n', 300);
    longer[300] = 0;
    for (int i = 0; i < 3; i++)
        scratch_add_unique("again", i == 0 ? "0.wav" : i == 1 ? "1.wav" : "2.wav");
    snprintf(text, sizeof text,
             "path,emotion,start,end,channel,name\n0.wav,joy,0.1,2.75,,\n1.wav,joy,,,2,\n"
             "2.wav,joy,0.333333333333,1e-0,1,%s\n",
             longer);
    scratch_add("again", "rows.csv", text);
    struct corpus corpus = read_scratch("again");
    assert_int_equal(corpus.count, 3);
    assert_string_equal(corpus.recordings[0].name, "0@0.1-2.75");
    assert_string_equal(corpus.recordings[1].name, "1#2");
    assert_non_null(strstr(corpus.recordings[2].name, "#1@0.333333333333-1"));
    assert_int_equal(strlen(corpus.recordings[2].name), RECORDING_NAME_LENGTH - 1);
    snprintf(text, sizeof text,
             "path,emotion,start,end,channel,name\n0.wav,joy,0.1,2.75,,%s\n1.wav,joy,,,2,%s\n"
             "2.wav,joy,0.333333333333,1,1,%s\n",
             corpus.recordings[0].name, corpus.recordings[1].name, corpus.recordings[2].name);
    scratch_add("again", "rows.csv", text);
    struct corpus second = read_scratch("again");
    assert_int_equal(second.count, 3);
    for (int i = 0; i < 3; i++)
        assert_string_equal(second.recordings[i].name, corpus.recordings[i].name);
    corpus_release(&corpus);
    corpus_release(&second);
}

static void test_leaves_out_empty_files_and_unwanted_voices(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus;
    scratch_add("wanted", "a.wav", "");
    scratch_add_unique("wanted", "b.wav");
    scratch_add_unique("wanted", "c.wav");
    scratch_add("wanted", "rows.csv", "path,emotion,voice\na.wav,x,\nb.wav,x,song\nc.wav,x,\n");
    char *folder = support_scratch("wanted");
    assert_ok(corpus_read(&corpus, (const char *const[]){folder}, 1, NULL, &error));
    assert_int_equal(corpus.count, 1);
    assert_left_out(&corpus, "wanted/a.wav", LEFT_OUT_EMPTY, "");
    assert_left_out(&corpus, "wanted/b.wav", LEFT_OUT_VOICE, "song");
    corpus_release(&corpus);
    free(folder);
}

static void test_passes_over_what_is_no_regular_file(void **state)
{
    (void)state;
    scratch_add_unique("odd", "folder.wav/inner.wav");
    scratch_add("odd", "rows.csv", "path,emotion\nfolder.wav,x\n/dev/zero,x\npipe.wav,x\n.,x\n");
    char *path = support_scratch("odd/pipe.wav");
    assert_int_equal(mkfifo(path, 0600), 0);
    struct corpus corpus = read_scratch("odd");
    assert_int_equal(corpus.count, 0);
    assert_int_equal(left_out_count(&corpus.left_out, LEFT_OUT_ROW), 4);
    corpus_release(&corpus);
    free(path);
}

/* Pieces of one file, and rows whose files must be searched for. Work that grew with the square of
 * the rows would take minutes. */
static void test_reads_many_rows(void **state)
{
    (void)state;
    enum { ROWS = 50000 };
    char *text = malloc(64 * (size_t)ROWS), *at = text;
    at += sprintf(at, "path,emotion,start,end\n");
    for (int i = 0; i < ROWS; i++)
        at += sprintf(at, "gone/talk.wav,joy,%d,%d.5\n", i, i);
    scratch_add_unique("many", "talk.opus");
    scratch_add("many", "rows.csv", text);
    struct corpus corpus = read_scratch("many");
    assert_int_equal(corpus.count, ROWS);
    assert_int_equal(corpus.left_out.count, 0);
    corpus_release(&corpus);
    free(text);
}

static void test_reads_the_real_nemo(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus;
    struct speakers speakers;
    const char *folder = support_data("nemo");
    remarks_collect();
    assert_ok(corpus_read(&corpus, (const char *const[]){folder}, 1, NULL, &error));
    assert_int_equal(corpus.count, 3403);
    assert_int_equal(corpus.left_out.count, 0);
    assert_int_equal(remarks_total(), 0);
    assert_ok(speakers_find(&speakers, &corpus, &error));
    assert_int_equal(speakers.count, 7);
    assert_int_equal(corpus_count(&corpus, "anger"), 569);
    assert_int_equal(corpus_count(&corpus, "surprised"), 490);
    const struct recording *recording = find(&corpus, "EB0_neutral_13");
    assert_string_equal(recording->corpus, "nemo");
    assert_string_equal(recording->speaker, "EB0");
    assert_string_equal(recording->text, "Interesuje mnie historia Polski.");
    assert_int_equal(recording->sex, SEX_FEMALE);
    assert_int_equal(recording->age_low, 27);
    assert_non_null(strstr(recording->path, "nemo/samples/EB0_neutral_13.opus"));
    speakers_release(&speakers);
    corpus_release(&corpus);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_every_column),
        cmocka_unit_test(test_needs_only_a_path),
        cmocka_unit_test(test_knows_other_names_of_columns),
        cmocka_unit_test(test_reads_json_lines),
        cmocka_unit_test(test_limits_objects),
        cmocka_unit_test(test_leaves_out_bad_rows_with_their_lines),
        cmocka_unit_test(test_knows_words_in_any_case),
        cmocka_unit_test(test_takes_ranges_of_ages),
        cmocka_unit_test(test_finds_files_by_their_names),
        cmocka_unit_test(test_leaves_out_repeated_rows),
        cmocka_unit_test(test_a_manifest_goes_before_names),
        cmocka_unit_test(test_is_a_place_of_its_own),
        cmocka_unit_test(test_refuses_doubtful_headers),
        cmocka_unit_test(test_cuts_long_names),
        cmocka_unit_test(test_names_stay_when_they_are_read_again),
        cmocka_unit_test(test_leaves_out_empty_files_and_unwanted_voices),
        cmocka_unit_test(test_passes_over_what_is_no_regular_file),
        cmocka_unit_test(test_reads_many_rows),
        cmocka_unit_test(test_reads_the_real_nemo),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
