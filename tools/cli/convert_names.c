#define _GNU_SOURCE
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "audio/encode.h"
#include "command.h"
#include "convert_files.h"
#include "operands.h"

static int ends_with_slash(const char *path)
{
    size_t length = strlen(path);
    return length && path[length - 1] == '/';
}

static int goes_into_folder(const struct conversion *conversion)
{
    return file_is_folder(conversion->in) || ends_with_slash(conversion->out) ||
           file_is_folder(conversion->out);
}

/* The real path of what may not exist yet: that of its last folder that does, and the rest. */
static int real_path(const char *path, char real[PATH_MAX])
{
    char whole[PATH_MAX], head[PATH_MAX];
    if (snprintf(whole, sizeof whole, "%s%s", *path == '/' ? "" : "./", path) >= PATH_MAX)
        return 0;
    memcpy(head, whole, strlen(whole) + 1);
    while (!realpath(*head ? head : "/", real)) {
        char *slash = strrchr(head, '/');
        if (!slash)
            return 0;
        *slash = 0;
    }
    const char *rest = whole + strlen(head);
    size_t used = strlen(real);
    return snprintf(real + used, PATH_MAX - used, "%s", rest) < (int)(PATH_MAX - used);
}

static int is_below(const char *path, const char *folder)
{
    size_t length = strlen(folder);
    while (length && folder[length - 1] == '/')
        length--;
    return !strncmp(path, folder, length) && (path[length] == '/' || path[length] == 0);
}

/* A folder that is read must not grow while it is, nor may an output replace another recording. */
static int check_apart(const struct conversion *conversion)
{
    char in[PATH_MAX], out[PATH_MAX];
    if (!file_is_folder(conversion->in) || !real_path(conversion->in, in) ||
        !real_path(conversion->out, out) || (!is_below(in, out) && !is_below(out, in)))
        return 1;
    complain(conversion->command, "'%s' and '%s' lie in each other, expected two folders apart",
             conversion->in, conversion->out);
    return 0;
}

static int check_kind(const struct conversion *conversion)
{
    char name[CONVERT_SUFFIX];
    const char *format = conversion->format;
    if (format) {
        snprintf(name, sizeof name, "a.%s", format);
        if (!audio_encode_knows(name)) {
            complain(conversion->command, "'%s' is no format, expected wav, flac, ogg or opus",
                     format);
            return 0;
        }
    }
    if (conversion->into_folder) {
        if (strcmp(conversion->in, "-"))
            return 1;
        complain(conversion->command,
                 "standard input has no name to be kept; name a file to write");
        return 0;
    }
    const char *dot = strrchr(file_name(conversion->out), '.');
    if (!audio_encode_knows(conversion->out)) {
        complain(conversion->command,
                 "'%s' has no ending that names a format, expected " AUDIO_ENDINGS
                 "; of a folder, expected one that exists or a '/' at its end",
                 conversion->out);
    } else if (format && strcasecmp(dot + 1, format)) {
        complain(conversion->command, "'%s' and the format '%s' contradict each other",
                 conversion->out, format);
    } else {
        return 1;
    }
    return 0;
}

/* The output's name: mirrored below the folder, with the copy's suffix and the format's ending. */
static char *output_of(const struct conversion *conversion, const char *in, int copy)
{
    char suffix[CONVERT_SUFFIX] = "", *path = NULL;
    int folder = conversion->into_folder;
    const char *stem = folder ? file_name(in) : conversion->out;
    const char *format = conversion->format ? conversion->format : "wav";
    if (file_is_folder(conversion->in)) {
        stem = in + strlen(conversion->in);
        stem += strspn(stem, "/");
    }
    const char *dot = strrchr(file_name(stem), '.');
    int length = dot && dot > file_name(stem) ? (int)(dot - stem) : (int)strlen(stem);
    if (!folder)
        format = dot + 1;
    if (conversion->suffix)
        conversion->suffix(conversion->context, copy, suffix);
    if (asprintf(&path, "%s%s%.*s%s.%s", folder ? conversion->out : "",
                 folder && !ends_with_slash(conversion->out) ? "/" : "", length, stem, suffix,
                 format) < 0)
        return NULL;
    return path;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The recording whose output this is, the `nth` of them. */
static const char *input_of(const struct conversion *conversion, const char *output, int nth)
{
    int at = 0;
    while (strcmp(conversion->outputs[at], output) || nth--)
        at++;
    return conversion->inputs.paths[at / conversion->copies];
}

/* Two recordings whose names differ only in their endings would become one file. */
static int check_names(const struct conversion *conversion)
{
    size_t count = (size_t)convert_turns(conversion);
    char **sorted = calloc(count, sizeof *sorted);
    const char *twice = NULL;
    if (!sorted) {
        complain(conversion->command, "out of memory while naming files");
        return 0;
    }
    memcpy(sorted, conversion->outputs, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_names);
    for (size_t i = 1; i < count && !twice; i++)
        if (!strcmp(sorted[i - 1], sorted[i]))
            twice = sorted[i];
    if (twice)
        complain(conversion->command, "'%s' and '%s' would both become '%s'",
                 input_of(conversion, twice, 0), input_of(conversion, twice, 1), twice);
    free(sorted);
    return !twice;
}

static int same_file(const char *a, const char *b)
{
    char real_a[PATH_MAX], real_b[PATH_MAX];
    return realpath(a, real_a) && realpath(b, real_b) && !strcmp(real_a, real_b);
}

/* Nothing is done when anything would be overwritten unasked. */
static int check_existing(const struct conversion *conversion)
{
    int count = convert_turns(conversion), existing = 0;
    const char *first = NULL;
    for (int i = 0; i < count; i++) {
        const char *in = conversion->inputs.paths[i / conversion->copies];
        const char *out = conversion->outputs[i];
        if (access(out, F_OK))
            continue;
        if (same_file(in, out)) {
            complain(conversion->command, "'%s' would replace the recording itself", out);
            return 0;
        }
        if (!existing++)
            first = out;
    }
    if (!existing || conversion->force)
        return 1;
    if (existing > 1)
        complain(conversion->command, "'%s' and %d more exist; '--force' replaces them", first,
                 existing - 1);
    else
        complain(conversion->command, "'%s' exists; '--force' replaces it", first);
    return 0;
}

int convert_prepare(struct conversion *conversion)
{
    char *in = (char *)conversion->in;
    conversion->into_folder = goes_into_folder(conversion);
    if (!check_kind(conversion) || !check_apart(conversion))
        return EXIT_USAGE;
    if (collect_files(conversion->command, 1, &in, &conversion->inputs))
        return EXIT_FAILED;
    size_t count = conversion->inputs.count * (size_t)conversion->copies;
    conversion->done = calloc(count, 1);
    conversion->outputs = calloc(count, sizeof *conversion->outputs);
    int complete = conversion->done && conversion->outputs && count < INT_MAX;
    for (size_t i = 0; complete && i < count; i++) {
        size_t copies = (size_t)conversion->copies;
        conversion->outputs[i] =
            output_of(conversion, conversion->inputs.paths[i / copies], (int)(i % copies));
        complete = conversion->outputs[i] != NULL;
    }
    if (!complete) {
        complain(conversion->command, "out of memory while naming files");
        return EXIT_FAILED;
    }
    return check_names(conversion) && check_existing(conversion) ? EXIT_DONE : EXIT_USAGE;
}
