#define _GNU_SOURCE
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/memory.h"

static ser_status read_stream(FILE *stream, const char *path, size_t limit, char **bytes,
                              size_t *size, ser_error *error)
{
    char *buffer = NULL;
    size_t used = 0, capacity = 0;
    for (;;) {
        if (capacity - used < 2) {
            size_t larger = capacity ? capacity * 2 : 65536;
            char *grown = memory_resize(buffer, larger, 1);
            if (!grown) {
                free(buffer);
                return error_set(error, SER_ERROR_MEMORY, "%s: out of memory while reading", path);
            }
            buffer = grown;
            capacity = larger;
        }
        size_t got = fread(buffer + used, 1, capacity - used - 1, stream);
        used += got;
        if (used > limit) {
            free(buffer);
            return error_set(error, SER_ERROR_FORMAT, "%s: larger than the %zu bytes allowed here",
                             path, limit);
        }
        if (got == 0)
            break;
    }
    if (ferror(stream)) {
        free(buffer);
        return error_set(error, SER_ERROR_IO, "%s: cannot be read: %s", path, strerror(errno));
    }
    buffer[used] = 0;
    *bytes = buffer;
    *size = used;
    return SER_OK;
}

ser_status file_read(const char *path, size_t limit, char **bytes, size_t *size, ser_error *error)
{
    *bytes = NULL;
    *size = 0;
    if (!strcmp(path, "-"))
        return read_stream(stdin, "standard input", limit, bytes, size, error);
    if (file_is_folder(path))
        return error_set(error, SER_ERROR_IO, "%s: is a folder, expected a file", path);
    FILE *stream = fopen(path, "rb");
    if (!stream)
        return error_set(error, SER_ERROR_IO, "%s: cannot be opened: %s", path, strerror(errno));
    ser_status status = read_stream(stream, path, limit, bytes, size, error);
    fclose(stream);
    return status;
}

static ser_status append(struct file_list *list, const char *path, ser_error *error)
{
    char *copy = memory_copy_text(path);
    if (!copy ||
        !memory_reserve(&list->paths, &list->capacity, list->count + 1, sizeof *list->paths)) {
        free(copy);
        return error_memory(error, "listing files");
    }
    list->paths[list->count++] = copy;
    return SER_OK;
}

static ser_status walk(struct file_list *list, const char *folder, int (*accept)(const char *),
                       ser_error *error)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, NULL, NULL);
    if (count < 0)
        return error_set(error, SER_ERROR_IO, "%s: cannot be listed: %s", folder, strerror(errno));
    ser_status status = SER_OK;
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        char *path = NULL;
        struct stat link, target;
        if (!status && name[0] != '.') {
            if (asprintf(&path, "%s/%s", folder, name) < 0) {
                path = NULL;
                status = error_memory(error, "listing files");
            } else if (!lstat(path, &link) && S_ISDIR(link.st_mode)) {
                status = walk(list, path, accept, error);
            } else if ((!accept || accept(name)) && !stat(path, &target) &&
                       S_ISREG(target.st_mode)) {
                status = append(list, path, error);
            }
        }
        free(path);
        free(entries[i]);
    }
    free(entries);
    return status;
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

ser_status file_list_add(struct file_list *list, const char *path, int (*accept)(const char *),
                         ser_error *error)
{
    size_t first = list->count;
    if (!file_is_folder(path))
        return append(list, path, error);
    ser_status status = walk(list, path, accept, error);
    if (list->count > first)
        qsort(list->paths + first, list->count - first, sizeof *list->paths, compare_paths);
    return status;
}

/* What tells two files apart: the folder and the name in it. */
struct entry {
    dev_t device; /* of the folder; */
    ino_t folder; /* both 0 where it is not there */
    const char *name;
    size_t place; /* in the list */
};

/* `folder` is scratch memory of strlen(path) + 1 bytes. */
static struct entry entry_of(const char *path, size_t place, char *folder)
{
    struct stat status;
    struct entry entry = {.name = file_name(path), .place = place};
    size_t length = (size_t)(entry.name - path);
    memcpy(folder, path, length);
    folder[length] = 0;
    if (strcmp(path, "-") != 0 && !stat(length ? folder : ".", &status)) {
        entry.device = status.st_dev;
        entry.folder = status.st_ino;
    } else {
        entry.name = path;
    }
    return entry;
}

/* The same entries side by side, the first in the list first. */
static int compare_entries(const void *first, const void *second)
{
    const struct entry *a = first, *b = second;
    if (a->device != b->device)
        return a->device < b->device ? -1 : 1;
    if (a->folder != b->folder)
        return a->folder < b->folder ? -1 : 1;
    int order = strcmp(a->name, b->name);
    return order ? order : a->place < b->place ? -1 : 1;
}

static int is_same_entry(const struct entry *a, const struct entry *b)
{
    return a->device == b->device && a->folder == b->folder && !strcmp(a->name, b->name);
}

/* Frees the paths that are to go, and closes the gaps. */
static void drop_entries(struct file_list *list, struct entry *entries)
{
    size_t kept = 0;
    qsort(entries, list->count, sizeof *entries, compare_entries);
    for (size_t i = list->count; i-- > 1;)
        if (is_same_entry(&entries[i], &entries[i - 1])) {
            free(list->paths[entries[i].place]);
            list->paths[entries[i].place] = NULL;
        }
    for (size_t i = 0; i < list->count; i++)
        if (list->paths[i])
            list->paths[kept++] = list->paths[i];
    list->count = kept;
}

ser_status file_list_drop_repeated(struct file_list *list, ser_error *error)
{
    size_t longest = 0;
    for (size_t i = 0; i < list->count; i++) {
        size_t length = strlen(list->paths[i]);
        longest = length > longest ? length : longest;
    }
    struct entry *entries = memory_resize(NULL, list->count, sizeof *entries);
    char *folder = memory_resize(NULL, longest + 1, 1);
    ser_status status = SER_OK;
    if (entries && folder) {
        for (size_t i = 0; i < list->count; i++)
            entries[i] = entry_of(list->paths[i], i, folder);
        drop_entries(list, entries);
    } else {
        status = error_memory(error, "listing files");
    }
    free(entries);
    free(folder);
    return status;
}

void file_list_release(struct file_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->paths[i]);
    free(list->paths);
    *list = (struct file_list){0};
}

const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

int file_is_sound(const char *name)
{
    static const char *const extensions[] = {
        "wav", "flac", "ogg", "oga", "opus", "mp3", "aiff", "aif", "aifc", "au",
        "caf", "w64",  "m4a", "mp4", "webm", "amr", "aac",  "mka", "mkv",  "mov",
    };
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && i < sizeof extensions / sizeof *extensions; i++)
        if (!strcasecmp(dot + 1, extensions[i]))
            return 1;
    return 0;
}

int file_is_folder(const char *path)
{
    struct stat status;
    return !stat(path, &status) && S_ISDIR(status.st_mode);
}

ser_status file_make_folder(const char *path, ser_error *error)
{
    if (mkdir(path, 0777) && !(errno == EEXIST && file_is_folder(path)))
        return error_set(error, SER_ERROR_IO, "%s: folder cannot be made: %s", path,
                         strerror(errno));
    return SER_OK;
}
