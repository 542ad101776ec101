/* Files that take their names only when they are complete. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

enum { MAX_LINKS = 40 }; /* as Linux has it */

/* What the link at `path` names, seen from where we are; NULL with errno set. */
static char *target_of_link(const char *path)
{
    char content[PATH_MAX], *target = NULL;
    ssize_t length = readlink(path, content, sizeof content - 1);
    if (length < 0)
        return NULL;
    content[length] = 0;
    const char *slash = strrchr(path, '/');
    int folder = slash && *content != '/' ? (int)(slash - path) + 1 : 0;
    if (asprintf(&target, "%.*s%s", folder, path, content) >= 0)
        return target;
    errno = ENOMEM;
    return NULL;
}

/* Where a chain of links leads, which need not exist yet; NULL with errno set. */
static char *follow_links(const char *path)
{
    char *here = memory_copy_text(path);
    for (int i = 0; here && i < MAX_LINKS; i++) {
        char *next = target_of_link(here);
        if (!next && errno != ENOMEM)
            return here;
        free(here);
        here = next;
    }
    errno = here ? ELOOP : ENOMEM;
    free(here);
    return NULL;
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

/* A stream on a descriptor, which is closed where that fails; NULL with errno set. */
static FILE *stream_of(int descriptor, const char *mode)
{
    FILE *stream = descriptor >= 0 ? fdopen(descriptor, mode) : NULL;
    if (!stream && descriptor >= 0) {
        int code = errno;
        close(descriptor);
        errno = code;
    }
    return stream;
}

/* Gives a new file the mode and, where that is allowed, the owner of the one that it replaces: what
 * root writes over a private file stays its owner's. Returns 0 or, with errno set, -1. */
static int take_after(int descriptor, const struct stat *there)
{
    int is_allowed = !fchown(descriptor, there->st_uid, there->st_gid);
    (void)is_allowed;
    return fchmod(descriptor, there->st_mode & 0777);
}

/* `there` is the file to be replaced, NULL when there is none. Returns 0 or, with errno set, -1. */
static int open_beside(struct file_writer *writer, const struct stat *there)
{
    writer->target = follow_links(writer->path);
    if (!writer->target)
        return -1;
    int descriptor = create_beside(writer->target, &writer->temporary);
    if (descriptor >= 0 && there && take_after(descriptor, there)) {
        int code = errno;
        close(descriptor);
        errno = code;
        return -1;
    }
    writer->stream = stream_of(descriptor, "wb");
    return writer->stream ? 0 : -1;
}

static int open_device(struct file_writer *writer, int seekable)
{
    FILE *device = stream_of(open(writer->path, O_WRONLY | O_CLOEXEC), "wb");
    if (!device || !seekable) {
        writer->stream = device;
    } else {
        writer->device = device;
        writer->stream = tmpfile();
    }
    return writer->stream ? 0 : -1;
}

static ser_status open_writer(struct file_writer *writer, const char *path, int seekable,
                              ser_error *error)
{
    struct stat there;
    *writer = (struct file_writer){.path = memory_copy_text(path)};
    if (!writer->path)
        return error_memory(error, "opening a file for writing");
    int exists = !stat(path, &there), failed;
    if (exists && S_ISDIR(there.st_mode)) {
        errno = EISDIR;
        failed = -1;
    } else if (exists && !S_ISREG(there.st_mode)) {
        failed = open_device(writer, seekable);
    } else {
        failed = open_beside(writer, exists ? &there : NULL);
    }
    if (!failed)
        return SER_OK;
    ser_status status =
        error_set(error, SER_ERROR_IO, "%s: cannot be written: %s", path, strerror(errno));
    file_writer_abandon(writer);
    return status;
}

ser_status file_writer_open(struct file_writer *writer, const char *path, ser_error *error)
{
    return open_writer(writer, path, 0, error);
}

ser_status file_writer_open_seekable(struct file_writer *writer, const char *path, ser_error *error)
{
    return open_writer(writer, path, 1, error);
}

int file_pour(FILE *from, FILE *to)
{
    char block[65536];
    size_t got;
    rewind(from);
    while ((got = fread(block, 1, sizeof block, from)) > 0)
        if (fwrite(block, 1, got, to) < got)
            return -1;
    return ferror(from) || fflush(to) ? -1 : 0;
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

/* Brings what is written where it belongs, but for the name. Returns 0 or what went wrong. */
static int flush_writer(const struct file_writer *writer, int durable)
{
    if (fflush(writer->stream))
        return errno;
    if (ferror(writer->stream)) {
        /* An earlier write failed, and why is forgotten; another one fails for the same reason, in
         * a file that is thrown away anyway. */
        int is_ours = writer->temporary || writer->device;
        return is_ours && write(fileno(writer->stream), "", 1) < 0 ? errno : EIO;
    }
    if (writer->device && file_pour(writer->stream, writer->device))
        return errno;
    return durable && writer->temporary && fsync(fileno(writer->stream)) ? errno : 0;
}

/* Closes and renames; `durable` waits for the disk. */
static ser_status finish(struct file_writer *writer, int durable, ser_error *error)
{
    int code = flush_writer(writer, durable);
    if (fclose(writer->stream) && !code)
        code = errno;
    writer->stream = NULL;
    if (!code && writer->temporary && rename(writer->temporary, writer->target))
        code = errno;
    ser_status status = SER_OK;
    if (code) {
        status = error_set(error, SER_ERROR_IO, "%s: cannot be written: %s", writer->path,
                           strerror(code));
    } else if (writer->temporary) {
        free(writer->temporary);
        writer->temporary = NULL;
        if (durable)
            sync_folder_of(writer->target);
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
    if (writer->device)
        fclose(writer->device);
    if (writer->temporary)
        unlink(writer->temporary);
    free(writer->temporary);
    free(writer->target);
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
