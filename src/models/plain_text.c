#include "models/plain_text.h"

#include <stdint.h>
#include <string.h>

/* C0, delete and C1, the last as UTF-8 writes them: C2 80 to C2 9F */
static int is_control(const unsigned char *at)
{
    return *at < 0x20 || *at == 0x7f || (*at == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0);
}

int text_is_plain(const char *text, size_t longest)
{
    const unsigned char *at = (const unsigned char *)text;
    for (; *at; at++)
        if (is_control(at))
            return 0;
    return (size_t)(at - (const unsigned char *)text) <= longest;
}

void text_make_plain(char *text)
{
    for (unsigned char *at = (unsigned char *)text; *at; at++)
        if (is_control(at)) {
            if (*at == 0xc2)
                *at++ = '?';
            *at = '?';
        }
}

/* As deep as the parser allowed. */
int json_is_plain(const json_t *value)
{
    const char *key;
    json_t *member;
    size_t index;
    if (json_is_string(value))
        return text_is_plain(json_string_value(value), SIZE_MAX);
    json_array_foreach(value, index, member) if (!json_is_plain(member)) return 0;
    /* jansson's iteration wants a non-const object but does not change it. */
    json_object_foreach((json_t *)(uintptr_t)value, key,
                        member) if (!text_is_plain(key, SIZE_MAX) ||
                                    !json_is_plain(member)) return 0;
    return 1;
}
