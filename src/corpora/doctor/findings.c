#include "corpora/doctor/findings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

static const struct {
    const char *name, *text;
    bool is_problem;
} kinds[] = {
#define X(constant, name, is_problem, text) {name, text, is_problem},
    FINDING_KINDS(X)
#undef X
};

const char *finding_kind_name(enum finding_kind kind)
{
    return kinds[kind].name;
}

const char *finding_kind_text(enum finding_kind kind)
{
    return kinds[kind].text;
}

bool finding_is_problem(enum finding_kind kind)
{
    return kinds[kind].is_problem;
}

static void release_item(struct finding *finding)
{
    free(finding->path);
    free(finding->detail);
    free(finding->other);
}

ser_status findings_add(struct findings *findings, enum finding_kind kind, const char *corpus,
                        const char *path, const char *detail, const char *other, int count,
                        ser_error *error)
{
    if (!memory_reserve(&findings->items, &findings->capacity, (size_t)findings->count + 1,
                        sizeof *findings->items))
        return error_memory(error, "examining a corpus");
    struct finding item = {
        .kind = kind,
        .path = memory_copy_text(path),
        .detail = memory_copy_text(detail),
        .other = memory_copy_text(other),
        .count = count,
    };
    snprintf(item.corpus, sizeof item.corpus, "%s", corpus ? corpus : "");
    if ((path && !item.path) || (detail && !item.detail) || (other && !item.other)) {
        release_item(&item);
        return error_memory(error, "examining a corpus");
    }
    findings->items[findings->count++] = item;
    return SER_OK;
}

int findings_of(const struct findings *findings, enum finding_kind kind)
{
    int count = 0;
    for (int i = 0; i < findings->count; i++)
        if (findings->items[i].kind == kind)
            count += findings->items[i].count;
    return count;
}

static int compare_texts(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "");
}

static int compare(const void *a, const void *b)
{
    const struct finding *left = a, *right = b;
    int order = (left->kind > right->kind) - (left->kind < right->kind);
    if (!order)
        order = strcmp(left->corpus, right->corpus);
    if (!order)
        order = compare_texts(left->path, right->path);
    return order ? order : compare_texts(left->detail, right->detail);
}

void findings_sort(struct findings *findings)
{
    if (findings->count)
        qsort(findings->items, (size_t)findings->count, sizeof *findings->items, compare);
}

void findings_release(struct findings *findings)
{
    for (int i = 0; i < findings->count; i++)
        release_item(&findings->items[i]);
    free(findings->items);
    *findings = (struct findings){0};
}
