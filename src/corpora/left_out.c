#include "corpora/left_out.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/log.h"
#include "base/memory.h"

static const struct {
    const char *text;
    bool is_wrong;
} reasons[] = {
#define X(constant, text, is_wrong) {text, is_wrong},
    LEFT_OUT_REASONS(X)
#undef X
};

const char *left_out_reason_text(enum left_out_reason reason)
{
    return reasons[reason].text;
}

static void release_item(struct left_out *item)
{
    free(item->path);
    free(item->detail);
    free(item->other);
}

ser_status left_out_add(struct left_out_list *list, const char *path, enum left_out_reason reason,
                        const char *detail, const char *other, ser_error *error)
{
    if (!memory_reserve(&list->items, &list->capacity, (size_t)list->count + 1,
                        sizeof *list->items))
        return error_memory(error, "reading a corpus");
    struct left_out item = {
        .path = memory_copy_text(path),
        .reason = reason,
        .detail = memory_copy_text(detail),
        .other = memory_copy_text(other),
    };
    if (!item.path || (detail && !item.detail) || (other && !item.other)) {
        release_item(&item);
        return error_memory(error, "reading a corpus");
    }
    list->items[list->count++] = item;
    return SER_OK;
}

int left_out_count(const struct left_out_list *list, enum left_out_reason reason)
{
    int count = 0;
    for (int i = 0; i < list->count; i++)
        count += list->items[i].reason == reason;
    return count;
}

static const struct left_out *first_of(const struct left_out_list *list,
                                       enum left_out_reason reason)
{
    for (int i = 0; i < list->count; i++)
        if (list->items[i].reason == reason)
            return &list->items[i];
    return NULL;
}

void left_out_remark(const struct left_out_list *list, const char *place)
{
    for (int i = 0; i < LEFT_OUT_REASON_COUNT; i++) {
        enum left_out_reason reason = (enum left_out_reason)i;
        const struct left_out *first = first_of(list, reason);
        if (!first)
            continue;
        log_message(reasons[i].is_wrong ? SER_LOG_WARNING : SER_LOG_INFO,
                    "%s: %d %s: left out (first: %s%s%s%s%s)", place, left_out_count(list, reason),
                    reasons[i].text, first->path, first->detail ? ": " : "",
                    first->detail ? first->detail : "", first->other ? ", as " : "",
                    first->other ? first->other : "");
    }
}

void left_out_release(struct left_out_list *list)
{
    for (int i = 0; i < list->count; i++)
        release_item(&list->items[i]);
    free(list->items);
    *list = (struct left_out_list){0};
}
