/* What corpus_read left out, as findings. */

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "corpora/doctor_parts.h"

/* The finding that a reason is; FINDING_KIND_COUNT: none, or one that another room looks at. */
static enum finding_kind kind_of(enum left_out_reason reason)
{
    switch (reason) {
    case LEFT_OUT_MALFORMED: return FINDING_MALFORMED;
    case LEFT_OUT_ROW: return FINDING_ROW;
    case LEFT_OUT_EMPTY: return FINDING_EMPTY;
    case LEFT_OUT_SAME_BYTES: return FINDING_SAME_BYTES;
    case LEFT_OUT_CONTRADICTION: return FINDING_CONTRADICTION;
    case LEFT_OUT_UNREADABLE: return FINDING_UNREADABLE;
    case LEFT_OUT_FOREIGN:
    case LEFT_OUT_VOICE:
    case LEFT_OUT_SILENT:
    case LEFT_OUT_SAME_NAME:
    case LEFT_OUT_UNLABELLED:
    case LEFT_OUT_SPLIT:
    case LEFT_OUT_REASON_COUNT: break;
    }
    return FINDING_KIND_COUNT;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static ser_status add_foreign(const struct left_out_list *list, struct findings *findings,
                              ser_error *error)
{
    const char **paths = calloc((size_t)list->count + 1, sizeof *paths);
    int count = 0;
    if (!paths)
        return error_memory(error, "examining a corpus");
    for (int i = 0; i < list->count; i++)
        if (list->items[i].reason == LEFT_OUT_FOREIGN)
            paths[count++] = list->items[i].path;
    if (count)
        qsort(paths, (size_t)count, sizeof *paths, compare_texts);
    ser_status status =
        findings_add_folders(findings, FINDING_FOREIGN, "", paths, count, NULL, error);
    free(paths);
    return status;
}

ser_status doctor_judge_left_out(const struct examination *examination, struct findings *findings,
                                 ser_error *error)
{
    const struct left_out_list *list = &examination->corpus.left_out;
    ser_status status = add_foreign(list, findings, error);
    for (int i = 0; i < list->count && !status; i++) {
        const struct left_out *item = &list->items[i];
        enum finding_kind kind = kind_of(item->reason);
        if (kind != FINDING_KIND_COUNT)
            status =
                findings_add(findings, kind, "", item->path, item->detail, item->other, 1, error);
    }
    return status;
}
