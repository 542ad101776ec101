#define _GNU_SOURCE
#include "report/escape.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

char *html_escape(const char *text)
{
    char *clean = utf8_clean(text, SIZE_MAX), *escaped = NULL;
    size_t size = 0;
    FILE *stream = clean ? open_memstream(&escaped, &size) : NULL;
    if (!stream) {
        free(clean);
        return NULL;
    }
    for (const char *at = clean; *at; at++)
        switch (*at) {
        case '&': fputs("&amp;", stream); break;
        case '<': fputs("&lt;", stream); break;
        case '>': fputs("&gt;", stream); break;
        case '"': fputs("&quot;", stream); break;
        case '\'': fputs("&#39;", stream); break;
        default: putc(*at, stream);
        }
    free(clean);
    if (!fclose(stream))
        return escaped;
    free(escaped);
    return NULL;
}

char *base64_encode(const void *bytes, size_t size)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *from = bytes;
    char *text = size / 3 < SIZE_MAX / 8 ? malloc(size / 3 * 4 + 5) : NULL, *to = text;
    if (!text)
        return NULL;
    for (size_t i = 0; i < size; i += 3) {
        size_t left = size - i;
        uint32_t group = (uint32_t)from[i] << 16 | (left > 1 ? (uint32_t)from[i + 1] << 8 : 0) |
                         (left > 2 ? from[i + 2] : 0);
        *to++ = digits[group >> 18];
        *to++ = digits[group >> 12 & 63];
        *to++ = left > 1 ? digits[group >> 6 & 63] : '=';
        *to++ = left > 2 ? digits[group & 63] : '=';
    }
    *to = 0;
    return text;
}
