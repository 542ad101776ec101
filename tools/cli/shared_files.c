#define _GNU_SOURCE
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "command.h"

/* Folder of the running command; empty when it cannot be told. */
static void own_folder(char folder[PATH_MAX])
{
    ssize_t length = readlink("/proc/self/exe", folder, PATH_MAX - 1);
    folder[length > 0 ? length : 0] = 0;
    char *slash = strrchr(folder, '/');
    if (slash)
        *slash = 0;
}

/* The path of folder/name among the files that come with ser; NULL where it is not. */
static char *find_shared(const char *folder, const char *name)
{
    /* The source tree (build/ser), an installed tree that may have been moved, the place it was
     * installed to. */
    static const char *const places[] = {"/../", "/../share/ser/", SER_DATA_DIR_DEFAULT "/"};
    char own[PATH_MAX];
    own_folder(own);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char *path = NULL;
        if (asprintf(&path, "%s%s%s/%s", i < 2 ? own : "", places[i], folder, name) < 0)
            return NULL;
        char *plain = realpath(path, NULL); /* without "..", for people to read */
        free(path);
        if (plain && !access(plain, R_OK))
            return plain;
        free(plain);
    }
    return NULL;
}

char *find_default_model(void)
{
    const char *named = getenv("SER_MODEL");
    return named && *named ? memory_copy_text(named) : find_shared("models", "speech.safetensors");
}

char *find_named_file(const char *folder, const char *name)
{
    char *file = NULL;
    if (strchr(name, '/') || !access(name, F_OK))
        return memory_copy_text(name);
    if (asprintf(&file, "%s.json", name) < 0)
        return NULL;
    char *path = find_shared(folder, file);
    free(file);
    return path ? path
                : memory_copy_text(name); /* whoever reads it will say that it is not there */
}

char *find_cache(void)
{
    const char *named = getenv("SER_CACHE"), *base = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME"), *middle = "";
    char *path = NULL;
    ser_error ignored;
    if (named)
        return *named ? memory_copy_text(named) : NULL;
    if (!base || !*base) {
        base = home;
        middle = "/.cache";
    }
    if (!base || !*base || asprintf(&path, "%s%s/ser", base, middle) < 0)
        return NULL;
    *strrchr(path, '/') = 0;
    file_make_folder(path, &ignored);
    path[strlen(path)] = '/';
    return path;
}
