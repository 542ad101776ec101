#include "corpora/copies.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"

enum { SAMPLE_SIZE = 4096, BLOCK_SIZE = 16384 };

static bool same_name(const struct recording *a, const struct recording *b)
{
    return !strcmp(a->corpus, b->corpus) && !strcmp(a->name, b->name);
}

ser_status copies_leave_out_names(struct corpus *corpus, ser_error *error)
{
    ser_status status = SER_OK;
    for (int first = 0, i = 1; i < corpus->count && !status; i++) {
        if (same_name(&corpus->recordings[first], &corpus->recordings[i]))
            status = corpus_leave_out(corpus, i, LEFT_OUT_SAME_NAME, NULL,
                                      corpus->recordings[first].path, error);
        else
            first = i;
    }
    corpus_close_gaps(corpus);
    return status;
}

/* A file that may have a twin. */
struct candidate {
    struct recording *recording;
    struct hash sample;             /* of a piece of the file */
    const struct recording *leader; /* the first recording with the same bytes, perhaps itself */
};

/* Recordings stand in one array, so their addresses are their order. */
static int compare_places(const struct candidate *a, const struct candidate *b)
{
    return (a->recording > b->recording) - (a->recording < b->recording);
}

/* A manifest may name several pieces of one file. */
static int compare_cuts(const struct recording *a, const struct recording *b)
{
    int order = (a->channel > b->channel) - (a->channel < b->channel);
    if (!order)
        order = (a->start > b->start) - (a->start < b->start);
    return order ? order : (a->end > b->end) - (a->end < b->end);
}

/* By size, and within a size by piece: only equal pieces of files of one size may be twins. */
static int compare_pieces(const struct recording *a, const struct recording *b)
{
    return a->bytes != b->bytes ? (a->bytes > b->bytes) - (a->bytes < b->bytes)
                                : compare_cuts(a, b);
}

static int compare_candidates(const void *a, const void *b)
{
    const struct candidate *left = a, *right = b;
    int order = compare_pieces(left->recording, right->recording);
    return order ? order : compare_places(left, right);
}

static int compare_samples(const void *a, const void *b)
{
    const struct candidate *left = a, *right = b;
    int order = hash_compare(left->sample, right->sample);
    return order ? order : compare_places(left, right);
}

static ser_status open_recording(FILE **stream, const struct recording *recording, ser_error *error)
{
    *stream = fopen(recording->path, "rb");
    if (!*stream)
        return error_set(error, SER_ERROR_IO, "%s: cannot be opened: %s", recording->path,
                         strerror(errno));
    return SER_OK;
}

/* Fingerprints a piece from the middle, where sound differs most. Files of one size are common
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
    candidate->sample = hash_bytes(bytes, count);
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

bool copies_agree(const struct recording *a, const struct recording *b)
{
    return !strcmp(a->corpus, b->corpus) && !strcmp(a->speaker, b->speaker) &&
           !strcmp(a->emotion, b->emotion) && a->voice == b->voice;
}

/* Finds the leaders among equal pieces of files of one size and sample. Nearly always they are all
 * twins, so that comparing each with each is cheap. */
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

static bool is_twin(const struct candidate *candidate, const struct recording *first)
{
    return candidate->leader == first && candidate->recording != first;
}

/* The first twin whose labels disagree; NULL when all agree. */
static const struct recording *find_opponent(const struct recording *first,
                                             const struct candidate *run, int count)
{
    for (int i = 0; i < count; i++)
        if (is_twin(&run[i], first) && !copies_agree(first, run[i].recording))
            return run[i].recording;
    return NULL;
}

static ser_status leave_out(struct corpus *corpus, const struct recording *recording,
                            enum left_out_reason reason, const char *detail, const char *other,
                            ser_error *error)
{
    return corpus_leave_out(corpus, (int)(recording - corpus->recordings), reason, detail, other,
                            error);
}

/* Leaves out the twins of `first`; where their labels disagree, `first` too. */
static ser_status leave_out_twins(struct corpus *corpus, const struct recording *first,
                                  const struct candidate *run, int count, ser_error *error)
{
    const struct recording *opponent = find_opponent(first, run, count);
    enum left_out_reason reason = opponent ? LEFT_OUT_CONTRADICTION : LEFT_OUT_SAME_BYTES;
    char detail[256], *against = NULL;
    ser_status status = SER_OK;
    if (opponent) {
        snprintf(detail, sizeof detail, "%s, speaker %s, against %s, speaker %s", first->emotion,
                 first->speaker, opponent->emotion, opponent->speaker);
        against = memory_copy_text(opponent->path);
        if (!against)
            return error_memory(error, "looking for copies in a corpus");
    }
    for (int i = 0; i < count && !status; i++)
        if (is_twin(&run[i], first))
            status = leave_out(corpus, run[i].recording, reason, opponent ? detail : NULL,
                               first->path, error);
    if (opponent && !status)
        status = leave_out(corpus, first, reason, detail, against, error);
    free(against);
    return status;
}

static ser_status leave_out_of_sample(struct corpus *corpus, struct candidate *run, int count,
                                      ser_error *error)
{
    ser_status status = find_leaders(run, count, error);
    for (int i = 0; i < count && !status; i++)
        if (run[i].leader == run[i].recording)
            status = leave_out_twins(corpus, run[i].recording, run, count, error);
    return status;
}

/* Takes the samples of all; leaves out what cannot be read, and closes the gaps: one bad file must
 * not spoil a corpus. */
static ser_status take_samples(struct corpus *corpus, struct candidate *run, int *count,
                               ser_error *error)
{
    ser_status status = SER_OK;
    int kept = 0;
    for (int i = 0; i < *count && !status; i++) {
        const struct recording *recording = run[i].recording;
        size_t path = strlen(recording->path) + 2; /* stands beside the rest of the sentence */
        ser_error reason = {0};
        if (!take_sample(&run[i], &reason))
            run[kept++] = run[i];
        else
            status = leave_out(corpus, recording, LEFT_OUT_UNREADABLE,
                               path < strlen(reason.message) ? reason.message + path : NULL, NULL,
                               error);
    }
    *count = kept;
    return status;
}

static ser_status leave_out_of_size(struct corpus *corpus, struct candidate *run, int count,
                                    ser_error *error)
{
    ser_status status = count < 2 ? SER_OK : take_samples(corpus, run, &count, error);
    if (count < 2 || status)
        return status;
    qsort(run, (size_t)count, sizeof *run, compare_samples);
    for (int start = 0, end; start < count && !status; start = end) {
        for (end = start + 1; end < count && hash_equal(run[end].sample, run[start].sample); end++)
            ;
        status = leave_out_of_sample(corpus, run + start, end - start, error);
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
    qsort(all, (size_t)corpus->count, sizeof *all, compare_candidates);
    ser_status status = SER_OK;
    for (int start = 0, end; start < corpus->count && !status; start = end) {
        for (end = start + 1;
             end < corpus->count && !compare_pieces(all[start].recording, all[end].recording);
             end++)
            ;
        status = leave_out_of_size(corpus, all + start, end - start, error);
    }
    free(all);
    corpus_close_gaps(corpus);
    return status;
}
