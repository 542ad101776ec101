#define _GNU_SOURCE
#include "output_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

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
    char *repaired = utf8_repair(bytes);
    text = repaired ? json_string(repaired) : json_null();
    free(repaired);
    return text;
}

void write_percent_encoded(FILE *stream, const char *text, const char *plain)
{
    static const char always[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    for (; *text; text++) {
        if (strchr(always, *text) || strchr(plain, *text))
            putc(*text, stream);
        else
            fprintf(stream, "%%%02X", (unsigned char)*text);
    }
}

json_t *json_bytes(const char *bytes)
{
    char *encoded = NULL;
    size_t size;
    if (utf8_is_valid(bytes))
        return NULL;
    FILE *stream = open_memstream(&encoded, &size);
    if (stream)
        write_percent_encoded(stream, bytes, "");
    json_t *text = stream && !fclose(stream) ? json_string(encoded) : json_null();
    free(encoded);
    return text;
}
