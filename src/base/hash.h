/* A fingerprint of bytes: XXH3, 128 bits. Equal bytes have equal fingerprints on every machine;
 * that two different files of a corpus share one by accident will not happen. Not for secrets:
 * whoever wants two files with one fingerprint can make them. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ser/status.h"

struct hash {
    uint64_t high, low;
};

enum { HASH_TEXT_LENGTH = 33 }; /* 32 hexadecimal digits and the final 0 */

struct hash hash_bytes(const void *bytes, size_t size);

/* Of the content of a file, read piece by piece. */
ser_status hash_file(struct hash *hash, const char *path, ser_error *error);

/* One of both, in that order: for what depends on several things. */
struct hash hash_join(struct hash first, struct hash second);

bool hash_equal(struct hash a, struct hash b);

/* An order for sorting: below, at or above 0. */
int hash_compare(struct hash a, struct hash b);

/* 32 hexadecimal digits. */
void hash_to_text(struct hash hash, char text[HASH_TEXT_LENGTH]);

#endif
