/* Comma-separated values (RFC 4180, but lines end as they do on this system). Numbers have as many
 * digits as a float needs to be read back exactly. */
#include "feature_writer.h"
#include "output_text.h"

static void begin(FILE *stream, const struct feature_table *table)
{
    fputs(table->by_frame ? "file,start,end" : "file", stream);
    for (int i = 0; i < feature_table_columns(table); i++) {
        putc(',', stream);
        write_csv_field(stream, feature_table_column(table, i)->name);
    }
    putc('\n', stream);
}

static void write_row(FILE *stream, const struct feature_table *table,
                      const struct feature_row *row)
{
    write_csv_field(stream, row->file);
    feature_row_write_numbers(stream, table, row);
}

const struct feature_writer feature_writer_csv = {
    .extension = "csv",
    .summary = "comma-separated values with a header line",
    .separator = "",
    .begin = begin,
    .row = write_row,
};
