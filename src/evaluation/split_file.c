#include "evaluation/split_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

enum { MAX_ROWS = CORPUS_MAX_FILES };

/* Quoted where it must be (RFC 4180). */
static void write_cell(FILE *stream, const char *text, char end)
{
    bool is_plain = !strpbrk(text, ",;\t\"\r\n") && *text != ' ';
    if (!is_plain)
        fputc('"', stream);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', stream);
        fputc(*text, stream);
    }
    if (!is_plain)
        fputc('"', stream);
    fputc(end, stream);
}

/* In the order of the names, so that the same split is the same file. */
static int compare_recordings(const void *a, const void *b)
{
    return order_by_name(*(const struct recording *const *)a, *(const struct recording *const *)b);
}

static void write_rows(FILE *stream, const struct corpus *corpus, const struct recording **sorted,
                       const struct partition *partition)
{
    fputs("corpus,name,speaker,emotion,protocol,part\n", stream);
    for (int i = 0; i < corpus->count; i++) {
        int part = partition->parts[sorted[i] - corpus->recordings];
        char name[12];
        if (part == PART_NONE)
            continue;
        part_name(part, name);
        write_cell(stream, sorted[i]->corpus, ',');
        write_cell(stream, sorted[i]->name, ',');
        write_cell(stream, sorted[i]->speaker, ',');
        write_cell(stream, sorted[i]->emotion, ',');
        write_cell(stream, partition->protocol, ',');
        write_cell(stream, name, '\n');
    }
}

ser_status split_file_write(const char *path, const struct corpus *corpus,
                            const struct partition *partition, ser_error *error)
{
    struct file_writer writer;
    const struct recording **sorted = calloc((size_t)corpus->count + 1, sizeof *sorted);
    if (!sorted)
        return error_memory(error, "writing a split");
    for (int i = 0; i < corpus->count; i++)
        sorted[i] = &corpus->recordings[i];
    qsort(sorted, (size_t)corpus->count, sizeof *sorted, compare_recordings);
    ser_status status = file_writer_open(&writer, path, error);
    if (!status) {
        write_rows(writer.stream, corpus, sorted, partition);
        status = file_writer_commit(&writer, error);
    }
    free(sorted);
    return status;
}

/* Where in the table the columns are. */
struct columns {
    int corpus, name, protocol, part;
};

static ser_status find_columns(struct columns *columns, const struct csv *csv, const char *path,
                               ser_error *error)
{
    const struct {
        const char *name;
        int *place;
    } wanted[] = {{"corpus", &columns->corpus},
                  {"name", &columns->name},
                  {"protocol", &columns->protocol},
                  {"part", &columns->part}};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        *wanted[i].place = csv_find_column(csv, wanted[i].name);
        if (*wanted[i].place < 0)
            return error_set(error, SER_ERROR_FORMAT,
                             "%s: %s column \"%s\", expected corpus, name, protocol and part", path,
                             *wanted[i].place == -2 ? "more than one" : "no", wanted[i].name);
    }
    return SER_OK;
}

static ser_status copy_cell(char *to, size_t room, const char *cell, const char *column,
                            const char *path, int line, ser_error *error)
{
    size_t length = strlen(cell);
    if (!length)
        return error_set(error, SER_ERROR_FORMAT, "%s:%d: %s is empty, expected a name", path, line,
                         column);
    if (length >= room)
        return error_set(error, SER_ERROR_FORMAT,
                         "%s:%d: %s has %zu bytes (\"%.40s…\"), expected at most %zu", path, line,
                         column, length, cell, room - 1);
    memcpy(to, cell, length + 1);
    return SER_OK;
}

static ser_status add_row(struct split_file *file, const struct split_row *row, ser_error *error)
{
    if (file->count == MAX_ROWS)
        return error_set(error, SER_ERROR_FORMAT, "%s: more than %d rows, expected fewer",
                         file->path, MAX_ROWS);
    if (!memory_reserve(&file->rows, &file->capacity, (size_t)file->count + 1, sizeof *file->rows))
        return error_memory(error, "reading a split");
    file->rows[file->count++] = *row;
    return SER_OK;
}

static ser_status take_protocol(struct split_file *file, const char *cell, int line,
                                ser_error *error)
{
    if (*file->protocol && strcmp(file->protocol, cell))
        return error_set(error, SER_ERROR_FORMAT,
                         "%s:%d: protocol is \"%.40s\", expected \"%s\" as before", file->path,
                         line, cell, file->protocol);
    if (*file->protocol)
        return SER_OK;
    for (const char *c = cell; *c; c++)
        if ((unsigned char)*c <= ' ' || *c == 0x7f)
            return error_set(error, SER_ERROR_FORMAT,
                             "%s:%d: protocol holds blanks, expected a name such as speaker",
                             file->path, line);
    return copy_cell(file->protocol, sizeof file->protocol, cell, "protocol", file->path, line,
                     error);
}

static ser_status read_row(struct split_file *file, const struct csv *csv,
                           const struct columns *columns, ser_error *error)
{
    struct split_row row = {.line = csv->line};
    if (*csv->problem)
        return error_set(error, SER_ERROR_FORMAT, "%s:%d: %s", file->path, csv->line, csv->problem);
    const char *part = csv->cells[columns->part];
    row.part = part_find(part);
    if (row.part == PART_NONE)
        return error_set(error, SER_ERROR_FORMAT,
                         "%s:%d: part is \"%.40s\", expected train, validation, test or the number "
                         "of a fold",
                         file->path, csv->line, part);
    if (file->count && (row.part > 0) != (file->rows[0].part > 0))
        return error_set(error, SER_ERROR_FORMAT, "%s:%d: part is \"%s\", expected %s as before",
                         file->path, csv->line, part,
                         file->rows[0].part > 0 ? "a fold" : "train, validation or test");
    ser_status status = take_protocol(file, csv->cells[columns->protocol], csv->line, error);
    if (!status)
        status = copy_cell(row.corpus, sizeof row.corpus, csv->cells[columns->corpus], "corpus",
                           file->path, csv->line, error);
    if (!status)
        status = copy_cell(row.name, sizeof row.name, csv->cells[columns->name], "name", file->path,
                           csv->line, error);
    return status ? status : add_row(file, &row, error);
}

static int compare_names(const struct split_row *a, const struct split_row *b)
{
    int order = strcmp(a->corpus, b->corpus);
    return order ? order : strcmp(a->name, b->name);
}

static int compare_rows(const void *a, const void *b)
{
    const struct split_row *left = a, *right = b;
    int order = compare_names(left, right);
    return order ? order : (left->line > right->line) - (left->line < right->line);
}

/* Counts the folds; every fold, or both sides, must have recordings. */
static ser_status check_parts(struct split_file *file, ser_error *error)
{
    char *seen = calloc(PARTITION_MAX_FOLDS + 1, 1), sides[4] = {0};
    if (!seen)
        return error_memory(error, "reading a split");
    ser_status status = SER_OK;
    for (int i = 0; i < file->count; i++) {
        int part = file->rows[i].part;
        *(part > 0 ? &seen[part] : &sides[-part]) = 1;
        file->folds = part > file->folds ? part : file->folds;
    }
    if (!file->count)
        status =
            error_set(error, SER_ERROR_FORMAT, "%s: has no rows, expected recordings", file->path);
    else if (!file->folds && (!sides[-PART_TRAIN] || !sides[-PART_TEST]))
        status = error_set(error, SER_ERROR_FORMAT,
                           "%s: no recording is in part %s, expected some to train and to test",
                           file->path, sides[-PART_TRAIN] ? "test" : "train");
    else if (file->folds == 1)
        status = error_set(error, SER_ERROR_FORMAT, "%s: has one fold, expected two or more",
                           file->path);
    for (int fold = 1; fold <= file->folds && !status; fold++)
        if (!seen[fold])
            status = error_set(error, SER_ERROR_FORMAT,
                               "%s: no recording is in fold %d, expected some in each up to %d",
                               file->path, fold, file->folds);
    free(seen);
    return status;
}

ser_status split_file_read(struct split_file *file, const char *path, ser_error *error)
{
    struct csv csv = {0};
    struct columns columns = {0};
    *file = (struct split_file){.path = memory_copy_text(path)};
    ser_status status =
        file->path ? hash_file(&file->hash, path, error) : error_memory(error, "reading a split");
    if (!status)
        status = csv_open(&csv, path, error);
    if (!status)
        status = find_columns(&columns, &csv, path, error);
    while (!status && csv_next(&csv))
        status = read_row(file, &csv, &columns, error);
    if (!status)
        status = check_parts(file, error);
    if (!status)
        qsort(file->rows, (size_t)file->count, sizeof *file->rows, compare_rows);
    csv_close(&csv);
    return status;
}

void split_file_release(struct split_file *file)
{
    free(file->path);
    free(file->rows);
    *file = (struct split_file){0};
}
