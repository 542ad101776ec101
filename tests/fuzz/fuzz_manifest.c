/* Manifests from anywhere: whatever the bytes are, they are either refused with a sentence, or
 * every row becomes a recording that is complete or is left out with a reason. The rows find files
 * in a folder that is made for it. */
#define _GNU_SOURCE
#include "fuzz.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/utf8.h"
#include "corpora/manifest/manifest.h"

static char folder[] = "/tmp/ser-fuzz-XXXXXX";
static const char *const files[] = {"a.wav", "b.flac", "sub/a.opus", "sub/c.wav", "list"};

enum { FILES = sizeof files / sizeof *files };

static void require(int holds)
{
    if (!holds)
        abort();
}

static char *path_of(const char *name)
{
    char *path = NULL;
    require(asprintf(&path, "%s/%s", folder, name) > 0);
    return path;
}

static void remove_folder(void)
{
    for (int i = 0; i < FILES; i++) {
        char *path = path_of(files[i]);
        unlink(path);
        free(path);
    }
    char *sub = path_of("sub");
    rmdir(sub);
    free(sub);
    rmdir(folder);
}

static void make_folder(void)
{
    ser_error error;
    require(mkdtemp(folder) != NULL);
    char *sub = path_of("sub");
    require(!file_make_folder(sub, &error));
    free(sub);
    for (int i = 0; i < FILES; i++) {
        char *path = path_of(files[i]);
        require(!file_write(path, files[i], strlen(files[i]), &error));
        free(path);
    }
    atexit(remove_folder);
}

static void check_recording(const struct recording *recording)
{
    require(recording->path && recording->bytes > 0 && recording->reader);
    require(*recording->name && utf8_is_valid(recording->name));
    require(utf8_is_valid(recording->original) && utf8_is_valid(recording->text));
    require(*recording->corpus && utf8_is_valid(recording->corpus));
    require(utf8_is_valid(recording->speaker) && utf8_is_valid(recording->emotion));
    require(recording->age_low >= 0 && recording->age_low <= recording->age_high);
    require(recording->channel >= 0);
    require(isfinite(recording->start) && isfinite(recording->end) && recording->start >= 0);
    require(!(recording->end > 0) || recording->end > recording->start);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct corpus_settings settings = {.voices = {true, true, true}};
    static bool has_folder;
    struct corpus corpus = {0};
    struct claims claims = {0};
    ser_error error = {0};
    if (!has_folder)
        make_folder();
    has_folder = true;
    char *list = path_of("list");
    FILE *stream = fopen(list, "wb");
    require(stream && fwrite(data, 1, size, stream) == size && !fclose(stream));
    ser_status status = manifest_read(&corpus, list, &settings, &claims, &error);
    require(!status || *error.message);
    require(status || claims.count >= (size_t)corpus.count);
    for (int i = 0; i < corpus.count; i++)
        check_recording(&corpus.recordings[i]);
    for (int i = 0; i < corpus.left_out.count; i++)
        require(corpus.left_out.items[i].detail || corpus.left_out.items[i].reason != LEFT_OUT_ROW);
    corpus_release(&corpus);
    claims_release(&claims);
    free(list);
    return 0;
}
