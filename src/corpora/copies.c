#include "corpora/copies.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"

enum { SAMPLE_SIZE = 4096, BLOCK_SIZE = 16384 };

/* Marks a recording; close_gaps then removes the marked ones. */
static void leave_out(struct recording *recording)
{
    free(recording->path);
    recording->path = NULL;
}

static void close_gaps(struct corpus *corpus)
{
    int kept = 0;
    for (int i = 0; i < corpus->count; i++)
        if (corpus->recordings[i].path)
            corpus->recordings[kept++] = corpus->recordings[i];
    corpus->count = kept;
}

static bool repeats_previous(const struct corpus *corpus, int index)
{
    const struct recording *recording = &corpus->recordings[index];
    return index > 0 && !strcmp(recording[0].name, recording[-1].name);
}

void copies_leave_out_names(struct corpus *corpus, const char *folder)
{
    int recordings = 0, files = 0, first = 0;
    for (int i = 0; i < corpus->count; i++) {
        if (!repeats_previous(corpus, i))
            continue;
        recordings += !repeats_previous(corpus, i - 1);
        if (!files++)
            first = i;
    }
    if (!files)
        return;
    log_message(SER_LOG_WARNING,
                "%s: %d recordings found more than once (first: %s and %s): the %d later copies "
                "are left out",
                folder, recordings, corpus->recordings[first - 1].path,
                corpus->recordings[first].path, files);
    for (int i = 0; i < corpus->count; i++)
        if (repeats_previous(corpus, i))
            leave_out(&corpus->recordings[i]);
    close_gaps(corpus);
}

/* A file that may have a twin. */
struct candidate {
    struct recording *recording;
    uint64_t sample;                /* hash of a piece of the file */
    const struct recording *leader; /* the first recording with the same bytes, perhaps itself */
};

/* Recordings stand in one array, so their addresses are their order. */
static int compare_places(const struct candidate *a, const struct candidate *b)
{
    return (a->recording > b->recording) - (a->recording < b->recording);
}

static int compare_sizes(const void *a, const void *b)
{
    const struct candidate *left = a, *right = b;
    size_t x = left->recording->bytes, y = right->recording->bytes;
    return x != y ? (x > y) - (x < y) : compare_places(left, right);
}

static int compare_samples(const void *a, const void *b)
{
    const struct candidate *left = a, *right = b;
    uint64_t x = left->sample, y = right->sample;
    return x != y ? (x > y) - (x < y) : compare_places(left, right);
}

static ser_status open_recording(FILE **stream, const struct recording *recording, ser_error *error)
{
    *stream = fopen(recording->path, "rb");
    if (!*stream)
        return error_set(error, SER_ERROR_IO, "%s: cannot be opened: %s", recording->path,
                         strerror(errno));
    return SER_OK;
}

/* Hashes (FNV-1a) a piece from the middle, where sound differs most. Files of one size are common
 * (RAVDESS is cut at video frames), and reading them whole at every start would take seconds. */
static ser_status take_sample(struct candidate *candidate, ser_error *error)
{
    const struct recording *recording = candidate->recording;
    unsigned char bytes[SAMPLE_SIZE];
    FILE *stream;
    ser_status status = open_recording(&stream, recording, error);
    if (status)
        return status;
    size_t start = recording->bytes > SAMPLE_SIZE ? (recording->bytes - SAMPLE_SIZE) / 2 : 0;
    size_t count = 0;
    if (!fseeko(stream, (off_t)start, SEEK_SET))
        count = fread(bytes, 1, sizeof bytes, stream);
    if (!count)
        status = error_set(error, SER_ERROR_IO, "%s: cannot be read", recording->path);
    fclose(stream);
    candidate->sample = 0xcbf29ce484222325u;
    for (size_t i = 0; i < count; i++)
        candidate->sample = (candidate->sample ^ bytes[i]) * 0x100000001b3u;
    return status;
}

static ser_status compare_contents(const struct recording *a, const struct recording *b,
                                   bool *equal, ser_error *error)
{
    unsigned char left[BLOCK_SIZE], right[BLOCK_SIZE];
    FILE *streams[2] = {NULL, NULL};
    ser_status status = open_recording(&streams[0], a, error);
    if (!status)
        status = open_recording(&streams[1], b, error);
    size_t got = sizeof left;
    *equal = true;
    while (!status && *equal && got == sizeof left) {
        got = fread(left, 1, sizeof left, streams[0]);
        *equal = got == fread(right, 1, sizeof right, streams[1]) && !memcmp(left, right, got);
    }
    for (int i = 0; i < 2; i++) {
        if (!status && ferror(streams[i]))
            status = error_set(error, SER_ERROR_IO, "%s: cannot be read", (i ? b : a)->path);
        if (streams[i])
            fclose(streams[i]);
    }
    return status;
}

static bool same_labels(const struct recording *a, const struct recording *b)
{
    return a->reader == b->reader && !strcmp(a->speaker, b->speaker) && a->emotion == b->emotion &&
           a->voice == b->voice;
}

/* Finds the leaders among files of one size and sample. Nearly always they are all twins, so that
 * comparing each with each is cheap. */
static ser_status find_leaders(struct candidate *run, int count, ser_error *error)
{
    for (int i = 0; i < count; i++) {
        if (run[i].leader)
            continue;
        run[i].leader = run[i].recording;
        for (int j = i + 1; j < count; j++) {
            bool equal = false;
            if (run[j].leader)
                continue;
            ser_status status = compare_contents(run[i].recording, run[j].recording, &equal, error);
            if (status)
                return status;
            if (equal)
                run[j].leader = run[i].recording;
        }
    }
    return SER_OK;
}

/* Says which files hold the same bytes as `first` and leaves them out; `first` too where their
 * labels disagree. */
static void leave_out_twins(struct recording *first, const struct candidate *run, int count)
{
    const struct recording *twin = NULL, *opponent = NULL; /* the first of either kind */
    int twins = 0;
    for (int i = 0; i < count; i++) {
        const struct recording *other = run[i].recording;
        if (run[i].leader != first || other == first)
            continue;
        twins++;
        twin = twin ? twin : other;
        opponent = opponent || same_labels(first, other) ? opponent : other;
    }
    if (!twins)
        return;
    if (opponent)
        log_message(SER_LOG_WARNING,
                    "%s (speaker %s, %s) and %s (speaker %s, %s) hold the same bytes under "
                    "different labels: all %d such files are left out",
                    first->path, first->speaker, emotion_name(first->emotion), opponent->path,
                    opponent->speaker, emotion_name(opponent->emotion), twins + 1);
    else
        log_message(SER_LOG_WARNING,
                    "%s and %s hold the same bytes: of %d such files the first is kept",
                    first->path, twin->path, twins + 1);
    for (int i = 0; i < count; i++)
        if (run[i].leader == first && (opponent || run[i].recording != first))
            leave_out(run[i].recording);
}

static ser_status leave_out_of_sample(struct candidate *run, int count, ser_error *error)
{
    ser_status status = find_leaders(run, count, error);
    for (int i = 0; i < count && !status; i++)
        if (run[i].leader == run[i].recording)
            leave_out_twins(run[i].recording, run, count);
    return status;
}

static ser_status leave_out_of_size(struct candidate *run, int count, ser_error *error)
{
    ser_status status = SER_OK;
    for (int i = 0; i < count && count > 1 && !status; i++)
        status = take_sample(&run[i], error);
    if (count < 2 || status)
        return status;
    qsort(run, (size_t)count, sizeof *run, compare_samples);
    for (int start = 0, end; start < count && !status; start = end) {
        for (end = start + 1; end < count && run[end].sample == run[start].sample; end++)
            ;
        status = leave_out_of_sample(run + start, end - start, error);
    }
    return status;
}

ser_status copies_leave_out_bytes(struct corpus *corpus, ser_error *error)
{
    if (!corpus->count)
        return SER_OK;
    struct candidate *all = calloc((size_t)corpus->count, sizeof *all);
    if (!all)
        return error_memory(error, "looking for copies in a corpus");
    for (int i = 0; i < corpus->count; i++)
        all[i].recording = &corpus->recordings[i];
    qsort(all, (size_t)corpus->count, sizeof *all, compare_sizes);
    ser_status status = SER_OK;
    for (int start = 0, end; start < corpus->count && !status; start = end) {
        for (end = start + 1;
             end < corpus->count && all[end].recording->bytes == all[start].recording->bytes; end++)
            ;
        status = leave_out_of_size(all + start, end - start, error);
    }
    free(all);
    close_gaps(corpus);
    return status;
}
