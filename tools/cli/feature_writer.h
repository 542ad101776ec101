/* How `ser features` writes its table: one file for each format. */
#ifndef CLI_FEATURE_WRITER_H
#define CLI_FEATURE_WRITER_H

#include <stdio.h>

#include "base/file.h"
#include "ser/features.h"

/* What the rows are. */
struct feature_table {
    const ser_extractor *extractor; /* knows the set, its settings and the columns */
    const struct file_list *files;  /* that rows may be of */
    int by_frame;                   /* 1: a row for each frame; 0: for each recording */
};

/* The columns of numbers, without the file's name and the times of a frame. */
int feature_table_columns(const struct feature_table *table);
const ser_column *feature_table_column(const struct feature_table *table, int index);

struct feature_row {
    const char *file;
    double start, end;   /* of a frame, in seconds */
    const float *values; // (columns)
};

/* A format. Rows are written by many threads, mostly to memory, and put together in order; `begin`
 * and `end` see the stream itself. Failures to write show in ferror of the stream. */
struct feature_writer {
    const char *extension; /* "csv" */
    const char *summary;   /* what it is and what reads it */
    const char *separator; /* between two rows */
    int goes_back;         /* 1: `end` seeks in the stream */
    void (*begin)(FILE *stream, const struct feature_table *table);
    void (*row)(FILE *stream, const struct feature_table *table, const struct feature_row *row);
    void (*end)(FILE *stream, const struct feature_table *table, size_t rows); /* NULL: nothing */
};

/* Writes numbers with `between` between them, with as many digits as a float needs to be read back
 * exactly. */
void feature_row_write_values(FILE *stream, const float *values, int count, const char *between);

/* ",start,end" of a frame, ",value" for each column and the end of the line. */
void feature_row_write_numbers(FILE *stream, const struct feature_table *table,
                               const struct feature_row *row);

/* Writes one number in the same way. */
void feature_row_write_number(FILE *stream, double value);

extern const struct feature_writer feature_writer_csv;
extern const struct feature_writer feature_writer_npy;
extern const struct feature_writer feature_writer_arff;
extern const struct feature_writer feature_writer_json;

/* Ended by NULL. */
extern const struct feature_writer *const feature_writers[];

/* The format of that name, such as "csv" or "CSV", and the one that the name of a file ends with;
 * NULL for none of them. */
const struct feature_writer *feature_writer_named(const char *name);
const struct feature_writer *feature_writer_find(const char *path);

#endif
