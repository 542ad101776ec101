/* Texts and bytes from anywhere, made fit for a page. */
#ifndef REPORT_ESCAPE_H
#define REPORT_ESCAPE_H

#include <stddef.h>

/* A clean copy (base/utf8.h) with the characters that mean something in HTML and XML replaced by
 * entities: & < > " '. Safe between tags and in quoted attributes. NULL when memory ran out; the
 * caller frees it. */
char *html_escape(const char *text);

/* The bytes in base64 (RFC 4648, with padding). NULL when memory ran out; the caller frees it. */
char *base64_encode(const void *bytes, size_t size);

#endif
