/* File names and other bytes from outside, as CSV and JSON want them. */
#ifndef CLI_OUTPUT_TEXT_H
#define CLI_OUTPUT_TEXT_H

#include <stdio.h>

#include "base/json.h"

/* RFC 4180: quotes around a field with a comma, quote or line end, and quotes doubled. */
void write_csv_field(FILE *stream, const char *text);

/* A new JSON string. File names are bytes; those that are no UTF-8 get '?' in the places that are
 * not ASCII. */
json_t *json_text(const char *bytes);

#endif
