/* One JSON object: set, settings, columns, and the rows, one a line. */
#include "feature_describe.h"
#include "feature_writer.h"
#include "output_text.h"
#include "ser/version.h"

static void write_value(FILE *stream, json_t *value)
{
    json_dumpf(value, stream, JSON_ENCODE_ANY | JSON_REAL_PRECISION(9));
    json_decref(value);
}

static void begin(FILE *stream, const struct feature_table *table)
{
    const ser_features_settings *settings = ser_extractor_settings(table->extractor);
    json_t *columns = columns_as_json(table->extractor, table->by_frame), *column;
    size_t index;
    fprintf(stream, "{\"ser\": \"%s\",\n\"set\": \"%s\",\n\"rows_are\": \"%s\",\n\"settings\": ",
            SER_VERSION, ser_feature_set_name(settings->set),
            table->by_frame ? "frames" : "recordings");
    write_value(stream, settings_as_json(settings));
    fputs(",\n\"columns\": [", stream);
    json_array_foreach(columns, index, column)
    {
        fputs(index ? ",\n" : "\n", stream);
        write_value(stream, json_incref(column));
    }
    json_decref(columns);
    fputs("],\n\"rows\": [\n", stream);
}

static void write_row(FILE *stream, const struct feature_table *table,
                      const struct feature_row *row)
{
    json_t *bytes = json_bytes(row->file);
    fputs("{\"file\": ", stream);
    write_value(stream, json_text(row->file));
    if (bytes) {
        fputs(", \"file_bytes\": ", stream);
        write_value(stream, bytes);
    }
    if (table->by_frame) {
        fputs(", \"start\": ", stream);
        feature_row_write_number(stream, row->start);
        fputs(", \"end\": ", stream);
        feature_row_write_number(stream, row->end);
    }
    fputs(", \"values\": [", stream);
    feature_row_write_values(stream, row->values, feature_table_columns(table), ", ");
    fputs("]}", stream);
}

static void end(FILE *stream, const struct feature_table *table, size_t rows)
{
    (void)table, (void)rows;
    fputs("\n]}\n", stream);
}

const struct feature_writer feature_writer_json = {
    .extension = "json",
    .summary = "an object with set, settings, columns and rows",
    .separator = ",\n",
    .begin = begin,
    .row = write_row,
    .end = end,
};
