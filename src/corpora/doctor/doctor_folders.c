/* Many files of one folder, as one finding. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "corpora/doctor/doctor_parts.h"

size_t folders_shared(const char *a, size_t length, const char *b)
{
    size_t shared = 0;
    for (size_t i = 0; i < length && a[i] == b[i] && a[i]; i++)
        if (a[i] == '/')
            shared = i;
    return !strncmp(a, b, length) && b[length] == '/' ? length : shared;
}

size_t folder_length(const char *path)
{
    return (size_t)(file_name(path) - path) - (file_name(path) > path);
}

/* The folders that all of the paths are in. */
static size_t common_folder(const char *const *paths, int count)
{
    size_t length = folder_length(paths[0]);
    for (int i = 1; i < count; i++)
        length = folders_shared(paths[0], length, paths[i]);
    return length;
}

/* Whether two paths lie in the same folder below the first `length` bytes that they share, or both
 * directly in these. */
static bool same_child(const char *a, const char *b, size_t length)
{
    const char *rest_a = a + length + (length || *a == '/'), *rest_b = b + (rest_a - a);
    size_t child = strcspn(rest_a, "/");
    if (!rest_a[child])
        return !strchr(rest_b, '/');
    return !strncmp(rest_a, rest_b, child + 1);
}

char *folder_copy(const char *path, size_t length)
{
    if (!length)
        return strdup(*path == '/' ? "/" : ".");
    return strndup(path, length);
}

static ser_status add_folder(struct findings *findings, enum finding_kind kind, const char *corpus,
                             const char *const *paths, int count, const char *detail,
                             ser_error *error)
{
    enum { FEW = 2 };
    ser_status status = SER_OK;
    if (count > FEW) {
        size_t length = common_folder(paths, count);
        char *folder = folder_copy(paths[0], length);
        if (!folder)
            return error_memory(error, "examining a corpus");
        status = findings_add(findings, kind, corpus, folder, detail, NULL, count, error);
        free(folder);
    }
    for (int i = 0; i < count && count <= FEW && !status; i++)
        status = findings_add(findings, kind, corpus, paths[i], detail, NULL, 1, error);
    return status;
}

ser_status findings_add_folders(struct findings *findings, enum finding_kind kind,
                                const char *corpus, const char *const *paths, int count,
                                const char *detail, ser_error *error)
{
    enum { MOST_FOLDERS = 16 };
    ser_status status = SER_OK;
    if (!count)
        return SER_OK;
    size_t length = common_folder(paths, count);
    int folders = 1;
    for (int i = 1; i < count; i++)
        folders += !same_child(paths[i - 1], paths[i], length);
    if (folders > MOST_FOLDERS)
        return add_folder(findings, kind, corpus, paths, count, detail, error);
    for (int begin = 0, end; begin < count && !status; begin = end) {
        for (end = begin + 1; end < count && same_child(paths[begin], paths[end], length); end++)
            ;
        status = add_folder(findings, kind, corpus, paths + begin, end - begin, detail, error);
    }
    return status;
}
