/* Testing a model on recordings, by the same road that a user's recordings take. */
#ifndef EVALUATION_EVALUATE_H
#define EVALUATION_EVALUATE_H

#include "base/pool.h"
#include "corpora/corpus.h"
#include "evaluation/metrics.h"
#include "ser/model.h"
#include "ser/recognizer.h"

/* Called after each recording, from any thread; a value other than 0 asks to stop. */
typedef int (*evaluate_progress)(void *user, int done, int total);

/* Recognises the recordings with these indices (count) and counts truth against prediction in
 * *confusion, whose classes are the model's labels. A recording whose emotion the model does not
 * know, or that cannot be read, is an error: a score is of all recordings or of none. */
ser_status evaluate_model(const ser_model *model, const struct corpus *corpus, const int *indices,
                          int count, struct pool *pool, evaluate_progress progress, void *user,
                          struct confusion *confusion, ser_error *error);

/* What came of one recording. */
struct evaluated {
    char *problem; /* why it could not be recognised; NULL: it was */
    ser_prediction prediction;
};

/* Recognises the recordings with these indices (count), whatever their emotions. One that cannot be
 * read has a problem, and the others go on; an error is only what is wrong with all. The problems
 * in `each` (count), which is empty at first, are released with evaluated_release, whatever the
 * outcome. */
ser_status evaluate_each(const ser_model *model, const struct corpus *corpus, const int *indices,
                         int count, struct pool *pool, evaluate_progress progress, void *user,
                         struct evaluated *each, ser_error *error);
void evaluated_release(struct evaluated *each, int count);

/* The model's label for an emotion, -1 when it has none. */
int evaluate_label(const ser_model *model, const char *emotion);

#endif
