#define _GNU_SOURCE
#include "run_ser.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"

enum { SOUNDS = 4 };

static char *model, *sounds[SOUNDS];

/* Writes a sound of so many samples at 8 kHz; the caller frees its path. */
static char *write_sound(const char *name, size_t samples, uint64_t seed)
{
    char *path = support_scratch(name);
    float *values = small_sound(samples, seed);
    write_wav(path, values, samples, SMALL_RATE, 1);
    free(values);
    return path;
}

static int set_up(void **state)
{
    (void)state;
    char name[32];
    model = small_model_write("model.safetensors", 1);
    for (int i = 0; i < SOUNDS; i++) {
        snprintf(name, sizeof name, "sound-%d.wav", i);
        sounds[i] = write_sound(name, 2000 + 5000 * (size_t)i, (uint64_t)i);
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(model);
    for (int i = 0; i < SOUNDS; i++)
        free(sounds[i]);
    return 0;
}

/* The next line of *text, terminated in place; NULL at the end. */
static char *next_line(char **text)
{
    char *line = *text, *end = strchr(line, '\n');
    if (!*line)
        return NULL;
    assert_non_null(end);
    *end = 0;
    *text = end + 1;
    return line;
}

static json_t *parse_line(const char *line)
{
    json_t *object = json_loads(line, 0, NULL);
    if (!object)
        fail_msg("no JSON: %s", line);
    return object;
}

static double number(const json_t *object, const char *key)
{
    assert_true(json_is_number(json_object_get(object, key)));
    return json_number_value(json_object_get(object, key));
}

/* Checks one line of JSON and returns it parsed. */
static json_t *check_json(const char *line, const char *file)
{
    json_t *object = parse_line(line), *probability;
    const json_t *probabilities = json_object_get(object, "probabilities");
    const char *label, *best = "";
    double sum = 0, largest = -1;
    assert_string_equal(json_string_value(json_object_get(object, "file")), file);
    assert_string_equal(json_string_value(json_object_get(object, "model")), model);
    assert_int_equal(json_object_size(probabilities), 3);
    json_object_foreach((json_t *)(uintptr_t)probabilities, label, probability)
    {
        double p = json_number_value(probability);
        assert_true(p >= 0 && p <= 1);
        sum += p;
        if (p > largest) {
            largest = p;
            best = label;
        }
    }
    assert_true(fabs(sum - 1) < 3e-4);
    assert_string_equal(json_string_value(json_object_get(object, "emotion")), best);
    assert_true(number(object, "confidence") == largest);
    return object;
}

static void test_prints_a_table(void **state)
{
    (void)state;
    struct ran ran = RUN("predict", "--model", model, sounds[0], sounds[1]);
    assert_code(&ran, 0);
    assert_string_equal(ran.err, "");
    char *text = ran.out, *header = next_line(&text);
    assert_int_equal(strncmp(header, "file", 4), 0);
    static const char *const columns[] = {"length", "emotion", "confidence",
                                          "angry",  "happy",   "sad"};
    for (int i = 0; i < 6; i++)
        assert_non_null(strstr(header, columns[i]));
    for (int i = 0; i < 2; i++) {
        char *line = next_line(&text), file[64];
        assert_non_null(line);
        snprintf(file, sizeof file, "sound-%d.wav", i);
        assert_non_null(strstr(line, file));
        assert_non_null(strstr(line, " s  "));
        assert_non_null(strstr(line, " %"));
    }
    assert_null(next_line(&text));
    ran_release(&ran);
}

static void test_draws_bars_in_the_terminals_alphabet(void **state)
{
    (void)state;
    const struct setting utf8 = {.locale = "C.UTF-8"};
    const char *const arguments[] = {"predict", "--model", model, sounds[0], NULL};
    struct ran plain = RUN("predict", "--model", model, sounds[0]);
    struct ran fine = run_ser(&utf8, arguments);
    for (const char *c = plain.out; *c; c++)
        assert_true((*c >= ' ' && *c < 127) || *c == '\n');
    assert_non_null(strstr(fine.out, "█"));
    ran_release(&plain);
    ran_release(&fine);
}

static void test_prints_json_lines(void **state)
{
    (void)state;
    struct ran ran = RUN("predict", "--json", "-m", model, sounds[0], sounds[1], sounds[2]);
    assert_code(&ran, 0);
    char *text = ran.out;
    for (int i = 0; i < 3; i++) {
        json_t *object = check_json(next_line(&text), sounds[i]);
        assert_true(fabs(number(object, "duration") - (2000 + 5000 * i) / 8000.0) < 1e-4);
        json_decref(object);
    }
    assert_null(next_line(&text));
    ran_release(&ran);
}

static void test_prints_csv(void **state)
{
    (void)state;
    static const char *const header[] = {"file",  "duration", "emotion", "confidence",
                                         "angry", "happy",    "sad"};
    struct ran ran = RUN("predict", "--csv", "-m", model, sounds[0], sounds[1]);
    struct ran json = RUN("predict", "--json", "-m", model, sounds[0], sounds[1]);
    assert_code(&ran, 0);
    const char *text = ran.out;
    char field[1024], *lines = json.out;
    for (int i = 0; i < 7; i++) {
        assert_int_equal(csv_field(&text, field, sizeof field), i < 6 ? ',' : '\n');
        assert_string_equal(field, header[i]);
    }
    for (int row = 0; row < 2; row++) {
        json_t *object = check_json(next_line(&lines), sounds[row]);
        csv_field(&text, field, sizeof field);
        assert_string_equal(field, sounds[row]);
        csv_field(&text, field, sizeof field);
        assert_true(fabs(atof(field) - number(object, "duration")) < 1e-3);
        csv_field(&text, field, sizeof field);
        assert_string_equal(field, json_string_value(json_object_get(object, "emotion")));
        csv_field(&text, field, sizeof field);
        assert_true(fabs(atof(field) - number(object, "confidence")) < 1e-9);
        for (int c = 0; c < 3; c++) {
            char end = csv_field(&text, field, sizeof field);
            const json_t *p = json_object_get(object, "probabilities");
            assert_true(fabs(atof(field) - number(p, header[4 + c])) < 1e-9);
            assert_int_equal(end, c < 2 ? ',' : '\n');
        }
        json_decref(object);
    }
    assert_string_equal(text, "");
    ran_release(&ran);
    ran_release(&json);
}

static void test_quotes_names_in_csv_and_json(void **state)
{
    (void)state;
    static const char *const names[] = {"with, comma.wav", "with \"quotes\".wav", "with\nline.wav",
                                        "plain ü.wav",     "back\\slash.wav",     "'single'.wav"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *path = write_sound(names[i], 3000, i), field[1024];
        struct ran csv = RUN("predict", "--csv", "-m", model, path);
        struct ran json = RUN("predict", "--json", "-m", model, path);
        assert_code(&csv, 0);
        const char *text = strchr(csv.out, '\n') + 1;
        assert_int_equal(csv_field(&text, field, sizeof field), ',');
        assert_string_equal(field, path);
        char *lines = json.out;
        json_decref(check_json(next_line(&lines), path));
        assert_null(next_line(&lines));
        ran_release(&csv);
        ran_release(&json);
        free(path);
    }
}

static void test_names_that_are_no_utf8(void **state)
{
    (void)state;
    char *path = write_sound("latin-\xe4-1.wav", 3000, 1);
    struct ran ran = RUN("predict", "--json", "-m", model, path);
    assert_code(&ran, 0);
    json_t *object = parse_line(ran.out);
    assert_non_null(
        strstr(json_string_value(json_object_get(object, "file")), "latin-\xef\xbf\xbd-1.wav"));
    assert_non_null(
        strstr(json_string_value(json_object_get(object, "file_bytes")), "/latin-%E4-1.wav"));
    json_decref(object);
    ran_release(&ran);
    free(path);
}

static void test_a_recording_named_twice_counts_once(void **state)
{
    (void)state;
    char *path = write_sound("twice.wav", 3000, 1), *odd = support_scratch(".//twice.wav");
    struct ran ran = RUN("predict", "--json", "-m", model, path, odd, path);
    assert_code(&ran, 0);
    assert_int_equal(count_texts(ran.out, "\n"), 1);
    json_t *object = parse_line(ran.out);
    assert_string_equal(json_string_value(json_object_get(object, "file")), path);
    json_decref(object);
    ran_release(&ran);
    free(path);
    free(odd);
}

/* Names cannot steer the terminal. */
static void test_the_table_shows_no_control_characters(void **state)
{
    (void)state;
    char *path = write_sound("red-\033[31m-\n-\xc2\x9b.wav", 3000, 1);
    char *missing = support_scratch("gone-\033[31m.wav");
    struct ran ran = RUN("predict", "-m", model, path, missing);
    assert_code(&ran, 1);
    assert_null(strchr(ran.out, '\033'));
    assert_null(strchr(ran.err, '\033'));
    assert_null(strstr(ran.out, "\xc2\x9b"));
    assert_int_equal(count_texts(ran.out, "\n"), 2);
    assert_int_equal(count_texts(ran.err, "\n"), 1);
    ran_release(&ran);
    free(path);
    free(missing);
}

static void test_the_table_cuts_long_names(void **state)
{
    (void)state;
    char name[160] = "";
    memset(name, 'n', 140);
    strcpy(name + 140, "-end.wav");
    char *path = write_sound(name, 3000, 1);
    struct ran ran = RUN("predict", "-m", model, path, sounds[0]);
    assert_code(&ran, 0);
    char *text = ran.out;
    size_t width = strlen(next_line(&text));
    char *line = next_line(&text);
    assert_int_equal(strncmp(line, "...n", 4), 0);
    assert_non_null(strstr(line, "-end.wav  "));
    assert_in_range(strlen(line), width - 10, width + 10);
    assert_int_equal(strlen(line), strlen(next_line(&text)));
    ran_release(&ran);
    free(path);
}

static void test_one_broken_file_does_not_stop_the_others(void **state)
{
    (void)state;
    static const char *const formats[] = {"--csv", "--json", "-j1"};
    char *broken = support_write("broken.wav", "no sound", 8), *gone = support_scratch("gone.wav");
    for (int i = 0; i < 3; i++) {
        struct ran ran =
            RUN("predict", formats[i], "-m", model, sounds[0], broken, sounds[1], gone, sounds[2]);
        assert_code(&ran, 1);
        const char *first = strstr(ran.out, "sound-0.wav"),
                   *second = strstr(ran.out, "sound-1.wav");
        const char *third = strstr(ran.out, "sound-2.wav");
        assert_true(first && second && third && first < second && second < third);
        assert_null(strstr(ran.out, "broken.wav"));
        assert_non_null(strstr(ran.err, "broken.wav"));
        assert_non_null(strstr(ran.err, "gone.wav"));
        assert_int_equal(count_texts(ran.err, "\n"), 2);
        ran_release(&ran);
    }
    free(broken);
    free(gone);
}

static void test_takes_all_recordings_of_a_folder(void **state)
{
    (void)state;
    static const char *const names[] = {"folder/a.wav", "folder/b/c.WAV", "folder/b/d.wav",
                                        "folder/e.wav"};
    support_make_folder("folder");
    support_make_folder("folder/b");
    support_make_folder("folder/.hidden");
    for (int i = 3; i >= 0; i--)
        free(write_sound(names[i], 2500, (uint64_t)i));
    free(write_sound("folder/.hidden/x.wav", 2500, 1));
    free(write_sound("folder/.y.wav", 2500, 1));
    free(support_write("folder/notes.txt", "x", 1));
    char *folder = support_scratch("folder");
    struct ran ran = RUN("predict", "--json", "-m", model, folder, sounds[0]);
    assert_code(&ran, 0);
    char *text = ran.out;
    for (int i = 0; i < 4; i++) {
        char *path = support_scratch(names[i]);
        json_decref(check_json(next_line(&text), path));
        free(path);
    }
    json_decref(check_json(next_line(&text), sounds[0]));
    assert_null(next_line(&text));
    ran_release(&ran);
    free(folder);
}

static void test_an_empty_folder_is_a_failure(void **state)
{
    (void)state;
    support_make_folder("empty");
    char *folder = support_scratch("empty");
    assert_failure(RUN("predict", "-m", model, folder), "no recordings were found");
    struct ran ran = RUN("predict", "--json", "-m", model, folder, sounds[0]);
    assert_code(&ran, 1);
    assert_int_equal(count_texts(ran.out, "\n"), 1);
    ran_release(&ran);
    free(folder);
}

static void test_reads_standard_input(void **state)
{
    (void)state;
    const struct setting piped = {.input = sounds[1]};
    const char *const arguments[] = {"predict", "--json", "-m", model, "-", NULL};
    struct ran named = RUN("predict", "--json", "-m", model, sounds[1]);
    struct ran ran = run_ser(&piped, arguments);
    assert_code(&ran, 0);
    json_t *from_pipe = check_json(ran.out, "-"), *from_file = check_json(named.out, sounds[1]);
    assert_true(json_equal(json_object_get(from_pipe, "probabilities"),
                           json_object_get(from_file, "probabilities")));
    json_decref(from_pipe);
    json_decref(from_file);
    ran_release(&named);
    ran_release(&ran);
}

static void test_broken_standard_input_is_a_failure(void **state)
{
    (void)state;
    char *text = support_write("text", "this is no sound, but long enough to be one", 43);
    const char *const arguments[] = {"predict", "--json", "-m", model, "-", NULL};
    struct ran ran = run_ser(&(struct setting){.input = text}, arguments);
    assert_failure(ran, "standard input");
    ran = run_ser(&(struct setting){.input = "/dev/null"}, arguments);
    assert_failure(ran, "standard input");
    ran = RUN("predict", "--json", "-m", model, sounds[0], "-", sounds[1]);
    assert_code(&ran, 1);
    assert_int_equal(count_texts(ran.out, "\n"), 2);
    ran_release(&ran);
    free(text);
}

static void test_finds_the_model(void **state)
{
    (void)state;
    char *other = small_model_write("other.safetensors", 2), *gone = support_scratch("gone");
    const struct setting setting = {.model = model}, wrong = {.model = gone};
    struct ran by_option = RUN("predict", "--csv", "-m", model, sounds[0]);
    struct ran by_name =
        run_ser(&setting, (const char *const[]){"predict", "--csv", sounds[0], NULL});
    assert_code(&by_name, 0);
    assert_string_equal(by_name.out, by_option.out);
    struct ran both =
        run_ser(&setting, (const char *const[]){"predict", "--csv", "-m", other, sounds[0], NULL});
    assert_code(&both, 0);
    assert_string_not_equal(both.out, by_option.out);
    assert_failure(run_ser(&wrong, (const char *const[]){"predict", sounds[0], NULL}), gone);
    ran_release(&by_option);
    ran_release(&by_name);
    ran_release(&both);
    free(other);
    free(gone);
}

static void test_refuses_models_that_are_none(void **state)
{
    (void)state;
    size_t size;
    char *bytes = read_whole(model, &size);
    char *half = support_write("half.safetensors", bytes, size / 2);
    char *empty = support_write("empty.safetensors", "", 0), *gone = support_scratch("gone");
    assert_failure(RUN("predict", "-m", half, sounds[0]), "half.safetensors");
    assert_failure(RUN("predict", "-m", empty, sounds[0]), "empty.safetensors");
    assert_failure(RUN("predict", "-m", sounds[0], sounds[0]), "sound-0.wav");
    assert_failure(RUN("predict", "-m", "/", sounds[0]), "folder");
    assert_failure(RUN("predict", "-m", gone, sounds[0]), "gone: cannot be opened");
    free(bytes);
    free(half);
    free(empty);
    free(gone);
}

static void test_engines_agree(void **state)
{
    (void)state;
    struct ran fast =
        RUN("predict", "--json", "--engine", "fast", "-m", model, sounds[0], sounds[3]);
    struct ran plain =
        RUN("predict", "--json", "--engine", "plain", "-m", model, sounds[0], sounds[3]);
    char *a = fast.out, *b = plain.out;
    assert_code(&fast, 0);
    assert_code(&plain, 0);
    for (int i = 0; i < 2; i++) {
        json_t *x = check_json(next_line(&a), sounds[3 * i]), *p;
        json_t *y = check_json(next_line(&b), sounds[3 * i]);
        const char *label;
        json_object_foreach(json_object_get(x, "probabilities"), label, p)
        {
            double other = number(json_object_get(y, "probabilities"), label);
            assert_true(fabs(json_number_value(p) - other) < 2.1e-4);
        }
        json_decref(x);
        json_decref(y);
    }
    ran_release(&fast);
    ran_release(&plain);
}

/* More files than are done at a time, on several threads. */
static void test_many_files_come_in_order(void **state)
{
    (void)state;
    enum { FILES = 150 };
    const char *arguments[FILES + 8] = {"predict", "--csv", "-m", model, "-j", "1"};
    char name[32], *paths[FILES];
    for (int i = 0; i < FILES; i++) {
        snprintf(name, sizeof name, "many-%03d.wav", i);
        paths[i] = i == 70 ? support_write(name, "broken", 6)
                           : write_sound(name, 500 + 40 * (size_t)i, (uint64_t)i);
        arguments[6 + i] = paths[i];
    }
    struct ran one = run_ser(&(struct setting){0}, arguments);
    arguments[5] = "4";
    struct ran four = run_ser(&(struct setting){0}, arguments);
    assert_code(&one, 1);
    assert_code(&four, 1);
    assert_string_equal(one.out, four.out);
    assert_string_equal(one.err, four.err);
    assert_int_equal(count_texts(one.out, "\n"), FILES);
    const char *at = one.out;
    for (int i = 0; i < FILES; i++) {
        if (i != 70)
            assert_non_null(at = strstr(at, paths[i]));
        free(paths[i]);
    }
    ran_release(&one);
    ran_release(&four);
}

static void test_a_full_disk_is_a_failure(void **state)
{
    (void)state;
    const struct setting full = {.output = "/dev/full"};
    static const char *const formats[] = {"--csv", "--json", "-j1"};
    for (int i = 0; i < 3; i++) {
        struct ran ran = run_ser(
            &full, (const char *const[]){"predict", formats[i], "-m", model, sounds[0], NULL});
        assert_failure(ran, "standard output");
    }
}

/* Of any rate and number of channels. */
static void test_sound_of_any_kind_is_converted(void **state)
{
    (void)state;
    char *path = support_scratch("stereo.wav");
    float *values = small_sound(2 * 44100, 3);
    write_wav(path, values, 44100, 44100, 2);
    struct ran ran = RUN("predict", "--json", "-m", model, path);
    assert_code(&ran, 0);
    json_t *object = check_json(ran.out, path);
    assert_true(fabs(number(object, "duration") - 1) < 1e-3);
    json_decref(object);
    ran_release(&ran);
    free(values);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prints_a_table),
        cmocka_unit_test(test_draws_bars_in_the_terminals_alphabet),
        cmocka_unit_test(test_prints_json_lines),
        cmocka_unit_test(test_prints_csv),
        cmocka_unit_test(test_quotes_names_in_csv_and_json),
        cmocka_unit_test(test_names_that_are_no_utf8),
        cmocka_unit_test(test_a_recording_named_twice_counts_once),
        cmocka_unit_test(test_the_table_shows_no_control_characters),
        cmocka_unit_test(test_the_table_cuts_long_names),
        cmocka_unit_test(test_one_broken_file_does_not_stop_the_others),
        cmocka_unit_test(test_takes_all_recordings_of_a_folder),
        cmocka_unit_test(test_an_empty_folder_is_a_failure),
        cmocka_unit_test(test_reads_standard_input),
        cmocka_unit_test(test_broken_standard_input_is_a_failure),
        cmocka_unit_test(test_finds_the_model),
        cmocka_unit_test(test_refuses_models_that_are_none),
        cmocka_unit_test(test_engines_agree),
        cmocka_unit_test(test_many_files_come_in_order),
        cmocka_unit_test(test_a_full_disk_is_a_failure),
        cmocka_unit_test(test_sound_of_any_kind_is_converted),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
