/* Testing a model on recordings, by the same road that a user's recordings take. */
#ifndef EVALUATION_EVALUATE_H
#define EVALUATION_EVALUATE_H

#include "base/pool.h"
#include "corpora/corpus.h"
#include "evaluation/metrics.h"
#include "ser/model.h"

/* Called after each recording, from any thread; a value other than 0 asks to stop. */
typedef int (*evaluate_progress)(void *user, int done, int total);

/* Recognises the recordings with these indices (count) and counts truth against prediction in
 * *confusion, whose classes are the model's labels. A recording whose emotion the model does not
 * know, or that cannot be read, is an error: a score is of all recordings or of none. */
ser_status evaluate_model(const ser_model *model, const struct corpus *corpus, const int *indices,
                          int count, struct pool *pool, evaluate_progress progress, void *user,
                          struct confusion *confusion, ser_error *error);

/* The model's label for an emotion, -1 when it has none. */
int evaluate_label(const ser_model *model, const char *emotion);

#endif
