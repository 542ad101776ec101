#define _GNU_SOURCE
#include "audio/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"

/* What a pipe may hold: 12 hours of 16-bit telephone sound fit several times. */
#define PIPE_LIMIT ((size_t)1 << 31)

static ser_status open_regular(struct audio_source *source, const char *path, ser_error *error)
{
    struct stat status;
    source->descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (source->descriptor < 0 || fstat(source->descriptor, &status)) {
        int code = errno;
        audio_source_release(source);
        return error_set(error, SER_ERROR_IO, "%s: cannot be opened: %s", path, strerror(code));
    }
    source->size = status.st_size;
    return SER_OK;
}

static ser_status read_whole(struct audio_source *source, const char *path, ser_error *error)
{
    size_t size;
    ser_status status = file_read(path, PIPE_LIMIT, &source->owned, &size, error);
    source->bytes = (const unsigned char *)source->owned;
    source->size = (int64_t)size;
    return status;
}

ser_status audio_source_open(struct audio_source *source, const char *path, ser_error *error)
{
    *source = (struct audio_source){.name = path, .descriptor = -1};
    struct stat status;
    if (stat(path, &status))
        return error_set(error, SER_ERROR_IO, "%s: cannot be opened: %s", path, strerror(errno));
    if (S_ISDIR(status.st_mode))
        return error_set(error, SER_ERROR_IO, "%s: is a folder, expected a recording", path);
    return S_ISREG(status.st_mode) ? open_regular(source, path, error)
                                   : read_whole(source, path, error);
}

struct audio_source audio_source_memory(const void *bytes, size_t size, const char *name)
{
    return (struct audio_source){
        .name = name, .descriptor = -1, .bytes = bytes, .size = (int64_t)size};
}

static size_t read_file_at(struct audio_source *source, int64_t offset, char *bytes, size_t count)
{
    size_t done = 0;
    while (done < count) {
        ssize_t got =
            pread(source->descriptor, bytes + done, count - done, (off_t)(offset + (int64_t)done));
        if (got > 0) {
            done += (size_t)got;
        } else if (got == 0) {
            break;
        } else if (errno != EINTR) {
            source->failure = source->failure ? source->failure : errno;
            break;
        }
    }
    return done;
}

size_t audio_source_peek(struct audio_source *source, int64_t offset, void *bytes, size_t count)
{
    if (offset < 0 || offset >= source->size)
        return 0;
    uint64_t left = (uint64_t)(source->size - offset);
    if (count > left)
        count = (size_t)left;
    if (!source->bytes)
        return read_file_at(source, offset, bytes, count);
    memcpy(bytes, source->bytes + offset, count);
    return count;
}

size_t audio_source_read(struct audio_source *source, void *bytes, size_t count)
{
    size_t got = audio_source_peek(source, source->position, bytes, count);
    source->position += (int64_t)got;
    return got;
}

int64_t audio_source_seek(struct audio_source *source, int64_t offset, int whence)
{
    int64_t base = whence == SEEK_CUR ? source->position : whence == SEEK_END ? source->size : 0;
    int64_t target;
    if (__builtin_add_overflow(base, offset, &target) || target < 0)
        return -1;
    return source->position = target;
}

void audio_source_release(struct audio_source *source)
{
    if (source->descriptor >= 0)
        close(source->descriptor);
    free(source->owned);
    *source = (struct audio_source){.descriptor = -1};
}
