#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "evaluation/split_file.h"

static int compare_with(const struct split_row *row, const char *corpus, const char *name)
{
    int order = strcmp(row->corpus, corpus);
    return order ? order : strcmp(row->name, name);
}

/* The first row of that name; -1 when there is none. */
static int find_row(const struct split_file *file, const char *corpus, const char *name)
{
    int low = 0, high = file->count;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (compare_with(&file->rows[middle], corpus, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < file->count && !compare_with(&file->rows[low], corpus, name) ? low : -1;
}

static int row_of(const struct split_file *file, const struct recording *recording)
{
    return find_row(file, recording->corpus, recording->name);
}

/* Whether the row names what one before it named. */
static bool is_repeated(const struct split_file *file, int row)
{
    return row > 0 &&
           !compare_with(&file->rows[row - 1], file->rows[row].corpus, file->rows[row].name);
}

static ser_status fail_empty(const struct split_file *file, int part, ser_error *error)
{
    char name[12];
    part_name(part, name);
    return error_set(error, SER_ERROR_ARGUMENT,
                     "%s: the corpus has no recording of %s%s, expected some", file->path,
                     part > 0 ? "fold " : "part ", name);
}

static ser_status check_parts(const struct split_file *file, const struct partition *partition,
                              ser_error *error)
{
    static const int once[] = {PART_TRAIN, PART_TEST};
    for (int i = 0; i < 2 && !file->folds; i++)
        if (!partition_count(partition, once[i]))
            return fail_empty(file, once[i], error);
    for (int fold = 1; fold <= file->folds; fold++)
        if (!partition_count(partition, fold))
            return fail_empty(file, fold, error);
    return SER_OK;
}

ser_status split_file_match(const struct split_file *file, const struct corpus *corpus,
                            struct partition *partition, ser_error *error)
{
    *partition = (struct partition){.folds = file->folds, .count = corpus->count};
    memcpy(partition->protocol, file->protocol, sizeof partition->protocol);
    partition->parts = calloc((size_t)corpus->count + 1, sizeof *partition->parts);
    if (!partition->parts)
        return error_memory(error, "matching a split");
    for (int i = 0; i < corpus->count; i++) {
        int row = row_of(file, &corpus->recordings[i]);
        partition->parts[i] = row < 0 ? PART_NONE : file->rows[row].part;
    }
    return check_parts(file, partition, error);
}

/* Counts the names of a part of the file (PART_NONE: of all) that the corpus lacks; *first is the
 * row of one of them. */
static ser_status count_missing(const struct split_file *file, const struct corpus *corpus,
                                int part, int *missing, int *first, ser_error *error)
{
    char *is_there = calloc((size_t)file->count + 1, 1);
    if (!is_there)
        return error_memory(error, "matching a split");
    for (int i = 0; i < corpus->count; i++) {
        int row = row_of(file, &corpus->recordings[i]);
        if (row >= 0)
            is_there[row] = 1;
    }
    *missing = 0;
    for (int row = 0; row < file->count; row++)
        if (!is_there[row] && !is_repeated(file, row) &&
            (part == PART_NONE || file->rows[row].part == part) && !(*missing)++)
            *first = row;
    free(is_there);
    return SER_OK;
}

static ser_status remark_missing(const struct split_file *file, const struct corpus *corpus,
                                 int part, ser_error *error)
{
    int missing, first = 0;
    ser_status status = count_missing(file, corpus, part, &missing, &first, error);
    if (!status && missing)
        log_message(SER_LOG_WARNING,
                    "%s: the corpus lacks %d of its recordings, such as %s (line "
                    "%d)",
                    file->path, missing, file->rows[first].name, file->rows[first].line);
    return status;
}

ser_status split_file_narrow(const struct split_file *file, struct corpus *corpus, ser_error *error)
{
    int unnamed = 0;
    ser_status status = remark_missing(file, corpus, PART_NONE, error);
    for (int i = 0; i < corpus->count && !status; i++)
        if (row_of(file, &corpus->recordings[i]) < 0) {
            status = corpus_leave_out(corpus, i, LEFT_OUT_SPLIT, NULL, NULL, error);
            unnamed++;
        }
    corpus_close_gaps(corpus);
    if (!status && unnamed)
        log_message(SER_LOG_INFO, "%s: %d recordings that it does not name are left out",
                    file->path, unnamed);
    if (!status && !corpus->count)
        status = error_set(error, SER_ERROR_ARGUMENT,
                           "%s: names no recording of the corpus, expected such as %s of %s",
                           file->path, file->rows[0].name, file->rows[0].corpus);
    return status ? status : corpus_find_labels(corpus, error);
}

static ser_status check_part(const struct split_file *file, int part, ser_error *error)
{
    char name[12];
    part_name(part, name);
    for (int row = 0; row < file->count; row++)
        if (file->rows[row].part == part)
            return SER_OK;
    if (file->folds)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "%s: has no part %s, expected a fold of 1 to %d", file->path, name,
                         file->folds);
    return error_set(error, SER_ERROR_ARGUMENT,
                     "%s: has no part %s, expected one of those that it has, such as test",
                     file->path, name);
}

ser_status split_file_keep_part(const struct split_file *file, int part, struct corpus *corpus,
                                ser_error *error)
{
    ser_status status = check_part(file, part, error);
    if (!status)
        status = remark_missing(file, corpus, part, error);
    for (int i = 0; i < corpus->count && !status; i++) {
        int row = row_of(file, &corpus->recordings[i]);
        if (row < 0 || file->rows[row].part != part)
            status = corpus_leave_out(corpus, i, LEFT_OUT_SPLIT, NULL, NULL, error);
    }
    corpus_close_gaps(corpus);
    if (!status && !corpus->count)
        status = fail_empty(file, part, error);
    return status ? status : corpus_find_labels(corpus, error);
}

static ser_status find_repeated(const struct split_file *file, struct leak_list *list,
                                ser_error *error)
{
    ser_status status = SER_OK;
    for (int i = 1; i < file->count && !status; i++) {
        const struct split_row *row = &file->rows[i], *before = &file->rows[i - 1];
        char here[12], there[12];
        if (!is_repeated(file, i))
            continue;
        part_name(before->part, here);
        part_name(row->part, there);
        status = leak_add(list, LEAK_TWICE, true, error, "%s of %s: line %d in %s, line %d in %s",
                          row->name, row->corpus, before->line, here, row->line, there);
    }
    return status;
}

/* The row that names a file which the corpus left out; -1 when none does. */
static int row_of_path(const struct split_file *file, const char *path)
{
    char name[RECORDING_NAME_LENGTH];
    const char *start = file_name(path), *dot = strrchr(start, '.');
    size_t length = dot ? (size_t)(dot - start) : strlen(start);
    if (length >= sizeof name)
        return -1;
    memcpy(name, start, length);
    name[length] = 0;
    for (int i = 0; i < file->count; i++) {
        if (i && !strcmp(file->rows[i].corpus, file->rows[i - 1].corpus))
            continue;
        int row = find_row(file, file->rows[i].corpus, name);
        if (row >= 0)
            return row;
    }
    return -1;
}

/* The corpus keeps one of several files of the same bytes; whoever uses the split elsewhere may
 * have all of them. */
static ser_status find_left_out(const struct split_file *file, const struct corpus *corpus,
                                struct leak_list *list, ser_error *error)
{
    ser_status status = SER_OK;
    for (int i = 0; i < corpus->left_out.count && !status; i++) {
        const struct left_out *item = &corpus->left_out.items[i];
        bool is_twin =
            item->reason == LEFT_OUT_SAME_BYTES || item->reason == LEFT_OUT_CONTRADICTION;
        if (!is_twin || !item->other)
            continue;
        int one = row_of_path(file, item->path), other = row_of_path(file, item->other);
        if (one < 0 || other < 0 || file->rows[one].part == file->rows[other].part)
            continue;
        status = leak_add(list, LEAK_BYTES, true, error, "%s (line %d) and %s (line %d)",
                          file->rows[one].name, file->rows[one].line, file->rows[other].name,
                          file->rows[other].line);
    }
    return status;
}

static ser_status note_differences(const struct split_file *file, const struct corpus *corpus,
                                   const struct partition *partition, struct leak_list *list,
                                   ser_error *error)
{
    int missing, first = 0, unnamed = partition_count(partition, PART_NONE);
    ser_status status = count_missing(file, corpus, PART_NONE, &missing, &first, error);
    if (!status && missing)
        status = leak_add(list, LEAK_MISSING, false, error, "%d, such as %s (line %d)", missing,
                          file->rows[first].name, file->rows[first].line);
    for (int i = 0; i < corpus->count && !status && unnamed; i++)
        if (partition->parts[i] == PART_NONE) {
            status = leak_add(list, LEAK_UNNAMED, false, error, "%d, such as %s", unnamed,
                              corpus->recordings[i].path);
            unnamed = 0;
        }
    return status;
}

ser_status split_file_find_leaks(const struct split_file *file, const struct corpus *corpus,
                                 struct leak_list *list, ser_error *error)
{
    struct partition partition;
    ser_status status = split_file_match(file, corpus, &partition, error);
    if (!status)
        status = split_find_leaks(list, &partition, corpus, error);
    if (!status)
        status = find_repeated(file, list, error);
    if (!status)
        status = find_left_out(file, corpus, list, error);
    if (!status)
        status = note_differences(file, corpus, &partition, list, error);
    partition_release(&partition);
    return status;
}
