#include "evaluation/selection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "evaluation/groups.h"
#include "evaluation/heard.h"
#include "evaluation/split.h"

static const char doing[] = "choosing recordings to test";

/* How many speakers these recordings are of. */
static ser_status count_speakers(const struct corpus *corpus, const struct groups *speakers,
                                 const int *indices, int count, int *found, ser_error *error)
{
    char *is_there = calloc((size_t)corpus->count + 1, 1);
    if (!is_there)
        return error_memory(error, doing);
    *found = 0;
    for (int i = 0; i < count; i++) {
        char *flag = &is_there[speakers->of[indices[i]]];
        *found += !*flag;
        *flag = 1;
    }
    free(is_there);
    return SER_OK;
}

/* Takes out whom the model has heard. */
static ser_status leave_out_heard(struct selection *s, const struct corpus *corpus,
                                  const struct groups *speakers, const ser_model *model,
                                  ser_error *error)
{
    int kept = 0, count = s->count;
    int *heard = calloc((size_t)count + 1, sizeof *heard);
    if (!heard)
        return error_memory(error, doing);
    for (int i = 0; i < count; i++) {
        if (heard_speaker(model, &corpus->recordings[s->indices[i]]))
            heard[s->heard_left_out++] = s->indices[i];
        else
            s->indices[kept++] = s->indices[i];
    }
    s->count = kept;
    ser_status status =
        count_speakers(corpus, speakers, heard, s->heard_left_out, &s->heard_speakers, error);
    free(heard);
    if (!status && !kept)
        status = error_set(error, SER_ERROR_ARGUMENT,
                           "nobody is left to test: the model was trained with all %d speakers of "
                           "these %d recordings",
                           s->heard_speakers, s->heard_left_out);
    return status;
}

static void count_unknown(struct selection *s, const char *word)
{
    int i = 0;
    while (i < s->unknown_words && strcmp(s->words[i].word, word) != 0)
        i++;
    if (i == CORPUS_MAX_LABELS + 1)
        return; /* no corpus has so many */
    s->unknown_words += i == s->unknown_words;
    snprintf(s->words[i].word, sizeof s->words[i].word, "%s", word);
    s->words[i].count++;
}

static ser_status fail_unknown(const struct selection *s, const struct classes *classes,
                               ser_error *error)
{
    char words[160] = "", names[160] = "";
    size_t used = 0;
    for (int i = 0; i < s->unknown_words && used < sizeof words; i++)
        used += (size_t)snprintf(words + used, sizeof words - used, "%s%s", i ? ", " : "",
                                 *s->words[i].word ? s->words[i].word : "none");
    used = 0;
    for (int i = 0; i < classes->count && used < sizeof names; i++)
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "",
                                 classes->names[i]);
    return error_set(error, SER_ERROR_ARGUMENT,
                     "nothing is left to test: the model knows none of the emotions of the "
                     "recordings (%s), expected some of %s; a label map says which words mean the "
                     "same",
                     words, names);
}

/* Keeps the recordings of the classes. */
static ser_status find_truths(struct selection *s, const struct corpus *corpus,
                              const struct classes *classes, ser_error *error)
{
    int kept = 0;
    for (int i = 0; i < s->count; i++) {
        const struct recording *recording = &corpus->recordings[s->indices[i]];
        int class = classes_true(classes, recording);
        if (class < 0) {
            s->unknown++;
            count_unknown(s, recording->emotion);
            continue;
        }
        s->truths[kept] = class;
        s->indices[kept++] = s->indices[i];
    }
    s->count = kept;
    return kept ? SER_OK : fail_unknown(s, classes, error);
}

/* As `ser train` does: figures are of recordings as they were made, each once. */
static ser_status leave_out_copies(struct selection *s, const struct corpus *corpus,
                                   ser_error *error)
{
    struct split split = {.test = s->indices, .test_count = s->count};
    ser_status status = split_test_originals(&split, corpus, error);
    s->copies = s->count - split.test_count;
    s->count = split.test_count;
    return status;
}

static ser_status choose(struct selection *s, const struct corpus *corpus,
                         const struct groups *speakers, const ser_model *model,
                         const struct classes *classes, const struct selection_settings *settings,
                         ser_error *error)
{
    ser_status status = leave_out_copies(s, corpus, error);
    if (!status && !settings->with_heard && !settings->is_apart)
        status = leave_out_heard(s, corpus, speakers, model, error);
    if (!status)
        status = find_truths(s, corpus, classes, error);
    if (!status)
        status = count_speakers(corpus, speakers, s->indices, s->count, &s->speakers, error);
    for (int i = 0; i < s->count && !status && !settings->is_apart; i++)
        s->heard += heard_speaker(model, &corpus->recordings[s->indices[i]]);
    return status;
}

ser_status selection_make(struct selection *selection, const struct corpus *corpus,
                          const ser_model *model, const struct classes *classes,
                          const struct selection_settings *settings, ser_error *error)
{
    struct groups speakers = {0};
    size_t room = (size_t)corpus->count + 1;
    *selection = (struct selection){
        .indices = calloc(room, sizeof *selection->indices),
        .truths = calloc(room, sizeof *selection->truths),
        .count = corpus->count,
    };
    ser_status status = selection->indices && selection->truths
                            ? groups_of_speakers(&speakers, corpus, error)
                            : error_memory(error, doing);
    for (int i = 0; i < corpus->count && !status; i++)
        selection->indices[i] = i;
    if (!status)
        status = choose(selection, corpus, &speakers, model, classes, settings, error);
    groups_release(&speakers);
    return status;
}

void selection_release(struct selection *selection)
{
    free(selection->indices);
    free(selection->truths);
    *selection = (struct selection){0};
}
