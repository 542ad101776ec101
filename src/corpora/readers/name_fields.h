/* What names of recordings are made of. */
#ifndef CORPORA_NAME_FIELDS_H
#define CORPORA_NAME_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

struct name_field {
    const char *text;
    int length;
    int value; /* of its first nine digits: enough to be out of range, too little to overflow */
};

/* The file name of a path without its extension; returns its length. */
size_t name_stem(const char *path, const char **stem);

/* Cuts the file name of a path into runs of digits with '-' between, "03-01-05.wav". Returns how
 * many there are, of which at most `most` are written; 0 for a name of another shape. */
int name_numbers(const char *path, struct name_field *fields, int most);

/* Cuts it into parts with '_' between, "DC_sa03.wav", without values; the last takes what is left.
 * Returns how many there are, at most `most`. */
int name_parts(const char *path, struct name_field *fields, int most);

/* Whether the field is this text, ignoring the case of ASCII letters. */
bool name_field_is(const struct name_field *field, const char *text);

/* Whether the field is so many letters of ASCII; so many digits. */
bool name_is_letters(const struct name_field *field, int least, int most);
bool name_is_digits(const struct name_field *field, int length);

#endif
