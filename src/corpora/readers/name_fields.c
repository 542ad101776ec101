#include "corpora/readers/name_fields.h"

#include <limits.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"

enum { DIGITS_OF_VALUE = 9 };

static bool is_digit(char letter)
{
    return letter >= '0' && letter <= '9';
}

static bool is_letter(char letter)
{
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
}

size_t name_stem(const char *path, const char **stem)
{
    *stem = file_name(path);
    const char *dot = strrchr(*stem, '.');
    return dot ? (size_t)(dot - *stem) : strlen(*stem);
}

int name_numbers(const char *path, struct name_field *fields, int most)
{
    const char *at;
    size_t length = name_stem(path, &at);
    const char *end = at + length;
    for (int count = 0; count < INT_MAX; at++) {
        struct name_field field = {.text = at};
        for (; at < end && is_digit(*at) && field.length < INT_MAX; at++)
            if (++field.length <= DIGITS_OF_VALUE)
                field.value = field.value * 10 + (*at - '0');
        if (!field.length)
            return 0;
        if (count < most)
            fields[count] = field;
        count++;
        if (at == end)
            return count;
        if (*at != '-')
            return 0;
    }
    return 0;
}

int name_parts(const char *path, struct name_field *fields, int most)
{
    const char *at;
    size_t length = name_stem(path, &at);
    int count = 0;
    while (count < most && length <= INT_MAX) {
        const char *cut = count + 1 < most ? memchr(at, '_', length) : NULL;
        size_t taken = cut ? (size_t)(cut - at) : length;
        fields[count++] = (struct name_field){.text = at, .length = (int)taken};
        if (!cut)
            break;
        at += taken + 1;
        length -= taken + 1;
    }
    return count;
}

bool name_field_is(const struct name_field *field, const char *text)
{
    return (size_t)field->length == strlen(text) &&
           !strncasecmp(field->text, text, (size_t)field->length);
}

bool name_is_letters(const struct name_field *field, int least, int most)
{
    for (int i = 0; i < field->length; i++)
        if (!is_letter(field->text[i]))
            return false;
    return field->length >= least && field->length <= most;
}

bool name_is_digits(const struct name_field *field, int length)
{
    for (int i = 0; i < field->length; i++)
        if (!is_digit(field->text[i]))
            return false;
    return field->length == length;
}
