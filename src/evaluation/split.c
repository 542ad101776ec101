#include "evaluation/split.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "corpora/speakers.h"
#include "evaluation/protocol.h"

/* Divides the recordings by their speakers' flags. */
static ser_status divide(struct split *split, const struct corpus *corpus,
                         const struct speakers *speakers, const char *is_test, ser_error *error)
{
    *split = (struct split){
        .train = calloc((size_t)corpus->count + 1, sizeof *split->train),
        .test = calloc((size_t)corpus->count + 1, sizeof *split->test),
    };
    if (!split->train || !split->test) {
        split_release(split);
        return error_memory(error, "splitting a corpus");
    }
    for (int i = 0; i < corpus->count; i++) {
        if (is_test[speakers->of[i]])
            split->test[split->test_count++] = i;
        else
            split->train[split->train_count++] = i;
    }
    return SER_OK;
}

static const char *speaker_id(const struct corpus *corpus, const struct speakers *speakers,
                              int number)
{
    return corpus->recordings[speakers->first[number]].speaker;
}

static ser_status fail_unknown(const struct corpus *corpus, const struct speakers *speakers,
                               const char *name, size_t length, ser_error *error)
{
    char list[320] = "";
    size_t used = 0;
    for (int i = 0; i < speakers->count; i++) {
        const char *id = speaker_id(corpus, speakers, i);
        if (used + strlen(id) + sizeof ", …" >= sizeof list) {
            snprintf(list + used, sizeof list - used, ", …");
            break;
        }
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", id);
    }
    return error_set(error, SER_ERROR_ARGUMENT,
                     "speaker \"%.*s\" is not in the corpus, expected some of %s",
                     length < 40 ? (int)length : 40, name, list);
}

/* Sets the flags of the speakers that one item of the list means. */
static ser_status choose(const struct corpus *corpus, const struct speakers *speakers,
                         const char *name, size_t length, char *is_test, ser_error *error)
{
    int found = -1;
    for (int i = 0; i < speakers->count; i++) {
        const struct recording *recording = &corpus->recordings[speakers->first[i]];
        if (!speaker_is_meant(recording, name, length))
            continue;
        if (found >= 0)
            return error_set(error, SER_ERROR_ARGUMENT,
                             "speaker \"%.*s\" is in several corpora, expected such as %s:%s",
                             length < 40 ? (int)length : 40, name, recording->corpus,
                             recording->speaker);
        if (is_test[i])
            return error_set(error, SER_ERROR_ARGUMENT,
                             "speaker %s is named twice among the test speakers, expected once",
                             recording->speaker);
        found = i;
    }
    if (found < 0)
        return fail_unknown(corpus, speakers, name, length, error);
    is_test[found] = 1;
    return SER_OK;
}

/* Reads the comma-separated list; blanks around an item do not count. */
static ser_status choose_all(const struct corpus *corpus, const struct speakers *speakers,
                             const char *list, char *is_test, ser_error *error)
{
    for (;;) {
        size_t length = strcspn(list, ",");
        const char *name = list + strspn(list, " \t");
        size_t trimmed = name < list + length ? (size_t)(list + length - name) : 0;
        while (trimmed && (name[trimmed - 1] == ' ' || name[trimmed - 1] == '\t'))
            trimmed--;
        if (!trimmed)
            return error_set(error, SER_ERROR_ARGUMENT,
                             "an empty name among the test speakers, expected a list such as "
                             "\"3,7,12\"");
        ser_status status = choose(corpus, speakers, name, trimmed, is_test, error);
        if (status || !list[length])
            return status;
        list += length + 1;
    }
}

ser_status split_by_speakers(struct split *split, const struct corpus *corpus,
                             const char *test_speakers, ser_error *error)
{
    struct speakers speakers;
    *split = (struct split){0};
    ser_status status = speakers_find(&speakers, corpus, error);
    if (status)
        return status;
    char *is_test = calloc((size_t)speakers.count + 1, 1);
    if (!is_test) {
        status = error_memory(error, "splitting a corpus");
        goto done;
    }
    if ((status = choose_all(corpus, &speakers, test_speakers, is_test, error)))
        goto done;
    if (!memchr(is_test, 0, (size_t)speakers.count)) {
        status = error_set(error, SER_ERROR_ARGUMENT,
                           "all %d speakers are test speakers, expected some to train with",
                           speakers.count);
        goto done;
    }
    status = divide(split, corpus, &speakers, is_test, error);
done:
    free(is_test);
    speakers_release(&speakers);
    return status;
}

static ser_status check_fold(int speakers, int folds, int fold, ser_error *error)
{
    if (speakers < 2)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "%d speakers in the corpus, expected at least 2 for a cross-validation",
                         speakers);
    if (folds < 2 || folds > speakers)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "%d folds, expected 2 to %d, the number of speakers", folds, speakers);
    if (fold < 0 || fold >= folds)
        return error_set(error, SER_ERROR_ARGUMENT, "fold %d, expected 0 to %d", fold, folds - 1);
    return SER_OK;
}

static bool is_same_corpus(const struct corpus *corpus, const struct speakers *speakers, int a,
                           int b)
{
    return !strcmp(corpus->recordings[speakers->first[a]].corpus,
                   corpus->recordings[speakers->first[b]].corpus);
}

/* Takes the fold's share of each corpus's speakers. Where a corpus's speakers do not divide, the
 * larger shares go on in the fold after the last one that got one, so that no fold stays empty. */
static void choose_fold(const struct corpus *corpus, const struct speakers *speakers, int folds,
                        int fold, char *is_test)
{
    for (int first = 0, end, extra = 0; first < speakers->count; first = end) {
        for (end = first + 1; end < speakers->count && is_same_corpus(corpus, speakers, first, end);
             end++)
            ;
        int size = (end - first) / folds, larger = (end - first) % folds;
        int turn = (fold - extra % folds + folds) % folds;
        int start = first + turn * size + (turn < larger ? turn : larger);
        memset(is_test + start, 1, (size_t)size + (turn < larger));
        extra += larger;
    }
}

ser_status split_fold(struct split *split, const struct corpus *corpus, int folds, int fold,
                      ser_error *error)
{
    struct speakers speakers;
    char *is_test = NULL;
    *split = (struct split){0};
    ser_status status = speakers_find(&speakers, corpus, error);
    if (status)
        return status;
    if ((status = check_fold(speakers.count, folds, fold, error)))
        goto done;
    is_test = calloc((size_t)speakers.count, 1);
    if (!is_test) {
        status = error_memory(error, "splitting a corpus");
        goto done;
    }
    choose_fold(corpus, &speakers, folds, fold, is_test);
    status = divide(split, corpus, &speakers, is_test, error);
done:
    free(is_test);
    speakers_release(&speakers);
    return status;
}

/* Notes for every recording which side it is on: 1 train, 2 test. */
static ser_status note_side(const int *indices, int count, char side, const struct corpus *corpus,
                            char *sides, ser_error *error)
{
    const char *name = side == 1 ? "training" : "test";
    if (count < 1)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "the %s side of the split is empty, expected some recordings", name);
    for (int i = 0; i < count; i++) {
        int index = indices[i];
        if (index < 0 || index >= corpus->count)
            return error_set(error, SER_ERROR_ARGUMENT,
                             "recording %d on the %s side of the split, expected 0 to %d", index,
                             name, corpus->count - 1);
        if (sides[index])
            return error_set(error, SER_ERROR_ARGUMENT,
                             "%s: twice in the split, expected every recording once",
                             corpus->recordings[index].path);
        sides[index] = side;
    }
    return SER_OK;
}

/* Fails when a speaker is heard on both sides. `first` has room for a number of each speaker. */
static ser_status check_sides(const struct corpus *corpus, const struct speakers *speakers,
                              const char *sides, int *first, ser_error *error)
{
    for (int i = 0; i < speakers->count; i++)
        first[i] = -1;
    for (int i = 0; i < corpus->count; i++) {
        int *other = &first[speakers->of[i]];
        if (sides[i] && *other < 0)
            *other = i;
        if (sides[i] && sides[i] != sides[*other])
            return error_set(error, SER_ERROR_ARGUMENT,
                             "speaker %s is on both sides of the split (%s and %s), expected every "
                             "speaker on one",
                             corpus->recordings[i].speaker, corpus->recordings[*other].path,
                             corpus->recordings[i].path);
    }
    return SER_OK;
}

/* Fails when a copy is apart from its original, or from another copy of it. */
static ser_status check_sources(const struct corpus *corpus, const struct groups *sources,
                                const char *sides, int *first, ser_error *error)
{
    for (int i = 0; i < sources->count; i++)
        first[i] = -1;
    for (int i = 0; i < corpus->count; i++) {
        int *other = &first[sources->of[i]];
        if (sides[i] && *other < 0)
            *other = i;
        if (sides[i] && sides[i] != sides[*other])
            return error_set(error, SER_ERROR_ARGUMENT,
                             "%s and %s are on two sides of the split, expected copies of %s "
                             "beside it",
                             corpus->recordings[*other].path, corpus->recordings[i].path,
                             recording_source(&corpus->recordings[i]));
    }
    return SER_OK;
}

static ser_status check(const struct corpus *corpus, const char *sides, const char *protocol,
                        ser_error *error)
{
    struct speakers speakers = {0};
    struct groups sources = {0};
    int *first = calloc((size_t)corpus->count + 1, sizeof *first);
    ser_status status = first ? groups_find(&sources, corpus, order_by_source, error)
                              : error_memory(error, "checking a split");
    if (!status)
        status = speakers_find(&speakers, corpus, error);
    if (!status && protocol_keeps_speakers_apart(protocol))
        status = check_sides(corpus, &speakers, sides, first, error);
    if (!status)
        status = check_sources(corpus, &sources, sides, first, error);
    free(first);
    groups_release(&sources);
    speakers_release(&speakers);
    return status;
}

ser_status split_check(const struct split *split, const struct corpus *corpus, const char *protocol,
                       ser_error *error)
{
    char *sides = calloc((size_t)corpus->count + 1, 1);
    if (!sides)
        return error_memory(error, "checking a split");
    ser_status status = note_side(split->train, split->train_count, 1, corpus, sides, error);
    if (!status)
        status = note_side(split->test, split->test_count, 2, corpus, sides, error);
    if (!status)
        status = check(corpus, sides, protocol, error);
    free(sides);
    return status;
}

ser_status split_test_originals(struct split *split, const struct corpus *corpus, ser_error *error)
{
    struct groups sources;
    ser_status status = groups_find(&sources, corpus, order_by_source, error);
    if (status)
        return status;
    char *has_original = calloc((size_t)sources.count + 1, 1);
    int kept = 0;
    for (int i = 0; i < split->test_count && has_original; i++)
        if (!*corpus->recordings[split->test[i]].original)
            has_original[sources.of[split->test[i]]] = 1;
    for (int i = 0; i < split->test_count && has_original; i++) {
        int index = split->test[i];
        if (!*corpus->recordings[index].original || !has_original[sources.of[index]])
            split->test[kept++] = index;
    }
    if (has_original)
        split->test_count = kept;
    else
        status = error_memory(error, "leaving copies untested");
    free(has_original);
    groups_release(&sources);
    return status;
}

void split_release(struct split *split)
{
    free(split->train);
    free(split->test);
    *split = (struct split){0};
}
