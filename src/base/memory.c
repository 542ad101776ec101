#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void *memory_resize(void *pointer, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        return NULL;
    size_t bytes = count * size;
    return realloc(pointer, bytes ? bytes : 1);
}

bool memory_reserve(void *pointer, size_t *room, size_t wanted, size_t size)
{
    enum { LEAST = 16 };
    if (wanted <= *room)
        return true;
    size_t larger = *room < SIZE_MAX / 2 ? 2 * *room : *room;
    if (larger < wanted)
        larger = wanted;
    if (larger < LEAST)
        larger = LEAST;
    void *block;
    memcpy(&block, pointer, sizeof block);
    block = memory_resize(block, larger, size);
    if (!block)
        return false;
    memcpy(pointer, &block, sizeof block);
    *room = larger;
    return true;
}

char *memory_copy_text(const char *text)
{
    if (!text)
        return NULL;
    size_t size = strlen(text) + 1;
    char *copy = malloc(size);
    return copy ? memcpy(copy, text, size) : NULL;
}
