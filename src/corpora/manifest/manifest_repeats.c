#define _GNU_SOURCE
#include "corpora/manifest/manifest_repeats.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "corpora/copies.h"

ser_status row_list_add(struct row_list *list, int index, const struct stat *file, int line,
                        ser_error *error)
{
    if (!memory_reserve(&list->items, &list->capacity, (size_t)list->count + 1,
                        sizeof *list->items))
        return error_memory(error, "reading a manifest");
    list->items[list->count++] =
        (struct row){.file = {file->st_dev, file->st_ino}, .index = index, .line = line};
    return SER_OK;
}

void row_list_release(struct row_list *list)
{
    free(list->items);
    *list = (struct row_list){0};
}

ser_status manifest_leave_out(struct corpus *corpus, const char *path, int line,
                              enum left_out_reason reason, const char *detail, int other,
                              ser_error *error)
{
    char *place = NULL, *kept = NULL;
    ser_status status = SER_OK;
    if (asprintf(&place, "%s:%d", path, line) < 0)
        place = NULL;
    if (other && asprintf(&kept, "%s:%d", path, other) < 0)
        kept = NULL;
    if (!place || (other && !kept))
        status = error_memory(error, "reading a manifest");
    else
        status = left_out_add(&corpus->left_out, place, reason, detail, kept, error);
    free(place);
    free(kept);
    return status;
}

/* An order of pieces, for sorting. */
static int compare_pieces(const struct recording *recordings, const struct row *a,
                          const struct row *b)
{
    const struct recording *left = &recordings[a->index], *right = &recordings[b->index];
    int order = claim_compare(&a->file, &b->file);
    if (!order)
        order = (left->channel > right->channel) - (left->channel < right->channel);
    if (!order)
        order = (left->start > right->start) - (left->start < right->start);
    return order ? order : (left->end > right->end) - (left->end < right->end);
}

/* By piece; the rows of one piece in the order of their lines, which is that of the recordings. */
static int compare_rows(const void *a, const void *b, void *recordings)
{
    const struct row *left = a, *right = b;
    int order = compare_pieces(recordings, left, right);
    return order ? order : (left->index > right->index) - (left->index < right->index);
}

static ser_status drop(struct corpus *corpus, const char *path, const struct row *row,
                       enum left_out_reason reason, const char *detail, int other, ser_error *error)
{
    struct recording *recording = &corpus->recordings[row->index];
    ser_status status = manifest_leave_out(corpus, path, row->line, reason, detail, other, error);
    free(recording->path);
    recording->path = NULL;
    return status;
}

/* Rows of one piece: the first stays, or none where they disagree. */
static ser_status drop_run(struct corpus *corpus, const char *path, const struct row *run,
                           int count, ser_error *error)
{
    const struct recording *recordings = corpus->recordings;
    const struct recording *first = &recordings[run[0].index], *opponent = NULL;
    char detail[256] = "the same piece of the same file";
    for (int i = 1; i < count && !opponent; i++)
        if (!copies_agree(first, &recordings[run[i].index]))
            opponent = &recordings[run[i].index];
    if (opponent)
        snprintf(detail, sizeof detail, "%s, speaker %s, against %s, speaker %s", first->emotion,
                 first->speaker, opponent->emotion, opponent->speaker);
    enum left_out_reason reason = opponent ? LEFT_OUT_CONTRADICTION : LEFT_OUT_ROW;
    ser_status status = SER_OK;
    for (int i = 1; i < count && !status; i++)
        status = drop(corpus, path, &run[i], reason, detail, run[0].line, error);
    if (!status && opponent)
        status = drop(corpus, path, &run[0], reason, detail, run[1].line, error);
    return status;
}

ser_status row_list_drop_repeated(struct row_list *list, struct corpus *corpus, const char *path,
                                  ser_error *error)
{
    const struct row *rows = list->items;
    ser_status status = SER_OK;
    if (list->count)
        qsort_r(list->items, (size_t)list->count, sizeof *list->items, compare_rows,
                corpus->recordings);
    for (int start = 0, end; start < list->count && !status; start = end) {
        for (end = start + 1;
             end < list->count && !compare_pieces(corpus->recordings, &rows[start], &rows[end]);
             end++)
            ;
        if (end - start > 1)
            status = drop_run(corpus, path, rows + start, end - start, error);
    }
    corpus_close_gaps(corpus);
    return status;
}
