/* Made-up sounds of `count` samples, which the caller frees. */
#ifndef TESTS_FEATURES_SIGNALS_H
#define TESTS_FEATURES_SIGNALS_H

#include <stddef.h>

float *signal_silence(size_t count);

/* Even, from -size to size; the same for the same count. */
float *signal_noise(size_t count, float size);

/* Glottal pulses at f0, which goes up and down by `vibrato` of itself, through three resonances. */
float *signal_vowel(size_t count, int rate, double f0, double vibrato);

#endif
