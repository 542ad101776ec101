/* Texts from anywhere, such as file names, made fit for a picture or a page. */
#ifndef REPORT_UTF8_H
#define REPORT_UTF8_H

#include <stddef.h>

/* A copy of at most `limit` bytes in which every control character is a blank and every byte that
 * is not part of UTF-8 (RFC 3629) is U+FFFD. A text that is too long is cut between two characters
 * and ends with an ellipsis. NULL counts as "". NULL when memory ran out; the caller frees it. */
char *utf8_clean(const char *text, size_t limit);

/* The same, without a limit, with the characters that mean something in HTML and XML replaced by
 * entities: & < > " '. Safe between tags and in quoted attributes. The caller frees it. */
char *html_escape(const char *text);

/* The bytes in base64 (RFC 4648, with padding). NULL when memory ran out; the caller frees it. */
char *base64_encode(const void *bytes, size_t size);

#endif
