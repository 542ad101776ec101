/* What is said of recordings that were made at too low a rate for what is measured. */
#ifndef CLI_FEATURE_RATES_H
#define CLI_FEATURE_RATES_H

#include "base/file.h"
#include "ser/features.h"

/* Warns of the recordings whose own rate is below twice the frequency that the columns reach: one
 * line for each such rate, with the names of the first few. rates: (list->count), in Hz, 0 for
 * recordings of which nothing is to be said; all are 0 afterwards. */
void warn_of_low_rates(const ser_extractor *extractor, const struct file_list *list, int *rates);

#endif
