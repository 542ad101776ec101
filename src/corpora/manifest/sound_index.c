#include "corpora/manifest/sound_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

/* A name that so many files have in so many equal folders is ambiguous anyway. */
enum { MOST_ALIKE = 64 };

static struct sound_name name_of(const char *path)
{
    const char *dot = file_is_sound(file_name(path)) ? strrchr(path, '.') : NULL;
    return (struct sound_name){path, dot ? (size_t)(dot - path) : strlen(path)};
}

/* The bytes that two names have in common at their ends. */
static size_t common_tail(const struct sound_name *a, const struct sound_name *b)
{
    size_t shorter = a->length < b->length ? a->length : b->length, common = 0;
    while (common < shorter && a->path[a->length - 1 - common] == b->path[b->length - 1 - common])
        common++;
    return common;
}

/* A letter's place in the order: '/' before all others, so that names with the same tail of whole
 * folders stand together; the beginning of the name before that. */
static int rank(const struct sound_name *name, size_t from_end)
{
    if (from_end >= name->length)
        return 0;
    unsigned char letter = (unsigned char)name->path[name->length - 1 - from_end];
    return letter == '/' ? 1 : letter + 1;
}

static int compare_tails(const struct sound_name *a, const struct sound_name *b)
{
    size_t common = common_tail(a, b);
    return rank(a, common) - rank(b, common);
}

static int compare(const void *a, const void *b)
{
    const struct sound_name *left = a, *right = b;
    int order = compare_tails(left, right);
    return order ? order : strcmp(left->path, right->path);
}

ser_status sound_index_build(struct sound_index *index, const char *folder, ser_error *error)
{
    *index = (struct sound_index){0};
    ser_status status = file_list_add(&index->files, folder, file_is_sound, error);
    if (status)
        return status;
    index->names = memory_resize(NULL, index->files.count, sizeof *index->names);
    if (!index->names)
        return error_memory(error, "listing sound files");
    index->count = index->files.count;
    for (size_t i = 0; i < index->count; i++)
        index->names[i] = name_of(index->files.paths[i]);
    if (index->count)
        qsort(index->names, index->count, sizeof *index->names, compare);
    return SER_OK;
}

/* The first place whose name is not below the wanted one. */
static size_t lower_bound(const struct sound_index *index, const struct sound_name *wanted)
{
    size_t low = 0, high = index->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_tails(&index->names[middle], wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool begins_name(const struct sound_name *name, size_t from_end)
{
    return from_end == name->length || name->path[name->length - 1 - from_end] == '/';
}

/* The bytes of the file's name, and of the folders before it, in which two names agree. */
static size_t agreement(const struct sound_index *index, size_t place,
                        const struct sound_name *wanted)
{
    if (place >= index->count)
        return 0;
    const struct sound_name *name = &index->names[place];
    size_t common = common_tail(name, wanted);
    while (common && !(begins_name(name, common) && begins_name(wanted, common)))
        common--;
    return common;
}

static bool same_extension(const struct sound_name *a, const struct sound_name *b)
{
    return !strcmp(a->path + a->length, b->path + b->length);
}

const char *sound_index_find(const struct sound_index *index, const char *path, const char **first,
                             const char **second)
{
    struct sound_name wanted = name_of(path);
    size_t place = lower_bound(index, &wanted), start = place,
           best = agreement(index, place, &wanted);
    size_t before = place ? agreement(index, place - 1, &wanted) : 0;
    bool exact = false;
    *first = *second = NULL;
    best = before > best ? before : best;
    while (best && start && place - start < MOST_ALIKE &&
           agreement(index, start - 1, &wanted) == best)
        start--;
    for (size_t i = start; best && i < place + MOST_ALIKE; i++) {
        if (agreement(index, i, &wanted) != best)
            break;
        bool is_exact = same_extension(&index->names[i], &wanted);
        if (!*first || (is_exact && !exact)) {
            *first = index->names[i].path;
            *second = NULL;
        } else if (is_exact == exact) {
            *second = index->names[i].path;
        }
        exact = exact || is_exact;
    }
    return *second ? NULL : *first;
}

void sound_index_release(struct sound_index *index)
{
    free(index->names);
    file_list_release(&index->files);
    *index = (struct sound_index){0};
}
