/* What a model file tells about its training. */
#ifndef TRAINING_FACTS_H
#define TRAINING_FACTS_H

#include "training/dataset.h"
#include "training/experiment.h"
#include "training/plan.h"

/* An object with corpora (name, licence, recordings, speakers …), seed, threads, recipe, protocol
 * and scores; see docs/models.md. NULL when memory ran out. `train` (train_count) are the
 * recordings that the model itself was trained with. */
json_t *facts_of_training(const struct experiment_settings *settings, const struct plan *plan,
                          const struct experiment_result *result, const struct dataset *dataset,
                          const int *train, int train_count, const json_t *recipe);

#endif
