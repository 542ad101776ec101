#include "feature_writer.h"

#include <string.h>
#include <strings.h>

#include "base/file.h"

const struct feature_writer *const feature_writers[] = {
    &feature_writer_csv, &feature_writer_npy, &feature_writer_arff, &feature_writer_json, NULL,
};

const struct feature_writer *feature_writer_find(const char *path)
{
    const char *dot = strrchr(file_name(path), '.');
    for (int i = 0; dot && feature_writers[i]; i++)
        if (!strcasecmp(dot + 1, feature_writers[i]->extension))
            return feature_writers[i];
    return NULL;
}

int feature_table_columns(const struct feature_table *table)
{
    return table->by_frame ? ser_extractor_columns(table->extractor)
                           : ser_extractor_functionals(table->extractor);
}

const ser_column *feature_table_column(const struct feature_table *table, int index)
{
    return table->by_frame ? ser_extractor_column(table->extractor, index)
                           : ser_extractor_functional(table->extractor, index);
}

void feature_row_write_numbers(FILE *stream, const struct feature_table *table,
                               const struct feature_row *row)
{
    if (table->by_frame)
        fprintf(stream, ",%.9g,%.9g", row->start, row->end);
    for (int i = 0; i < feature_table_columns(table); i++)
        fprintf(stream, ",%.9g", (double)row->values[i]);
    putc('\n', stream);
}
