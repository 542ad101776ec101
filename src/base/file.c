#define _GNU_SOURCE
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* A new file beside `path`, opened; -1 with errno set. Not mkstemp, which makes private files: here
 * the user's umask decides. */
static int create_beside(const char *path, char **name)
{
    static atomic_uint number;
    int descriptor = -1;
    do {
        free(*name);
        if (asprintf(name, "%s.%ld-%u", path, (long)getpid(), atomic_fetch_add(&number, 1)) < 0) {
            *name = NULL;
            errno = ENOMEM;
            return -1;
        }
        descriptor = open(*name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    } while (descriptor < 0 && errno == EEXIST);
    if (descriptor < 0) {
        free(*name);
        *name = NULL;
    }
    return descriptor;
}

ser_status file_writer_open(struct file_writer *writer, const char *path, ser_error *error)
{
    *writer = (struct file_writer){.path = memory_copy_text(path)};
    if (!writer->path)
        return error_memory(error, "opening a file for writing");
    int descriptor = create_beside(path, &writer->temporary);
    if (descriptor >= 0)
        writer->stream = fdopen(descriptor, "wb");
    if (writer->stream)
        return SER_OK;
    ser_status status =
        error_set(error, SER_ERROR_IO, "%s: cannot be written: %s", path, strerror(errno));
    if (descriptor >= 0)
        close(descriptor);
    file_writer_abandon(writer);
    return status;
}

/* A rename is only durable once its folder is on the disk too. */
static void sync_folder_of(const char *path)
{
    char *folder = memory_copy_text(path);
    if (!folder)
        return;
    char *slash = strrchr(folder, '/');
    if (slash)
        slash[slash == folder] = 0;
    int descriptor = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY);
    if (descriptor >= 0) {
        fsync(descriptor);
        close(descriptor);
    }
    free(folder);
}

/* Closes and renames; `durable` waits for the disk. */
static ser_status finish(struct file_writer *writer, int durable, ser_error *error)
{
    int failed = fflush(writer->stream) || ferror(writer->stream) ||
                 (durable && fsync(fileno(writer->stream)));
    int code = errno;
    if (fclose(writer->stream) && !failed) {
        failed = 1;
        code = errno;
    }
    writer->stream = NULL;
    if (!failed && rename(writer->temporary, writer->path)) {
        failed = 1;
        code = errno;
    }
    ser_status status = SER_OK;
    if (failed) {
        status = error_set(error, SER_ERROR_IO, "%s: cannot be written: %s", writer->path,
                           strerror(code));
    } else {
        free(writer->temporary);
        writer->temporary = NULL;
        if (durable)
            sync_folder_of(writer->path);
    }
    file_writer_abandon(writer);
    return status;
}

ser_status file_writer_commit(struct file_writer *writer, ser_error *error)
{
    return finish(writer, 1, error);
}

ser_status file_writer_publish(struct file_writer *writer, ser_error *error)
{
    return finish(writer, 0, error);
}

void file_writer_abandon(struct file_writer *writer)
{
    if (writer->stream)
        fclose(writer->stream);
    if (writer->temporary)
        unlink(writer->temporary);
    free(writer->temporary);
    free(writer->path);
    *writer = (struct file_writer){0};
}

ser_status file_write(const char *path, const void *bytes, size_t size, ser_error *error)
{
    struct file_writer writer;
    ser_status status = file_writer_open(&writer, path, error);
    if (status)
        return status;
    fwrite(bytes, 1, size, writer.stream); /* a short write shows in ferror at the commit */
    return file_writer_commit(&writer, error);
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
