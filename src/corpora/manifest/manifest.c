#define _GNU_SOURCE
#include "corpora/manifest/manifest.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "corpora/manifest/manifest_repeats.h"
#include "corpora/manifest/manifest_row.h"
#include "corpora/manifest/manifest_table.h"
#include "corpora/manifest/sound_index.h"

enum { BEGINNING = 65536 };

struct reading {
    const char *path;
    char *folder;
    char corpus_name[32];
    struct corpus *corpus;
    const struct corpus_settings *settings;
    struct claims *claims;
    struct manifest_table table;
    struct sound_index index;
    bool has_index;
    struct row_list rows; /* those that became recordings */
};

int manifest_has_name(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot &&
           (!strcasecmp(dot, ".csv") || !strcasecmp(dot, ".tsv") || !strcasecmp(dot, ".jsonl"));
}

bool manifest_is_one(const char *path)
{
    struct manifest_table table = {0};
    ser_error error;
    FILE *stream = fopen(path, "rb");
    char *bytes = stream ? memory_resize(NULL, BEGINNING + 1, 1) : NULL;
    bool is_one = false;
    if (bytes) {
        size_t size = fread(bytes, 1, BEGINNING, stream);
        bytes[size] = 0;
        is_one = manifest_table_open_bytes(&table, bytes, size, path, &error) == SER_OK;
        manifest_table_close(&table);
    }
    if (stream)
        fclose(stream);
    return is_one;
}

/* The last name of the folder's true path, in lower case; "manifest" for the root folder. */
static void name_corpus(struct reading *reading)
{
    char *real = realpath(reading->folder, NULL);
    const char *name = file_name(real ? real : reading->folder);
    utf8_copy(reading->corpus_name, sizeof reading->corpus_name, *name ? name : "manifest");
    for (char *letter = reading->corpus_name; *letter; letter++)
        if (*letter >= 'A' && *letter <= 'Z')
            *letter = (char)(*letter - 'A' + 'a');
        else if ((unsigned char)*letter < ' ')
            *letter = '_';
    free(real);
}

static ser_status find_folder(struct reading *reading, ser_error *error)
{
    const char *slash = strrchr(reading->path, '/');
    int length = slash ? (int)(slash - reading->path) : 0;
    if (asprintf(&reading->folder, "%.*s", slash ? length + !length : 1,
                 slash ? reading->path : ".") < 0) {
        reading->folder = NULL;
        return error_memory(error, "reading a manifest");
    }
    name_corpus(reading);
    return SER_OK;
}

/* Looks for a row's file by name; the problem is empty where it was found. */
static ser_status find_by_name(struct reading *reading, const char *path, char **found,
                               ser_error *error)
{
    const char *first, *second;
    if (!reading->has_index) {
        ser_status status = sound_index_build(&reading->index, reading->folder, error);
        if (status)
            return status;
        reading->has_index = true;
    }
    const char *best = sound_index_find(&reading->index, path, &first, &second);
    char *problem = reading->table.problem;
    if (best) {
        *found = memory_copy_text(best);
        return *found ? SER_OK : error_memory(error, "reading a manifest");
    }
    if (second)
        snprintf(problem, MANIFEST_PROBLEM_LENGTH,
                 "several sound files have the name of %.40s: %.60s, %.60s", path, first, second);
    else
        snprintf(problem, MANIFEST_PROBLEM_LENGTH,
                 "path \"%.80s\" is not there, and no sound file below %.80s has its name", path,
                 reading->folder);
    return SER_OK;
}

/* Finds the file that the row means. *found stays NULL where there is none; then the row has a
 * problem. */
static ser_status find_file(struct reading *reading, char **found, struct stat *file,
                            ser_error *error)
{
    const char *path = reading->table.values[COLUMN_PATH];
    char *joined = NULL;
    ser_status status = SER_OK;
    *found = NULL;
    if (!*path) {
        snprintf(reading->table.problem, MANIFEST_PROBLEM_LENGTH, "path is empty");
        return SER_OK;
    }
    while (!strncmp(path, "./", 2))
        path += 2;
    bool is_local = *path != '/' && strcmp(reading->folder, "/") != 0;
    if (asprintf(&joined, "%s%s%s", *path == '/' ? "" : reading->folder, is_local ? "/" : "",
                 path) < 0)
        return error_memory(error, "reading a manifest");
    if (!stat(joined, file) && S_ISREG(file->st_mode))
        *found = joined;
    else
        free(joined);
    if (!*found)
        status = find_by_name(reading, path, found, error);
    if (*found && stat(*found, file)) {
        snprintf(reading->table.problem, MANIFEST_PROBLEM_LENGTH, "%.100s cannot be read", *found);
        free(*found);
        *found = NULL;
    }
    return status;
}

static ser_status read_row(struct reading *reading, ser_error *error)
{
    struct manifest_table *table = &reading->table;
    struct recording recording;
    struct stat file;
    char *path = NULL;
    ser_status status = SER_OK;
    if (!*table->problem)
        status = find_file(reading, &path, &file, error);
    if (!status && path) {
        status = claims_add(reading->claims, &file, error);
        if (!status && manifest_row_read(table, reading->corpus_name, &recording)) {
            int before = reading->corpus->count;
            status = corpus_take(reading->corpus, reading->settings, &recording, path, error);
            if (!status && reading->corpus->count > before)
                status = row_list_add(&reading->rows, reading->corpus->count - 1, &file,
                                      table->line, error);
        }
    }
    if (!status && *table->problem)
        status = manifest_leave_out(reading->corpus, reading->path, table->line, LEFT_OUT_ROW,
                                    table->problem, 0, error);
    free(path);
    return status;
}

ser_status manifest_read(struct corpus *corpus, const char *path,
                         const struct corpus_settings *settings, struct claims *claims,
                         ser_error *error)
{
    struct reading reading = {
        .path = path, .corpus = corpus, .settings = settings, .claims = claims};
    int rows = 0;
    ser_status status = manifest_table_open(&reading.table, path, error);
    if (!status)
        status = find_folder(&reading, error);
    while (!status && manifest_table_next(&reading.table)) {
        status = ++rows > MANIFEST_MAX_ROWS
                     ? error_set(error, SER_ERROR_FORMAT, "%s: expected at most %d rows", path,
                                 MANIFEST_MAX_ROWS)
                     : read_row(&reading, error);
    }
    if (!status)
        status = row_list_drop_repeated(&reading.rows, corpus, path, error);
    manifest_table_close(&reading.table);
    sound_index_release(&reading.index);
    row_list_release(&reading.rows);
    free(reading.folder);
    return status;
}

const struct corpus_reader manifest_reader = {
    .name = "manifest",
    .title = "Manifest",
    .description = "A table that lists sound files with their emotions, speakers and more",
    .licence = "as the manifest's owner says",
    .citation = "as the manifest's owner says",
    .doi = "",
    .home = "docs/corpora.md",
    .example = "recordings.csv",
};
