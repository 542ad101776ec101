/* Memory whose size is a product: overflow gives NULL instead of a short block. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* Like realloc(pointer, count * size); the old block stays valid on failure. */
void *memory_resize(void *pointer, size_t count, size_t size);

/* Gives a block room for `wanted` items of `size` bytes. `pointer` is the address of the pointer to
 * it, of whatever type; *room, how many it has room for, becomes `wanted` or doubles, so that
 * adding items one by one takes linear time. False when memory ran out: all is as it was then. */
bool memory_reserve(void *pointer, size_t *room, size_t wanted, size_t size);

/* Copies a string; NULL when memory ran out or text is NULL. */
char *memory_copy_text(const char *text);

#endif
