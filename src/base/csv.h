/* Tables as text, one row a line: values separated by commas (RFC 4180), semicolons or tabs, the
 * first row naming the columns. */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "ser/status.h"

enum { CSV_MAX_COLUMNS = 256, CSV_PROBLEM_LENGTH = 96 };

/* No table of recordings comes near: a million rows of 256 bytes. */
#define CSV_MAX_BYTES ((size_t)256 << 20)

/* A table being read row by row. The bytes are cut into cells where they stand. */
struct csv {
    char *bytes; /* owned */
    char *next, *end;
    char separator;
    int next_line;
    int column_count;
    char *columns[CSV_MAX_COLUMNS];

    /* The current row. */
    int line; /* where it begins, from 1 */
    int count;
    char *cells[CSV_MAX_COLUMNS];
    char problem[CSV_PROBLEM_LENGTH]; /* why the row cannot be used; empty: it can */
};

/* Reads a file and its header. The separator is the one that stands most often in the header,
 * outside quotes. A byte order mark is passed over; lines end with LF, CR LF or CR. A file that is
 * no text or has no header is an error. Release with csv_close, whatever the outcome. */
ser_status csv_open(struct csv *csv, const char *path, ser_error *error);

/* The same for bytes that are followed by a 0 which `size` does not count; takes them over, on
 * failure too. `name` is for the error's sentence. */
ser_status csv_open_bytes(struct csv *csv, char *bytes, size_t size, const char *name,
                          ser_error *error);

/* Goes to the next row; false at the end. Blank lines are passed over. Blanks around values are
 * trimmed, unless within quotes. Values may hold separators, line ends and doubled quotes within
 * quotes; in tables with tabs quotes that do not enclose a value are letters like others. A row
 * with a quote that is not closed or text behind one, with more or fewer values than the header, or
 * with bytes that are not UTF-8 has a problem; the rows after it are not harmed. */
bool csv_next(struct csv *csv);

/* The column of that name, ignoring case; -1 when there is none, -2 when there are several. */
int csv_find_column(const struct csv *csv, const char *name);

/* Harmless on an empty table. */
void csv_close(struct csv *csv);

#endif
