#include "feature_writer.h"

#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "base/number_text.h"

const struct feature_writer *const feature_writers[] = {
    &feature_writer_csv, &feature_writer_npy, &feature_writer_arff, &feature_writer_json, NULL,
};

const struct feature_writer *feature_writer_named(const char *name)
{
    for (int i = 0; feature_writers[i]; i++)
        if (!strcasecmp(name, feature_writers[i]->extension))
            return feature_writers[i];
    return NULL;
}

const struct feature_writer *feature_writer_find(const char *path)
{
    const char *dot = strrchr(file_name(path), '.');
    return dot ? feature_writer_named(dot + 1) : NULL;
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

void feature_row_write_values(FILE *stream, const float *values, int count, const char *between)
{
    enum { BLOCK = 4096 };
    char block[BLOCK];
    size_t used = 0, gap = strlen(between);
    for (int i = 0; i < count; i++) {
        if (used + gap + NUMBER_TEXT_LENGTH > BLOCK) {
            fwrite(block, 1, used, stream);
            used = 0;
        }
        for (const char *at = between; i && *at; at++)
            block[used++] = *at;
        used += (size_t)number_text(block + used, (double)values[i]);
    }
    if (used > 0)
        fwrite(block, 1, used, stream);
}

void feature_row_write_number(FILE *stream, double value)
{
    char text[NUMBER_TEXT_LENGTH];
    int length = number_text(text, value);
    fwrite(text, 1, (size_t)length, stream);
}

void feature_row_write_numbers(FILE *stream, const struct feature_table *table,
                               const struct feature_row *row)
{
    if (table->by_frame) {
        putc(',', stream);
        feature_row_write_number(stream, row->start);
        putc(',', stream);
        feature_row_write_number(stream, row->end);
    }
    putc(',', stream);
    feature_row_write_values(stream, row->values, feature_table_columns(table), ",");
    putc('\n', stream);
}
