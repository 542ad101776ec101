#include "base/plain_text.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

int text_is_plain(const char *text, size_t longest)
{
    const char *at = text;
    for (; *at; at++)
        if (utf8_is_control(at))
            return 0;
    return (size_t)(at - text) <= longest;
}

void text_make_plain(char *text)
{
    for (char *at = text; *at; at++)
        if (utf8_is_control(at)) {
            if ((unsigned char)*at == 0xc2)
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
