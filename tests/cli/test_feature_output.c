/* Where `ser features` writes its table, which recordings are in it, and what it says of them. */
#define _GNU_SOURCE
#include "run_ser.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "ser/features.h"

enum { SOUNDS = 3, RATE = 16000 };

static ser_error error;
static char *sounds[SOUNDS];

static char *write_sound(const char *name, size_t samples, int rate)
{
    char *path = support_scratch(name);
    float *values = small_sound(samples, samples);
    write_wav(path, values, samples, rate, 1);
    free(values);
    return path;
}

static int set_up(void **state)
{
    (void)state;
    static const char *const names[SOUNDS] = {"a.wav", "b.wav", "c.wav"};
    for (int i = 0; i < SOUNDS; i++)
        sounds[i] = write_sound(names[i], 4000 + 1000 * (size_t)i, RATE);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (int i = 0; i < SOUNDS; i++)
        free(sounds[i]);
    return 0;
}

static size_t count_files(const char *folder)
{
    struct file_list list = {0};
    assert_ok(file_list_add(&list, folder, NULL, &error));
    size_t count = list.count;
    file_list_release(&list);
    return count;
}

static void expect_bytes(const char *path, const char *expected, size_t expected_size)
{
    size_t size;
    char *bytes = read_whole(path, &size);
    assert_int_equal(size, expected_size);
    assert_memory_equal(bytes, expected, size);
    free(bytes);
}

/* A format by its name is what the ending of a file gives, on standard output too. */
static void test_formats_by_name(void **state)
{
    (void)state;
    static const char *const formats[] = {"csv", "JSON", "arff", "npy"};
    static const char *const files[] = {"f.csv", "f.json", "f.arff", "f.npy"};
    char *plain = support_scratch("no-ending"), *printed = support_scratch("printed");
    for (int i = 0; i < 4; i++) {
        char *named = support_scratch(files[i]);
        /* The last four of the arguments say where to. */
        const char *arguments[] = {"features", "-s",  "logmel64", "--frames", sounds[0], sounds[1],
                                   "--out",    named, NULL,       NULL,       NULL};
        size_t size;
        struct ran ran = run_ser(&(struct setting){0}, arguments);
        assert_code(&ran, 0);
        ran_release(&ran);
        char *expected = read_whole(named, &size);
        const char *const ways[] = {plain, "-", NULL};
        for (int way = 0; way < 3; way++) {
            arguments[6] = "--format";
            arguments[7] = formats[i];
            arguments[8] = ways[way] ? "--out" : NULL;
            arguments[9] = ways[way];
            ran = run_ser(&(struct setting){.output = printed}, arguments);
            assert_code(&ran, 0);
            assert_string_equal(ran.err, "");
            ran_release(&ran);
            expect_bytes(way ? printed : plain, expected, size);
        }
        free(expected);
        free(named);
    }
    free(plain);
    free(printed);
}

/* More than goes through memory, in two recordings with others before, between and behind. */
static void test_long_recordings_beside_short_ones(void **state)
{
    (void)state;
    enum { LONG = 20 * RATE }; /* 625 frames of 1025 numbers of some 12 bytes: 8 MB */
    float *samples = small_sound(2 * LONG, 1);
    char *paths[5], name[32], *one = NULL, *out = support_scratch("long.json");
    size_t size;
    for (int i = 0; i < 5; i++) {
        snprintf(name, sizeof name, "long-%d.wav", i);
        paths[i] = support_scratch(name);
        write_wav(paths[i], samples, i % 2 ? (size_t)(LONG / 2 * (i + 1)) : 3000, RATE, 1);
    }
    for (int threads = 1; threads <= 3; threads += 2) {
        struct ran ran =
            RUN("features", "-s", "stft1025", "--frames", "-o", out, "-j", threads == 1 ? "1" : "3",
                paths[0], paths[1], paths[2], paths[3], paths[4]);
        assert_code(&ran, 0);
        ran_release(&ran);
        char *text = read_whole(out, &size);
        assert_true(size > 20 << 20);
        assert_int_equal(text[size], 0);
        if (one)
            assert_true(!strcmp(one, text));
        else
            one = strdup(text);
        free(text);
    }
    json_t *root = json_loads(one, 0, NULL), *row;
    size_t index;
    int turn = 0;
    assert_non_null(root);
    json_array_foreach(json_object_get(root, "rows"), index, row)
    {
        while (turn < 5 &&
               strcmp(json_string_value(json_object_get(row, "file")), paths[turn]) != 0)
            turn++;
        assert_true(turn < 5);
        assert_int_equal(json_array_size(json_object_get(row, "values")), 1025);
    }
    assert_int_equal(turn, 4);
    json_decref(root);
    for (int i = 0; i < 5; i++)
        free(paths[i]);
    free(samples);
    free(one);
    free(out);
}

static void test_says_how_many_failed(void **state)
{
    (void)state;
    static const char *const results[] = {"of 128 columns (logmel64)\n",
                                          "of 128 columns (logmel64); 1 of 2 recordings failed\n",
                                          "count.csv: 2 recordings of "};
    char *broken = support_write("broken.wav", "no sound", 8), *out = support_scratch("count.csv");
    const char *const others[] = {NULL, broken, sounds[1]};
    for (int i = 0; i < 3; i++) {
        struct ran ran = RUN("features", "-s", "logmel64", "-o", out, sounds[0], others[i]);
        assert_code(&ran, i == 1);
        assert_non_null(strstr(ran.out, results[i]));
        assert_non_null(strstr(ran.out, i == 2 ? "2 recordings" : "count.csv: 1 recording of "));
        assert_int_equal(count_texts(ran.out, "\n"), 1);
        ran_release(&ran);
    }
    free(broken);
    free(out);
}

/* The file and its folder, and the same by another way: one row, where it is named first. */
static void test_a_recording_named_twice_is_measured_once(void **state)
{
    (void)state;
    support_make_folder("twice");
    free(write_sound("twice/x.wav", 3000, RATE));
    char *second = write_sound("twice/y.wav", 2000, RATE), *folder = support_scratch("twice");
    char *odd = support_scratch("./twice//y.wav"), field[1024];
    struct ran ran = RUN("features", "-s", "logmel64", second, folder, odd, second);
    assert_code(&ran, 0);
    assert_int_equal(count_texts(ran.out, "\n"), 3);
    const char *text = strchr(ran.out, '\n') + 1;
    csv_field(&text, field, sizeof field);
    assert_string_equal(field, second);
    ran_release(&ran);
    free(second);
    free(folder);
    free(odd);
}

/* Between the least rate of a set and twice its highest frequency: measured, and said. */
static void test_warns_of_recordings_of_a_lower_rate(void **state)
{
    (void)state;
    static const char *const sets[] = {"mfcc40",  "mel128",        "logmel128", "classic162",
                                       "prosody", "kaldi-fbank80", "stft1025"};
    char *low = write_sound("low.wav", 4000, 8000), *out = support_scratch("low.json");
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        struct ran ran = RUN("features", "-s", sets[i], sounds[0], low, "-o", out);
        assert_code(&ran, 0);
        assert_int_equal(count_texts(ran.err, "\n"), 1);
        assert_non_null(strstr(ran.err, "ser features: warning: "));
        assert_non_null(strstr(ran.err, "low.wav: made at 8000 Hz, so nothing above 4000 Hz is in "
                                        "it"));
        assert_non_null(strstr(ran.err, "reaches 8000 Hz; '--rate 8000'"));
        assert_non_null(strstr(ran.out, ": 2 recordings of "));
        ran_release(&ran);
        ran = RUN("features", "-s", sets[i], sounds[0], low, "-o", out, "--rate", "8000");
        assert_code(&ran, 0);
        assert_string_equal(ran.err, "");
        ran_release(&ran);
    }
    /* Bands that end lower need no more. */
    struct ran ran = RUN("features", "-s", "mfcc40", "--settings", "high=4000", low, "-o", out);
    assert_code(&ran, 0);
    assert_string_equal(ran.err, "");
    ran_release(&ran);
    ran = RUN("features", low);
    assert_code(&ran, 1);
    assert_non_null(
        strstr(ran.err, "low.wav: sampling rate of 8000 Hz, expected at least 16000 Hz"));
    assert_int_equal(count_texts(ran.err, "\n"), 1);
    ran_release(&ran);
    free(low);
    free(out);
}

/* The first of each rate are named, the others counted; what fails is none of them. */
static void test_warns_once_of_all_recordings_of_a_rate(void **state)
{
    (void)state;
    static const int rates[] = {11025, 8000, RATE, 8000, 8000, 11025, 8000, 8000, 0};
    char name[32], *paths[9], *out = support_scratch("lows.csv");
    const char *arguments[14] = {"features", "-s", "mfcc40", "-o", out};
    for (int i = 0; i < 9; i++) {
        snprintf(name, sizeof name, "low%d.wav", i);
        paths[i] = rates[i] ? write_sound(name, 3000, rates[i]) : support_write(name, "none", 4);
    }
    memcpy(arguments + 5, paths, 8 * sizeof *paths);
    struct ran ran = run_ser(&(struct setting){0}, arguments);
    assert_code(&ran, 0);
    assert_int_equal(count_texts(ran.err, "\n"), 2);
    char expected[8192];
    snprintf(expected, sizeof expected,
             "ser features: warning: %s, %s: made at 11025 Hz, so nothing above 5512.5 Hz is in "
             "them, while mfcc40 reaches 8000 Hz; '--rate 8000' measures all recordings alike\n"
             "ser features: warning: %s, %s, %s and 2 more: made at 8000 Hz, so nothing above 4000 "
             "Hz is in them, while mfcc40 reaches 8000 Hz; '--rate 8000' measures all recordings "
             "alike\n",
             paths[0], paths[5], paths[1], paths[3], paths[4]);
    assert_string_equal(ran.err, expected);
    ran_release(&ran);
    ran = RUN("features", "-s", "mfcc40", "-o", out, paths[8], paths[1], paths[0], paths[8]);
    assert_code(&ran, 1);
    assert_int_equal(count_texts(ran.err, "warning: "), 2);
    assert_int_equal(count_texts(ran.err, paths[8]), 1);
    assert_int_equal(count_texts(ran.err, "is in it, "), 2);
    ran_release(&ran);
    for (int i = 0; i < 9; i++)
        free(paths[i]);
    free(out);
}

static void test_writes_where_a_link_leads(void **state)
{
    (void)state;
    support_make_folder("linked");
    char *file = support_write("linked/file.csv", "old", 3), *folder = support_scratch("linked");
    char *link_path = support_scratch("linked/link.csv");
    struct stat status;
    size_t size;
    assert_int_equal(chmod(file, 0600), 0);
    assert_int_equal(symlink("file.csv", link_path), 0);
    struct ran ran = RUN("features", "-s", "logmel64", "-o", link_path, sounds[0]);
    assert_code(&ran, 0);
    ran_release(&ran);
    char *text = read_whole(file, &size);
    assert_int_equal(count_texts(text, "\n"), 2);
    assert_int_equal(lstat(link_path, &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    assert_int_equal(stat(file, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(count_files(folder), 2);
    free(text);
    free(file);
    free(folder);
    free(link_path);
}

/* A matrix whose size is known only at the end, too. */
static void test_writes_into_pipes(void **state)
{
    (void)state;
    static const char *const names[] = {"pipe.csv", "pipe.npy"}, *const files[] = {"p.csv",
                                                                                   "p.npy"};
    for (int i = 0; i < 2; i++) {
        char *pipe = support_scratch(names[i]), *file = support_scratch(files[i]);
        char piped[20000];
        size_t size;
        struct stat status;
        assert_int_equal(mkfifo(pipe, 0600), 0);
        int reader = open(pipe, O_RDWR | O_NONBLOCK); /* what is written waits in the pipe */
        assert_true(reader >= 0);
        struct ran ran = RUN("features", "-s", "logmel64", "-o", pipe, sounds[0], sounds[1]);
        assert_code(&ran, 0);
        ran_release(&ran);
        ran = RUN("features", "-s", "logmel64", "-o", file, sounds[0], sounds[1]);
        assert_code(&ran, 0);
        ran_release(&ran);
        char *bytes = read_whole(file, &size);
        assert_true(size < sizeof piped);
        assert_int_equal(read(reader, piped, sizeof piped), size);
        assert_memory_equal(piped, bytes, size);
        assert_int_equal(stat(pipe, &status), 0);
        assert_true(S_ISFIFO(status.st_mode));
        close(reader);
        free(bytes);
        free(pipe);
        free(file);
    }
}

static void test_a_full_device_is_said(void **state)
{
    (void)state;
    static const char *const names[] = {"full.csv", "full.npy"};
    for (int i = 0; i < 2; i++) {
        char *path = support_scratch(names[i]), content[32];
        assert_int_equal(symlink("/dev/full", path), 0);
        assert_failure(RUN("features", "-s", "logmel64", "-o", path, sounds[0]),
                       "cannot be written: No space left on device");
        assert_int_equal(readlink(path, content, sizeof content), strlen("/dev/full"));
        free(path);
        const struct setting full = {.output = "/dev/full"};
        struct ran ran =
            run_ser(&full, (const char *const[]){"features", "-s", "logmel64", "--format",
                                                 i ? "npy" : "json", sounds[0], NULL});
        assert_code(&ran, 1);
        assert_non_null(strstr(ran.err, "standard output: No space left on device"));
        ran_release(&ran);
    }
}

/* As under `ulimit -f`. */
static void test_a_file_over_the_limit_is_said(void **state)
{
    (void)state;
    struct rlimit before, tight;
    support_make_folder("limit");
    char *out = support_write("limit/out.csv", "old", 3), *folder = support_scratch("limit");
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    tight = before;
    tight.rlim_cur = 16384;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    struct ran ran = RUN("features", "-s", "stft1025", "--frames", "-o", out, sounds[0]);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_failure(ran, "limit/out.csv: cannot be written: File too large");
    expect_bytes(out, "old", 3);
    assert_int_equal(count_files(folder), 1);
    free(out);
    free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formats_by_name),
        cmocka_unit_test(test_long_recordings_beside_short_ones),
        cmocka_unit_test(test_says_how_many_failed),
        cmocka_unit_test(test_a_recording_named_twice_is_measured_once),
        cmocka_unit_test(test_warns_of_recordings_of_a_lower_rate),
        cmocka_unit_test(test_warns_once_of_all_recordings_of_a_rate),
        cmocka_unit_test(test_writes_where_a_link_leads),
        cmocka_unit_test(test_writes_into_pipes),
        cmocka_unit_test(test_a_full_device_is_said),
        cmocka_unit_test(test_a_file_over_the_limit_is_said),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
