#include "feature_sheet.h"

#include <errno.h>
#include <stdlib.h>

#include "base/error.h"

enum { SHEET_BYTES = 8 << 20 };

static void write_row(FILE *stream, const struct feature_rows *rows,
                      const struct feature_writer *writer, size_t t)
{
    struct feature_row row = {
        .file = rows->file,
        .values = rows->values + t * (size_t)feature_table_columns(rows->table),
    };
    if (rows->table->by_frame)
        ser_extractor_time(rows->extractor, rows->samples, (int)t, &row.start, &row.end);
    writer->row(stream, rows->table, &row);
}

/* The reason of a failure is only known right after it. */
static void note_failure(struct feature_output *output)
{
    if (ferror(output->stream) && !output->failure)
        output->failure = errno ? errno : EIO;
}

void feature_sheet_put(struct feature_sheet *sheet, struct feature_output *output)
{
    if (sheet->rows) {
        if (output->rows)
            fputs(output->writer->separator, output->stream);
        fwrite(sheet->bytes, 1, sheet->size, output->stream);
        output->rows += sheet->rows;
        note_failure(output);
    }
    free(sheet->bytes);
    sheet->bytes = NULL;
    sheet->rows = 0;
}

/* The rows from `first` on, in their turn. A full disk need not wait until all are written. */
static void write_through(const struct feature_rows *rows, size_t first,
                          struct feature_output *output)
{
    for (size_t t = first; t < rows->count && !output->failure; t++) {
        fputs(output->writer->separator, output->stream);
        write_row(output->stream, rows, output->writer, t);
        output->rows++;
        note_failure(output);
    }
}

ser_status feature_sheet_fill(struct feature_sheet *sheet, const struct feature_rows *rows,
                              struct feature_output *output, struct in_order *order, int index,
                              ser_error *error)
{
    size_t done = 0;
    FILE *memory = open_memstream(&sheet->bytes, &sheet->size);
    for (; memory && done < rows->count && ftello(memory) < SHEET_BYTES; done++) {
        if (done)
            fputs(output->writer->separator, memory);
        write_row(memory, rows, output->writer, done);
    }
    if (!memory || fclose(memory))
        return error_memory(error, "writing features");
    sheet->rows = done;
    if (done < rows->count) {
        in_order_wait(order, index);
        feature_sheet_put(sheet, output);
        write_through(rows, done, output);
    }
    return SER_OK;
}
