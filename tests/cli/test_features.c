#define _GNU_SOURCE
#include "run_ser.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "features/functionals.h"
#include "ser/features.h"

enum { SOUNDS = 12, RATE = 16000 };

static ser_error error;
static char *sounds[SOUNDS];

/* Writes a sound of so many samples; the caller frees its path. */
static char *write_sound(const char *name, size_t samples, int rate, uint64_t seed)
{
    char *path = support_scratch(name);
    float *values = small_sound(samples, seed);
    write_wav(path, values, samples, rate, 1);
    free(values);
    return path;
}

static int set_up(void **state)
{
    (void)state;
    char name[32];
    for (int i = 0; i < SOUNDS; i++) {
        snprintf(name, sizeof name, "sound-%02d.wav", i);
        /* The first are the longest, so that later ones are ready before them. */
        sounds[i] = write_sound(name, (size_t)(20 * (SOUNDS - i) * 160 + i), RATE, (uint64_t)i);
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (int i = 0; i < SOUNDS; i++)
        free(sounds[i]);
    return 0;
}

/* Entries of a folder, without "." and "..". */
static int count_entries(const char *folder)
{
    DIR *entries = opendir(folder);
    int count = 0;
    assert_non_null(entries);
    while (readdir(entries))
        count++;
    closedir(entries);
    return count - 2;
}

static const char *after_header(const char *csv)
{
    const char *line_end = strchr(csv, '\n');
    assert_non_null(line_end);
    return line_end + 1;
}

/* Runs with all sounds and these options; returns what the file holds. */
static char *table_of_all(const char *threads, const char *name, const char *what)
{
    char *out = support_scratch(name);
    size_t size;
    const char *arguments[SOUNDS + 9] = {"features", "-s",    "logmel64", "-j",
                                         threads,    "--out", out,        what};
    for (int i = 0; i < SOUNDS; i++)
        arguments[8 + i] = sounds[i];
    struct ran ran = run_ser(&(struct setting){0}, arguments);
    assert_code(&ran, 0);
    ran_release(&ran);
    char *text = read_whole(out, &size);
    free(out);
    return text;
}

static void test_threads_change_nothing(void **state)
{
    (void)state;
    static const char *const names[] = {"t.csv", "t.arff", "t.json"};
    static const char *const threads[] = {"2", "7"};
    for (int i = 0; i < 3; i++) {
        for (int kind = 0; kind < 2; kind++) {
            const char *what = kind ? "--frames" : "--functionals";
            char *one = table_of_all("1", names[i], what);
            for (int t = 0; t < 2; t++) {
                char *many = table_of_all(threads[t], names[i], what);
                assert_string_equal(many, one);
                free(many);
            }
            free(one);
        }
    }
}

static void test_rows_are_in_the_order_of_the_operands(void **state)
{
    (void)state;
    static const int order[] = {5, 11, 0, 3};
    struct ran ran = RUN("features", "-s", "logmel64", "-j", "3", sounds[5], sounds[11], sounds[0],
                         sounds[5], sounds[3]); /* one is named twice */
    assert_code(&ran, 0);
    const char *text = after_header(ran.out);
    char field[1024];
    for (int i = 0; i < 4; i++) {
        assert_int_equal(csv_field(&text, field, sizeof field), ',');
        assert_string_equal(field, sounds[order[i]]);
        text = after_header(text);
    }
    assert_string_equal(text, "");
    ran_release(&ran);
}

/* All recordings of a folder, and of more folders than one batch would hold, come in order. */
static void test_takes_all_recordings_of_folders(void **state)
{
    (void)state;
    char name[64], field[1024], last[1024] = "";
    support_make_folder("many");
    support_make_folder("many/below");
    for (int i = 0; i < 40; i++) {
        snprintf(name, sizeof name, "many/%s%02d.wav", i % 3 ? "" : "below/", i);
        free(write_sound(name, (size_t)(300 + 977 * i % 2000), RATE, (uint64_t)i));
    }
    free(support_write("many/notes.txt", "x", 1));
    char *folder = support_scratch("many");
    struct ran ran = RUN("features", "-s", "logmel64", "-j", "2", folder);
    assert_code(&ran, 0);
    assert_int_equal(count_texts(ran.out, "\n"), 41);
    for (const char *text = after_header(ran.out); *text; text = after_header(text)) {
        csv_field(&text, field, sizeof field);
        assert_true(strcmp(last, field) < 0);
        strcpy(last, field);
    }
    ran_release(&ran);
    free(folder);
}

static void test_a_broken_file_does_not_stop_the_others(void **state)
{
    (void)state;
    char *broken = support_write("broken.wav", "no sound", 8), *gone = support_scratch("gone.wav");
    char *low = write_sound("low.wav", 4000, 8000, 1), *out = support_scratch("some.csv");
    static const char *const reasons[] = {"gone.wav: cannot be opened",
                                          "low.wav: sampling rate of 8000 Hz, expected at least"};
    struct ran good = RUN("features", "-s", "logmel64", sounds[0], sounds[1], sounds[2]);
    for (int to_file = 0; to_file < 2; to_file++) {
        struct ran ran = to_file ? RUN("features", "-s", "logmel64", broken, sounds[0], low,
                                       sounds[1], gone, sounds[2], "--out", out)
                                 : RUN("features", "-s", "logmel64", broken, sounds[0], low,
                                       sounds[1], gone, sounds[2]);
        size_t size;
        char *text = to_file ? read_whole(out, &size) : strdup(ran.out);
        assert_code(&ran, 1);
        assert_string_equal(text, good.out);
        assert_int_equal(count_texts(ran.err, "\n"), to_file ? 3 : 4);
        assert_int_equal(count_texts(ran.err, "ser features: "), to_file ? 3 : 4);
        assert_non_null(strstr(to_file ? ran.out : ran.err, "3 of 6 recordings failed\n"));
        assert_non_null(strstr(ran.err, "broken.wav"));
        for (int i = 0; i < 2; i++)
            assert_non_null(strstr(ran.err, reasons[i]));
        free(text);
        ran_release(&ran);
    }
    ran_release(&good);
    free(broken);
    free(gone);
    free(low);
    free(out);
}

/* Nothing usable: what stood in the file before stays, and nothing lies about. */
static void test_writes_nothing_when_nothing_could_be_read(void **state)
{
    (void)state;
    support_make_folder("kept");
    char *out = support_write("kept/old.json", "old", 3), *gone = support_scratch("gone.wav");
    char *folder = support_scratch("kept");
    size_t size;
    struct ran ran = RUN("features", "-s", "logmel64", "--out", out, gone);
    assert_code(&ran, 1);
    assert_string_equal(ran.out, "");
    assert_non_null(strstr(ran.err, "old.json: not written"));
    char *text = read_whole(out, &size);
    assert_string_equal(text, "old");
    assert_int_equal(count_entries(folder), 1);
    free(text);
    ran_release(&ran);
    free(out);
    free(gone);
    free(folder);
}

static void test_an_empty_folder_is_a_failure(void **state)
{
    (void)state;
    support_make_folder("empty");
    char *folder = support_scratch("empty");
    assert_failure(RUN("features", "-s", "logmel64", folder), "no recordings were found");
    struct ran ran = RUN("features", "-s", "logmel64", folder, sounds[0]);
    assert_code(&ran, 1);
    assert_int_equal(count_texts(ran.out, "\n"), 2);
    ran_release(&ran);
    free(folder);
}

static void test_reads_standard_input(void **state)
{
    (void)state;
    const struct setting piped = {.input = sounds[1]};
    struct ran named = RUN("features", "-s", "logmel64", sounds[1]);
    struct ran ran =
        run_ser(&piped, (const char *const[]){"features", "-s", "logmel64", "-", NULL});
    assert_code(&ran, 0);
    const char *row = strchr(after_header(named.out), ','), *other = after_header(ran.out);
    assert_int_equal(strncmp(other, "-,", 2), 0);
    assert_string_equal(other + 1, row);
    ran_release(&named);
    ran_release(&ran);
    ran = RUN("features", "-s", "logmel64", "-");
    assert_code(&ran, 1);
    assert_non_null(strstr(ran.err, "standard input"));
    ran_release(&ran);
}

/* At another rate: the values are those of the sound resampled to it. */
static void test_resamples(void **state)
{
    (void)state;
    ser_audio audio;
    ser_features_settings settings;
    ser_extractor *extractor;
    float values[128];
    char *path = write_sound("fine.wav", 22050, 44100, 4);
    struct ran ran = RUN("features", "-s", "logmel64", "--rate", "22050", path);
    assert_code(&ran, 0);
    assert_ok(
        ser_audio_load(&audio, path, &(ser_audio_settings){.rate = 22050, .mono = 1}, &error));
    assert_ok(ser_features_settings_of("logmel64", 22050, &settings, &error));
    assert_ok(ser_extractor_create(&extractor, &settings, &error));
    assert_ok(ser_extractor_summarise(extractor, audio.samples, audio.frames, values, &error));
    const char *text = strchr(after_header(ran.out), ',') + 1;
    char field[64];
    for (int i = 0; i < 128; i++) {
        csv_field(&text, field, sizeof field);
        assert_true(strtof(field, NULL) == values[i]);
    }
    ser_extractor_destroy(extractor);
    ser_audio_release(&audio);
    ran_release(&ran);
    free(path);
}

static void test_takes_the_functionals_that_are_named(void **state)
{
    (void)state;
    struct ran ran = RUN("features", "-s", "logmel64", "--functionals=max,p95", sounds[3]);
    assert_code(&ran, 0);
    static const char start[] = "file,logmel_0_max,logmel_0_p95,logmel_1_max,";
    assert_int_equal(strncmp(ran.out, start, strlen(start)), 0);
    assert_int_equal(count_texts(ran.out, ","), 2 * 128);
    ran_release(&ran);
}

static void test_changes_the_settings_of_a_set(void **state)
{
    (void)state;
    struct ran ran = RUN("features", "-s", "mfcc40", "--settings", "coefficients=2,deltas=1",
                         "--functionals=mean", sounds[3]);
    assert_code(&ran, 0);
    static const char start[] =
        "file,mfcc_0_mean,mfcc_1_mean,mfcc_delta_0_mean,mfcc_delta_1_mean\n";
    assert_int_equal(strncmp(ran.out, start, strlen(start)), 0);
    ran_release(&ran);
    assert_usage_error(RUN("features", "-s", "mfcc40", "--settings", "coefs=2", sounds[3]),
                       "\"coefs=2\" is no setting");
    assert_usage_error(RUN("features", "-s", "mfcc40", "--settings", "deltas=3", sounds[3]),
                       "deltas is 3, expected 0 to 2");
}

static void test_the_default_is_egemapsv02(void **state)
{
    (void)state;
    struct ran plain = RUN("features", sounds[0]);
    struct ran named = RUN("features", "--set", "egemapsv02", "--functionals", sounds[0]);
    assert_code(&plain, 0);
    assert_string_equal(plain.out, named.out);
    assert_int_equal(count_texts(plain.out, ","), 2 * 88);
    ran_release(&plain);
    ran_release(&named);
}

/* Every set measures a recording, and says of itself what it measures. */
static void test_every_set(void **state)
{
    (void)state;
    for (size_t i = 0; i < ser_feature_set_count(); i++) {
        const ser_feature_set *set = ser_feature_set_at(i);
        const char *name = ser_feature_set_name(set);
        ser_features_settings settings;
        ser_extractor *extractor;
        int rate = ser_feature_set_min_rate(set) > RATE ? ser_feature_set_min_rate(set) : RATE;
        char *path = write_sound("any.wav", (size_t)rate, rate, i);
        assert_ok(ser_features_settings_of(name, rate, &settings, &error));
        assert_ok(ser_extractor_create(&extractor, &settings, &error));
        struct ran rows = RUN("features", "-s", name, path);
        struct ran frames = RUN("features", "-s", name, "--frames", path);
        struct ran text = RUN("features", "--describe", name);
        assert_code(&rows, 0);
        assert_code(&frames, 0);
        assert_code(&text, 0);
        assert_string_equal(rows.err, "");
        assert_int_equal(count_texts(rows.out, "\n"), 2);
        assert_int_equal(count_texts(rows.out, ","), 2 * ser_extractor_functionals(extractor));
        assert_int_equal(count_texts(frames.out, "\n"),
                         1 + ser_extractor_frames(extractor, (size_t)rate));
        assert_int_equal(count_texts(rows.out, "nan") + count_texts(rows.out, "inf"), 0);
        assert_non_null(strstr(text.out, ser_feature_set_summary(set)));
        assert_non_null(strstr(text.out, ser_feature_set_source(set)));
        assert_int_equal(strncmp(text.out, name, strlen(name)), 0);
        assert_int_equal(text.out[strlen(name)], ' ');
        ran_release(&rows);
        ran_release(&frames);
        ran_release(&text);
        ser_extractor_destroy(extractor);
        free(path);
    }
}

static void assert_text(const json_t *object, const char *key, const char *expected)
{
    const char *text = json_string_value(json_object_get(object, key));
    assert_non_null(text);
    assert_string_equal(text, expected);
}

static void check_columns(const json_t *columns, const ser_extractor *extractor, int by_frame)
{
    size_t index;
    json_t *column;
    assert_int_equal(json_array_size(columns), by_frame ? ser_extractor_columns(extractor)
                                                        : ser_extractor_functionals(extractor));
    json_array_foreach((json_t *)(uintptr_t)columns, index, column)
    {
        const ser_column *expected = by_frame ? ser_extractor_column(extractor, (int)index)
                                              : ser_extractor_functional(extractor, (int)index);
        assert_text(column, "name", expected->name);
        assert_text(column, "unit", expected->unit);
        assert_text(column, "formula", expected->formula);
    }
}

static void test_describes_sets_as_json(void **state)
{
    (void)state;
    for (size_t i = 0; i < ser_feature_set_count(); i++) {
        const ser_feature_set *set = ser_feature_set_at(i);
        ser_features_settings settings;
        ser_extractor *extractor;
        int rate = ser_feature_set_min_rate(set) > RATE ? ser_feature_set_min_rate(set) : RATE;
        assert_ok(ser_features_settings_of(ser_feature_set_name(set), rate, &settings, &error));
        assert_ok(ser_extractor_create(&extractor, &settings, &error));
        struct ran ran = RUN("features", "--json", "--describe", ser_feature_set_name(set));
        assert_code(&ran, 0);
        json_t *object = json_loads(ran.out, 0, NULL);
        assert_text(object, "name", ser_feature_set_name(set));
        assert_text(object, "summary", ser_feature_set_summary(set));
        assert_text(object, "source", ser_feature_set_source(set));
        assert_int_equal(json_integer_value(json_object_get(object, "min_rate")),
                         ser_feature_set_min_rate(set));
        const json_t *described = json_object_get(object, "settings");
        assert_int_equal(json_integer_value(json_object_get(described, "rate")), rate);
        assert_true(json_array_size(json_object_get(object, "changeable")) > 0);
        check_columns(json_object_get(object, "columns"), extractor, 1);
        check_columns(json_object_get(object, "functionals"), extractor, 0);
        json_decref(object);
        ran_release(&ran);
        ser_extractor_destroy(extractor);
    }
}

static void test_describes_the_settings_of_a_set(void **state)
{
    (void)state;
    struct ran ran = RUN("features", "--describe", "logmel64", "--rate", "32000");
    struct ran json = RUN("features", "--describe", "logmel64", "--json", "--functionals=p5,slope");
    assert_code(&ran, 0);
    assert_code(&json, 0);
    static const char *const parts[] = {"rate 32000 Hz",   "window 800 (25 ms)",
                                        "hop 320 (10 ms)", "bands 64",
                                        "high 7800 Hz",    "scale htk",
                                        "centred no",      "15600 Hz",
                                        "64 numbers for",  "logmel_0 ... logmel_63"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!strstr(ran.out, parts[i]))
            fail_msg("\"%s\" is not in:\n%s", parts[i], ran.out);
    assert_non_null(strstr(ran.out, "\nreaches      7800 Hz\n"));
    json_t *object = json_loads(json.out, 0, NULL);
    const json_t *settings = json_object_get(object, "settings");
    const json_t *functionals = json_object_get(object, "functionals");
    assert_true(json_number_value(json_object_get(object, "highest")) == 7800);
    assert_text(settings, "scale", "htk");
    assert_true(json_is_false(json_object_get(settings, "centred")));
    assert_int_equal(json_array_size(functionals), 128);
    assert_text(json_array_get(functionals, 127), "name", "logmel_63_slope");
    json_decref(object);
    ran_release(&ran);
    ran_release(&json);
}

static void test_lists_all_sets_and_functionals(void **state)
{
    (void)state;
    struct ran ran = RUN("features", "--list"), json = RUN("features", "--list", "--json");
    assert_code(&ran, 0);
    assert_code(&json, 0);
    json_t *object = json_loads(json.out, 0, NULL);
    const json_t *sets = json_object_get(object, "sets");
    const json_t *functionals = json_object_get(object, "functionals");
    assert_int_equal(json_array_size(sets), ser_feature_set_count());
    for (size_t i = 0; i < ser_feature_set_count(); i++) {
        const ser_feature_set *set = ser_feature_set_at(i);
        char name[64];
        snprintf(name, sizeof name, "\n  %s ", ser_feature_set_name(set));
        assert_non_null(strstr(ran.out, name));
        assert_non_null(strstr(ran.out, ser_feature_set_summary(set)));
        assert_text(json_array_get(sets, i), "name", ser_feature_set_name(set));
        assert_true(json_integer_value(json_object_get(json_array_get(sets, i), "column_count")) >
                    0);
    }
    int count = 0;
    for (; functional_known(count); count++) {
        assert_non_null(strstr(ran.out, functional_known(count)));
        assert_text(json_array_get(functionals, (size_t)count), "name", functional_known(count));
    }
    assert_int_equal(json_array_size(functionals), count);
    json_decref(object);
    ran_release(&ran);
    ran_release(&json);
}

static void test_refuses_what_it_does_not_know(void **state)
{
    (void)state;
    const char *a = sounds[0];
    assert_usage_error(RUN("features", "-s", "mel", a), "feature set \"mel\" is unknown");
    assert_usage_error(RUN("features", "--describe", "mel"), "feature set \"mel\" is unknown");
    assert_usage_error(RUN("features", "-s", "logmel64", "--functionals=mean,meen", a),
                       "unknown functional 'meen'");
    assert_usage_error(RUN("features", "-s", "logmel64", "--functionals=", a), "has no name");
    assert_usage_error(RUN("features", "-s", "logmel64", "--functionals", "mean,p95", a),
                       "'--functionals=mean,p95'");
    assert_usage_error(RUN("features", "--describe", "logmel64", "--functionals", "mean"),
                       "'--functionals=mean'");
    assert_usage_error(RUN("features", "--format", "xls", a), "'--format' is 'xls', expected csv");
    static const char *const endings[] = {"out.txt", "out", "csv", "a.csv/out", "out.", ""};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        assert_usage_error(RUN("features", "-s", "logmel64", "--out", endings[i], a),
                           "expected .csv, .npy, .arff or .json");
    assert_usage_error(RUN("features", "-s", "logmel64", "--rate", "8000", a), "8000 Hz");
    assert_usage_error(RUN("features", "--rate", "999", a), "'--rate' is '999'");
    assert_usage_error(RUN("features", "-j", "0", a), "'--threads' is '0'");
}

static void test_refuses_wrong_combinations(void **state)
{
    (void)state;
    assert_usage_error(RUN("features"), "no recording was named");
    assert_usage_error(RUN("features", "--frames", "--functionals", "a.wav"), "choose one");
    assert_usage_error(RUN("features", "--list", "--describe", "logmel64"), "choose one");
    assert_usage_error(RUN("features", "--list", "a.wav"), "'a.wav' is not expected");
    assert_usage_error(RUN("features", "--describe", "logmel64", "a.wav"), "'a.wav'");
    assert_usage_error(RUN("features", "--list", "--out", "a.csv"), "'--out'");
    assert_usage_error(RUN("features", "--describe", "logmel64", "--frames"), "'--frames'");
    assert_usage_error(RUN("features", "--json", "a.wav"), "'--json' goes with");
    assert_usage_error(RUN("features", "--list", "--format", "csv"), "'--format'");
    assert_usage_error(RUN("features", "--frames=1", "a.wav"), "'--frames=1'");
}

static void test_says_when_it_cannot_write(void **state)
{
    (void)state;
    const struct setting full = {.output = "/dev/full"};
    struct ran ran = run_ser(
        &full, (const char *const[]){"features", "-s", "logmel64", "--frames", sounds[0], NULL});
    assert_code(&ran, 1);
    assert_non_null(strstr(ran.err, "standard output"));
    ran_release(&ran);
    char *nowhere = support_scratch("no-folder/out.csv");
    assert_failure(RUN("features", "-s", "logmel64", "--out", nowhere, sounds[0]),
                   "no-folder/out.csv: cannot be written");
    free(nowhere);
}

/* Waits, up to a minute, until the folder holds so many entries. */
static void wait_for_entries(const char *folder, int count)
{
    for (int i = 0; i < 6000 && count_entries(folder) != count; i++)
        usleep(10000);
    assert_int_equal(count_entries(folder), count);
}

/* Stopped in the middle of its work, as it waits for a recording from a pipe that nobody fills. */
static void test_leaves_nothing_behind_when_interrupted(void **state)
{
    (void)state;
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    support_make_folder("stopped");
    char *pipe = support_scratch("pipe.wav"), *out = support_scratch("stopped/out.csv");
    char *folder = support_scratch("stopped"), *said = support_scratch("said");
    assert_int_equal(mkfifo(pipe, 0666), 0);
    for (int i = 0; i < 3; i++) {
        pid_t process =
            run_ser_start(said, (const char *const[]){"features", "-s", "logmel64", "--out", out,
                                                      sounds[0], pipe, NULL});
        wait_for_entries(folder, 1);
        /* The file is there before signals are caught; to be sure, wait for the pipe's reader. */
        FILE *stream = fopen(pipe, "w");
        assert_non_null(stream);
        assert_int_equal(kill(process, numbers[i]), 0);
        assert_int_equal(run_ser_wait(process), 130);
        assert_int_equal(count_entries(folder), 0);
        fclose(stream);
    }
    free(pipe);
    free(out);
    free(folder);
    free(said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads_change_nothing),
        cmocka_unit_test(test_rows_are_in_the_order_of_the_operands),
        cmocka_unit_test(test_takes_all_recordings_of_folders),
        cmocka_unit_test(test_a_broken_file_does_not_stop_the_others),
        cmocka_unit_test(test_writes_nothing_when_nothing_could_be_read),
        cmocka_unit_test(test_an_empty_folder_is_a_failure),
        cmocka_unit_test(test_reads_standard_input),
        cmocka_unit_test(test_resamples),
        cmocka_unit_test(test_takes_the_functionals_that_are_named),
        cmocka_unit_test(test_changes_the_settings_of_a_set),
        cmocka_unit_test(test_the_default_is_egemapsv02),
        cmocka_unit_test(test_every_set),
        cmocka_unit_test(test_describes_sets_as_json),
        cmocka_unit_test(test_describes_the_settings_of_a_set),
        cmocka_unit_test(test_lists_all_sets_and_functionals),
        cmocka_unit_test(test_refuses_what_it_does_not_know),
        cmocka_unit_test(test_refuses_wrong_combinations),
        cmocka_unit_test(test_says_when_it_cannot_write),
        cmocka_unit_test(test_leaves_nothing_behind_when_interrupted),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
