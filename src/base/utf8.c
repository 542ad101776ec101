#include "base/utf8.h"

#include <string.h>

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
