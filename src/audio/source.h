/* Where the bytes of a recording come from: a file or memory, read alike by every decoder. */
#ifndef AUDIO_SOURCE_H
#define AUDIO_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include "ser/status.h"

struct audio_source {
    const char *name;           /* for sentences; borrowed */
    int descriptor;             /* -1 when the bytes are in memory */
    const unsigned char *bytes; /* NULL when they are in a file */
    char *owned;                /* what release frees */
    int64_t size;
    int64_t position;
    int failure; /* errno of the first read that failed, 0 so far */
    int rate;    /* Hz of the sound in it, 0 until a decoder knows */
};

/* Opens a file. What cannot be sought in, such as a pipe, is read into memory first. */
ser_status audio_source_open(struct audio_source *source, const char *path, ser_error *error);

/* The bytes are borrowed. */
struct audio_source audio_source_memory(const void *bytes, size_t size, const char *name);

/* Up to `count` bytes from the position on, which advances. Fewer only at the end or after a
 * failure. */
size_t audio_source_read(struct audio_source *source, void *bytes, size_t count);

/* The same from `offset`, leaving the position alone. */
size_t audio_source_peek(struct audio_source *source, int64_t offset, void *bytes, size_t count);

/* Moves as lseek does. Returns the position, -1 when it would lie before the start. */
int64_t audio_source_seek(struct audio_source *source, int64_t offset, int whence);

void audio_source_release(struct audio_source *source);

#endif
