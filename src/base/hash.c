#define _GNU_SOURCE
#include "base/hash.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/error.h"

enum { BLOCK_SIZE = 65536 };

static struct hash from_xxh(XXH128_hash_t value)
{
    return (struct hash){.high = value.high64, .low = value.low64};
}

struct hash hash_bytes(const void *bytes, size_t size)
{
    return from_xxh(XXH3_128bits(size ? bytes : "", size));
}

static ser_status hash_stream(struct hash *hash, FILE *stream, XXH3_state_t *state,
                              const char *path, ser_error *error)
{
    char block[BLOCK_SIZE];
    size_t got;
    XXH3_128bits_reset(state);
    while ((got = fread(block, 1, sizeof block, stream)) > 0)
        XXH3_128bits_update(state, block, got);
    if (ferror(stream))
        return error_set(error, SER_ERROR_IO, "%s: cannot be read: %s", path, strerror(errno));
    *hash = from_xxh(XXH3_128bits_digest(state));
    return SER_OK;
}

ser_status hash_file(struct hash *hash, const char *path, ser_error *error)
{
    *hash = (struct hash){0};
    FILE *stream = fopen(path, "rb");
    if (!stream)
        return error_set(error, SER_ERROR_IO, "%s: cannot be opened: %s", path, strerror(errno));
    XXH3_state_t *state = XXH3_createState();
    ser_status status = state ? hash_stream(hash, stream, state, path, error)
                              : error_memory(error, "fingerprinting a file");
    XXH3_freeState(state);
    fclose(stream);
    return status;
}

struct hash hash_join(struct hash first, struct hash second)
{
    uint64_t both[] = {first.high, first.low, second.high, second.low};
    return hash_bytes(both, sizeof both);
}

bool hash_equal(struct hash a, struct hash b)
{
    return a.high == b.high && a.low == b.low;
}

int hash_compare(struct hash a, struct hash b)
{
    if (a.high != b.high)
        return a.high > b.high ? 1 : -1;
    return (a.low > b.low) - (a.low < b.low);
}

void hash_to_text(struct hash hash, char text[HASH_TEXT_LENGTH])
{
    snprintf(text, HASH_TEXT_LENGTH, "%016" PRIx64 "%016" PRIx64, hash.high, hash.low);
}
