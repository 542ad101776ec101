#define _GNU_SOURCE
#include "report/utf8.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char replacement[] = "\xef\xbf\xbd";
static const char ellipsis[] = "\xe2\x80\xa6";

/* The bytes that continue a character which begins with this one, and the bounds of the first of
 * them, which shut out forms that are too long, surrogates and what lies beyond U+10FFFF. -1 for a
 * byte that begins none. */
static int continuation(unsigned char first, unsigned char *low, unsigned char *high)
{
    *low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    *high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (first < 0x80)
        return 0;
    if (first >= 0xc2 && first <= 0xdf)
        return 1;
    if (first >= 0xe0 && first <= 0xef)
        return 2;
    return first >= 0xf0 && first <= 0xf4 ? 3 : -1;
}

/* Bytes of the character at `at`; 0 where there is none. The final 0 continues nothing, so this
 * never reads beyond it. */
static size_t character_length(const unsigned char *at)
{
    unsigned char low, high;
    int more = continuation(*at, &low, &high);
    if (more < 0)
        return 0;
    for (int i = 1; i <= more; i++) {
        if (at[i] < low || at[i] > high)
            return 0;
        low = 0x80;
        high = 0xbf;
    }
    return (size_t)more + 1;
}

/* C0, delete and C1. */
static int is_control(const unsigned char *at)
{
    return *at < 0x20 || *at == 0x7f || (*at == 0xc2 && at[1] < 0xa0);
}

/* What stands for the character at *at, which it steps over. */
static const char *clean_character(const unsigned char **at, size_t *length)
{
    const char *character = (const char *)*at;
    size_t taken = character_length(*at);
    *length = taken;
    if (!taken) {
        character = replacement;
        *length = sizeof replacement - 1;
    } else if (is_control(*at)) {
        character = " ";
        *length = 1;
    }
    *at += taken ? taken : 1;
    return character;
}

static char *clean_all(const unsigned char *at)
{
    char *clean = NULL;
    size_t size = 0, length;
    FILE *stream = open_memstream(&clean, &size);
    if (!stream)
        return NULL;
    while (*at) {
        const char *character = clean_character(&at, &length);
        fwrite(character, 1, length, stream);
    }
    if (!fclose(stream))
        return clean;
    free(clean);
    return NULL;
}

/* Cuts a clean text between two characters. */
static void shorten(char *text, size_t limit)
{
    size_t room = sizeof ellipsis - 1, end = limit < room ? 0 : limit - room;
    while (end > 0 && ((unsigned char)text[end] & 0xc0) == 0x80)
        end--;
    text[end] = 0;
    if (limit >= room)
        memcpy(text + end, ellipsis, sizeof ellipsis);
}

char *utf8_clean(const char *text, size_t limit)
{
    char *clean = clean_all((const unsigned char *)(text ? text : ""));
    if (clean && strlen(clean) > limit)
        shorten(clean, limit);
    return clean;
}

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
