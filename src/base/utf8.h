/* Text in UTF-8. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the text is UTF-8 (RFC 3629: shortest forms, no surrogates, up to U+10FFFF). */
bool utf8_is_valid(const char *text);

/* Whether a control character begins here: C0, delete, or C1 as UTF-8 writes it (C2 80 to C2 9F).
 */
bool utf8_is_control(const char *at);

/* Copies as many whole characters as fit into `capacity` bytes with the final 0; returns whether
 * all did. Bytes that are not UTF-8 count as characters of their own. */
bool utf8_copy(char *target, size_t capacity, const char *text);

/* A copy of at most `limit` bytes in which every control character is a blank and every byte that
 * is not part of UTF-8 is U+FFFD. A text that is too long is cut between two characters and ends
 * with an ellipsis. NULL counts as "". NULL when memory ran out; the caller frees it. */
char *utf8_clean(const char *text, size_t limit);

/* A copy in which every byte that is not part of UTF-8 is U+FFFD, and nothing else is changed. NULL
 * when memory ran out; the caller frees it. */
char *utf8_repair(const char *text);

#endif
