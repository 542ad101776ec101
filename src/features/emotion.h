/* The set `ser`: what serves emotion best of what this library can measure. To the functionals of
 * `prosody`, which tell of the voice, it adds how the spectrum's shape is spread (cepstrum) and how
 * fast it moves (derivatives and modulation spectra); docs/features.md compares it with the others
 * on speakers that were never heard. */
#ifndef FEATURES_EMOTION_H
#define FEATURES_EMOTION_H

#include "features/set.h"

extern const struct ser_feature_set ser_own;

#endif
