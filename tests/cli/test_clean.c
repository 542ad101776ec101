#define _GNU_SOURCE
#include "run_ser.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "clean/loudness.h"
#include "clean/settings.h"
#include "ser/audio.h"

enum { RATE = 16000, LENGTH = RATE * 2 };

static ser_error error;

/* Two seconds of which the second half is a sound and the first nearly nothing; the caller frees
 * the path. */
static char *write_sound(const char *name, uint64_t seed)
{
    char *path = support_scratch(name);
    float *values = small_sound(LENGTH, seed);
    for (int i = 0; i < LENGTH; i++)
        values[i] = i < LENGTH / 2 ? 0.0002F * values[i] : 0.1F * values[i] + 0.01F;
    write_wav(path, values, LENGTH, RATE, 1);
    free(values);
    return path;
}

/* A folder of three recordings at two depths; the caller frees its path. */
static char *make_recordings(const char *name)
{
    static const char *const files[] = {"a.wav", "deep/b.WAV", "deep/er/c.d.wav"};
    char *folder = support_scratch(name);
    char path[256];
    support_make_folder(name);
    snprintf(path, sizeof path, "%s/deep", name);
    support_make_folder(path);
    snprintf(path, sizeof path, "%s/deep/er", name);
    support_make_folder(path);
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", name, files[i]);
        free(write_sound(path, i));
    }
    return folder;
}

static ser_audio load(const char *path)
{
    ser_audio audio;
    assert_ok(ser_audio_load(&audio, path, &(ser_audio_settings){0}, &error));
    return audio;
}

/* The file holds what cleaning the input by these steps gives, to 16 bits. */
static void assert_cleaned(const char *out, const char *in, const char *steps)
{
    ser_clean_settings settings;
    ser_audio expected = load(in), found = load(out);
    assert_ok(ser_clean_settings_parse(&settings, steps, &error));
    assert_ok(ser_clean(&expected, &settings, &error));
    assert_int_equal(found.frames, expected.frames);
    assert_int_equal(found.rate, expected.rate);
    assert_int_equal(found.channels, expected.channels);
    for (size_t i = 0; i < found.frames; i++)
        assert_true(fabsf(found.samples[i] - expected.samples[i]) <= 0.5F / 32768);
    ser_audio_release(&expected);
    ser_audio_release(&found);
}

static void assert_absent(const char *path)
{
    if (!access(path, F_OK))
        fail_msg("%s exists", path);
}

static void test_cleans_a_file(void **state)
{
    (void)state;
    char *in = write_sound("one.wav", 1), *out = support_scratch("cleaned.wav");
    struct ran ran = RUN("clean", in, out);
    assert_code(&ran, 0);
    assert_string_equal(ran.err, "");
    assert_non_null(strstr(ran.out, "1 recording cleaned\n"));
    assert_non_null(strstr(ran.out, "before           2.00"));
    assert_non_null(strstr(ran.out, "-23.0 LUFS\n"));
    assert_cleaned(out, in, "dc,low_cut=80,trim=35,lufs=-23");
    ran_release(&ran);
    free(in);
    free(out);
}

static void test_does_the_steps_that_are_named(void **state)
{
    (void)state;
    static const char *const lists[] = {"dc", "low_cut=200", "noise", "voice", "trim=20,rms=-30"};
    char *in = write_sound("steps.wav", 1), *out = support_scratch("steps-out.flac");
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct ran ran = RUN("clean", "--force", "--steps", lists[i], in, out);
        assert_code(&ran, 0);
        assert_cleaned(out, in, lists[i]);
        ran_release(&ran);
    }
    free(in);
    free(out);
}

static void test_mirrors_a_folder(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {{"deep/er/c.d.wav", "deep/er/c.d.flac"},
                                           {"deep/b.WAV", "deep/b.flac"},
                                           {"a.wav", "a.flac"}};
    char *in = make_recordings("mirrored"), *out = support_scratch("some/where/else");
    struct ran ran = RUN("clean", "--format", "flac", "--steps", "dc", in, out);
    assert_code(&ran, 0);
    assert_non_null(strstr(ran.out, "3 recordings cleaned\n"));
    struct file_list list = {0};
    assert_ok(file_list_add(&list, out, NULL, &error));
    assert_int_equal(list.count, 3);
    file_list_release(&list);
    for (size_t i = 0; i < 3; i++) {
        char before[512], after[512];
        snprintf(before, sizeof before, "%s/%s", in, pairs[i][0]);
        snprintf(after, sizeof after, "%s/%s", out, pairs[i][1]);
        assert_cleaned(after, before, "dc");
    }
    ran_release(&ran);
    free(in);
    free(out);
}

static void test_a_file_goes_into_a_folder(void **state)
{
    (void)state;
    char *in = write_sound("into.wav", 1), *there = support_scratch("there");
    char *new = support_scratch("new/"), *first = support_scratch("there/into.ogg");
    char *second = support_scratch("new/into.wav");
    support_make_folder("there");
    struct ran ran = RUN("clean", "--format", "ogg", in, there);
    assert_code(&ran, 0);
    assert_int_equal(access(first, R_OK), 0);
    ran_release(&ran);
    ran = RUN("clean", in, new);
    assert_code(&ran, 0);
    assert_int_equal(access(second, R_OK), 0);
    ran_release(&ran);
    free(in);
    free(there);
    free(new);
    free(first);
    free(second);
}

static void test_reads_standard_input(void **state)
{
    (void)state;
    char *in = write_sound("piped.wav", 3), *out = support_scratch("piped-out.wav");
    struct setting setting = {.input = in};
    struct ran ran = run_ser(&setting, (const char *const[]){"clean", "-", out, NULL});
    assert_code(&ran, 0);
    assert_cleaned(out, in, "dc,low_cut=80,trim=35,lufs=-23");
    ran_release(&ran);
    char *folder = support_scratch("piped-folder/");
    assert_usage_error(run_ser(&setting, (const char *const[]){"clean", "-", folder, NULL}),
                       "standard input has no name");
    free(folder);
    free(in);
    free(out);
}

/* The same bytes, whatever the number of threads. */
static void test_threads_do_not_matter(void **state)
{
    (void)state;
    static const char *const files[] = {"a.wav", "deep/b.wav", "deep/er/c.d.wav"};
    char *in = make_recordings("threads"), *one = support_scratch("one/"),
         *many = support_scratch("many/");
    struct ran ran = RUN("clean", "-j", "1", "--steps", "noise,voice,lufs", in, one);
    assert_code(&ran, 0);
    ran_release(&ran);
    ran = RUN("clean", "-j", "7", "--steps", "noise,voice,lufs", in, many);
    assert_code(&ran, 0);
    ran_release(&ran);
    for (size_t i = 0; i < 3; i++) {
        char a[512], b[512];
        snprintf(a, sizeof a, "%s%s", one, files[i]);
        snprintf(b, sizeof b, "%s%s", many, files[i]);
        assert_true(same_files(a, b));
    }
    free(in);
    free(one);
    free(many);
}

static void test_one_bad_file_does_not_stop_the_rest(void **state)
{
    (void)state;
    char *in = make_recordings("partly"), *out = support_scratch("partly-out");
    free(support_write("partly/deep/bad.wav", "no sound", 8));
    struct ran ran = RUN("clean", "--json", in, out);
    assert_code(&ran, 1);
    assert_int_equal(count_texts(ran.err, "\n"), 1);
    assert_non_null(strstr(ran.err, "ser clean: "));
    assert_non_null(strstr(ran.err, "partly/deep/bad.wav: "));
    struct file_list list = {0};
    assert_ok(file_list_add(&list, out, NULL, &error));
    assert_int_equal(list.count, 3);
    file_list_release(&list);
    json_t *summary = json_loads(ran.out, 0, NULL);
    assert_non_null(summary);
    assert_int_equal(json_integer_value(json_object_get(summary, "recordings")), 3);
    assert_int_equal(json_integer_value(json_object_get(summary, "failed")), 1);
    json_decref(summary);
    ran_release(&ran);
    free(in);
    free(out);
}

static void test_the_summary_as_json(void **state)
{
    (void)state;
    double before_seconds, after_seconds, before_lufs, after_lufs, expected;
    char *in = write_sound("json.wav", 1), *out = support_scratch("json-out.wav");
    struct ran ran = RUN("clean", "--json", "--steps=trim=20,lufs=-30", in, out);
    assert_code(&ran, 0);
    json_t *summary = json_loads(ran.out, 0, NULL), *steps;
    assert_int_equal(json_unpack(summary, "{s:o, s:{s:F, s:F}, s:{s:F, s:F}}", "steps", &steps,
                                 "before", "seconds", &before_seconds, "lufs", &before_lufs,
                                 "after", "seconds", &after_seconds, "lufs", &after_lufs),
                     0);
    ser_audio audio = load(in);
    assert_ok(loudness_measure(&audio, &expected, &error));
    assert_true(fabs(before_lufs - expected) < 1e-3);
    assert_true(fabs(before_seconds - 2) < 1e-9);
    assert_true(after_seconds < 1.2 && after_seconds > 1);
    assert_true(fabs(after_lufs + 30) < 0.1);
    assert_int_equal(json_object_size(steps), 2);
    ser_audio_release(&audio);
    json_decref(summary);
    ran_release(&ran);
    free(in);
    free(out);
}

static void test_silence_has_no_loudness(void **state)
{
    (void)state;
    char *in = support_scratch("silent.wav"), *out = support_scratch("silent-out.wav");
    float *values = calloc(LENGTH, sizeof *values);
    write_wav(in, values, LENGTH, RATE, 1);
    struct ran ran = RUN("clean", in, out);
    assert_code(&ran, 0);
    assert_int_equal(count_texts(ran.out, "silent"), 2);
    ran_release(&ran);
    ran = RUN("clean", "--force", "--json", in, out);
    assert_code(&ran, 0);
    assert_int_equal(count_texts(ran.out, "\"lufs\": null"), 2);
    ran_release(&ran);
    free(values);
    free(in);
    free(out);
}

static void test_overwrites_only_when_forced(void **state)
{
    (void)state;
    char *in = make_recordings("kept"), *out = support_scratch("kept-out/");
    char *old = support_scratch("kept-out/a.wav"), *other = support_scratch("kept-out/deep/b.wav");
    support_make_folder("kept-out");
    free(support_write("kept-out/a.wav", "old", 3));
    assert_usage_error(RUN("clean", in, out), "kept-out/a.wav' exists; '--force' replaces it");
    assert_absent(other); /* nothing was done at all */
    struct ran ran = RUN("clean", "--force", in, out);
    assert_code(&ran, 0);
    ser_audio audio = load(old);
    ser_audio_release(&audio);
    ran_release(&ran);
    assert_usage_error(RUN("clean", in, out), "and 2 more exist");
    free(in);
    free(out);
    free(old);
    free(other);
}

static void test_never_touches_what_it_reads(void **state)
{
    (void)state;
    char *in = make_recordings("source"), *file = support_scratch("source/a.wav");
    char *copy = support_scratch("source/deep/"), *inside = support_scratch("source/new/er");
    char *parent = support_scratch(""), *linked = support_scratch("linked");
    size_t size, size_after;
    char *before = read_whole(file, &size);
    assert_int_equal(symlink(in, linked), 0);
    assert_usage_error(RUN("clean", "--force", in, in), "lie in each other");
    assert_usage_error(RUN("clean", "--force", in, copy), "lie in each other");
    assert_usage_error(RUN("clean", "--force", in, inside), "lie in each other");
    assert_usage_error(RUN("clean", "--force", in, parent), "lie in each other");
    assert_usage_error(RUN("clean", "--force", in, linked), "lie in each other");
    assert_usage_error(RUN("clean", "--force", file, file), "would replace the recording itself");
    assert_usage_error(RUN("clean", "--force", file, in), "would replace the recording itself");
    assert_absent(inside);
    char *after = read_whole(file, &size_after);
    assert_int_equal(size, size_after);
    assert_memory_equal(before, after, size);
    free(before);
    free(after);
    free(in);
    free(file);
    free(copy);
    free(inside);
    free(parent);
    free(linked);
}

static void test_two_recordings_do_not_become_one(void **state)
{
    (void)state;
    char *in = make_recordings("twins"), *out = support_scratch("twins-out/");
    char *flac = support_scratch("twins/a.flac"), *wav = support_scratch("twins/a.wav");
    ser_audio audio = load(wav);
    assert_ok(ser_audio_save(&audio, flac, &error));
    struct ran ran = RUN("clean", in, out);
    assert_usage_error(ran, "/a.wav' would both become");
    assert_absent(out);
    ser_audio_release(&audio);
    free(in);
    free(out);
    free(flac);
    free(wav);
}

static void test_refuses_wrong_usage(void **state)
{
    (void)state;
    char *in = write_sound("usage.wav", 1), *out = support_scratch("usage-out.wav");
    char *odd = support_scratch("usage-out.mp3"), *folder = make_recordings("usage");
    assert_usage_error(RUN("clean"), "0 names, expected two");
    assert_usage_error(RUN("clean", in), "1 names, expected two");
    assert_usage_error(RUN("clean", in, out, out), "3 names, expected two");
    assert_usage_error(RUN("clean", "--steps", "dance", in, out),
                       "\"dance\" is no step; there are");
    assert_usage_error(RUN("clean", "--steps", "", in, out), "is no step");
    assert_usage_error(RUN("clean", "--steps", "trim=3", in, out), "trim is 3, expected 10 to 100");
    assert_usage_error(RUN("clean", in, out, "--steps"), "needs a value");
    assert_usage_error(RUN("clean", "--format", "mp3", in, out), "'mp3' is no format");
    assert_usage_error(RUN("clean", "--format", "", folder, out), "'' is no format");
    assert_usage_error(RUN("clean", "--format", "flac", in, out), "contradict each other");
    assert_usage_error(RUN("clean", in, odd), "has no ending that names a format");
    assert_usage_error(RUN("clean", in, ""), "has no ending that names a format");
    assert_usage_error(RUN("clean", "-j", "0", in, out), "expected a whole number of 1 to 256");
    assert_usage_error(RUN("clean", "--dance", in, out), "'--dance' is unknown");
    assert_absent(out);
    free(in);
    free(out);
    free(odd);
    free(folder);
}

static void test_says_what_failed(void **state)
{
    (void)state;
    char *in = write_sound("fails.wav", 1), *missing = support_scratch("absent.wav");
    char *out = support_scratch("fails-out.wav"), *below = support_scratch("absent/out.wav");
    char *on_file = support_scratch("fails.wav/out/"), *empty = support_scratch("empty");
    support_make_folder("empty");
    assert_failure(RUN("clean", missing, out), "absent.wav: cannot be opened");
    assert_failure(RUN("clean", in, below), "absent/out.wav: cannot be written: No such file");
    assert_failure(RUN("clean", in, on_file), "fails.wav: folder cannot be made");
    assert_failure(RUN("clean", empty, out), "no recordings were found");
    assert_absent(out);
    free(in);
    free(missing);
    free(out);
    free(below);
    free(on_file);
    free(empty);
}

static void test_help_knows_all_steps(void **state)
{
    (void)state;
    struct ran ran = RUN("clean", "--help");
    assert_code(&ran, 0);
    for (int i = 0; i < CLEAN_STEPS; i++) {
        char name[32];
        snprintf(name, sizeof name, "\n  %s", clean_rows[i].name);
        if (!strstr(ran.out, name) || !strstr(ran.out, clean_rows[i].help))
            fail_msg("--help lacks %s", clean_rows[i].name);
    }
    ran_release(&ran);
}

/* However it is stopped, what is there is whole. */
static void test_an_interruption_leaves_nothing_half_written(void **state)
{
    (void)state;
    enum { FILES = 400 }; /* work for many seconds */
    char name[64];
    support_make_folder("many-in");
    char *sound = write_sound("many-in/000.wav", 1);
    for (int i = 1; i < FILES; i++) {
        snprintf(name, sizeof name, "many-in/%03d.wav", i);
        char *path = support_scratch(name);
        assert_int_equal(link(sound, path), 0);
        free(path);
    }
    char *in = support_scratch("many-in"), *out = support_scratch("many-out");
    char *first = support_scratch("many-out/000.wav"), *said = support_scratch("said");
    pid_t process = run_ser_start(
        said, (const char *const[]){"clean", "-j", "1", "--steps", "noise,voice", in, out, NULL});
    for (int i = 0; i < 60000 && access(first, F_OK); i++)
        usleep(1000);
    assert_int_equal(kill(process, SIGINT), 0);
    assert_int_equal(run_ser_wait(process), 130);
    struct file_list list = {0};
    assert_ok(file_list_add(&list, out, NULL, &error));
    assert_in_range(list.count, 1, FILES - 1);
    for (size_t i = 0; i < list.count; i++) {
        assert_true(file_is_sound(list.paths[i])); /* no temporary name */
        ser_audio audio = load(list.paths[i]);
        ser_audio_release(&audio);
    }
    file_list_release(&list);
    free(sound);
    free(in);
    free(out);
    free(first);
    free(said);
}

/* It waits for a recording from a pipe that nobody fills. */
static void test_a_second_interruption_does_not_wait(void **state)
{
    (void)state;
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    char *pipe = support_scratch("pipe.wav"), *out = support_scratch("pipe-out.wav");
    char *said = support_scratch("said");
    assert_int_equal(mkfifo(pipe, 0666), 0);
    for (int i = 0; i < 3; i++) {
        pid_t process = run_ser_start(said, (const char *const[]){"clean", pipe, out, NULL});
        FILE *stream = fopen(pipe, "w"); /* returns when it is being read */
        assert_non_null(stream);
        assert_int_equal(kill(process, numbers[i]), 0);
        usleep(100000); /* two signals at once would be one */
        assert_int_equal(kill(process, numbers[i]), 0);
        assert_int_equal(run_ser_wait(process), 130);
        fclose(stream);
        assert_absent(out);
    }
    free(pipe);
    free(out);
    free(said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cleans_a_file),
        cmocka_unit_test(test_does_the_steps_that_are_named),
        cmocka_unit_test(test_mirrors_a_folder),
        cmocka_unit_test(test_a_file_goes_into_a_folder),
        cmocka_unit_test(test_reads_standard_input),
        cmocka_unit_test(test_threads_do_not_matter),
        cmocka_unit_test(test_one_bad_file_does_not_stop_the_rest),
        cmocka_unit_test(test_the_summary_as_json),
        cmocka_unit_test(test_silence_has_no_loudness),
        cmocka_unit_test(test_overwrites_only_when_forced),
        cmocka_unit_test(test_never_touches_what_it_reads),
        cmocka_unit_test(test_two_recordings_do_not_become_one),
        cmocka_unit_test(test_refuses_wrong_usage),
        cmocka_unit_test(test_says_what_failed),
        cmocka_unit_test(test_help_knows_all_steps),
        cmocka_unit_test(test_an_interruption_leaves_nothing_half_written),
        cmocka_unit_test(test_a_second_interruption_does_not_wait),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
