#include "run_ser.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "corpora/recording.h"

enum { ACTORS = 4 };

/* A corpus of made-up actors, made once. */
static const char *small_corpus_folder(void)
{
    static char *folder;
    if (!folder)
        folder = small_corpus_write("small-corpus", ACTORS);
    return folder;
}

static json_t *parse(const char *text)
{
    json_error_t problem;
    json_t *root = json_loads(text, 0, &problem);
    if (!root)
        fail_msg("no JSON: %s in:\n%s", problem.text, text);
    return root;
}

/* The first finding of a kind in the report. */
static const json_t *finding_of(const json_t *report, const char *kind)
{
    size_t i;
    const json_t *finding;
    json_array_foreach(json_object_get(report, "findings"), i,
                       finding) if (!strcmp(json_string_value(json_object_get(finding, "kind")),
                                            kind)) return finding;
    return NULL;
}

static void test_helps(void **state)
{
    (void)state;
    struct ran ran = RUN("corpus", "--help");
    assert_code(&ran, 0);
    assert_non_null(strstr(ran.out, "check "));
    assert_non_null(strstr(ran.out, "list "));
    ran_release(&ran);
    ran = RUN("corpus", "check", "--help");
    assert_code(&ran, 0);
    assert_non_null(strstr(ran.out, "Usage: ser corpus check"));
    ran_release(&ran);
    ran = RUN("corpus", "list", "-h");
    assert_code(&ran, 0);
    assert_non_null(strstr(ran.out, "--format"));
    ran_release(&ran);
}

static void test_wrong_usage(void **state)
{
    (void)state;
    const char *folder = small_corpus_folder();
    struct ran ran = RUN("corpus");
    assert_code(&ran, 2);
    assert_non_null(strstr(ran.err, "Usage: ser corpus"));
    ran_release(&ran);
    assert_usage_error(RUN("corpus", "cure", folder), "'cure' is no command");
    assert_usage_error(RUN("corpus", "check"), "no corpus was named");
    assert_usage_error(RUN("corpus", "list"), "no corpus was named");
    assert_usage_error(RUN("corpus", "check", "--cure", folder), "'--cure' is unknown");
    assert_usage_error(RUN("corpus", "check", "-j", "0", folder), "'--threads' is '0'");
    assert_usage_error(RUN("corpus", "check", "--voices", "whale", folder), "'whale'");
    assert_usage_error(RUN("corpus", "list", "--format", "xml", folder),
                       "'xml', expected csv or jsonl");
    assert_usage_error(RUN("corpus", "list", "--out"), "needs a value");
}

static void test_places_that_cannot_be_read(void **state)
{
    (void)state;
    assert_failure(RUN("corpus", "check", "/no/such/place"), "/no/such/place");
    assert_failure(RUN("corpus", "list", "/no/such/place"), "/no/such/place");
    assert_failure(RUN("corpus", "check", "whales=/tmp"), "no known corpus");
    char *empty = support_scratch("nothing-in-it");
    ser_error error;
    assert_ok(file_make_folder(empty, &error));
    assert_failure(RUN("corpus", "list", empty), "no usable recording");
    struct ran ran = RUN("corpus", "check", empty);
    assert_code(&ran, 1);
    assert_non_null(strstr(ran.out, "no sound files at all"));
    ran_release(&ran);
    free(empty);
}

/* Small and of another rate than RAVDESS: remarks, but no problems. */
static void test_check_of_a_sound_corpus(void **state)
{
    (void)state;
    struct ran ran = RUN("corpus", "check", small_corpus_folder());
    assert_code(&ran, 0);
    assert_string_equal(ran.err, "");
    static const char *const parts[] = {
        "RAVDESS (ravdess)\n",
        "  recordings  48, ",
        "  speakers    4 (2 women, 2 men)",
        "happy (16), sad (16), angry (16)",
        "WAV; 8000 Hz; 1 channel",
        "Remarks\n",
        "[partial]",
        "speech: 48 of 1440 recordings",
        "[not-as-published]",
        "48 files were looked at: no problems, some remarks",
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!strstr(ran.out, parts[i]))
            fail_msg("\"%s\" is not in:\n%s", parts[i], ran.out);
    assert_null(strstr(ran.out, "Problems"));
    ran_release(&ran);
}

/* One bad file among many is said and counted; the rest are looked at. */
static void test_check_of_a_bad_corpus(void **state)
{
    (void)state;
    char *folder = small_corpus_write("bad-corpus", 2), name[128];
    for (int i = 1; i <= 9; i++) {
        snprintf(name, sizeof name, "bad-corpus/03-01-08-01-01-01-%02d.wav", i);
        char content[32];
        int size = snprintf(content, sizeof content, "no sound %d", i);
        free(support_write(name, content, (size_t)size));
    }
    struct ran ran = RUN("corpus", "check", folder);
    assert_code(&ran, 1);
    assert_non_null(strstr(ran.out, "recordings that cannot be read: 9 [unreadable]"));
    assert_non_null(strstr(ran.out, "03-01-08-01-01-01-01.wav: is text, not a recording"));
    assert_null(strstr(ran.out, "03-01-08-01-01-01-09.wav"));
    assert_non_null(strstr(ran.out, "… and 4 more"));
    assert_non_null(strstr(ran.out, "--all shows all files"));
    assert_non_null(strstr(ran.out, "33 files were looked at: there are problems"));
    ran_release(&ran);
    ran = RUN("corpus", "check", "--all", folder);
    assert_code(&ran, 1);
    assert_non_null(strstr(ran.out, "03-01-08-01-01-01-09.wav"));
    assert_null(strstr(ran.out, "--all"));
    ran_release(&ran);
    free(folder);
}

static void test_check_as_json(void **state)
{
    (void)state;
    char *folder = small_corpus_write("json-corpus", 2);
    free(support_write("json-corpus/03-01-08-01-01-01-01.wav", "\xff\xfe no", 5));
    struct ran ran = RUN("corpus", "check", "--json", "-j", "2", folder);
    assert_code(&ran, 1);
    json_t *report = parse(ran.out);
    assert_int_equal(json_integer_value(json_object_get(report, "files")), 25);
    assert_int_equal(json_integer_value(json_object_get(report, "problems")), 1);
    const json_t *corpus = json_array_get(json_object_get(report, "corpora"), 0);
    assert_string_equal(json_string_value(json_object_get(corpus, "corpus")), "ravdess");
    assert_int_equal(json_integer_value(json_object_get(corpus, "recordings")), 25);
    assert_int_equal(
        json_integer_value(json_object_get(json_object_get(corpus, "emotions"), "happy")), 8);
    assert_int_equal(
        json_integer_value(json_object_get(json_object_get(corpus, "rates"), "8000 Hz")), 24);
    const json_t *finding = finding_of(report, "unreadable");
    assert_non_null(finding);
    assert_string_equal(json_string_value(json_object_get(finding, "severity")), "problem");
    assert_non_null(
        strstr(json_string_value(json_object_get(finding, "path")), "03-01-08-01-01-01-01.wav"));
    assert_true(json_is_null(json_object_get(finding, "other")));
    finding = finding_of(report, "partial");
    assert_non_null(finding);
    assert_string_equal(json_string_value(json_object_get(finding, "severity")), "remark");
    json_decref(report);
    ran_release(&ran);
    free(folder);
}

static void test_check_takes_the_folder_of_the_environment(void **state)
{
    (void)state;
    char *folder = small_corpus_write("ravdess", 1);
    char *parent = support_scratch("");
    const struct setting setting = {.data = parent};
    struct ran ran = run_ser(&setting, (const char *const[]){"corpus", "check", NULL});
    assert_code(&ran, 0);
    assert_non_null(strstr(ran.out, "12 files were looked at"));
    ran_release(&ran);
    free(parent);
    free(folder);
}

static void test_list_as_csv(void **state)
{
    (void)state;
    struct ran ran = RUN("corpus", "list", small_corpus_folder());
    assert_code(&ran, 0);
    assert_string_equal(ran.err, "");
    assert_int_equal(count_texts(ran.out, "\n"), 49);
    static const char header[] = "path,corpus,name,speaker,sex,age,emotion,heard,voice,intensity,"
                                 "text,language,channel,start,end,original\n";
    assert_int_equal(strncmp(ran.out, header, sizeof header - 1), 0);
    const char *at = ran.out + sizeof header - 1;
    static const char *const row[] = {
        "ravdess", "", "01",     "male",   "",
        "happy",   "", "speech", "normal", "Kids are talking by the door",
        "English", "", "",       "",       "",
    };
    char field[PATH_MAX];
    assert_int_equal(csv_field(&at, field, sizeof field), ',');
    assert_int_equal(strncmp(field, small_corpus_folder(), strlen(small_corpus_folder())), 0);
    for (int i = 0; i < 15; i++) {
        assert_int_equal(csv_field(&at, field, sizeof field), i < 14 ? ',' : '\n');
        if (i != 1)
            assert_string_equal(field, row[i]);
        else
            assert_int_equal(strncmp(field, "03-01-03-", 9), 0);
    }
    ran_release(&ran);
}

static void test_list_as_json_lines(void **state)
{
    (void)state;
    static const char map[] =
        "{\"name\": \"two\", \"description\": \"Two.\", \"by_sex\": false, \"labels\":"
        " {\"positive\": [\"happy\"], \"negative\": [\"sad\", \"angry\"]}}";
    char *labels = support_write("two.json", map, sizeof map - 1);
    struct ran ran =
        RUN("corpus", "list", "--format", "jsonl", "--labels", labels, small_corpus_folder());
    assert_code(&ran, 0);
    int lines = 0;
    for (char *line = strtok(ran.out, "\n"); line; line = strtok(NULL, "\n"), lines++) {
        json_t *row = parse(line);
        const char *emotion = json_string_value(json_object_get(row, "emotion"));
        assert_true(!strcmp(emotion, "positive") || !strcmp(emotion, "negative"));
        assert_non_null(json_object_get(row, "path"));
        assert_null(json_object_get(row, "age"));
        json_decref(row);
    }
    assert_int_equal(lines, 48);
    ran_release(&ran);
    free(labels);
}

/* A list is a manifest: listing it again gives the same rows. */
static void round_trip(const char *first, const char *second, const char *const *places)
{
    char *one = support_scratch(first), *two = support_scratch(second);
    const char *arguments[16] = {"corpus", "list", "--out", one};
    int count = 4;
    for (; *places; places++)
        arguments[count++] = *places;
    struct ran ran = run_ser(&(struct setting){0}, arguments);
    assert_code(&ran, 0);
    assert_non_null(strstr(ran.out, "recordings\n"));
    ran_release(&ran);
    ran = RUN("corpus", "list", "-o", two, one);
    assert_code(&ran, 0);
    assert_string_equal(ran.err, "");
    ran_release(&ran);
    size_t size;
    char *a = read_whole(one, &size), *b = read_whole(two, &size);
    assert_string_equal(a, b);
    assert_true(count_texts(a, "\n") >= 2);
    free(a);
    free(b);
    free(one);
    free(two);
}

static void test_lists_can_be_read_again(void **state)
{
    (void)state;
    const char *const places[] = {small_corpus_folder(), NULL};
    round_trip("first.csv", "second.csv", places);
    round_trip("first.jsonl", "second.jsonl", places);
}

/* All that a manifest can say: pieces, channels, ages, commas, quotes and line ends in texts. */
static void test_lists_of_manifests_can_be_read_again(void **state)
{
    (void)state;
    char *folder = small_corpus_write("told", 1);
    char *sound = small_corpus_path(folder, 1, 3, 0);
    char *renamed = support_scratch("told/call, \"one\".wav");
    assert_int_equal(rename(sound, renamed), 0);
    static const char manifest[] =
        "path,emotion,speaker,sex,age,text,start,end,channel,voice,intensity,language,heard\n"
        "\"call, \"\"one\"\".wav\",joy,\"A, B\",f,20-64,\"so, \"\"he\"\" said\",0,0.1,1,song,low,"
        "German,fear|joy\n"
        "\"call, \"\"one\"\".wav\",rage,C,m,35,,0.1,0.3333333333333333,,non-speech,strong,,\n";
    char *list = support_write("told/told.csv", manifest, sizeof manifest - 1);
    round_trip("told-1.csv", "told-2.csv", (const char *const[]){list, NULL});
    round_trip("told-1.jsonl", "told-2.jsonl", (const char *const[]){list, NULL});
    char *first = support_scratch("told-1.csv");
    size_t size;
    char *text = read_whole(first, &size);
    static const char *const parts[] = {"\"so, \"\"he\"\" said\"", "20-64",    "female",    "song",
                                        ",0.333333333333333,",     "\"A, B\"", "non-speech"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!strstr(text, parts[i]))
            fail_msg("\"%s\" is not in:\n%s", parts[i], text);
    free(text);
    free(first);
    free(list);
    free(renamed);
    free(sound);
    free(folder);
}

/* A list in another folder than the current one names its files in full. */
static void test_list_elsewhere_of_relative_places(void **state)
{
    (void)state;
    char before[PATH_MAX];
    char *scratch = support_scratch("");
    const char *folder = small_corpus_folder();
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(scratch), 0);
    struct ran ran = RUN("corpus", "list", "small-corpus");
    assert_int_equal(chdir(before), 0);
    assert_code(&ran, 0);
    assert_non_null(strstr(ran.out, "\nsmall-corpus/"));
    ran_release(&ran);
    char *inside = support_scratch("lists"), *list = support_scratch("lists/far.csv");
    ser_error error;
    assert_ok(file_make_folder(inside, &error));
    assert_int_equal(chdir(scratch), 0);
    ran = RUN("corpus", "list", "--out", "lists/far.csv", "small-corpus");
    assert_int_equal(chdir(before), 0);
    assert_code(&ran, 0);
    ran_release(&ran);
    ran = RUN("corpus", "list", list);
    assert_code(&ran, 0);
    assert_int_equal(count_texts(ran.out, "\n"), 49);
    assert_non_null(strstr(ran.out, folder));
    ran_release(&ran);
    free(inside);
    free(list);
    free(scratch);
}

static void test_lists_that_cannot_be_written(void **state)
{
    (void)state;
    const struct setting full = {.output = "/dev/full"};
    assert_failure(
        run_ser(&full, (const char *const[]){"corpus", "list", small_corpus_folder(), NULL}),
        "standard output");
    assert_failure(
        run_ser(&full, (const char *const[]){"corpus", "check", small_corpus_folder(), NULL}),
        "standard output");
    assert_failure(RUN("corpus", "list", "--out", "/no/such/folder/a.csv", small_corpus_folder()),
                   "/no/such/folder/a.csv");
    assert_failure(RUN("corpus", "list", "--labels", "/no/such/map", small_corpus_folder()),
                   "/no/such/map");
}

static void test_check_can_be_interrupted(void **state)
{
    (void)state;
    char *output = support_scratch("interrupted.txt");
    pid_t process = run_ser_start(
        output, (const char *const[]){"corpus", "check", "-j", "1", support_data("ravdess"), NULL});
    usleep(300000); /* it has seconds of work; had it ended, the code would say so */
    kill(process, SIGINT);
    assert_int_equal(run_ser_wait(process), 130);
    size_t size;
    char *said = read_whole(output, &size);
    assert_null(strstr(said, "were looked at"));
    free(said);
    free(output);
}

static void test_nemo_can_be_listed_and_read_again(void **state)
{
    (void)state;
    char place[PATH_MAX];
    snprintf(place, sizeof place, "%s", support_data("nemo"));
    round_trip("nemo-1.csv", "nemo-2.csv", (const char *const[]){place, NULL});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_helps),
        cmocka_unit_test(test_wrong_usage),
        cmocka_unit_test(test_places_that_cannot_be_read),
        cmocka_unit_test(test_check_of_a_sound_corpus),
        cmocka_unit_test(test_check_of_a_bad_corpus),
        cmocka_unit_test(test_check_as_json),
        cmocka_unit_test(test_check_takes_the_folder_of_the_environment),
        cmocka_unit_test(test_list_as_csv),
        cmocka_unit_test(test_list_as_json_lines),
        cmocka_unit_test(test_lists_can_be_read_again),
        cmocka_unit_test(test_lists_of_manifests_can_be_read_again),
        cmocka_unit_test(test_list_elsewhere_of_relative_places),
        cmocka_unit_test(test_lists_that_cannot_be_written),
        cmocka_unit_test(test_check_can_be_interrupted),
        cmocka_unit_test(test_nemo_can_be_listed_and_read_again),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
