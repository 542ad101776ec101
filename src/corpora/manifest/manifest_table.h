/* The rows of a manifest as text, whether it is written as CSV, TSV or JSON lines. */
#ifndef CORPORA_MANIFEST_TABLE_H
#define CORPORA_MANIFEST_TABLE_H

#include <stdbool.h>

#include "base/csv.h"
#include "base/json.h"
#include "ser/status.h"

enum manifest_column {
    COLUMN_PATH,
    COLUMN_EMOTION,
    COLUMN_HEARD,
    COLUMN_NAME,
    COLUMN_ORIGINAL,
    COLUMN_CORPUS,
    COLUMN_SPEAKER,
    COLUMN_SEX,
    COLUMN_AGE,
    COLUMN_VOICE,
    COLUMN_INTENSITY,
    COLUMN_TEXT,
    COLUMN_LANGUAGE,
    COLUMN_CHANNEL,
    COLUMN_START,
    COLUMN_END,
    MANIFEST_COLUMNS,
};

enum { MANIFEST_PROBLEM_LENGTH = 256, MANIFEST_NUMBER_LENGTH = 32 };

struct manifest_table {
    bool is_json;
    struct csv csv;             /* of JSON lines only the bytes */
    int from[MANIFEST_COLUMNS]; /* each column's place in the table; -1: it has none */
    json_t *object;             /* the current line */
    char numbers[MANIFEST_COLUMNS][MANIFEST_NUMBER_LENGTH]; /* its numbers as text */

    /* The current row. */
    int line;                              /* from 1 */
    const char *values[MANIFEST_COLUMNS];  /* "" where nothing is said */
    char problem[MANIFEST_PROBLEM_LENGTH]; /* why the row cannot be used; empty: it can */
};

/* Opens a table and finds its columns. A file that is none of the three, or has no columns of paths
 * and of emotions, is an error. Release with manifest_table_close, whatever the outcome. */
ser_status manifest_table_open(struct manifest_table *table, const char *path, ser_error *error);

/* The same for bytes; see csv_open_bytes. */
ser_status manifest_table_open_bytes(struct manifest_table *table, char *bytes, size_t size,
                                     const char *name, ser_error *error);

/* Goes to the next row; false at the end. */
bool manifest_table_next(struct manifest_table *table);

/* "path", "emotion" …: the first of the names that a column may have. */
const char *manifest_column_name(enum manifest_column column);

/* Harmless on an empty table. */
void manifest_table_close(struct manifest_table *table);

#endif
