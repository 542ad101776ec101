/* Where a training writes, besides its model: the log of its epochs and its checkpoints. */
#ifndef TRAINING_OUTPUTS_H
#define TRAINING_OUTPUTS_H

#include "training/experiment.h"

/* Finds the log's path and makes the folder of the checkpoints, whose path the caller frees.
 * Refuses a log that would replace what the training reads, and the folder of an unfinished
 * training that is not to be resumed. */
ser_status outputs_prepare(const struct experiment_settings *settings,
                           char log[EXPERIMENT_PATH_LENGTH], char **folder, ser_error *error);

/* Removes the checkpoints, which nobody needs once the model is written. Whatever else the user put
 * into their folder stays. */
void outputs_remove_checkpoints(const char *folder);

#endif
