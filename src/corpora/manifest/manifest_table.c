#include "corpora/manifest/manifest_table.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"

enum { MOST_ALIASES = 7 };

/* A longer object is no row, but a way to fill the memory: jansson needs many times its length. */
enum { LONGEST_OBJECT = 1 << 20 };

/* The names that a column may have. Where a table has several of them, the first counts. */
static const char *const aliases[MANIFEST_COLUMNS][MOST_ALIASES + 1] = {
    [COLUMN_PATH] = {"path", "filepath", "file_path", "file", "filename", "file_name", "file_id"},
    [COLUMN_EMOTION] = {"emotion", "label"},
    [COLUMN_HEARD] = {"heard"},
    [COLUMN_NAME] = {"name"},
    [COLUMN_ORIGINAL] = {"original"},
    [COLUMN_CORPUS] = {"corpus"},
    [COLUMN_SPEAKER] = {"speaker", "speaker_id"},
    [COLUMN_SEX] = {"sex", "gender"},
    [COLUMN_AGE] = {"age"},
    [COLUMN_VOICE] = {"voice"},
    [COLUMN_INTENSITY] = {"intensity"},
    [COLUMN_TEXT] = {"text", "raw_text", "normalized_text"},
    [COLUMN_LANGUAGE] = {"language"},
    [COLUMN_CHANNEL] = {"channel"},
    [COLUMN_START] = {"start"},
    [COLUMN_END] = {"end"},
};

const char *manifest_column_name(enum manifest_column column)
{
    return aliases[column][0];
}

/* "path, filepath or file_path" */
static void list_aliases(enum manifest_column column, char *text, size_t size)
{
    size_t used = 0;
    for (int i = 0; aliases[column][i] && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%s",
                                 i == 0                   ? ""
                                 : aliases[column][i + 1] ? ", "
                                                          : " or ",
                                 aliases[column][i]);
}

static ser_status fail_columns(const char *name, const char *found, ser_error *error)
{
    char paths[128], emotions[64];
    list_aliases(COLUMN_PATH, paths, sizeof paths);
    list_aliases(COLUMN_EMOTION, emotions, sizeof emotions);
    return error_set(error, SER_ERROR_FORMAT,
                     "%s: is no manifest: has %s, expected one column of paths (%s) and one of "
                     "emotions (%s)",
                     name, found, paths, emotions);
}

static ser_status fail_found(const struct csv *csv, const char *name, ser_error *error)
{
    char found[160];
    size_t used = (size_t)snprintf(found, sizeof found, "%s",
                                   csv->column_count == 1 ? "the column " : "the columns ");
    for (int i = 0; i < csv->column_count && used < sizeof found; i++)
        used += (size_t)snprintf(found + used, sizeof found - used, "%s%.30s", i ? ", " : "",
                                 csv->columns[i]);
    return fail_columns(name, found, error);
}

/* Finds the columns in the header of a CSV table. */
static ser_status find_columns(struct manifest_table *table, const char *name, ser_error *error)
{
    for (int column = 0; column < MANIFEST_COLUMNS; column++) {
        table->from[column] = -1;
        for (int i = 0; aliases[column][i] && table->from[column] == -1; i++)
            table->from[column] = csv_find_column(&table->csv, aliases[column][i]);
        if (table->from[column] == -2)
            return error_set(error, SER_ERROR_FORMAT,
                             "%s: has several columns of one name for the %s, expected one", name,
                             aliases[column][0]);
    }
    if (table->from[COLUMN_PATH] < 0 || table->from[COLUMN_EMOTION] < 0)
        return fail_found(&table->csv, name, error);
    return SER_OK;
}

/* The object's value under the first of the column's names that it has. */
static const json_t *find_value(const json_t *object, enum manifest_column column)
{
    const json_t *value = NULL;
    for (int i = 0; aliases[column][i] && !value; i++)
        value = json_object_get(object, aliases[column][i]);
    return value;
}

/* Takes text as it is, a number as text; false for anything else. */
static bool take_value(struct manifest_table *table, int column, const json_t *value)
{
    char *number = table->numbers[column];
    table->values[column] = "";
    if (!value || json_is_null(value))
        return true;
    if (json_is_string(value))
        table->values[column] = json_string_value(value);
    else if (json_is_integer(value))
        snprintf(number, MANIFEST_NUMBER_LENGTH, "%lld", (long long)json_integer_value(value));
    else if (json_is_real(value))
        snprintf(number, MANIFEST_NUMBER_LENGTH, "%.15g", json_real_value(value));
    else
        return false;
    if (json_is_number(value))
        table->values[column] = number;
    return true;
}

/* Reads one line as an object. */
static void read_object(struct manifest_table *table, const char *text, size_t size)
{
    ser_error error;
    json_decref(table->object);
    table->object = NULL;
    table->problem[0] = 0;
    if (size > LONGEST_OBJECT) {
        snprintf(table->problem, sizeof table->problem, "%zu bytes, expected at most %d", size,
                 LONGEST_OBJECT);
        return;
    }
    if (json_parse(&table->object, text, size, "the row", &error)) {
        snprintf(table->problem, sizeof table->problem, "is no JSON object on one line");
        return;
    }
    if (!json_is_object(table->object)) {
        snprintf(table->problem, sizeof table->problem, "is no JSON object");
        return;
    }
    for (int i = 0; i < MANIFEST_COLUMNS; i++)
        if (!take_value(table, i, find_value(table->object, (enum manifest_column)i)))
            snprintf(table->problem, sizeof table->problem,
                     "%s is neither text nor number nor null", aliases[i][0]);
}

static bool next_object(struct manifest_table *table)
{
    struct csv *csv = &table->csv;
    while (csv->next < csv->end) {
        char *text = csv->next;
        char *end = memchr(text, '\n', (size_t)(csv->end - text));
        csv->next = end ? end + 1 : csv->end;
        table->line = csv->next_line++;
        size_t size = (size_t)((end ? end : csv->end) - text), blanks = strspn(text, " \t\r");
        if (blanks >= size)
            continue;
        read_object(table, text, size);
        return true;
    }
    return false;
}

static bool next_row(struct manifest_table *table)
{
    struct csv *csv = &table->csv;
    if (!csv_next(csv))
        return false;
    table->line = csv->line;
    snprintf(table->problem, sizeof table->problem, "%s", csv->problem);
    for (int i = 0; i < MANIFEST_COLUMNS; i++) {
        bool is_there = table->from[i] >= 0 && table->from[i] < csv->count;
        table->values[i] = is_there ? csv->cells[table->from[i]] : "";
    }
    return true;
}

bool manifest_table_next(struct manifest_table *table)
{
    return table->is_json ? next_object(table) : next_row(table);
}

/* The first object shows whether the lines are those of a manifest; then all are read anew. */
static ser_status open_objects(struct manifest_table *table, char *bytes, size_t size, char *first,
                               const char *name, ser_error *error)
{
    struct csv *csv = &table->csv;
    *csv = (struct csv){.bytes = bytes, .next = first, .end = bytes + size, .next_line = 1};
    table->is_json = true;
    if (memchr(bytes, 0, size))
        return error_set(error, SER_ERROR_FORMAT, "%s: holds zero bytes, expected text in UTF-8",
                         name);
    if (!next_object(table) || !json_is_object(table->object))
        return error_set(error, SER_ERROR_FORMAT,
                         "%s: line %d: is no JSON object, expected one on every line", name,
                         table->line);
    if (!find_value(table->object, COLUMN_PATH) || !find_value(table->object, COLUMN_EMOTION))
        return fail_columns(name, "a first object without them", error);
    csv->next = first;
    csv->next_line = 1;
    return SER_OK;
}

ser_status manifest_table_open_bytes(struct manifest_table *table, char *bytes, size_t size,
                                     const char *name, ser_error *error)
{
    *table = (struct manifest_table){0};
    char *first = bytes + (size >= 3 && !memcmp(bytes, "\xef\xbb\xbf", 3) ? 3 : 0);
    if (first[strspn(first, " \t\r\n")] == '{')
        return open_objects(table, bytes, size, first, name, error);
    ser_status status = csv_open_bytes(&table->csv, bytes, size, name, error);
    return status ? status : find_columns(table, name, error);
}

ser_status manifest_table_open(struct manifest_table *table, const char *path, ser_error *error)
{
    char *bytes;
    size_t size;
    *table = (struct manifest_table){0};
    ser_status status = file_read(path, CSV_MAX_BYTES, &bytes, &size, error);
    return status ? status : manifest_table_open_bytes(table, bytes, size, path, error);
}

void manifest_table_close(struct manifest_table *table)
{
    json_decref(table->object);
    csv_close(&table->csv);
    *table = (struct manifest_table){0};
}
