/* Finds sound files by their names: a manifest may say "a.wav" where "clips/a.opus" lies. */
#ifndef CORPORA_SOUND_INDEX_H
#define CORPORA_SOUND_INDEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/file.h"
#include "ser/status.h"

struct sound_name {
    const char *path;
    size_t length; /* without the extension */
};

struct sound_index {
    struct file_list files;
    struct sound_name *names; /* in the order of their letters from the last to the first */
    size_t count;
};

/* Lists the sound files below a folder. Release with sound_index_release, whatever the outcome. */
ser_status sound_index_build(struct sound_index *index, const char *folder, ser_error *error);

/* The file that has the name of `path` with whatever extension of sound files. Of several, the one
 * that agrees with `path` in most folders, from the file upwards, then the one with its extension.
 * NULL where there is none, or where several are equally good: then *first and *second are two of
 * them, otherwise *second is NULL. */
const char *sound_index_find(const struct sound_index *index, const char *path, const char **first,
                             const char **second);

/* Harmless on an empty index. */
void sound_index_release(struct sound_index *index);

#endif
