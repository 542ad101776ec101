/* Weka's attribute-relation file format (waikato.github.io/weka-wiki/formats_and_processing/
 * arff_stable): names and strings in single quotes, what would end or break them behind a
 * backslash. */
#include <string.h>

#include "feature_writer.h"

static void write_quoted(FILE *stream, const char *text)
{
    putc('\'', stream);
    for (; *text; text++) {
        switch (*text) {
        case '\n': fputs("\\n", stream); break;
        case '\r': fputs("\\r", stream); break;
        case '\t': fputs("\\t", stream); break;
        case '\'':
        case '"':
        case '\\':
        case '%': putc('\\', stream); /* fallthrough */
        default: putc(*text, stream);
        }
    }
    putc('\'', stream);
}

static void begin(FILE *stream, const struct feature_table *table)
{
    const ser_features_settings *settings = ser_extractor_settings(table->extractor);
    fprintf(stream, "%% %s of the set %s, at %d Hz\n@relation %s\n\n@attribute file string\n",
            table->by_frame ? "frames" : "functionals", ser_feature_set_name(settings->set),
            settings->rate, ser_feature_set_name(settings->set));
    if (table->by_frame)
        fputs("@attribute start numeric\n@attribute end numeric\n", stream);
    for (int i = 0; i < feature_table_columns(table); i++) {
        fputs("@attribute ", stream);
        write_quoted(stream, feature_table_column(table, i)->name);
        fputs(" numeric\n", stream);
    }
    fputs("\n@data\n", stream);
}

static void write_row(FILE *stream, const struct feature_table *table,
                      const struct feature_row *row)
{
    write_quoted(stream, row->file);
    feature_row_write_numbers(stream, table, row);
}

const struct feature_writer feature_writer_arff = {
    .extension = "arff",
    .summary = "Weka's attribute-relation format",
    .separator = "",
    .begin = begin,
    .row = write_row,
};
