/* Normalising features over one utterance. */
#ifndef FEATURES_NORMALISE_H
#define FEATURES_NORMALISE_H

#include <stddef.h>

/* values: (frames, bands), changed in place. Each band becomes (x - mean) / (deviation + offset),
 * mean and population deviation (divided by the number of frames) being taken over all frames.
 * offset must be above 0: it keeps a band that hardly changes from being blown up, and makes one
 * that does not change at all 0. sums: scratch memory for 2 * bands doubles. */
void normalise_utterance(float *values, size_t frames, int bands, double offset, double *sums);

#endif
