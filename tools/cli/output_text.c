#include "output_text.h"

#include <stdlib.h>
#include <string.h>

void write_csv_field(FILE *stream, const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        fputs(text, stream);
        return;
    }
    putc('"', stream);
    for (; *text; text++) {
        if (*text == '"')
            putc('"', stream);
        putc(*text, stream);
    }
    putc('"', stream);
}

json_t *json_text(const char *bytes)
{
    json_t *text = json_string(bytes);
    if (text)
        return text;
    char *copy = strdup(bytes);
    for (char *c = copy; c && *c; c++)
        if (*c & 0x80)
            *c = '?';
    text = copy ? json_string(copy) : json_null();
    free(copy);
    return text;
}
