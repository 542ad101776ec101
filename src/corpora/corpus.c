#include "corpora/corpus.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

ser_status corpus_add(struct corpus *corpus, struct recording *recording, ser_error *error)
{
    if (!memory_reserve(&corpus->recordings, &corpus->capacity, (size_t)corpus->count + 1,
                        sizeof *corpus->recordings)) {
        free(recording->path);
        return error_memory(error, "reading a corpus");
    }
    corpus->recordings[corpus->count++] = *recording;
    return SER_OK;
}

int corpus_count(const struct corpus *corpus, const char *emotion)
{
    int count = 0;
    for (int i = 0; i < corpus->count; i++)
        count += !strcmp(corpus->recordings[i].emotion, emotion);
    return count;
}

static bool has_label(const struct corpus *corpus, const char *emotion)
{
    for (int i = 0; i < corpus->label_count; i++)
        if (!strcmp(corpus->labels[i], emotion))
            return true;
    return false;
}

/* The place of an emotion among all readers' words; those of no reader come last. */
static int rank_of(const struct recording *recording)
{
    int rank = 0;
    for (int i = 0; corpus_readers[i]; i++) {
        const char *const *words = corpus_readers[i]->emotions;
        for (; words && *words; words++, rank++)
            if (!strcmp(*words, recording->emotion))
                return rank;
    }
    return rank;
}

/* Puts a label among those found so far: by rank, within a rank by bytes. */
static void insert_label(struct corpus *corpus, int ranks[CORPUS_MAX_LABELS],
                         const struct recording *recording, int rank)
{
    int place = corpus->label_count++;
    for (; place > 0 &&
           (ranks[place - 1] > rank || (ranks[place - 1] == rank &&
                                        strcmp(corpus->labels[place - 1], recording->emotion) > 0));
         place--) {
        memcpy(corpus->labels[place], corpus->labels[place - 1], EMOTION_LENGTH);
        ranks[place] = ranks[place - 1];
    }
    memcpy(corpus->labels[place], recording->emotion, EMOTION_LENGTH);
    ranks[place] = rank;
}

ser_status corpus_find_labels(struct corpus *corpus, ser_error *error)
{
    int ranks[CORPUS_MAX_LABELS];
    corpus->label_count = 0;
    for (int i = 0; i < corpus->count; i++) {
        const struct recording *recording = &corpus->recordings[i];
        if (!*recording->emotion || has_label(corpus, recording->emotion))
            continue;
        if (corpus->label_count == CORPUS_MAX_LABELS)
            return error_set(error, SER_ERROR_FORMAT,
                             "%s: \"%s\" is one emotion too many, expected at most %d different "
                             "ones",
                             recording->path, recording->emotion, CORPUS_MAX_LABELS);
        insert_label(corpus, ranks, recording, rank_of(recording));
    }
    return SER_OK;
}

ser_status corpus_leave_out(struct corpus *corpus, int index, enum left_out_reason reason,
                            const char *detail, const char *other, ser_error *error)
{
    struct recording *recording = &corpus->recordings[index];
    ser_status status =
        left_out_add(&corpus->left_out, recording->path, reason, detail, other, error);
    free(recording->path);
    recording->path = NULL;
    return status;
}

void corpus_close_gaps(struct corpus *corpus)
{
    int kept = 0;
    for (int i = 0; i < corpus->count; i++)
        if (corpus->recordings[i].path)
            corpus->recordings[kept++] = corpus->recordings[i];
    corpus->count = kept;
}

void corpus_release(struct corpus *corpus)
{
    for (int i = 0; i < corpus->count; i++)
        free(corpus->recordings[i].path);
    free(corpus->recordings);
    left_out_release(&corpus->left_out);
    *corpus = (struct corpus){0};
}
