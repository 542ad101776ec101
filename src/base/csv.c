#include "base/csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/file.h"
#include "base/utf8.h"

static bool ends_line(char letter)
{
    return letter == '\n' || letter == '\r';
}

/* The zero byte behind the last line ends a value too. */
static bool ends_cell(const struct csv *csv, const char *at)
{
    return at >= csv->end || *at == csv->separator || ends_line(*at);
}

/* Blanks that are not the separator itself. */
static bool is_blank(const struct csv *csv, const char *at)
{
    return at < csv->end && (*at == ' ' || *at == '\t') && *at != csv->separator;
}

/* Passes over one line end: LF, CR LF or CR. */
static char *pass_line_end(struct csv *csv, char *at)
{
    if (at < csv->end) {
        at += at[0] == '\r' && at + 1 < csv->end && at[1] == '\n' ? 2 : 1;
        csv->next_line++;
    }
    return at;
}

static void set_problem(struct csv *csv, const char *problem)
{
    if (!*csv->problem)
        snprintf(csv->problem, sizeof csv->problem, "%s", problem);
}

/* The quote that closes the one at `open`, or NULL. Doubled quotes are letters. Where there is none
 * up to the end of the file, all later quotes are doubled, so that no later search goes far. */
static char *find_closing(const struct csv *csv, const char *open, bool in_line)
{
    for (const char *at = open + 1; at < csv->end; at++) {
        if (in_line && ends_line(*at))
            return NULL;
        if (*at == '"') {
            if (at + 1 >= csv->end || at[1] != '"')
                return csv->bytes + (at - csv->bytes);
            at++;
        }
    }
    return NULL;
}

/* Moves the letters between two quotes together, each doubled quote to one; counts the lines. */
static void undouble(struct csv *csv, char *open, const char *closing)
{
    char *target = open + 1;
    for (const char *at = open + 1; at < closing; at++) {
        *target++ = *at;
        if (*at == '"')
            at++;
        else if (*at == '\n' || (*at == '\r' && at[1] != '\n'))
            csv->next_line++;
    }
    *target = 0;
}

static char *read_plain(const struct csv *csv, char *at, char **cell, char **cell_end)
{
    *cell = at;
    while (!ends_cell(csv, at))
        at++;
    *cell_end = at;
    while (*cell_end > *cell && is_blank(csv, *cell_end - 1))
        (*cell_end)--;
    return at;
}

/* Cuts out the value that begins at `at` and returns its end. The value's final 0 is written only
 * after what stood there was looked at: *cell_end says where. */
static char *read_cell(struct csv *csv, char *at, char **cell, char **cell_end)
{
    bool tabs = csv->separator == '\t';
    *cell_end = NULL;
    while (is_blank(csv, at))
        at++;
    if (at >= csv->end || *at != '"')
        return read_plain(csv, at, cell, cell_end);
    char *closing = find_closing(csv, at, tabs), *after = closing;
    if (closing)
        for (after++; is_blank(csv, after); after++)
            ;
    if (closing && ends_cell(csv, after)) {
        undouble(csv, at, closing);
        *cell = at + 1;
        return after;
    }
    if (!tabs)
        set_problem(csv, closing ? "text behind a closing quote" : "a quote that is not closed");
    return read_plain(csv, at, cell, cell_end);
}

/* Cuts one line into cells. */
static void read_row(struct csv *csv)
{
    csv->line = csv->next_line;
    csv->count = 0;
    csv->problem[0] = 0;
    for (bool more = true; more;) {
        char *cell, *cell_end;
        char *at = read_cell(csv, csv->next, &cell, &cell_end);
        more = at < csv->end && *at == csv->separator;
        csv->next = more ? at + 1 : pass_line_end(csv, at);
        if (cell_end)
            *cell_end = 0;
        if (csv->count < CSV_MAX_COLUMNS)
            csv->cells[csv->count++] = cell;
        else
            set_problem(csv, "more than 256 values");
        if (!utf8_is_valid(cell))
            set_problem(csv, "bytes that are not UTF-8");
    }
}

bool csv_next(struct csv *csv)
{
    while (csv->next < csv->end) {
        read_row(csv);
        if (csv->count == 1 && !*csv->cells[0] && !*csv->problem)
            continue;
        if (csv->count != csv->column_count && !*csv->problem)
            snprintf(csv->problem, sizeof csv->problem, "%d values, expected %d as in the header",
                     csv->count, csv->column_count);
        return true;
    }
    return false;
}

/* The most frequent in the first line that is not blank; a comma when there is none. */
static char find_separator(const char *text)
{
    static const char separators[] = "\t,;";
    int counts[3] = {0}, best = 1;
    bool quoted = false;
    text += strspn(text, " \t\r\n");
    for (; *text && (quoted || !ends_line(*text)); text++) {
        const char *found = strchr(separators, *text);
        if (*text == '"')
            quoted = !quoted;
        else if (found && !quoted)
            counts[found - separators]++;
    }
    for (int i = 0; i < 3; i++)
        if (counts[i] > counts[best])
            best = i;
    return separators[best];
}

static ser_status read_header(struct csv *csv, const char *name, ser_error *error)
{
    bool found = false;
    while (csv->next < csv->end && !found) {
        read_row(csv);
        found = csv->count > 1 || *csv->cells[0] || *csv->problem;
    }
    if (!found)
        return error_set(error, SER_ERROR_FORMAT, "%s: is empty, expected a row of column names",
                         name);
    if (*csv->problem)
        return error_set(error, SER_ERROR_FORMAT, "%s: line %d: %s, expected a row of column names",
                         name, csv->line, csv->problem);
    csv->column_count = csv->count;
    memcpy(csv->columns, csv->cells, sizeof csv->columns);
    return SER_OK;
}

ser_status csv_open_bytes(struct csv *csv, char *bytes, size_t size, const char *name,
                          ser_error *error)
{
    *csv = (struct csv){.bytes = bytes, .next = bytes, .end = bytes + size, .next_line = 1};
    if (memchr(bytes, 0, size))
        return error_set(error, SER_ERROR_FORMAT,
                         "%s: holds zero bytes, expected a table as text in UTF-8", name);
    if (size >= 3 && !memcmp(bytes, "\xef\xbb\xbf", 3))
        csv->next += 3;
    csv->separator = find_separator(csv->next);
    return read_header(csv, name, error);
}

ser_status csv_open(struct csv *csv, const char *path, ser_error *error)
{
    char *bytes;
    size_t size;
    *csv = (struct csv){0};
    ser_status status = file_read(path, CSV_MAX_BYTES, &bytes, &size, error);
    return status ? status : csv_open_bytes(csv, bytes, size, path, error);
}

int csv_find_column(const struct csv *csv, const char *name)
{
    int found = -1;
    for (int i = 0; i < csv->column_count; i++)
        if (!strcasecmp(csv->columns[i], name))
            found = found == -1 ? i : -2;
    return found;
}

void csv_close(struct csv *csv)
{
    free(csv->bytes);
    *csv = (struct csv){0};
}
