/* What `ser features` writes, read back in each format and held against what the library gives. */
#define _GNU_SOURCE
#include "run_ser.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "ser/features.h"

enum { SOUNDS = 3, RATE = 16000, MAX_ROWS = 400 };

static const char set_name[] = "logmel64";
static ser_error error;
static char *sounds[SOUNDS];

/* A table as it was read, or as it should be. */
struct table {
    int by_frame, columns, rows;
    char names[256][64], files[MAX_ROWS][1024];
    double times[MAX_ROWS][2];
    int listed; /* in the head of an .arff file */
    char listed_files[16][1024];
    float *values; // (MAX_ROWS, columns)
};

static struct table *table_new(int by_frame, int columns)
{
    struct table *table = calloc(1, sizeof *table);
    table->by_frame = by_frame;
    table->columns = columns;
    table->values = calloc((size_t)MAX_ROWS * (size_t)columns, sizeof *table->values);
    assert_non_null(table->values);
    return table;
}

static void table_free(struct table *table)
{
    free(table->values);
    free(table);
}

static float *row_of(const struct table *table, int row)
{
    assert_in_range(row, 0, MAX_ROWS - 1);
    return table->values + (size_t)row * (size_t)table->columns;
}

static void add_recording(struct table *table, ser_extractor *extractor, const char *path)
{
    ser_audio audio;
    ser_features features = {0};
    int first = table->rows;
    assert_ok(ser_audio_load(&audio, path, NULL, &error));
    if (table->by_frame) {
        assert_ok(ser_extractor_run(extractor, audio.samples, audio.frames, &features, &error));
        table->rows += features.frames;
        assert_true(features.frames > 0);
        memcpy(row_of(table, table->rows - 1) - (features.frames - 1) * features.columns,
               features.values,
               sizeof *features.values * (size_t)(features.frames * features.columns));
    } else {
        assert_ok(ser_extractor_summarise(extractor, audio.samples, audio.frames,
                                          row_of(table, first), &error));
        table->rows++;
    }
    for (int row = first; row < table->rows; row++) {
        strcpy(table->files[row], path);
        if (table->by_frame)
            ser_extractor_time(extractor, audio.frames, row - first, &table->times[row][0],
                               &table->times[row][1]);
    }
    ser_features_release(&features);
    ser_audio_release(&audio);
}

/* The table of these recordings by the library alone. */
static struct table *expected_table(int by_frame, const char *const *paths, int count)
{
    ser_features_settings settings;
    ser_extractor *extractor;
    assert_ok(ser_features_settings_of(set_name, RATE, &settings, &error));
    assert_ok(ser_extractor_create(&extractor, &settings, &error));
    struct table *table = table_new(by_frame, by_frame ? ser_extractor_columns(extractor)
                                                       : ser_extractor_functionals(extractor));
    for (int i = 0; i < table->columns; i++)
        strcpy(table->names[i], (by_frame ? ser_extractor_column(extractor, i)
                                          : ser_extractor_functional(extractor, i))
                                    ->name);
    for (int i = 0; i < count; i++)
        add_recording(table, extractor, paths[i]);
    ser_extractor_destroy(extractor);
    return table;
}

static void assert_same_values(const struct table *table, const struct table *expected)
{
    assert_int_equal(table->columns, expected->columns);
    assert_int_equal(table->rows, expected->rows);
    assert_memory_equal(table->values, expected->values,
                        sizeof(float) * (size_t)(expected->rows * expected->columns));
}

static void assert_same_table(const struct table *table, const struct table *expected)
{
    for (int i = 0; i < expected->columns; i++)
        assert_string_equal(table->names[i], expected->names[i]);
    for (int row = 0; row < expected->rows; row++) {
        assert_string_equal(table->files[row], expected->files[row]);
        for (int side = 0; side < 2; side++)
            assert_true(table->times[row][side] > expected->times[row][side] - 1e-8 &&
                        table->times[row][side] < expected->times[row][side] + 1e-8);
    }
    assert_same_values(table, expected);
}

static struct table *read_csv(const char *text, int by_frame, int columns)
{
    static const char *const fixed[] = {"file", "start", "end"};
    struct table *table = table_new(by_frame, columns);
    char field[1024];
    int leading = by_frame ? 3 : 1;
    for (int i = 0; i < leading + columns; i++) {
        char last = csv_field(&text, field, sizeof field);
        assert_int_equal(last, i + 1 < leading + columns ? ',' : '\n');
        if (i < leading)
            assert_string_equal(field, fixed[i]);
        else
            strcpy(table->names[i - leading], field);
    }
    for (; *text; table->rows++) {
        float *values = row_of(table, table->rows);
        for (int i = 0; i < leading + columns; i++) {
            char last = csv_field(&text, field, sizeof field);
            assert_int_equal(last, i + 1 < leading + columns ? ',' : '\n');
            if (i == 0)
                strcpy(table->files[table->rows], field);
            else if (i < leading)
                table->times[table->rows][i - 1] = atof(field);
            else
                values[i - leading] = strtof(field, NULL);
        }
    }
    return table;
}

static struct table *read_npy(const char *path)
{
    int rows, columns;
    float *values = support_read_npy(path, &rows, &columns);
    assert_in_range(rows, 0, MAX_ROWS);
    struct table *table = table_new(0, columns);
    table->rows = rows;
    memcpy(table->values, values, sizeof *values * (size_t)(rows * columns));
    free(values);
    return table;
}

static int of_hex(char digit)
{
    return digit <= '9' ? digit - '0' : digit - 'A' + 10;
}

/* Decodes what is percent-encoded up to `end`; returns what comes there. */
static const char *percent_decoded(const char *text, char end, char *name)
{
    for (; *text != end; text++) {
        assert_true(*text > 0x1f && *text < 0x7f && !strchr("'\"\\{}", *text));
        if (*text == '%') {
            *name++ = (char)(of_hex(text[1]) << 4 | of_hex(text[2]));
            text += 2;
        } else {
            *name++ = *text;
        }
    }
    *name = 0;
    return text;
}

/* Reads a name in single quotes, and the character behind it. */
static const char *arff_quoted(const char *text, char *name)
{
    assert_int_equal(*text, '\'');
    return percent_decoded(text + 1, '\'', name) + 1;
}

/* Reads "{'a.wav','b.wav'}", the values that `file` may have. */
static void read_arff_files(const char *text, struct table *table)
{
    assert_int_equal(*text, '{');
    for (; *text != '}'; table->listed++)
        text = arff_quoted(text + 1, table->listed_files[table->listed]);
    assert_int_equal(text[1], '\n');
}

static const char *next_line(const char *text)
{
    const char *end = strchr(text, '\n');
    assert_non_null(end);
    return end + 1;
}

static int starts_with(const char *text, const char *start)
{
    return !strncmp(text, start, strlen(start));
}

/* Reads "@attribute …" lines; returns what follows "@data". */
static const char *read_arff_head(const char *text, struct table *table)
{
    static const char *const fixed[] = {"@attribute file {", "@attribute start numeric\n",
                                        "@attribute end numeric\n"};
    int attributes = 0, relations = 0, leading = table->by_frame ? 3 : 1;
    for (; !starts_with(text, "@data\n"); text = next_line(text)) {
        relations += starts_with(text, "@relation logmel64\n");
        if (!starts_with(text, "@attribute ")) {
            assert_true(*text == '%' || *text == '\n' || starts_with(text, "@relation "));
        } else if (attributes < leading) {
            assert_true(starts_with(text, fixed[attributes]));
            if (attributes++ == 0)
                read_arff_files(text + strlen("@attribute file "), table);
        } else {
            assert_in_range(attributes - leading, 0, table->columns - 1);
            const char *rest =
                arff_quoted(text + strlen("@attribute "), table->names[attributes - leading]);
            assert_true(starts_with(rest, " numeric\n"));
            attributes++;
        }
    }
    assert_int_equal(relations, 1);
    assert_int_equal(attributes, leading + table->columns);
    return next_line(text);
}

static struct table *read_arff(const char *text, int by_frame, int columns)
{
    struct table *table = table_new(by_frame, columns);
    int leading = by_frame ? 2 : 0;
    text = read_arff_head(text, table);
    for (; *text; table->rows++) {
        float *values = row_of(table, table->rows);
        text = arff_quoted(text, table->files[table->rows]);
        int place = 0;
        while (place < table->listed &&
               strcmp(table->listed_files[place], table->files[table->rows]) != 0)
            place++;
        assert_true(place < table->listed);
        for (int i = 0; i < leading + columns; i++) {
            char *end;
            assert_int_equal(*text, ',');
            if (i < leading)
                table->times[table->rows][i] = strtod(text + 1, &end);
            else
                values[i - leading] = strtof(text + 1, &end);
            text = end;
        }
        assert_int_equal(*text, '\n');
        text++;
    }
    return table;
}

static const char *text_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    assert_non_null(text);
    return text;
}

static struct table *read_json(const char *text, int by_frame, int columns)
{
    struct table *table = table_new(by_frame, columns);
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL), *row, *column, *value;
    size_t r, c;
    assert_non_null(root);
    assert_string_equal(text_at(root, "set"), set_name);
    assert_string_equal(text_at(root, "rows_are"), by_frame ? "frames" : "recordings");
    assert_int_equal(json_integer_value(json_object_get(json_object_get(root, "settings"), "rate")),
                     RATE);
    assert_int_equal(json_array_size(json_object_get(root, "columns")), columns);
    json_array_foreach(json_object_get(root, "columns"), c, column)
    {
        strcpy(table->names[c], text_at(column, "name"));
        assert_true(*text_at(column, "unit") && *text_at(column, "formula"));
    }
    json_array_foreach(json_object_get(root, "rows"), r, row)
    {
        strcpy(table->files[r], text_at(row, "file"));
        table->times[r][0] = json_number_value(json_object_get(row, "start"));
        table->times[r][1] = json_number_value(json_object_get(row, "end"));
        assert_int_equal(json_object_size(row), by_frame ? 4 : 2);
        assert_int_equal(json_array_size(json_object_get(row, "values")), columns);
        json_array_foreach(json_object_get(row, "values"), c, value) row_of(table, (int)r)[c] =
            (float)json_number_value(value);
    }
    table->rows = (int)json_array_size(json_object_get(root, "rows"));
    json_decref(root);
    return table;
}

/* Runs the command on all recordings, with --out, and returns what it wrote. */
static char *written(const char *name, int by_frame, const char *const *paths, int count,
                     size_t *size)
{
    const char *arguments[16] = {"features", "--set", set_name, "--out"};
    char *out = support_scratch(name);
    int used = 4;
    arguments[used++] = out;
    arguments[used++] = by_frame ? "--frames" : "--functionals";
    for (int i = 0; i < count; i++)
        arguments[used++] = paths[i];
    struct ran ran = run_ser(&(struct setting){0}, arguments);
    assert_code(&ran, 0);
    assert_string_equal(ran.err, "");
    assert_int_equal(count_texts(ran.out, "\n"), 1);
    assert_non_null(strstr(ran.out, name));
    ran_release(&ran);
    char *bytes = read_whole(out, size);
    free(out);
    return bytes;
}

static int set_up(void **state)
{
    (void)state;
    static const size_t lengths[SOUNDS] = {16000, 100, 9000};
    char name[32];
    for (int i = 0; i < SOUNDS; i++) {
        snprintf(name, sizeof name, "sound-%d.wav", i);
        sounds[i] = support_scratch(name);
        float *samples = small_sound(lengths[i], (uint64_t)i);
        write_wav(sounds[i], samples, lengths[i], RATE, 1);
        free(samples);
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

typedef struct table *(*reader)(const char *text, int by_frame, int columns);

static void check_format(const char *name, reader read, const char *const *paths, int count)
{
    size_t size;
    for (int by_frame = 0; by_frame < 2; by_frame++) {
        struct table *expected = expected_table(by_frame, paths, count);
        char *text = written(name, by_frame, paths, count, &size);
        struct table *table = read(text, by_frame, expected->columns);
        assert_same_table(table, expected);
        free(text);
        table_free(table);
        table_free(expected);
    }
}

#define PATHS ((const char *const *)sounds)

static void test_csv(void **state)
{
    (void)state;
    check_format("out.csv", read_csv, PATHS, SOUNDS);
    check_format("OUT.CSV", read_csv, PATHS, 1);
}

static void test_arff(void **state)
{
    (void)state;
    check_format("out.arff", read_arff, PATHS, SOUNDS);
}

static void test_json(void **state)
{
    (void)state;
    check_format("out.json", read_json, PATHS, SOUNDS);
}

static void test_npy(void **state)
{
    (void)state;
    for (int by_frame = 0; by_frame < 2; by_frame++) {
        size_t size;
        struct table *expected = expected_table(by_frame, PATHS, SOUNDS);
        char *bytes = written("out.npy", by_frame, PATHS, SOUNDS, &size);
        char *path = support_scratch("out.npy"), shape[64];
        struct table *table = read_npy(path);
        assert_same_values(table, expected);
        /* The header as numpy writes it, and nothing behind the values. */
        snprintf(shape, sizeof shape, "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d)",
                 expected->rows, expected->columns);
        assert_memory_equal(bytes, "\x93NUMPY\x01\x00\x76\x00", 10);
        assert_memory_equal(bytes + 10, shape, strlen(shape));
        assert_int_equal(bytes[127], '\n');
        assert_int_equal(size, 128 + 4 * expected->rows * expected->columns);
        free(bytes);
        free(path);
        table_free(table);
        table_free(expected);
    }
}

static void test_standard_output_is_csv(void **state)
{
    (void)state;
    struct table *expected = expected_table(0, PATHS, SOUNDS);
    struct ran ran = RUN("features", "-s", set_name, sounds[0], sounds[1], sounds[2]);
    assert_code(&ran, 0);
    assert_string_equal(ran.err, "");
    struct table *table = read_csv(ran.out, 0, expected->columns);
    assert_same_table(table, expected);
    table_free(table);
    table_free(expected);
    ran_release(&ran);
}

static void test_names_that_need_quotes(void **state)
{
    (void)state;
    static const char *const names[] = {
        "with, comma.wav", "with \"quotes\".wav", "it's.wav", "back\\slash.wav",
        "line\nbreak.wav", "100 %.wav",           "ü\tä.wav", " blanks .wav",
    };
    enum { NAMES = sizeof names / sizeof *names };
    const char *paths[NAMES];
    for (int i = 0; i < NAMES; i++) {
        char *path = support_scratch(names[i]);
        float *samples = small_sound(600, (uint64_t)i);
        write_wav(path, samples, 600, RATE, 1);
        free(samples);
        paths[i] = path;
    }
    check_format("quoted.csv", read_csv, paths, NAMES);
    check_format("quoted.arff", read_arff, paths, NAMES);
    check_format("quoted.json", read_json, paths, NAMES);
    for (int i = 0; i < NAMES; i++)
        free((char *)(uintptr_t)paths[i]);
}

/* Such a name is in JSON twice: to be read, and whole. */
static void test_names_that_are_no_utf8(void **state)
{
    (void)state;
    static const char *const names[] = {"latin-\xe4 100%.wav", "latin-\xe5 100%.wav"};
    char *paths[2], name[1024];
    size_t size, index;
    json_t *row;
    float *samples = small_sound(600, 1);
    for (int i = 0; i < 2; i++) {
        paths[i] = support_scratch(names[i]);
        write_wav(paths[i], samples, 600, RATE, 1);
    }
    check_format("latin.arff", read_arff, (const char *const *)paths, 2);
    check_format("latin.csv", read_csv, (const char *const *)paths, 2);
    char *text = written("latin.json", 0, (const char *const *)paths, 2, &size);
    json_t *root = json_loads(text, 0, NULL);
    assert_int_equal(json_array_size(json_object_get(root, "rows")), 2);
    json_array_foreach(json_object_get(root, "rows"), index, row)
    {
        assert_non_null(strstr(text_at(row, "file"), "latin-\xef\xbf\xbd 100%.wav"));
        percent_decoded(text_at(row, "file_bytes"), 0, name);
        assert_string_equal(name, paths[index]);
        free(paths[index]);
    }
    json_decref(root);
    free(text);
    free(samples);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_csv),
        cmocka_unit_test(test_arff),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_npy),
        cmocka_unit_test(test_standard_output_is_csv),
        cmocka_unit_test(test_names_that_need_quotes),
        cmocka_unit_test(test_names_that_are_no_utf8),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
