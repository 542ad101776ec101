/* Texts from elsewhere, such as a model's or a file's name, that are shown to people. */
#ifndef BASE_PLAIN_TEXT_H
#define BASE_PLAIN_TEXT_H

#include <stddef.h>

#include "base/json.h"

/* Whether a UTF-8 text has at most `longest` bytes and no control characters: a model from anywhere
 * must not be able to steer the terminal it is shown in. */
int text_is_plain(const char *text, size_t longest);

/* Replaces control characters by question marks, for texts from elsewhere such as file names. */
void text_make_plain(char *text);

/* Whether all texts and keys inside a JSON value are plain, of any length. */
int json_is_plain(const json_t *value);

#endif
