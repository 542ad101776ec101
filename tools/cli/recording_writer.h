/* Lists of recordings: each is a manifest, which can be read again. */
#ifndef CLI_RECORDING_WRITER_H
#define CLI_RECORDING_WRITER_H

#include <stdio.h>

#include "corpora/recording.h"

struct recording_writer {
    const char *name;            /* and the ending of its files: "csv" */
    void (*begin)(FILE *stream); /* NULL: nothing stands before the rows */
    /* A `prefix` that is not NULL is the folder to put before a relative path. */
    void (*row)(FILE *stream, const struct recording *recording, const char *prefix);
};

/* The names of the CSV's columns, and a recording's values for them, without the end of the line:
 * for tables that have more columns. */
void recording_write_columns(FILE *stream);
void recording_write_values(FILE *stream, const struct recording *recording, const char *prefix);

/* The writer of that name; NULL when there is none. */
const struct recording_writer *recording_writer_find(const char *name);

/* The one that a file's name asks for by its ending; CSV where it does not, and for NULL. */
const struct recording_writer *recording_writer_of(const char *file);

#endif
