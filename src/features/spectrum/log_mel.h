/* The logarithmic mel spectrogram, which the networks hear: sound -> power spectrum -> mel bands ->
 * ln(x + floor) -> normalised over the utterance, if the settings say so. The set logmel64. */
#ifndef FEATURES_LOG_MEL_H
#define FEATURES_LOG_MEL_H

#include "features/set.h"

extern const struct ser_feature_set logmel64;

#endif
