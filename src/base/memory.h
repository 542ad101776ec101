/* Memory whose size is a product: overflow gives NULL instead of a short block. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

/* Like realloc(pointer, count * size); the old block stays valid on failure. */
void *memory_resize(void *pointer, size_t count, size_t size);

/* Copies a string; NULL when memory ran out or text is NULL. */
char *memory_copy_text(const char *text);

#endif
