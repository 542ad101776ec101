#include "report/charts/training_log.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

enum { MAX_FIELDS = 32 };

/* The columns that are read, as the header names them. */
enum column { RUN, EPOCH, LOSS, ACCURACY, COLUMNS };
static const char *const column_names[COLUMNS] = {"run", "epoch", "loss", "accuracy"};

struct reader {
    struct training_log *log;
    const char *name; /* of the file */
    int line;
    int places[COLUMNS]; /* which field each column is */
    int fields;          /* of the header */
    ser_error *error;
};

/* Cuts a line at its commas; returns how many fields it has, at most MAX_FIELDS. */
static int split(char *line, char *fields[MAX_FIELDS])
{
    int count = 0;
    for (char *at = line; at && count < MAX_FIELDS; count++) {
        char *comma = strchr(at, ',');
        fields[count] = at;
        if (comma)
            *comma++ = 0;
        at = comma;
    }
    return count;
}

/* Ends the line that begins at *at, moves *at behind it and returns its begin; NULL at the end. */
static char *take_line(char **at)
{
    char *line = *at;
    if (!*line)
        return NULL;
    char *end = line + strcspn(line, "\n");
    *at = *end ? end + 1 : end;
    *end = 0;
    if (end > line && end[-1] == '\r')
        end[-1] = 0;
    return line;
}

static ser_status read_header(struct reader *reader, char *line)
{
    char *fields[MAX_FIELDS] = {0};
    reader->fields = split(line, fields);
    for (int c = 0; c < COLUMNS; c++) {
        reader->places[c] = -1;
        for (int f = 0; f < reader->fields; f++)
            if (!strcmp(fields[f], column_names[c]))
                reader->places[c] = f;
        if (reader->places[c] < 0)
            return error_set(reader->error, SER_ERROR_FORMAT,
                             "%s: is no log of a training: its first line has no column \"%s\"",
                             reader->name, column_names[c]);
    }
    return SER_OK;
}

static struct training_run *find_run(struct reader *reader, const char *name)
{
    struct training_log *log = reader->log;
    for (int i = log->count - 1; i >= 0; i--)
        if (!strcmp(log->runs[i].name, name))
            return &log->runs[i];
    if (log->count == TRAINING_LOG_MAX_RUNS) {
        error_set(reader->error, SER_ERROR_UNSUPPORTED, "%s: has more than %d runs", reader->name,
                  TRAINING_LOG_MAX_RUNS);
        return NULL;
    }
    struct training_run *runs = memory_resize(log->runs, (size_t)log->count + 1, sizeof *log->runs);
    char *copy = runs ? memory_copy_text(name) : NULL;
    log->runs = runs ? runs : log->runs;
    if (!copy) {
        error_memory(reader->error, "reading a log");
        return NULL;
    }
    runs[log->count] = (struct training_run){.name = copy};
    return &runs[log->count++];
}

static ser_status append(struct training_run *run, const double values[COLUMNS], ser_error *error)
{
    if (run->count == run->room) {
        size_t room = run->room ? 2 * run->room : 64;
        double **arrays[] = {&run->epochs, &run->losses, &run->accuracies};
        for (int i = 0; i < 3; i++) {
            double *grown = memory_resize(*arrays[i], room, sizeof **arrays[i]);
            if (!grown)
                return error_memory(error, "reading a log");
            *arrays[i] = grown;
        }
        run->room = room;
    }
    run->epochs[run->count] = values[EPOCH];
    run->losses[run->count] = values[LOSS];
    run->accuracies[run->count++] = values[ACCURACY];
    return SER_OK;
}

static ser_status read_row(struct reader *reader, char *line)
{
    char *fields[MAX_FIELDS];
    double values[COLUMNS] = {0};
    char nothing[] = "";
    for (int f = 0; f < MAX_FIELDS; f++)
        fields[f] = nothing;
    int count = split(line, fields);
    if (count != reader->fields)
        return error_set(reader->error, SER_ERROR_FORMAT, "%s: line %d has %d fields, expected %d",
                         reader->name, reader->line, count, reader->fields);
    for (int c = EPOCH; c < COLUMNS; c++) {
        char *end, *text = fields[reader->places[c]];
        values[c] = strtod(text, &end);
        if (end == text || *end || (c == EPOCH && !isfinite(values[c])))
            return error_set(reader->error, SER_ERROR_FORMAT,
                             "%s: line %d has the %s \"%.40s\", expected a number", reader->name,
                             reader->line, column_names[c], text);
    }
    struct training_run *run = find_run(reader, fields[reader->places[RUN]]);
    if (!run)
        return reader->log->count == TRAINING_LOG_MAX_RUNS ? SER_ERROR_UNSUPPORTED
                                                           : SER_ERROR_MEMORY;
    return append(run, values, reader->error);
}

ser_status training_log_parse(struct training_log *log, char *text, const char *name,
                              ser_error *error)
{
    struct reader reader = {.log = log, .name = name, .error = error};
    ser_status status = SER_OK;
    *log = (struct training_log){0};
    for (char *line; !status && (line = take_line(&text));) {
        reader.line++;
        if (reader.line == 1)
            status = read_header(&reader, line);
        else if (*line)
            status = read_row(&reader, line);
    }
    if (!status && reader.line == 0)
        status = error_set(error, SER_ERROR_FORMAT, "%s: is empty, expected the log of a training",
                           name);
    else if (!status && log->count == 0)
        status = error_set(error, SER_ERROR_FORMAT, "%s: has no epoch yet", name);
    if (status)
        training_log_release(log);
    return status;
}

ser_status training_log_read(struct training_log *log, const char *path, ser_error *error)
{
    char *text;
    size_t size;
    *log = (struct training_log){0};
    ser_status status = file_read(path, TRAINING_LOG_MAX_BYTES, &text, &size, error);
    if (!status)
        status = training_log_parse(log, text, strcmp(path, "-") ? path : "standard input", error);
    free(text);
    return status;
}

void training_log_release(struct training_log *log)
{
    for (int i = 0; i < log->count; i++) {
        free(log->runs[i].name);
        free(log->runs[i].epochs);
        free(log->runs[i].losses);
        free(log->runs[i].accuracies);
    }
    free(log->runs);
    *log = (struct training_log){0};
}
