#define _GNU_SOURCE
#include "training/feature_cache.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

/* What a file begins with; the values follow, then the fingerprint of both. */
struct header {
    char magic[8];
    int32_t frames, columns;
};

static const char MAGIC[8] = "serfeat1", SUFFIX[] = ".features";

enum { DAY = 24 * 60 * 60, LARGEST = 1 << 30 };

static pthread_once_t program_hashed = PTHREAD_ONCE_INIT;
static struct hash program;

/* Other programs than this one may compute other bits. */
static void hash_program(void)
{
    ser_error ignored;
    if (hash_file(&program, "/proc/self/exe", &ignored))
        program = hash_bytes(__DATE__ __TIME__, sizeof __DATE__ __TIME__);
}

/* Whether a name is an entry's, or that of one which was never finished. Nothing else that lies in
 * the folder is ever touched. */
static int is_entry(const char *name)
{
    enum { DIGITS = HASH_TEXT_LENGTH - 1 - 2 };
    return strspn(name, "0123456789abcdef") == DIGITS &&
           !strncmp(name + DIGITS, SUFFIX, sizeof SUFFIX - 1);
}

static void remove_unused_below(const char *folder, time_t oldest)
{
    struct file_list list = {0};
    struct stat status;
    ser_error ignored;
    if (file_is_folder(folder) && !file_list_add(&list, folder, is_entry, &ignored))
        for (size_t i = 0; i < list.count; i++)
            if (!stat(list.paths[i], &status) && status.st_mtime < oldest)
                unlink(list.paths[i]);
    file_list_release(&list);
}

static void remove_unused(const char *folder)
{
    time_t oldest = time(NULL) - (time_t)FEATURE_CACHE_DAYS * DAY;
    for (int i = 0; i < 256; i++) {
        char *path = NULL;
        if (asprintf(&path, "%s/%02x", folder, (unsigned)i) < 0)
            return;
        remove_unused_below(path, oldest);
        free(path);
    }
}

ser_status feature_cache_open(struct feature_cache *cache, const char *folder, const char *settings,
                              ser_error *error)
{
    *cache = (struct feature_cache){0};
    if (!folder)
        return SER_OK;
    pthread_once(&program_hashed, hash_program);
    cache->settings = hash_join(hash_bytes(settings, strlen(settings)), program);
    cache->folder = memory_copy_text(folder);
    if (!cache->folder)
        return error_memory(error, "opening the cache");
    ser_status status = file_make_folder(folder, error);
    if (!status)
        remove_unused(folder);
    return status;
}

void feature_cache_close(struct feature_cache *cache)
{
    free(cache->folder);
    *cache = (struct feature_cache){0};
}

/* FOLDER/ab/cdef….features; NULL when memory ran out. */
static char *entry_path(const struct feature_cache *cache, struct hash key)
{
    char text[HASH_TEXT_LENGTH], *path = NULL;
    hash_to_text(key, text);
    if (asprintf(&path, "%s/%.2s/%s%s", cache->folder, text, text + 2, SUFFIX) < 0)
        return NULL;
    return path;
}

static bool find_key(const struct feature_cache *cache, const struct recording *recording,
                     struct hash *key)
{
    double piece[] = {recording->start, recording->end, recording->channel};
    ser_error ignored;
    if (hash_file(key, recording->path, &ignored))
        return false; /* whoever computes the features will say why */
    *key = hash_join(hash_join(*key, hash_bytes(piece, sizeof piece)), cache->settings);
    return true;
}

/* Takes the features out of the bytes of an entry; false when they are not to be believed. */
static bool parse_entry(const char *bytes, size_t size, ser_features *features)
{
    struct header header;
    struct hash own;
    if (size < sizeof header + sizeof own)
        return false;
    memcpy(&header, bytes, sizeof header);
    memcpy(&own, bytes + size - sizeof own, sizeof own);
    size_t values = size - sizeof header - sizeof own;
    if (memcmp(header.magic, MAGIC, sizeof MAGIC) || header.frames < 1 || header.columns < 1 ||
        values != (size_t)header.frames * (size_t)header.columns * sizeof(float) ||
        !hash_equal(own, hash_bytes(bytes, size - sizeof own)))
        return false;
    float *copy = malloc(values);
    if (!copy)
        return false;
    memcpy(copy, bytes + sizeof header, values);
    *features = (ser_features){.values = copy, .frames = header.frames, .columns = header.columns};
    return true;
}

/* That an entry was used shows in its time; once a day is enough. */
static void note_use(const char *path)
{
    struct stat status;
    if (!stat(path, &status) && status.st_mtime < time(NULL) - DAY)
        utimensat(AT_FDCWD, path, NULL, 0);
}

bool feature_cache_load(const struct feature_cache *cache, const struct recording *recording,
                        ser_features *features, struct hash *key)
{
    *key = (struct hash){0};
    if (!cache->folder || !find_key(cache, recording, key))
        return false;
    char *path = entry_path(cache, *key), *bytes = NULL;
    size_t size = 0;
    ser_error ignored;
    bool found = path && !file_read(path, LARGEST, &bytes, &size, &ignored);
    if (found) {
        ser_features_release(features);
        found = parse_entry(bytes, size, features);
    }
    if (found)
        note_use(path);
    free(bytes);
    free(path);
    return found;
}

static void write_entry(struct file_writer *writer, const ser_features *features)
{
    struct header header = {.frames = features->frames, .columns = features->columns};
    memcpy(header.magic, MAGIC, sizeof MAGIC);
    size_t values = (size_t)features->frames * (size_t)features->columns * sizeof(float);
    size_t size = sizeof header + values;
    char *bytes = malloc(size);
    ser_error ignored;
    if (!bytes) {
        file_writer_abandon(writer);
        return;
    }
    memcpy(bytes, &header, sizeof header);
    memcpy(bytes + sizeof header, features->values, values);
    struct hash own = hash_bytes(bytes, size);
    fwrite(bytes, 1, size, writer->stream);
    fwrite(&own, 1, sizeof own, writer->stream);
    file_writer_publish(writer, &ignored); /* leaves nothing behind where it fails */
    free(bytes);
}

void feature_cache_store(const struct feature_cache *cache, struct hash key,
                         const ser_features *features)
{
    if (!cache->folder || (!key.high && !key.low) || !features->values)
        return;
    struct file_writer writer;
    ser_error ignored;
    char *path = entry_path(cache, key);
    if (!path)
        return;
    char *slash = strrchr(path, '/');
    *slash = 0;
    mkdir(path, 0777);
    *slash = '/';
    if (!file_writer_open(&writer, path, &ignored))
        write_entry(&writer, features);
    free(path);
}
