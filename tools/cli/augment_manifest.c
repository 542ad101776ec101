#define _GNU_SOURCE
#include "augment_manifest.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "corpora/corpus.h"
#include "output_text.h"
#include "recording_writer.h"

char *manifest_path(const struct conversion *conversion)
{
    char *path = NULL;
    size_t length = strlen(conversion->out);
    const char *slash = length && conversion->out[length - 1] == '/' ? "" : "/";
    return asprintf(&path, "%s%smanifest.csv", conversion->out, slash) < 0 ? NULL : path;
}

/* What is known of the originals: corpora are recognised as everywhere, and other recordings are
 * none of anybody's business. */
static ser_status read_originals(const struct conversion *conversion, struct corpus *corpus,
                                 ser_error *error)
{
    struct corpus_settings settings = {.allow_empty = true, .quiet = true};
    for (int i = 0; i < VOICE_KINDS; i++)
        settings.voices[i] = true;
    *corpus = (struct corpus){0};
    if (!file_is_folder(conversion->in))
        return SER_OK;
    return corpus_read(corpus, &conversion->in, 1, &settings, error);
}

static int compare_paths(const void *a, const void *b)
{
    const struct recording *left = a, *right = b;
    return strcmp(left->path, right->path);
}

/* The copy's line of the corpus: all that is known of its original, or just where that lies. */
static struct recording describe(const struct corpus *corpus, char *original, int copy)
{
    struct recording wanted = {.path = original};
    const struct recording *found =
        corpus->count ? bsearch(&wanted, corpus->recordings, (size_t)corpus->count,
                                sizeof *corpus->recordings, compare_paths)
                      : NULL;
    if (!found) {
        snprintf(wanted.original, sizeof wanted.original, "%s", original);
        return wanted;
    }
    struct recording row = *found;
    snprintf(row.original, sizeof row.original, "%s", recording_source(found));
    snprintf(row.name, sizeof row.name, "%.*s-aug%d", (int)sizeof row.name - 16, found->name, copy);
    return row;
}

static void write_line(FILE *stream, const struct manifest *manifest,
                       const struct conversion *conversion, const struct corpus *corpus, int index)
{
    int copy = index % conversion->copies + 1;
    struct recording row =
        describe(corpus, conversion->inputs.paths[index / conversion->copies], copy);
    /* Beside the manifest, so that the folder can be moved. */
    row.path = conversion->outputs[index] + strlen(conversion->out);
    row.path += strspn(row.path, "/");
    row.start = row.end = 0; /* a copy is of the whole file */
    row.channel = 0;
    recording_write_values(stream, &row, NULL);
    putc(',', stream);
    write_csv_field(stream, manifest->recipe);
    fprintf(stream, ",%lld,%d\n", manifest->seed, copy);
}

static ser_status write_lines(const struct manifest *manifest, const struct conversion *conversion,
                              const struct corpus *corpus, const char *path, ser_error *error)
{
    struct file_writer writer;
    ser_status status = file_writer_open(&writer, path, error);
    if (status)
        return status;
    recording_write_columns(writer.stream);
    fputs(",recipe,seed,copy\n", writer.stream);
    for (int i = 0; i < convert_turns(conversion); i++)
        if (conversion->done[i])
            write_line(writer.stream, manifest, conversion, corpus, i);
    return file_writer_commit(&writer, error);
}

ser_status manifest_write(const struct manifest *manifest, const struct conversion *conversion,
                          ser_error *error)
{
    struct corpus corpus;
    char *path = manifest_path(conversion);
    if (!path)
        return error_memory(error, "writing the manifest");
    ser_status status = read_originals(conversion, &corpus, error);
    if (corpus.count)
        qsort(corpus.recordings, (size_t)corpus.count, sizeof *corpus.recordings, compare_paths);
    if (!status)
        status = write_lines(manifest, conversion, &corpus, path, error);
    corpus_release(&corpus);
    free(path);
    return status;
}
