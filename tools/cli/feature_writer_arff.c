/* Weka's attribute-relation file format (waikato.github.io/weka-wiki/formats_and_processing/
 * arff_stable). The recording is a nominal attribute, all of whose values are listed: some readers,
 * SciPy's among them, know no strings. Of a name's characters, those beyond ASCII and those that
 * readers differ about are percent-encoded. */
#include "feature_writer.h"
#include "output_text.h"

static void write_file(FILE *stream, const char *file)
{
    putc('\'', stream);
    write_percent_encoded(stream, file, " !#$&()*+,:;<=>?@[]^`|");
    putc('\'', stream);
}

static void write_files(FILE *stream, const struct file_list *files)
{
    fputs("@attribute file {", stream);
    for (size_t i = 0; i < files->count; i++) {
        if (i)
            putc(',', stream);
        write_file(stream, files->paths[i]);
    }
    fputs("}\n", stream);
}

static void begin(FILE *stream, const struct feature_table *table)
{
    const ser_features_settings *settings = ser_extractor_settings(table->extractor);
    fprintf(stream, "%% %s of the set %s, at %d Hz\n@relation %s\n\n",
            table->by_frame ? "frames" : "functionals", ser_feature_set_name(settings->set),
            settings->rate, ser_feature_set_name(settings->set));
    write_files(stream, table->files);
    if (table->by_frame)
        fputs("@attribute start numeric\n@attribute end numeric\n", stream);
    for (int i = 0; i < feature_table_columns(table); i++) {
        fprintf(stream, "@attribute '%s' numeric\n", feature_table_column(table, i)->name);
    }
    fputs("\n@data\n", stream);
}

static void write_row(FILE *stream, const struct feature_table *table,
                      const struct feature_row *row)
{
    write_file(stream, row->file);
    feature_row_write_numbers(stream, table, row);
}

const struct feature_writer feature_writer_arff = {
    .extension = "arff",
    .summary = "Weka's attribute-relation format",
    .separator = "",
    .begin = begin,
    .row = write_row,
};
