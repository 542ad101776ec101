#define _GNU_SOURCE
#include "run_ser.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../report/made_up_corpus.h"
#include "base/file.h"

enum { ACTORS = 2 };

static char *corpus;

static int set_up(void **state)
{
    (void)state;
    corpus = small_corpus_write("corpus", ACTORS);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(corpus);
    support_cleanup();
    return 0;
}

static char *read_page(const char *path)
{
    ser_error error;
    size_t size;
    char *html;
    assert_ok(file_read(path, 64 << 20, &html, &size, &error));
    assert_whole_page(html);
    return html;
}

static void test_writes_a_page(void **state)
{
    (void)state;
    char *out = support_scratch("page.html");
    struct ran ran = RUN("explore", "--out", out, "-j", "2", corpus);
    assert_code(&ran, 0);
    assert_string_equal(ran.out, "");
    assert_string_equal(ran.err, "");
    char *html = read_page(out);
    assert_non_null(strstr(html, "<h1>RAVDESS</h1>"));
    assert_non_null(strstr(html, "<b>24</b> <span>recordings"));
    assert_non_null(strstr(html, "speakers: 1 woman, 1 man"));
    assert_non_null(strstr(html, "Women beside men"));
    free(html);
    ran_release(&ran);
    free(out);
}

static void test_says_what_could_not_be_read(void **state)
{
    (void)state;
    char *broken = small_corpus_write("broken", 1), *out = support_scratch("broken.html");
    char *path = small_corpus_path(broken, 1, 3, 0);
    ser_error error;
    assert_ok(file_write(path, "no sound", 8, &error));
    struct ran ran = RUN("explore", "-o", out, broken);
    assert_code(&ran, 1);
    assert_non_null(strstr(ran.err, "1 of 12 recordings could not be read"));
    assert_int_equal(count_texts(ran.err, "\n"), 1);
    char *html = read_page(out);
    assert_non_null(strstr(html, file_name(path)));
    assert_non_null(strstr(html, "<b>12</b> <span>recordings"));
    free(html);
    ran_release(&ran);
    free(path);
    free(out);
    free(broken);
}

static void test_maps_labels(void **state)
{
    (void)state;
    static const char map[] = "{\"name\": \"two\", \"description\": \"d\", \"by_sex\": false, "
                              "\"labels\": {\"glad\": [\"happy\"], \"not glad\": [\"sad\"]}}";
    char *labels = support_write("two.json", map, sizeof map - 1);
    char *out = support_scratch("mapped.html");
    struct ran ran = RUN("explore", "--out", out, "--labels", labels, corpus);
    assert_code(&ran, 0);
    char *html = read_page(out);
    assert_non_null(strstr(html, "<b>16</b> <span>recordings"));
    assert_non_null(strstr(html, "<th scope=\"row\">not glad</th>"));
    assert_null(strstr(html, "<th scope=\"row\">angry</th>"));
    free(html);
    ran_release(&ran);
    free(labels);
    free(out);
}

static void test_refuses_wrong_usage(void **state)
{
    (void)state;
    assert_usage_error(RUN("explore"), "no corpus was named");
    assert_usage_error(RUN("explore", "--threads", "0", corpus), "threads");
    assert_usage_error(RUN("explore", "--voices", "whisper", corpus), "whisper");
    assert_usage_error(RUN("explore", "--nothing", corpus), "nothing");
}

/* What fails leaves neither a page nor anything beside it, and an older page as it was. */
static void test_failures_leave_nothing(void **state)
{
    (void)state;
    ser_error error;
    char *folder = support_scratch("pages"), *empty = support_scratch("no corpus"), *out = NULL;
    struct file_list list = {0};
    assert_ok(file_make_folder(folder, &error));
    assert_ok(file_make_folder(empty, &error));
    assert_true(asprintf(&out, "%s/page.html", folder) > 0);
    assert_ok(file_write(out, "older", 5, &error));
    assert_failure(RUN("explore", "--out", out, empty), "no usable recording");
    assert_failure(RUN("explore", "--out", out, "/nowhere"), "/nowhere");
    assert_failure(RUN("explore", "--out", out, "--labels", "nowhere.json", corpus),
                   "nowhere.json");
    assert_failure(RUN("explore", "--out", "/nowhere/page.html", corpus), "/nowhere/page.html");
    assert_ok(file_list_add(&list, folder, NULL, &error));
    assert_int_equal(list.count, 1);
    char *content;
    size_t size;
    assert_ok(file_read(out, 100, &content, &size, &error));
    assert_string_equal(content, "older");
    free(content);
    file_list_release(&list);
    free(folder);
    free(empty);
    free(out);
}

/* Ctrl-C at some moment: either it was done already, or there is no page. */
static void check_interruption(int number, unsigned delay)
{
    char *out = support_scratch("interrupted.html"), *said = support_scratch("said");
    const char *const arguments[] = {"explore", "-j", "1", "--out", out, corpus, NULL};
    unlink(out);
    pid_t process = run_ser_start(said, arguments);
    usleep(delay);
    kill(process, number);
    int code = run_ser_wait(process);
    if (code == 0) {
        char *html = read_page(out);
        free(html);
    } else {
        assert_true(code == 130 || code == 128 + number); /* before the handler was there */
        assert_int_equal(access(out, F_OK), -1);
    }
    free(out);
    free(said);
}

static void test_can_be_interrupted(void **state)
{
    (void)state;
    struct ran ran = RUN("version"); /* skips where there is no command */
    ran_release(&ran);
    for (unsigned delay = 0; delay < 200000; delay += 20000)
        check_interruption(delay % 40000 ? SIGINT : SIGTERM, delay);
}

static void test_helps(void **state)
{
    (void)state;
    struct ran ran = RUN("explore", "--help");
    assert_code(&ran, 0);
    assert_non_null(strstr(ran.out, "--labels"));
    assert_non_null(strstr(ran.out, "Examples:"));
    ran_release(&ran);
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_writes_a_page),
        cmocka_unit_test(test_says_what_could_not_be_read),
        cmocka_unit_test(test_maps_labels),
        cmocka_unit_test(test_refuses_wrong_usage),
        cmocka_unit_test(test_failures_leave_nothing),
        cmocka_unit_test(test_can_be_interrupted),
        cmocka_unit_test(test_helps),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
