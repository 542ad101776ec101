#define _GNU_SOURCE
#include "../corpora/scratch_corpus.h"
#include "made_up.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "evaluation/split_file.h"

static struct partition make(const struct corpus *corpus, const char *protocol, int folds,
                             double test, double validation)
{
    ser_error error;
    struct partition partition;
    struct partition_settings settings = {protocol_find(protocol), folds, test, validation, 5};
    assert_non_null(settings.protocol);
    assert_ok(partition_make(&partition, corpus, &settings, &error));
    return partition;
}

static char *write_split(const char *name, const struct corpus *corpus,
                         const struct partition *partition)
{
    ser_error error;
    char *path = support_scratch(name);
    assert_ok(split_file_write(path, corpus, partition, &error));
    return path;
}

static char *read_text(const char *path)
{
    ser_error error;
    char *text;
    size_t size;
    assert_ok(file_read(path, 1 << 24, &text, &size, &error));
    return text;
}

/* Reads rows that stand below the usual header. */
static struct split_file read_rows(const char *rows)
{
    ser_error error;
    char *text = NULL;
    assert_true(asprintf(&text, "corpus,name,speaker,emotion,protocol,part\n%s", rows) > 0);
    char *path = support_write("rows.csv", text, strlen(text));
    struct split_file file;
    assert_ok(split_file_read(&file, path, &error));
    free(text);
    free(path);
    return file;
}

static void test_files_hold_their_partition(void **state)
{
    (void)state;
    ser_error error;
    for (uint64_t seed = 0; seed < 12; seed++) {
        struct corpus corpus = made_up_by_chance(seed);
        struct partition partition = make(&corpus, seed % 2 ? "speaker" : "random",
                                          seed % 3 ? 4 : 0, seed % 3 ? 0 : 0.3, seed % 3 ? 0 : 0.1);
        partition.parts[3] = PART_NONE;
        char *path = write_split("split.csv", &corpus, &partition);
        struct split_file file;
        struct partition again;
        assert_ok(split_file_read(&file, path, &error));
        assert_int_equal(file.count, corpus.count - 1);
        assert_int_equal(file.folds, partition.folds);
        assert_ok(split_file_match(&file, &corpus, &again, &error));
        assert_string_equal(again.protocol, partition.protocol);
        assert_int_equal(again.folds, partition.folds);
        assert_memory_equal(again.parts, partition.parts,
                            (size_t)corpus.count * sizeof *again.parts);
        partition_release(&partition);
        partition_release(&again);
        split_file_release(&file);
        corpus_release(&corpus);
        free(path);
    }
}

static void test_order_of_recordings_does_not_show(void **state)
{
    (void)state;
    struct corpus corpus = made_up_by_chance(3), other = made_up_by_chance(3);
    made_up_shuffle(&other, 4);
    struct partition one = make(&corpus, "speaker", 3, 0, 0),
                     two = make(&other, "speaker", 3, 0, 0);
    char *here = write_split("here.csv", &corpus, &one),
         *there = write_split("there.csv", &other, &two);
    char *first = read_text(here), *second = read_text(there);
    assert_string_equal(first, second);
    free(first);
    free(second);
    free(here);
    free(there);
    partition_release(&one);
    partition_release(&two);
    corpus_release(&corpus);
    corpus_release(&other);
}

static void test_writes_what_the_manual_says(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus = {0};
    made_up_add(&corpus, "made-up", "2", "sad", "");
    made_up_add(&corpus, "made-up", "", "happy, almost", "");
    made_up_add(&corpus, "another", "1", "sad", "");
    strcpy(corpus.recordings[0].name, "a \"quoted\" name");
    strcpy(corpus.recordings[1].name, "b");
    strcpy(corpus.recordings[2].name, "c");
    int parts[] = {PART_TRAIN, PART_VALIDATION, PART_TEST};
    struct partition partition = {.protocol = "speaker", .parts = parts, .count = 3};
    char *path = write_split("exact.csv", &corpus, &partition), *text = read_text(path);
    assert_string_equal(text, "corpus,name,speaker,emotion,protocol,part\n"
                              "another,c,1,sad,speaker,test\n"
                              "made-up,\"a \"\"quoted\"\" name\",2,sad,speaker,train\n"
                              "made-up,b,,\"happy, almost\",speaker,validation\n");
    struct split_file file;
    struct partition again;
    assert_ok(split_file_read(&file, path, &error));
    assert_ok(split_file_match(&file, &corpus, &again, &error));
    assert_memory_equal(again.parts, parts, sizeof parts);
    partition_release(&again);
    split_file_release(&file);
    corpus_release(&corpus);
    free(text);
    free(path);
}

static void test_does_not_write_where_it_cannot(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus = made_up_even("made-up", 2, 1);
    struct partition partition = make(&corpus, "speaker", 2, 0, 0);
    char *path = support_scratch("no/folder/split.csv");
    assert_error(split_file_write(path, &corpus, &partition, &error), SER_ERROR_IO, "no/folder");
    assert_int_not_equal(access(path, F_OK), 0);
    free(path);
    partition_release(&partition);
    corpus_release(&corpus);
}

static void test_reads_other_peoples_files(void **state)
{
    (void)state;
    static const char text[] = "\xef\xbb\xbfpart;remark;name;corpus;protocol\r\n"
                               "2;x;b;made-up;our-own-folds\r\n"
                               "1;;a;made-up;our-own-folds\r\n";
    ser_error error;
    struct split_file file;
    char *path = support_write("other.csv", text, sizeof text - 1);
    assert_ok(split_file_read(&file, path, &error));
    assert_string_equal(file.protocol, "our-own-folds");
    assert_int_equal(file.folds, 2);
    assert_string_equal(file.rows[0].name, "a");
    assert_int_equal(file.rows[0].part, 1);
    assert_int_equal(file.rows[0].line, 3);
    split_file_release(&file);
    free(path);
}

#define HEADER "corpus,name,protocol,part\n"
#define X40 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static void test_names_the_line_of_what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *text, *part;
    } cases[] = {
        {"", "wrong.csv"},
        {"corpus,name,part\nm,a,1\n", "no column \"protocol\""},
        {"corpus,name,name,protocol,part\nm,a,a,p,1\n", "more than one column \"name\""},
        {HEADER, "has no rows"},
        {HEADER "m,a,p,1\nm,b,p,tset\n",
         "wrong.csv:3: part is \"tset\", expected train, validation, test or the number of a fold"},
        {HEADER "m,a,p,\n", "wrong.csv:2: part is \"\""},
        {HEADER "m,a,p,0\n", "wrong.csv:2: part is \"0\""},
        {HEADER "m,a,p,-1\n", "wrong.csv:2: part is \"-1\""},
        {HEADER "m,a,p,1.5\n", "wrong.csv:2: part is \"1.5\""},
        {HEADER "m,a,p,99999999999999999999\n", "wrong.csv:2: part is \"9999"},
        {HEADER "m,a,p,10001\n", "wrong.csv:2: part is \"10001\""},
        {HEADER "m,a,p,1\nm,b,p,test\n", "wrong.csv:3: part is \"test\", expected a fold"},
        {HEADER "m,a,p,train\nm,b,p,2\n", "wrong.csv:3: part is \"2\", expected train, validation"},
        {HEADER "m,a,p,1\nm,b,q,2\n", "wrong.csv:3: protocol is \"q\", expected \"p\""},
        {HEADER "m,a,by chance,1\n", "wrong.csv:2: protocol holds blanks"},
        {HEADER "m,a,,1\n", "wrong.csv:2: protocol is empty"},
        {HEADER "m,a," X40 X40 ",1\n", "wrong.csv:2: protocol has 80 bytes"},
        {HEADER ",a,p,1\n", "wrong.csv:2: corpus is empty"},
        {HEADER "m,,p,1\n", "wrong.csv:2: name is empty"},
        {HEADER "m," X40 X40 X40 X40 ",p,1\n", "wrong.csv:2: name has 160 bytes"},
        {HEADER X40 ",a,p,1\n", "wrong.csv:2: corpus has 40 bytes"},
        {HEADER "m,a,p,1\nm,b\nm,c,p,2\n", "wrong.csv:3: "},
        {HEADER "m,a,p,1\n\nm,b,p,x\n", "wrong.csv:4: "},
        {HEADER "m,a,p,1\n", "has one fold"},
        {HEADER "m,a,p,1\nm,b,p,3\n", "no recording is in fold 2, expected some in each up to 3"},
        {HEADER "m,a,p,train\nm,b,p,validation\n", "no recording is in part test"},
        {HEADER "m,a,p,test\n", "no recording is in part train"},
    };
    ser_error error;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct split_file file;
        char *path = support_write("wrong.csv", cases[i].text, strlen(cases[i].text));
        assert_error(split_file_read(&file, path, &error), SER_ERROR_FORMAT, cases[i].part);
        split_file_release(&file);
        free(path);
    }
    struct split_file file;
    char *gone = support_scratch("gone.csv");
    assert_error(split_file_read(&file, gone, &error), SER_ERROR_IO, "gone.csv");
    split_file_release(&file);
    free(gone);
}

/* A corpus of `count` recordings "a", "b" … of speakers "01", "02" … who say nothing. */
static struct corpus make_letters(int count)
{
    struct corpus corpus = {0};
    for (int i = 0; i < count; i++) {
        char speaker[12];
        snprintf(speaker, sizeof speaker, "%02d", i + 1);
        struct recording *recording = made_up_add(&corpus, "m", speaker, "sad", "");
        snprintf(recording->name, sizeof recording->name, "%c", 'a' + i);
    }
    return corpus;
}

static void test_leaves_out_what_it_does_not_name(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus = make_letters(4);
    struct split_file file = read_rows("m,b,,,speaker,2\nm,x,,,speaker,1\nm,d,,,speaker,1\n"
                                       "other,a,,,speaker,1\nm,x,,,speaker,1\n");
    remarks_collect();
    assert_ok(split_file_narrow(&file, &corpus, &error));
    assert_int_equal(corpus.count, 2);
    assert_string_equal(corpus.recordings[0].name, "b");
    assert_string_equal(corpus.recordings[1].name, "d");
    assert_int_equal(left_out_count(&corpus.left_out, LEFT_OUT_SPLIT), 2);
    assert_int_equal(remarks_count(SER_LOG_INFO, "rows.csv", "2 recordings that it does not name"),
                     1);
    assert_int_equal(remarks_count(SER_LOG_WARNING, "lacks 2 of its recordings", "x (line 3)"), 1);
    struct partition partition;
    assert_ok(split_file_match(&file, &corpus, &partition, &error));
    assert_int_equal(partition.parts[0], 2);
    assert_int_equal(partition.parts[1], 1);
    partition_release(&partition);
    corpus_release(&corpus);
    corpus = made_up_even("elsewhere", 2, 1);
    assert_error(split_file_narrow(&file, &corpus, &error), SER_ERROR_ARGUMENT,
                 "names no recording of the corpus, expected such as b of m");
    ser_log_set_callback(NULL, NULL);
    split_file_release(&file);
    corpus_release(&corpus);
}

/* How many recordings are left of a corpus of two speakers in part `part`. */
static int count_part(const struct split_file *file, int part)
{
    ser_error error;
    struct corpus corpus = made_up_even("lab", 2, 1);
    assert_ok(split_file_keep_part(file, part, &corpus, &error));
    for (int i = 0; i < corpus.count; i++)
        assert_non_null(corpus.recordings[i].path);
    int count = corpus.count;
    corpus_release(&corpus);
    return count;
}

/* Only the part that is asked for needs to be there. */
static void test_keeps_one_part(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus = made_up_even("lab", 2, 1), other = made_up_even("other", 1, 1);
    struct partition halves = make(&corpus, "random", 0, 0.5, 0.25);
    struct partition folds = make(&corpus, "speaker", 2, 0, 0);
    char *halves_path = write_split("halves.csv", &corpus, &halves);
    char *folds_path = write_split("two.csv", &corpus, &folds);
    struct split_file file, in_folds;
    assert_ok(split_file_read(&file, halves_path, &error));
    assert_ok(split_file_read(&in_folds, folds_path, &error));
    assert_int_equal(count_part(&file, PART_TEST), partition_count(&halves, PART_TEST));
    assert_int_equal(count_part(&file, PART_TRAIN), partition_count(&halves, PART_TRAIN));
    assert_int_equal(count_part(&in_folds, 1), 8);
    assert_int_equal(count_part(&in_folds, 2), 8);
    assert_error(split_file_keep_part(&file, 1, &corpus, &error), SER_ERROR_ARGUMENT,
                 "halves.csv: has no part 1, expected one of those that it has, such as test");
    assert_error(split_file_keep_part(&in_folds, 3, &corpus, &error), SER_ERROR_ARGUMENT,
                 "two.csv: has no part 3, expected a fold of 1 to 2");
    assert_error(split_file_keep_part(&in_folds, PART_TEST, &corpus, &error), SER_ERROR_ARGUMENT,
                 "expected a fold of 1 to 2");
    assert_int_equal(corpus.count, 16); /* nothing has happened to it */
    remarks_collect();
    assert_error(split_file_keep_part(&in_folds, 1, &other, &error), SER_ERROR_ARGUMENT,
                 "the corpus has no recording of fold 1");
    assert_int_equal(remarks_count(SER_LOG_WARNING, "lacks 8 of its recordings", "two.csv"), 1);
    split_file_release(&file);
    split_file_release(&in_folds);
    partition_release(&halves);
    partition_release(&folds);
    corpus_release(&corpus);
    corpus_release(&other);
    free(halves_path);
    free(folds_path);
}

static void test_finds_parts_by_their_names(void **state)
{
    (void)state;
    static const int parts[] = {PART_TRAIN, PART_VALIDATION, PART_TEST, 1, 17, PARTITION_MAX_FOLDS};
    static const char *const wrong[] = {"", "0", "-1", "10001", "1x", "1.5", " 1", "Test", "tes"};
    char name[12];
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        part_name(parts[i], name);
        assert_int_equal(part_find(name), parts[i]);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(part_find(wrong[i]), PART_NONE);
}

static void test_a_fold_that_the_corpus_lacks_is_an_error(void **state)
{
    (void)state;
    ser_error error;
    struct partition partition;
    struct corpus corpus = make_letters(2);
    struct split_file folds = read_rows("m,a,,,speaker,1\nm,b,,,speaker,3\nm,c,,,speaker,2\n");
    struct split_file once = read_rows("m,a,,,speaker,train\nm,c,,,speaker,test\n");
    assert_error(split_file_match(&folds, &corpus, &partition, &error), SER_ERROR_ARGUMENT,
                 "the corpus has no recording of fold 2");
    partition_release(&partition);
    assert_error(split_file_match(&once, &corpus, &partition, &error), SER_ERROR_ARGUMENT,
                 "the corpus has no recording of part test");
    partition_release(&partition);
    split_file_release(&folds);
    split_file_release(&once);
    corpus_release(&corpus);
}

static struct leak_list find_leaks(const struct split_file *file, const struct corpus *corpus)
{
    ser_error error;
    struct leak_list leaks = {0};
    assert_ok(split_file_find_leaks(file, corpus, &leaks, &error));
    return leaks;
}

static void assert_leak(const struct leak_list *leaks, int index, enum leak_kind kind, bool is_leak,
                        const char *text)
{
    assert_true(index < leaks->count);
    assert_int_equal(leaks->items[index].kind, kind);
    assert_int_equal(leaks->items[index].is_leak, is_leak);
    assert_string_equal(leaks->items[index].text, text);
}

static void test_splits_made_here_do_not_leak(void **state)
{
    (void)state;
    static const char *const names[] = {"speaker", "random", "text"};
    ser_error error;
    for (uint64_t seed = 0; seed < 9; seed++) {
        struct corpus corpus = made_up_by_chance(seed);
        for (int i = 0; i < corpus.count; i++)
            corpus.recordings[i].bytes = (size_t)i + 1; /* there are no files to read */
        struct partition partition = make(&corpus, names[seed % 3], 2, 0, 0);
        struct leak_list leaks = {0};
        assert_ok(split_find_leaks(&leaks, &partition, &corpus, &error));
        assert_int_equal(leaks.leaks, 0);
        for (int i = 0; i < leaks.count; i++)
            assert_true(leaks.items[i].kind == (seed % 3 == 2 ? LEAK_SPEAKER : LEAK_TEXT) ||
                        (seed % 3 == 1 && leaks.items[i].kind == LEAK_SPEAKER));
        leaks_release(&leaks);
        partition_release(&partition);
        corpus_release(&corpus);
    }
}

static void test_finds_speakers_on_both_sides(void **state)
{
    (void)state;
    static const char *const protocols_here[] = {"speaker", "random", "our-own"};
    struct corpus corpus = make_letters(4);
    strcpy(corpus.recordings[2].speaker, "01");
    strcpy(corpus.recordings[3].speaker, "02");
    for (int i = 0; i < 4; i++)
        corpus.recordings[i].bytes = (size_t)i + 1;
    for (int p = 0; p < 3; p++) {
        char rows[256];
        const char *name = protocols_here[p];
        snprintf(rows, sizeof rows, "m,a,,,%s,1\nm,b,,,%s,2\nm,c,,,%s,2\nm,d,,,%s,2\n", name, name,
                 name, name);
        struct split_file file = read_rows(rows);
        struct leak_list leaks = find_leaks(&file, &corpus);
        assert_int_equal(leaks.count, 1);
        assert_int_equal(leaks.leaks, p != 1);
        assert_leak(&leaks, 0, LEAK_SPEAKER, p != 1,
                    p == 1 ? "1, such as speaker 01 of m: a in fold 1, c in fold 2"
                           : "speaker 01 of m: a in fold 1, c in fold 2");
        leaks_release(&leaks);
        split_file_release(&file);
    }
    corpus_release(&corpus);
}

static void test_finds_everything_else(void **state)
{
    (void)state;
    struct corpus corpus = make_letters(7);
    for (int i = 0; i < 7; i++)
        corpus.recordings[i].bytes = (size_t)i + 1;
    strcpy(corpus.recordings[1].original, "a");
    strcpy(corpus.recordings[2].text, "Come here");
    strcpy(corpus.recordings[3].text, "come HERE");
    *corpus.recordings[4].speaker = 0;
    struct split_file file =
        read_rows("m,a,,,speaker,train\nm,b,,,speaker,validation\nm,c,,,speaker,train\n"
                  "m,d,,,speaker,test\nm,e,,,speaker,test\nm,f,,,speaker,test\n"
                  "m,f,,,speaker,train\nm,z,,,speaker,train\n");
    struct leak_list leaks = find_leaks(&file, &corpus);
    assert_int_equal(leaks.leaks, 2);
    assert_int_equal(leaks.count, 6);
    assert_leak(&leaks, 0, LEAK_COPY, true, "a and its copies: a in train, b in validation");
    assert_leak(&leaks, 1, LEAK_TEXT, false, "1, such as \"Come here\": c in train, d in test");
    assert_leak(&leaks, 2, LEAK_NAMELESS, false,
                "1; whether their speakers are on both sides cannot be told");
    assert_leak(&leaks, 3, LEAK_TWICE, true, "f of m: line 7 in test, line 8 in train");
    assert_leak(&leaks, 4, LEAK_MISSING, false, "1, such as z (line 9)");
    assert_int_equal(leaks.items[5].kind, LEAK_UNNAMED);
    leaks_release(&leaks);
    split_file_release(&file);
    corpus_release(&corpus);
}

/* Gives the recording a file with this content. */
static void give_file(struct corpus *corpus, int index, const char *content)
{
    struct recording *recording = &corpus->recordings[index];
    free(recording->path);
    recording->path = support_write(recording->name, content, strlen(content));
    recording->bytes = strlen(content);
}

static void test_finds_equal_files(void **state)
{
    (void)state;
    struct corpus corpus = make_letters(6);
    give_file(&corpus, 0, "one sound");
    give_file(&corpus, 1, "two sound");
    give_file(&corpus, 2, "one sound");
    give_file(&corpus, 3, "two sound");
    give_file(&corpus, 4, "another one");
    give_file(&corpus, 5, "another two");
    corpus.recordings[3].start = 0.5; /* another piece of what is b */
    unlink(corpus.recordings[5].path);
    struct split_file file =
        read_rows("m,a,,,random,1\nm,b,,,random,1\nm,c,,,random,2\nm,d,,,random,2\n"
                  "m,e,,,random,2\nm,f,,,random,2\n");
    struct leak_list leaks = find_leaks(&file, &corpus);
    assert_int_equal(leaks.count, 2);
    assert_leak(&leaks, 0, LEAK_UNREADABLE, false, "1, which were not compared with others");
    assert_leak(&leaks, 1, LEAK_BYTES, true, "the same bytes: a in fold 1, c in fold 2");
    leaks_release(&leaks);
    split_file_release(&file);
    corpus_release(&corpus);
}

/* corpus_read keeps one of several equal files; the others are in its list. */
static void test_finds_equal_files_that_were_left_out(void **state)
{
    (void)state;
    ser_error error;
    struct corpus corpus = make_letters(3);
    for (int i = 0; i < 3; i++)
        corpus.recordings[i].bytes = (size_t)i + 1;
    assert_ok(left_out_add(&corpus.left_out, "made-up/deep/z.wav", LEFT_OUT_SAME_BYTES, NULL,
                           "made-up/a.wav", &error));
    assert_ok(left_out_add(&corpus.left_out, "made-up/y.wav", LEFT_OUT_SAME_BYTES, NULL,
                           "made-up/b.wav", &error));
    assert_ok(left_out_add(&corpus.left_out, "made-up/x.wav", LEFT_OUT_CONTRADICTION, NULL,
                           "made-up/gone.wav", &error));
    struct split_file file = read_rows("m,a,,,speaker,1\nm,b,,,speaker,2\nm,c,,,speaker,1\n"
                                       "m,y,,,speaker,2\nm,z,,,speaker,2\nm,x,,,speaker,1\n");
    struct leak_list leaks = find_leaks(&file, &corpus);
    assert_int_equal(leaks.leaks, 1);
    assert_leak(&leaks, 0, LEAK_BYTES, true, "z (line 6) and a (line 2)");
    leaks_release(&leaks);
    split_file_release(&file);
    corpus_release(&corpus);
}

static void test_a_corpus_on_both_sides(void **state)
{
    (void)state;
    struct corpus corpus = make_letters(2);
    corpus.recordings[1].bytes = 2;
    struct split_file file = read_rows("m,a,,,corpus,1\nm,b,,,corpus,2\n");
    struct leak_list leaks = find_leaks(&file, &corpus);
    assert_int_equal(leaks.count, 1);
    assert_leak(&leaks, 0, LEAK_CORPUS, true, "corpus m: a in fold 1, b in fold 2");
    leaks_release(&leaks);
    leaks_release(&leaks);
    split_file_release(&file);
    corpus_release(&corpus);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files_hold_their_partition),
        cmocka_unit_test(test_order_of_recordings_does_not_show),
        cmocka_unit_test(test_writes_what_the_manual_says),
        cmocka_unit_test(test_does_not_write_where_it_cannot),
        cmocka_unit_test(test_reads_other_peoples_files),
        cmocka_unit_test(test_names_the_line_of_what_is_wrong),
        cmocka_unit_test(test_leaves_out_what_it_does_not_name),
        cmocka_unit_test(test_keeps_one_part),
        cmocka_unit_test(test_finds_parts_by_their_names),
        cmocka_unit_test(test_a_fold_that_the_corpus_lacks_is_an_error),
        cmocka_unit_test(test_splits_made_here_do_not_leak),
        cmocka_unit_test(test_finds_speakers_on_both_sides),
        cmocka_unit_test(test_finds_everything_else),
        cmocka_unit_test(test_finds_equal_files),
        cmocka_unit_test(test_finds_equal_files_that_were_left_out),
        cmocka_unit_test(test_a_corpus_on_both_sides),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
