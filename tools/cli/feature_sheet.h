/* The rows of one recording, on their way from the thread that computes them into the table. */
#ifndef CLI_FEATURE_SHEET_H
#define CLI_FEATURE_SHEET_H

#include <stdatomic.h>

#include "feature_writer.h"
#include "in_order.h"

/* The table as it is written, recording by recording. */
struct feature_output {
    const struct feature_writer *writer;
    FILE *stream;
    size_t rows;        /* written so far */
    atomic_int failure; /* errno of the first write that failed, 0 so far */
};

/* What the rows of one recording hold. */
struct feature_rows {
    const struct feature_table *table;
    const ser_extractor *extractor;
    const char *file;
    size_t samples;      /* of the recording */
    const float *values; // (count, columns)
    size_t count;
};

struct feature_sheet {
    char *bytes; /* as the format has them */
    size_t size, rows;
    int own_rate; /* Hz of the recording as it was made, 0 where that is not known */
    ser_status status;
    ser_error error;
};

/* Writes the rows on the sheet, from within turn `index`. What is more than some megabytes goes, in
 * its turn, right into the output: memory does not grow with the length of a recording. */
ser_status feature_sheet_fill(struct feature_sheet *sheet, const struct feature_rows *rows,
                              struct feature_output *output, struct in_order *order, int index,
                              ser_error *error);

/* Appends the sheet to the output and empties it. */
void feature_sheet_put(struct feature_sheet *sheet, struct feature_output *output);

#endif
