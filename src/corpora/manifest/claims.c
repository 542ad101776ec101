#include "corpora/manifest/claims.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"

ser_status claims_add(struct claims *claims, const struct stat *file, ser_error *error)
{
    if (!memory_reserve(&claims->items, &claims->capacity, claims->count + 1,
                        sizeof *claims->items))
        return error_memory(error, "reading a manifest");
    claims->items[claims->count++] = (struct claim){file->st_dev, file->st_ino};
    return SER_OK;
}

int claim_compare(const struct claim *a, const struct claim *b)
{
    if (a->device != b->device)
        return a->device > b->device ? 1 : -1;
    return (a->number > b->number) - (a->number < b->number);
}

static int compare(const void *a, const void *b)
{
    return claim_compare(a, b);
}

void claims_sort(struct claims *claims)
{
    if (claims->count)
        qsort(claims->items, claims->count, sizeof *claims->items, compare);
}

bool claims_have(const struct claims *claims, const char *path)
{
    struct stat file;
    if (!claims->count || stat(path, &file))
        return false;
    struct claim wanted = {file.st_dev, file.st_ino};
    return bsearch(&wanted, claims->items, claims->count, sizeof wanted, compare) != NULL;
}

void claims_release(struct claims *claims)
{
    free(claims->items);
    *claims = (struct claims){0};
}
