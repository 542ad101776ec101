#include "evaluation/same_bytes.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/hash.h"

struct entry {
    const struct recording *recording;
    struct hash hash;
    bool is_known; /* the hash, that is */
};

static int compare_numbers(double a, double b)
{
    return (a > b) - (a < b);
}

static int compare_pieces(const struct recording *a, const struct recording *b)
{
    int order = a->channel - b->channel;
    if (!order)
        order = compare_numbers(a->start, b->start);
    return order ? order : compare_numbers(a->end, b->end);
}

static int compare_sizes(const void *a, const void *b)
{
    const struct entry *left = a, *right = b;
    size_t x = left->recording->bytes, y = right->recording->bytes;
    int order = (x > y) - (x < y);
    return order ? order : compare_pieces(left->recording, right->recording);
}

/* Of one size and piece: by hash, those without one last. */
static int compare_hashes(const void *a, const void *b)
{
    const struct entry *left = a, *right = b;
    int order = !left->is_known - !right->is_known;
    return order || !left->is_known ? order : hash_compare(left->hash, right->hash);
}

/* Groups the entries of one size and piece. */
static void group_run(struct groups *groups, const struct recording *first, struct entry *entries,
                      int count, int *unreadable)
{
    for (int i = 0; i < count && count > 1; i++) {
        entries[i].is_known = !hash_file(&entries[i].hash, entries[i].recording->path, NULL);
        *unreadable += !entries[i].is_known;
    }
    qsort(entries, (size_t)count, sizeof *entries, compare_hashes);
    for (int i = 0; i < count; i++) {
        bool is_twin = i && entries[i].is_known && !compare_hashes(&entries[i - 1], &entries[i]);
        groups->count += !is_twin;
        groups->of[entries[i].recording - first] = groups->count - 1;
    }
}

ser_status groups_of_bytes(struct groups *groups, const struct corpus *corpus, int *unreadable,
                           ser_error *error)
{
    struct entry *entries = calloc((size_t)corpus->count + 1, sizeof *entries);
    *unreadable = 0;
    *groups = (struct groups){.of = calloc((size_t)corpus->count + 1, sizeof *groups->of)};
    if (!entries || !groups->of) {
        free(entries);
        groups_release(groups);
        return error_memory(error, "looking for equal files");
    }
    for (int i = 0; i < corpus->count; i++)
        entries[i].recording = &corpus->recordings[i];
    qsort(entries, (size_t)corpus->count, sizeof *entries, compare_sizes);
    for (int start = 0, end; start < corpus->count; start = end) {
        for (end = start + 1; end < corpus->count && !compare_sizes(&entries[start], &entries[end]);
             end++)
            ;
        group_run(groups, corpus->recordings, entries + start, end - start, unreadable);
    }
    free(entries);
    return SER_OK;
}
