/* Reading corpora from where they lie: corpus_read and what it needs. */
#include "corpora/corpus.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "corpora/copies.h"
#include "corpora/manifest/claims.h"
#include "corpora/manifest/manifest.h"
#include "corpora/place.h"

struct corpus_settings corpus_settings_defaults(void)
{
    return (struct corpus_settings){.voices[VOICE_SPEECH] = true};
}

/* The first reader of the table that does not find the name foreign judges it. Names of different
 * corpora have different shapes, so that a mixed folder is read right. */
static enum name_verdict judge(const struct corpus_reader *only, const char *path,
                               struct recording *recording, char problem[NAME_PROBLEM_LENGTH])
{
    for (int i = 0; corpus_readers[i]; i++) {
        const struct corpus_reader *reader = corpus_readers[i];
        if ((only && reader != only) || !reader->parse)
            continue;
        *recording = (struct recording){.reader = reader};
        snprintf(recording->corpus, sizeof recording->corpus, "%s", reader->name);
        enum name_verdict verdict = reader->parse(path, recording, problem);
        if (verdict != NAME_FOREIGN)
            return verdict;
    }
    return NAME_FOREIGN;
}

ser_status corpus_take(struct corpus *corpus, const struct corpus_settings *settings,
                       struct recording *recording, const char *path, ser_error *error)
{
    struct stat status;
    if (!settings->voices[recording->voice])
        return left_out_add(&corpus->left_out, path, LEFT_OUT_VOICE, voice_name(recording->voice),
                            NULL, error);
    if (stat(path, &status))
        return left_out_add(&corpus->left_out, path, LEFT_OUT_UNREADABLE, strerror(errno), NULL,
                            error);
    if (!status.st_size)
        return left_out_add(&corpus->left_out, path, LEFT_OUT_EMPTY, NULL, NULL, error);
    recording->bytes = (size_t)status.st_size;
    recording->path = memory_copy_text(path);
    if (!recording->path)
        return error_memory(error, "reading a corpus");
    return corpus_add(corpus, recording, error);
}

static ser_status read_name(struct corpus *corpus, const struct corpus_settings *settings,
                            const struct corpus_reader *reader, const char *path, ser_error *error)
{
    struct recording recording;
    char problem[NAME_PROBLEM_LENGTH] = "";
    switch (judge(reader, path, &recording, problem)) {
    case NAME_FOREIGN:
        return left_out_add(&corpus->left_out, path, LEFT_OUT_FOREIGN, NULL, NULL, error);
    case NAME_MALFORMED:
        return left_out_add(&corpus->left_out, path, LEFT_OUT_MALFORMED, problem, NULL, error);
    case NAME_SILENT:
        return left_out_add(&corpus->left_out, path, LEFT_OUT_SILENT, NULL, NULL, error);
    case NAME_RECORDING: break;
    }
    return corpus_take(corpus, settings, &recording, path, error);
}

static ser_status add_tables(struct corpus *corpus, const struct place *place, ser_error *error)
{
    ser_status status = SER_OK;
    for (int i = 0; corpus_readers[i] && !status; i++)
        if (corpus_readers[i]->add_tables && (!place->reader || place->reader == corpus_readers[i]))
            status = corpus_readers[i]->add_tables(corpus, place->path, error);
    return status;
}

static int is_of_interest(const char *name)
{
    return file_is_sound(name) || manifest_has_name(name);
}

/* Reads the manifests among the files; one that cannot be read does not keep the others back. */
static ser_status read_manifests(struct corpus *corpus, const struct corpus_settings *settings,
                                 const struct file_list *list, struct claims *claims,
                                 ser_error *error)
{
    ser_status status = SER_OK;
    ser_error own;
    for (size_t i = 0; i < list->count && !status; i++) {
        const char *path = list->paths[i];
        if (!manifest_has_name(path) || !manifest_is_one(path))
            continue;
        status = manifest_read(corpus, path, settings, claims, &own);
        if (status == SER_ERROR_FORMAT || status == SER_ERROR_IO)
            status = left_out_add(&corpus->left_out, path, LEFT_OUT_UNREADABLE, own.message, NULL,
                                  error);
        else if (status)
            error_set(error, status, "%s", own.message);
    }
    claims_sort(claims);
    return status;
}

/* Adds what lies below a folder; *files counts the sound files that were looked at. */
static ser_status read_folder(struct corpus *corpus, const struct corpus_settings *settings,
                              const struct place *place, size_t *files, ser_error *error)
{
    struct file_list list = {0};
    struct claims claims = {0};
    ser_status status = file_list_add(&list, place->path, is_of_interest, error);
    if (!status && list.count > CORPUS_MAX_FILES)
        status = error_set(error, SER_ERROR_ARGUMENT, "%s: %zu files, expected at most %d",
                           place->path, list.count, CORPUS_MAX_FILES);
    if (!status && !place->reader)
        status = read_manifests(corpus, settings, &list, &claims, error);
    for (size_t i = 0; i < list.count && !status; i++) {
        if (!file_is_sound(list.paths[i]))
            continue;
        ++*files;
        if (!claims_have(&claims, list.paths[i]))
            status = read_name(corpus, settings, place->reader, list.paths[i], error);
    }
    if (!status)
        status = add_tables(corpus, place, error);
    claims_release(&claims);
    file_list_release(&list);
    return status;
}

static ser_status read_place(struct corpus *corpus, const struct corpus_settings *settings,
                             const char *text, size_t *files, ser_error *error)
{
    struct place place;
    struct claims claims = {0};
    ser_status status = place_parse(&place, text, error);
    if (status || place.is_folder)
        return status ? status : read_folder(corpus, settings, &place, files, error);
    status = manifest_read(corpus, place.path, settings, &claims, error);
    *files += claims.count;
    claims_release(&claims);
    return status;
}

/* By name, so that the place of the corpus and the nesting of its folders do not matter; among
 * files of one name the preferred one first. */
static int compare_recordings(const void *a, const void *b)
{
    const struct recording *left = a, *right = b;
    int order = strcmp(left->corpus, right->corpus);
    if (!order)
        order = strcmp(left->name, right->name);
    if (!order)
        order = left->from_video - right->from_video;
    return order ? order : strcmp(left->path, right->path);
}

/* "4 videos without sound; 2 empty files" */
static void list_reasons(const struct corpus *corpus, char *list, size_t size)
{
    size_t used = 0;
    *list = 0;
    for (int i = 0; i < LEFT_OUT_REASON_COUNT && used < size; i++) {
        int count = left_out_count(&corpus->left_out, (enum left_out_reason)i);
        if (count)
            used += (size_t)snprintf(list + used, size - used, "%s%d %s", used ? "; " : "", count,
                                     left_out_reason_text((enum left_out_reason)i));
    }
}

static ser_status fail_empty(const struct corpus *corpus, const char *place, size_t files,
                             ser_error *error)
{
    char reasons[SER_ERROR_LENGTH / 2];
    list_reasons(corpus, reasons, sizeof reasons);
    return error_set(error, SER_ERROR_FORMAT,
                     "%s: no usable recording among %zu sound files%s%s%s, expected names such as "
                     "%s (%s), or a manifest",
                     place, files, *reasons ? " (" : "", reasons, *reasons ? ")" : "",
                     ravdess_reader.example, ravdess_reader.title);
}

static ser_status read_places(struct corpus *corpus, const struct corpus_settings *settings,
                              const char *const *places, int count, ser_error *error)
{
    ser_status status = SER_OK;
    size_t files = 0;
    for (int i = 0; i < count && !status; i++)
        status = read_place(corpus, settings, places[i], &files, error);
    if (status)
        return status;
    if (corpus->count)
        qsort(corpus->recordings, (size_t)corpus->count, sizeof *corpus->recordings,
              compare_recordings);
    status = copies_leave_out_names(corpus, error);
    if (!status)
        status = copies_leave_out_bytes(corpus, error);
    if (!status && !corpus->count && !settings->allow_empty)
        status = fail_empty(corpus, places[0], files, error);
    return status ? status : corpus_find_labels(corpus, error);
}

ser_status corpus_read(struct corpus *corpus, const char *const *places, int count,
                       const struct corpus_settings *settings, ser_error *error)
{
    struct corpus_settings chosen = settings ? *settings : corpus_settings_defaults();
    *corpus = (struct corpus){0};
    if (count < 1)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "no corpus is named, expected a folder or file");
    ser_status status = read_places(corpus, &chosen, places, count, error);
    if (status)
        corpus_release(corpus);
    else if (!chosen.quiet)
        left_out_remark(&corpus->left_out, places[0]);
    return status;
}
