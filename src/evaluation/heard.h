/* Whom a model has heard in its training, by the facts in its file. */
#ifndef EVALUATION_HEARD_H
#define EVALUATION_HEARD_H

#include <stdbool.h>

#include "evaluation/split_file.h"
#include "ser/model.h"

/* Whether the model says with whom it was trained. */
bool heard_is_known(const ser_model *model);

/* Whether the model was trained with the one who speaks, or may have been: recordings that do not
 * say who speaks may be of anybody in their corpus. Corpora are told apart by their names, so one
 * that goes by another name than in training is not known again. */
bool heard_speaker(const ser_model *model, const struct recording *recording);

/* Whether the model was trained by this very file, divided once, so that it has not been trained
 * with the recordings of this part. */
bool heard_by_split(const ser_model *model, const struct split_file *file, int part);

#endif
