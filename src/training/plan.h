/* The plan of an experiment: which trainings its protocol asks for, and what their figures mean. */
#ifndef TRAINING_PLAN_H
#define TRAINING_PLAN_H

#include "base/json.h"
#include "evaluation/split_file.h"
#include "training/experiment.h"

struct plan {
    struct split_file file; /* empty: not by a file */
    char protocol[PROTOCOL_NAME_LENGTH];
    struct split *splits; /* (count) each is trained on one side and tested on the other */
    int count;
    int unused;      /* recordings for validation, which nothing looks at */
    bool trains_all; /* the model that is written is trained with all recordings at the end; else
                        it is that of the only split */
};

/* Reads the split file where the settings name one, leaves recordings out of the corpus that it
 * does not name, and refuses it if it leaks (evaluation/leaks.h). Release with plan_release,
 * whatever the outcome. */
ser_status plan_open(struct plan *plan, const struct experiment_settings *settings,
                     struct corpus *corpus, ser_error *error);

/* Makes the splits of the corpus as it is now; again, where recordings have left it since. Every
 * split has been checked; augmented copies are not tested beside their originals. */
ser_status plan_make(struct plan *plan, const struct experiment_settings *settings,
                     const struct corpus *corpus, ser_error *error);

/* How the scores were measured: a sentence, which begins with what must be said of them. NULL when
 * memory ran out. */
json_t *plan_to_sentence(const struct plan *plan, const struct experiment_settings *settings);

/* Of a plan by a split file: {"protocol", "speakers_apart", "folds", "hash"}; folds is 0 where the
 * corpus is divided once, hash is the file's. NULL when memory ran out. */
json_t *plan_to_json(const struct plan *plan);

/* Harmless on an empty plan. */
void plan_release(struct plan *plan);

#endif
