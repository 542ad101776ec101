/* What corpus_read left out, as findings. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "corpora/doctor/doctor_parts.h"
#include "corpora/place.h"

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

static bool lies_in(const char *path, const char *place)
{
    size_t length = strlen(place);
    while (length > 1 && place[length - 1] == '/')
        length--;
    return !strncmp(path, place, length) &&
           (path[length] == '/' || !path[length] || place[length - 1] == '/');
}

/* Whether a file that was left out was a labelled recording all the same. */
static bool was_labelled(enum left_out_reason reason)
{
    return reason == LEFT_OUT_SAME_NAME || reason == LEFT_OUT_SAME_BYTES ||
           reason == LEFT_OUT_CONTRADICTION || reason == LEFT_OUT_VOICE || reason == LEFT_OUT_EMPTY;
}

ser_status doctor_judge_place(const struct corpus *corpus, const char *text,
                              struct findings *findings, ser_error *error)
{
    char detail[80] = "no sound files at all";
    struct place place;
    int others = 0;
    ser_status status = place_parse(&place, text, error);
    if (status || !place.is_folder)
        return status;
    for (int i = 0; i < corpus->count; i++)
        if (lies_in(corpus->recordings[i].path, place.path))
            return SER_OK;
    for (int i = 0; i < corpus->left_out.count; i++) {
        const struct left_out *item = &corpus->left_out.items[i];
        bool is_here = lies_in(item->path, place.path);
        if (is_here && was_labelled(item->reason))
            return SER_OK;
        others += is_here;
    }
    if (others)
        snprintf(detail, sizeof detail, "sound files that are something else: %d", others);
    return findings_add(findings, FINDING_NOTHING, "", place.path, detail, NULL, 1, error);
}
