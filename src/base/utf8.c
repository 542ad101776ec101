#define _GNU_SOURCE
#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char replacement[] = "\xef\xbf\xbd";
static const char ellipsis[] = "\xe2\x80\xa6";

/* Bytes of the character that begins here; 0 where none does. */
static size_t character_length(const unsigned char *text)
{
    static const struct {
        unsigned char first_low, first_high, second_low, second_high;
        size_t length;
    } forms[] = {
        {0x01, 0x7f, 0x80, 0xbf, 1}, {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
        {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
        {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (text[0] < forms[i].first_low || text[0] > forms[i].first_high)
            continue;
        size_t length = forms[i].length;
        if (length > 1 && (text[1] < forms[i].second_low || text[1] > forms[i].second_high))
            return 0;
        for (size_t j = 2; j < length; j++)
            if (text[j] < 0x80 || text[j] > 0xbf)
                return 0;
        return length;
    }
    return 0;
}

bool utf8_is_valid(const char *text)
{
    const unsigned char *bytes = (const unsigned char *)text;
    while (*bytes) {
        size_t length = character_length(bytes);
        if (!length)
            return false;
        bytes += length;
    }
    return true;
}

bool utf8_copy(char *target, size_t capacity, const char *text)
{
    size_t used = 0;
    while (text[used]) {
        size_t length = character_length((const unsigned char *)text + used);
        length = length ? length : 1;
        if (used + length >= capacity)
            break;
        used += length;
    }
    memcpy(target, text, used);
    target[used] = 0;
    return !text[used];
}

bool utf8_is_control(const char *at)
{
    const unsigned char *byte = (const unsigned char *)at;
    return (*byte && *byte < 0x20) || *byte == 0x7f ||
           (*byte == 0xc2 && byte[1] >= 0x80 && byte[1] < 0xa0);
}

/* What stands for the character at *at, which it steps over. */
static const char *clean_character(const unsigned char **at, bool blank_controls, size_t *length)
{
    const char *character = (const char *)*at;
    size_t taken = character_length(*at);
    *length = taken;
    if (!taken) {
        character = replacement;
        *length = sizeof replacement - 1;
    } else if (blank_controls && utf8_is_control(character)) {
        character = " ";
        *length = 1;
    }
    *at += taken ? taken : 1;
    return character;
}

static char *clean_all(const unsigned char *at, bool blank_controls)
{
    char *clean = NULL;
    size_t size = 0, length;
    FILE *stream = open_memstream(&clean, &size);
    if (!stream)
        return NULL;
    while (*at) {
        const char *character = clean_character(&at, blank_controls, &length);
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
    char *clean = clean_all((const unsigned char *)(text ? text : ""), true);
    if (clean && strlen(clean) > limit)
        shorten(clean, limit);
    return clean;
}

char *utf8_repair(const char *text)
{
    return clean_all((const unsigned char *)text, false);
}
