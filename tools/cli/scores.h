/* Scores as a person reads them. */
#ifndef CLI_SCORES_H
#define CLI_SCORES_H

#include "base/json.h"

/* Prints accuracy, UAR and the confusion matrix from the "scores" of a model's facts. */
void scores_print(const json_t *scores);

/* Prints what is known of each emotion: recordings, predictions, recall, precision, F1. */
void scores_print_classes(const json_t *scores);

#endif
