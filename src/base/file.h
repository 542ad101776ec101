/* Whole files: reading, atomic replacement, finding. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>
#include <stdio.h>

#include "ser/status.h"

/* Reads a file whole; "-" means standard input. The bytes are followed by a 0 that `size` does not
 * count. Refuses files over `limit` bytes. The caller frees *bytes. */
ser_status file_read(const char *path, size_t limit, char **bytes, size_t *size, ser_error *error);

/* A file being written beside its final name. Nobody ever sees it half-written: it takes its name
 * in file_writer_commit, or vanishes in file_writer_abandon. Through a symbolic link the file that
 * it points to is replaced; a file that was there before passes its mode on, and its owner where
 * that is allowed. A pipe or a device is no file to be replaced: it gets the bytes as they come. */
struct file_writer {
    FILE *stream;
    char *path;      /* as the caller named it */
    char *target;    /* where the links lead */
    char *temporary; /* the file beside it; NULL for a pipe or a device */
    FILE *device;    /* a pipe or a device that waits for all of the stream; mostly NULL */
};

ser_status file_writer_open(struct file_writer *writer, const char *path, ser_error *error);

/* The same for formats that go back in what they have written: a pipe or a device gets the bytes in
 * the commit. */
ser_status file_writer_open_seekable(struct file_writer *writer, const char *path,
                                     ser_error *error);

/* Flushes to the disk and renames. The writer is empty afterwards, whatever the outcome. */
ser_status file_writer_commit(struct file_writer *writer, ser_error *error);

/* The same without waiting for the disk: quick, but after a power failure the file may be damaged.
 * For caches, whose readers check what they find. */
ser_status file_writer_publish(struct file_writer *writer, ser_error *error);

/* Removes what was written; harmless on an empty or committed writer. */
void file_writer_abandon(struct file_writer *writer);

/* Replaces `path` by these bytes, atomically. */
ser_status file_write(const char *path, const void *bytes, size_t size, ser_error *error);

/* Writes all of `from`, which is read from its beginning, to `to`. Returns 0 or, with errno set,
 * -1. */
int file_pour(FILE *from, FILE *to);

/* A growing, sorted list of paths. */
struct file_list {
    char **paths;
    size_t count;
    size_t capacity;
};

/* Appends every regular file at or below `path` for which `accept(name)` holds (NULL: all), in
 * byte order of their paths. A path that is itself a file is always taken. Hidden entries (".x")
 * are passed over, symbolic links to folders are not followed, so loops cannot happen. */
ser_status file_list_add(struct file_list *list, const char *path, int (*accept)(const char *name),
                         ser_error *error);
void file_list_release(struct file_list *list);

/* Drops every path but the first that names the same entry of the same folder, such as "a.wav",
 * "./a.wav" and "/home/me/a.wav". Links of other names are other entries. */
ser_status file_list_drop_repeated(struct file_list *list, ser_error *error);

/* The part after the last '/'. */
const char *file_name(const char *path);

/* Whether a name ends like a recording's: .wav, .FLAC, .m4a … Only to pick files out of folders;
 * what a file holds is judged by its content. */
int file_is_sound(const char *name);

int file_is_folder(const char *path);

/* Makes a folder; one that exists already is fine. */
ser_status file_make_folder(const char *path, ser_error *error);

#endif
