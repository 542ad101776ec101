/* Augmentation on the fly: the clips of a training step, each changed anew by the recipe. */
#ifndef TRAINING_AUGMENTER_H
#define TRAINING_AUGMENTER_H

#include "augment/recipe.h"
#include "base/pool.h"
#include "nn/loss.h"
#include "training/dataset.h"

struct augmenter;

/* `recipe`, `dataset` and `pool` are borrowed. Where the recipe works on sound, the dataset must
 * have been loaded with its sounds. */
ser_status augmenter_create(struct augmenter **augmenter, const struct augment_recipe *recipe,
                            const struct dataset *dataset, struct pool *pool, ser_error *error);
void augmenter_destroy(struct augmenter *augmenter);

const struct augment_recipe *augmenter_recipe(const struct augmenter *augmenter);

/* Augments these recordings (count) of the dataset, on all threads of the pool. *clips becomes a
 * dataset of as many clips with their features and targets, valid until the next call. All chance
 * comes from `seed` and a recording's index, so the number of threads does not matter. */
ser_status augmenter_clips(struct augmenter *augmenter, const int *indices, int count,
                           uint64_t seed, const struct dataset **clips, ser_error *error);

/* Augments the filled batch of those clips: masks, then mixtures, each item with the one after it.
 * `targets` (batch) are its classes. *mixture becomes what the loss needs to know of the mixtures,
 * valid until the next call; NULL where nothing was mixed. */
ser_status augmenter_batch(struct augmenter *augmenter, struct tensor *batch, const int *targets,
                           uint64_t seed, const struct target_mixture **mixture, ser_error *error);

#endif
