/* Batches: which clips a step sees, and which stretch of each. */
#ifndef TRAINING_BATCH_H
#define TRAINING_BATCH_H

#include "base/random.h"
#include "nn/tensor.h"
#include "training/dataset.h"

/* Fills input (count, frames, bands, 1) with clips, and targets (count) with their classes. Of a
 * clip longer than `longest` frames it takes a random stretch; shorter ones are padded. The frames
 * of the tensor are the longest clip's, at least `shortest`, rounded up so that few different
 * shapes occur. */
ser_status batch_fill(struct tensor *input, int *targets, const struct dataset *dataset,
                      const int *indices, int count, int longest, int shortest,
                      struct random *random, ser_error *error);

#endif
