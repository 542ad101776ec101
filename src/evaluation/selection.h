/* Which recordings a model can honestly be tested on, and what is left out, counted. */
#ifndef EVALUATION_SELECTION_H
#define EVALUATION_SELECTION_H

#include "evaluation/classes.h"

struct selection_settings {
    bool with_heard; /* test the speakers that the model has heard all the same */
    bool is_apart;   /* the model is known not to have been trained with these recordings, whoever
                        speaks: they are the test part of its own split */
};

struct selection {
    int *indices; /* (count) into corpus->recordings, ascending */
    int *truths;  /* (count) their classes */
    int count;
    int speakers; /* how many they are of; those of a corpus that does not name them are one */
    int heard;    /* how many of them are of speakers that the model has heard */

    int heard_left_out, heard_speakers; /* recordings of such speakers, and the speakers */
    int copies;                         /* augmented copies that stand beside their originals */
    int unknown; /* recordings of emotions that are none of the classes … */
    int unknown_words;
    struct {
        char word[EMOTION_LENGTH]; /* empty: the corpus does not say it */
        int count;
    } words[CORPUS_MAX_LABELS + 1]; /* … (unknown_words) and these emotions */
};

/* Chooses among the corpus's recordings. If none is left that is an error, whose sentence says why.
 * Release with selection_release, whatever the outcome. */
ser_status selection_make(struct selection *selection, const struct corpus *corpus,
                          const ser_model *model, const struct classes *classes,
                          const struct selection_settings *settings, ser_error *error);

/* Harmless on an empty selection. */
void selection_release(struct selection *selection);

#endif
