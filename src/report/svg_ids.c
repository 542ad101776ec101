#include "report/svg_ids.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_IDS = 256 };

static const char *const kinds[] = {"image", "surface"};

/* The new number of an old one: its place in the list, which it joins when it is new. 0 when the
 * list is full. */
static int number_of(long *list, int *count, long old)
{
    for (int i = 0; i < *count; i++)
        if (list[i] == old)
            return i + 1;
    if (*count == MAX_IDS)
        return 0;
    list[(*count)++] = old;
    return *count;
}

/* Whether an id or a reference to one begins here: behind a quote or a '#', which are not among the
 * characters of base64, so images are not touched. Returns the length of its name. */
static size_t name_length(const char *svg, const char *at, const char *kind)
{
    size_t length = strlen(kind);
    int begins = at > svg && (at[-1] == '"' || at[-1] == '#');
    return begins && !strncmp(at, kind, length) && isdigit((unsigned char)at[length]) ? length : 0;
}

static void renumber_kind(char *svg, size_t *size, const char *kind)
{
    long list[MAX_IDS];
    int count = 0;
    char *to = svg;
    for (char *at = svg; at < svg + *size;) {
        size_t length = name_length(svg, at, kind);
        char *end = at;
        int number = length ? number_of(list, &count, strtol(at + length, &end, 10)) : 0;
        char digits[16];
        int written = snprintf(digits, sizeof digits, "%d", number);
        if (number && (ptrdiff_t)length + written <= end - at) {
            memmove(to, at, length);
            memcpy(to + length, digits, (size_t)written);
            to += length + (size_t)written;
            at = end;
        } else {
            *to++ = *at++;
        }
    }
    *to = 0;
    *size = (size_t)(to - svg);
}

void svg_renumber(char *svg, size_t *size)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        renumber_kind(svg, size, kinds[i]);
}
