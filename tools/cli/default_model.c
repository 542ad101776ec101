#define _GNU_SOURCE
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"

static const char FILE_NAME[] = "speech.safetensors";

/* Folder of the running command; empty when it cannot be told. */
static void own_folder(char folder[PATH_MAX])
{
    ssize_t length = readlink("/proc/self/exe", folder, PATH_MAX - 1);
    folder[length > 0 ? length : 0] = 0;
    char *slash = strrchr(folder, '/');
    if (slash)
        *slash = 0;
}

char *find_default_model(void)
{
    const char *named = getenv("SER_MODEL");
    if (named && *named)
        return strdup(named);
    /* The source tree (build/ser), an installed tree that may have been moved, the place it was
     * installed to. */
    static const char *const places[] = {"/../models", "/../share/ser/models",
                                         SER_DATA_DIR_DEFAULT "/models"};
    char folder[PATH_MAX];
    own_folder(folder);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char *path = NULL;
        const char *start = i < 2 ? folder : "";
        if (asprintf(&path, "%s%s/%s", start, places[i], FILE_NAME) < 0)
            return NULL;
        char *plain = realpath(path, NULL); /* without "..", for people to read */
        free(path);
        if (plain && !access(plain, R_OK))
            return plain;
        free(plain);
    }
    return NULL;
}
