#define _GNU_SOURCE
#include "audio/module_search.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* An installed module's folder, seen from the folder of the programs. */
#ifndef SER_MODULE_PLACE
#define SER_MODULE_PLACE "../lib/ser"
#endif

/* The places, seen from the folder of libser or of the program. An installation that was moved, or
 * unpacked without being installed, is found like this. */
static const char *const places[] = {
    ".",              /* everything in one folder */
    "ser",            /* lib/libser.so: lib/ser */
    SER_MODULE_PLACE, /* bin/ser: lib/ser */
    "audio",          /* in a build tree, src/libser.so: src/audio */
    "src/audio",      /* ser: src/audio */
    "../src/audio",   /* tests/test_audio_decode: src/audio */
};

static void *open_file(const char *path, char *reason, size_t size)
{
    if (access(path, F_OK))
        return NULL;
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        const char *why = dlerror();
        snprintf(reason, size, "%s", why ? why : path);
    }
    return handle;
}

static void *open_in(const char *folder, const char *file, char *reason, size_t size)
{
    char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%s/%s", folder, file);
    return length > 0 && length < PATH_MAX ? open_file(path, reason, size) : NULL;
}

/* Some of the places lie outside the folder: in /tmp somebody else could have put a file there.
 * A module is taken only from root or from whoever owns the library or program itself. */
static int is_trusted(const char *path, const char *beside)
{
    struct stat module, self;
    return !stat(path, &module) && !stat(beside, &self) &&
           (module.st_uid == 0 || module.st_uid == self.st_uid);
}

static void *open_beside(const char *self, const char *file, char *reason, size_t size)
{
    const char *slash = strrchr(self, '/');
    if (!slash)
        return NULL;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char path[PATH_MAX];
        int length =
            snprintf(path, sizeof path, "%.*s/%s/%s", (int)(slash - self), self, places[i], file);
        if (length <= 0 || length >= PATH_MAX || !is_trusted(path, self))
            continue;
        void *handle = open_file(path, reason, size);
        if (handle)
            return handle;
    }
    return NULL;
}

/* Path of the shared object or program that holds this very code; NULL when it is not absolute
 * (a program's own name is whatever its caller said, so that one is left to /proc/self/exe). */
static const char *own_object(void)
{
    static const char anchor;
    Dl_info info;
    return dladdr(&anchor, &info) && info.dli_fname && info.dli_fname[0] == '/' ? info.dli_fname
                                                                                : NULL;
}

void *module_search_open(const char *file, char *reason, size_t size)
{
    reason[0] = 0;
    const char *chosen = secure_getenv("SER_MODULE_DIR");
    if (chosen && *chosen)
        return open_in(chosen, file, reason, size);

    void *handle = NULL;
#ifdef SER_MODULE_DIR_DEFAULT
    handle = open_in(SER_MODULE_DIR_DEFAULT, file, reason, size);
#endif
    const char *library = own_object();
    if (!handle && library)
        handle = open_beside(library, file, reason, size);
    char program[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (!handle && length > 0) {
        program[length] = 0;
        handle = open_beside(program, file, reason, size);
    }
    return handle;
}
