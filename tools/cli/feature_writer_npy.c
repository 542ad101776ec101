/* NumPy's format, version 1.0 (numpy.lib.format): a magic number, a header of text in whose place
 * nothing else fits, then the values of a float32 matrix (rows, columns), row by row. */
#include <string.h>

#include "feature_writer.h"

enum { PREAMBLE = 10, HEADER = 128 }; /* bytes; the data must begin at a multiple of 64 */

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
static const char type[] = ">f4";
#else
static const char type[] = "<f4";
#endif

/* The number of rows is known only at the end; the header is then written again. */
static void write_header(FILE *stream, const struct feature_table *table, size_t rows)
{
    const int length = HEADER - PREAMBLE;
    char header[HEADER];
    memset(header, ' ', sizeof header);
    memcpy(header, "\x93NUMPY\x01", 7);
    header[7] = 0;
    header[8] = (char)(length & 255);
    header[9] = (char)(length >> 8);
    int used = snprintf(header + PREAMBLE, sizeof header - PREAMBLE,
                        "{'descr': '%s', 'fortran_order': False, 'shape': (%zu, %d), }", type, rows,
                        feature_table_columns(table));
    header[PREAMBLE + used] = ' ';
    header[HEADER - 1] = '\n';
    fwrite(header, 1, sizeof header, stream);
}

static void begin(FILE *stream, const struct feature_table *table)
{
    write_header(stream, table, 0);
}

static void write_row(FILE *stream, const struct feature_table *table,
                      const struct feature_row *row)
{
    fwrite(row->values, sizeof *row->values, (size_t)feature_table_columns(table), stream);
}

static void end(FILE *stream, const struct feature_table *table, size_t rows)
{
    if (!fseek(stream, 0, SEEK_SET))
        write_header(stream, table, rows);
}

const struct feature_writer feature_writer_npy = {
    .extension = "npy",
    .summary = "NumPy's matrix of float32, without names",
    .separator = "",
    .goes_back = 1,
    .begin = begin,
    .row = write_row,
    .end = end,
};
