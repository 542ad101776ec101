#include "corpora/corpus.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "corpora/copies.h"

/* One reading of a folder: what was seen, and why what was left out. */
struct reading {
    const char *folder;
    const struct corpus_reader *reader;
    bool include_song;
    struct file_list files;
    int foreign, malformed, silent, songs, empty, copies;
    const char *first_foreign;
    const char *first_malformed;
    char problem[NAME_PROBLEM_LENGTH]; /* of the first malformed name */
};

struct corpus_settings corpus_settings_defaults(void)
{
    return (struct corpus_settings){0};
}

static ser_status list_files(struct reading *reading, ser_error *error)
{
    struct stat status;
    if (stat(reading->folder, &status))
        return error_set(error, SER_ERROR_IO,
                         "%s: cannot be opened: %s, expected the folder of a corpus",
                         reading->folder, strerror(errno));
    if (!S_ISDIR(status.st_mode))
        return error_set(error, SER_ERROR_IO, "%s: is a file, expected the folder of a corpus",
                         reading->folder);
    ser_status result = file_list_add(&reading->files, reading->folder, file_is_sound, error);
    if (!result && reading->files.count > CORPUS_MAX_FILES)
        return error_set(error, SER_ERROR_ARGUMENT, "%s: %zu sound files, expected at most %d",
                         reading->folder, reading->files.count, CORPUS_MAX_FILES);
    return result;
}

/* The reader that knows most of the names; the first of the table where several do. */
static const struct corpus_reader *detect(const struct file_list *files)
{
    const struct corpus_reader *best = corpus_readers[0];
    int most = 0;
    for (int i = 0; corpus_readers[i]; i++) {
        int known = 0;
        for (size_t j = 0; j < files->count; j++) {
            struct recording ignored = {0};
            char problem[NAME_PROBLEM_LENGTH];
            known += corpus_readers[i]->parse(files->paths[j], &ignored, problem) != NAME_FOREIGN;
        }
        if (known > most) {
            most = known;
            best = corpus_readers[i];
        }
    }
    return best;
}

/* Takes one file into the corpus or counts why not. The array has room. */
static ser_status read_name(struct corpus *corpus, struct reading *reading, const char *path,
                            ser_error *error)
{
    struct recording recording = {.reader = reading->reader};
    char problem[NAME_PROBLEM_LENGTH] = "";
    struct stat status;
    switch (reading->reader->parse(path, &recording, problem)) {
    case NAME_FOREIGN:
        if (!reading->foreign++)
            reading->first_foreign = path;
        return SER_OK;
    case NAME_MALFORMED:
        if (!reading->malformed++) {
            reading->first_malformed = path;
            memcpy(reading->problem, problem, sizeof problem);
        }
        return SER_OK;
    case NAME_SILENT: reading->silent++; return SER_OK;
    case NAME_RECORDING: break;
    }
    if (recording.voice == VOICE_SONG && !reading->include_song) {
        reading->songs++;
        return SER_OK;
    }
    if (stat(path, &status))
        return error_set(error, SER_ERROR_IO, "%s: cannot be opened: %s", path, strerror(errno));
    if (!status.st_size) {
        reading->empty++;
        return SER_OK;
    }
    recording.bytes = (size_t)status.st_size;
    recording.path = memory_copy_text(path);
    if (!recording.path)
        return error_memory(error, "reading a corpus");
    corpus->recordings[corpus->count++] = recording;
    return SER_OK;
}

static ser_status read_names(struct corpus *corpus, struct reading *reading, ser_error *error)
{
    size_t count = reading->files.count;
    corpus->recordings = memory_resize(NULL, count, sizeof *corpus->recordings);
    if (!corpus->recordings)
        return error_memory(error, "reading a corpus");
    ser_status status = SER_OK;
    for (size_t i = 0; i < count && !status; i++)
        status = read_name(corpus, reading, reading->files.paths[i], error);
    return status;
}

/* By name, so that the place of the corpus and the nesting of its folders do not matter; among
 * files of one name the preferred one first. */
static int compare_recordings(const void *a, const void *b)
{
    const struct recording *left = a, *right = b;
    int order = strcmp(left->name, right->name);
    if (!order)
        order = left->from_video - right->from_video;
    return order ? order : strcmp(left->path, right->path);
}

static void remark(const struct reading *reading)
{
    const char *folder = reading->folder, *title = reading->reader->title;
    if (reading->foreign)
        log_message(SER_LOG_INFO,
                    "%s: %d sound files not named as %s names them are left out "
                    "(first: %s)",
                    folder, reading->foreign, title, reading->first_foreign);
    if (reading->malformed)
        log_message(SER_LOG_WARNING,
                    "%s: %d names that %s cannot have are left out (first: %s: "
                    "%s)",
                    folder, reading->malformed, title, reading->first_malformed, reading->problem);
    if (reading->songs)
        log_message(SER_LOG_INFO, "%s: %d songs are left out", folder, reading->songs);
    if (reading->silent)
        log_message(SER_LOG_INFO, "%s: %d videos without sound are left out", folder,
                    reading->silent);
    if (reading->empty)
        log_message(SER_LOG_WARNING, "%s: %d empty files are left out", folder, reading->empty);
}

static ser_status fail_empty(const struct reading *reading, ser_error *error)
{
    return error_set(error, SER_ERROR_FORMAT,
                     "%s: no usable recording among %zu sound files (%d named otherwise, %d with "
                     "impossible names, %d songs, %d without sound, %d empty, %d copies), expected "
                     "names such as %s (%s)",
                     reading->folder, reading->files.count, reading->foreign, reading->malformed,
                     reading->songs, reading->silent, reading->empty, reading->copies,
                     reading->reader->example, reading->reader->title);
}

ser_status corpus_read(struct corpus *corpus, const char *folder,
                       const struct corpus_settings *settings, ser_error *error)
{
    struct corpus_settings chosen = settings ? *settings : corpus_settings_defaults();
    struct reading reading = {.folder = folder, .include_song = chosen.include_song};
    *corpus = (struct corpus){0};
    ser_status status = list_files(&reading, error);
    if (status)
        goto done;
    reading.reader = chosen.reader ? chosen.reader : detect(&reading.files);
    if ((status = read_names(corpus, &reading, error)))
        goto done;
    remark(&reading);
    if (corpus->count)
        qsort(corpus->recordings, (size_t)corpus->count, sizeof *corpus->recordings,
              compare_recordings);
    int found = corpus->count;
    copies_leave_out_names(corpus, folder);
    if ((status = copies_leave_out_bytes(corpus, error)))
        goto done;
    reading.copies = found - corpus->count;
    if (!corpus->count)
        status = fail_empty(&reading, error);
done:
    file_list_release(&reading.files);
    if (status)
        corpus_release(corpus);
    return status;
}

void corpus_release(struct corpus *corpus)
{
    for (int i = 0; i < corpus->count; i++)
        free(corpus->recordings[i].path);
    free(corpus->recordings);
    *corpus = (struct corpus){0};
}
