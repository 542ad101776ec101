#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/plain_text.h"
#include "command.h"
#include "plot.h"
#include "stop.h"

char *plot_name(const struct plot_request *request, const char *source, const char *suffix)
{
    if (request->out)
        return strdup(request->out);
    const char *name = strcmp(source, "-") ? file_name(source) : "standard-input";
    const char *dot = strrchr(name, '.');
    int length = dot && dot != name ? (int)(dot - name) : (int)strlen(name);
    char *path = NULL;
    if (asprintf(&path, "%.*s%s", length, name, suffix) < 0) {
        complain("plot", "out of memory");
        return NULL;
    }
    if (request->force || access(path, F_OK))
        return path;
    complain("plot", "%s: exists already; name another file by '--out', or replace it by '--force'",
             path);
    free(path);
    return NULL;
}

int plot_write(const char *path, char *bytes, size_t size, const char *what)
{
    ser_error error = {0};
    stop_hold_signals();
    ser_status status = file_write(path, bytes, size, &error);
    stop_release_signals();
    free(bytes);
    if (status) {
        complain("plot", "%s", error.message);
        return EXIT_FAILED;
    }
    char *plain = strdup(path);
    if (plain)
        text_make_plain(plain);
    printf("%s: %s\n", plain ? plain : path, what);
    free(plain);
    return EXIT_DONE;
}
