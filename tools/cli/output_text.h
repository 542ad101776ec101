/* File names and other bytes from outside, as CSV and JSON want them. */
#ifndef CLI_OUTPUT_TEXT_H
#define CLI_OUTPUT_TEXT_H

#include <stdio.h>

#include "base/json.h"

/* RFC 4180: quotes around a field with a comma, quote or line end, and quotes doubled. */
void write_csv_field(FILE *stream, const char *text);

/* A new JSON string. File names are bytes; those that are no part of UTF-8 become U+FFFD. */
json_t *json_text(const char *bytes);

/* Percent-encoding (RFC 3986): %E4 for the byte E4, and %25 for "%" itself, so that every name
 * comes back from it. Letters, digits, "-._~/" and what is in `plain` stay as they are. */
void write_percent_encoded(FILE *stream, const char *text, const char *plain);

/* For bytes that are no UTF-8, and so are not all in json_text, a new JSON string that has them
 * all, percent-encoded. NULL where they are UTF-8. */
json_t *json_bytes(const char *bytes);

#endif
