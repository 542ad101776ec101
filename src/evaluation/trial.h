/* Testing a model that is there, on recordings of whatever corpora: what `ser evaluate` does. */
#ifndef EVALUATION_TRIAL_H
#define EVALUATION_TRIAL_H

#include "evaluation/bootstrap.h"
#include "evaluation/evaluate.h"
#include "evaluation/selection.h"
#include "evaluation/split_file.h"

struct trial_settings {
    const char *model;
    const char *const *places; /* (count) as corpus_read takes them */
    int count;
    struct corpus_settings corpus;
    const char *labels; /* path of a label map; NULL: the one that the model was trained with */
    const char *split;  /* path of a split file; NULL: all recordings */
    int part;           /* of the split; PART_NONE: its test part */
    bool with_heard;    /* test speakers that the model has heard, too */
};

struct trial {
    ser_model *model;
    struct corpus corpus;
    struct split_file split; /* empty: no split */
    int part;
    bool is_own_split; /* the model was trained by this file, without this part */
    struct classes classes;
    struct selection selection;
    struct evaluated *each; /* (selection.count) */
    int unreadable;         /* how many of them have a problem */
    struct confusion confusion;
    struct interval uar;
};

enum { TRIAL_SENTENCE = 400 };

/* Reads the model and the recordings and chooses what is tested. Release with trial_release,
 * whatever the outcome. */
ser_status trial_open(struct trial *trial, const struct trial_settings *settings, ser_error *error);

/* Recognises the recordings that were chosen and counts. Those that cannot be read have a problem
 * in `each` and are in no figure; if that is all of them it is an error. */
ser_status trial_run(struct trial *trial, int threads, evaluate_progress progress, void *user,
                     ser_error *error);

/* Of whom the figures are, and what must be said of them. */
void trial_describe(const struct trial *trial, char sentence[TRIAL_SENTENCE]);

/* Harmless on an empty trial. */
void trial_release(struct trial *trial);

#endif
