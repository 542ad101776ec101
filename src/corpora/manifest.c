#define _GNU_SOURCE
#include "corpora/manifest.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "corpora/manifest_row.h"
#include "corpora/manifest_table.h"
#include "corpora/sound_index.h"

enum { BEGINNING = 65536 };

/* Where a recording came from, to find rows of the same piece. */
struct origin {
    struct claim file;
    int index; /* among the corpus's recordings */
    int line;
};

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
    struct origin *origins; /* in the order of the rows, so of the recordings too */
    int origin_count, origin_capacity;
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

/* Leaves out the row that begins at `line`; `other` is the line of the row kept instead, or 0. */
static ser_status leave_out_row(struct reading *reading, int line, enum left_out_reason reason,
                                const char *detail, int other, ser_error *error)
{
    char *place = NULL, *kept = NULL;
    ser_status status = SER_OK;
    if (asprintf(&place, "%s:%d", reading->path, line) < 0)
        place = NULL;
    if (other && asprintf(&kept, "%s:%d", reading->path, other) < 0)
        kept = NULL;
    if (!place || (other && !kept))
        status = error_memory(error, "reading a manifest");
    else
        status = left_out_add(&reading->corpus->left_out, place, reason, detail, kept, error);
    free(place);
    free(kept);
    return status;
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

static ser_status note_origin(struct reading *reading, const struct stat *file, ser_error *error)
{
    if (reading->origin_count == reading->origin_capacity) {
        int larger = reading->origin_capacity ? 2 * reading->origin_capacity : 256;
        struct origin *grown = memory_resize(reading->origins, (size_t)larger, sizeof *grown);
        if (!grown)
            return error_memory(error, "reading a manifest");
        reading->origins = grown;
        reading->origin_capacity = larger;
    }
    reading->origins[reading->origin_count++] = (struct origin){
        .file = {file->st_dev, file->st_ino},
        .index = reading->corpus->count - 1,
        .line = reading->table.line,
    };
    return SER_OK;
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
                status = note_origin(reading, &file, error);
        }
    }
    if (!status && *table->problem)
        status = leave_out_row(reading, table->line, LEFT_OUT_ROW, table->problem, 0, error);
    free(path);
    return status;
}

/* An order of pieces, for sorting; the rows of one piece in the order of their lines. */
static int compare_pieces(const struct recording *recordings, const struct origin *a,
                          const struct origin *b)
{
    const struct recording *left = &recordings[a->index], *right = &recordings[b->index];
    int order = claim_compare(&a->file, &b->file);
    if (!order)
        order = (left->channel > right->channel) - (left->channel < right->channel);
    if (!order)
        order = (left->start > right->start) - (left->start < right->start);
    return order ? order : (left->end > right->end) - (left->end < right->end);
}

static int compare_origins(const void *a, const void *b, void *recordings)
{
    const struct origin *left = a, *right = b;
    int order = compare_pieces(recordings, left, right);
    return order ? order : (left->index > right->index) - (left->index < right->index);
}

static bool same_labels(const struct recording *a, const struct recording *b)
{
    return a->voice == b->voice && !strcmp(a->corpus, b->corpus) &&
           !strcmp(a->speaker, b->speaker) && !strcmp(a->emotion, b->emotion);
}

static ser_status drop(struct reading *reading, const struct origin *origin,
                       enum left_out_reason reason, const char *detail, int other, ser_error *error)
{
    struct recording *recording = &reading->corpus->recordings[origin->index];
    ser_status status = leave_out_row(reading, origin->line, reason, detail, other, error);
    free(recording->path);
    recording->path = NULL;
    return status;
}

/* Rows of one piece: the first stays, or none where they disagree. */
static ser_status drop_repeated(struct reading *reading, const struct origin *run, int count,
                                ser_error *error)
{
    const struct recording *recordings = reading->corpus->recordings;
    const struct recording *first = &recordings[run[0].index], *other = first;
    char detail[256];
    ser_status status = SER_OK;
    for (int i = 1; i < count; i++)
        if (!same_labels(first, &recordings[run[i].index]))
            other = &recordings[run[i].index];
    snprintf(detail, sizeof detail, "%s, speaker %s, against %s, speaker %s", first->emotion,
             first->speaker, other->emotion, other->speaker);
    for (int i = 1; i < count && !status; i++)
        status = other == first
                     ? drop(reading, &run[i], LEFT_OUT_ROW, "the same piece of the same file",
                            run[0].line, error)
                     : drop(reading, &run[i], LEFT_OUT_CONTRADICTION, detail, run[0].line, error);
    if (!status && other != first)
        status = drop(reading, &run[0], LEFT_OUT_CONTRADICTION, detail, run[1].line, error);
    return status;
}

static ser_status drop_all_repeated(struct reading *reading, ser_error *error)
{
    struct recording *recordings = reading->corpus->recordings;
    const struct origin *origins = reading->origins;
    ser_status status = SER_OK;
    if (reading->origin_count)
        qsort_r(reading->origins, (size_t)reading->origin_count, sizeof *reading->origins,
                compare_origins, recordings);
    for (int start = 0, end; start < reading->origin_count && !status; start = end) {
        for (end = start + 1; end < reading->origin_count &&
                              !compare_pieces(recordings, &origins[start], &origins[end]);
             end++)
            ;
        if (end - start > 1)
            status = drop_repeated(reading, origins + start, end - start, error);
    }
    corpus_close_gaps(reading->corpus);
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
        status = drop_all_repeated(&reading, error);
    manifest_table_close(&reading.table);
    sound_index_release(&reading.index);
    free(reading.origins);
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
