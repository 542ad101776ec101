/* Sound at a lower sampling rate, for analyses that ask for one: each new sample is a sum of the
 * old ones around it, weighted by sin(x)/x under a raised cosine, which lets pass what the new rate
 * can hold. (Recordings as a whole are resampled by src/audio.) */
#ifndef FEATURES_DOWNSAMPLER_H
#define FEATURES_DOWNSAMPLER_H

#include <stddef.h>

#include "ser/status.h"

struct downsampler;

/* Rates in Hz; `to` may not exceed `from`. Never changed once made. */
ser_status downsampler_create(struct downsampler **downsampler, int from, int to, ser_error *error);
void downsampler_destroy(struct downsampler *downsampler);

/* New samples for `count` old ones: those whose moments lie within the sound. */
size_t downsampler_count(const struct downsampler *downsampler, size_t count);

/* output[k] is the sound at the moment of samples[k * from / to]; what lies outside counts as 0.
 * output: (downsampler_count) */
void downsampler_run(const struct downsampler *downsampler, const float *samples, size_t count,
                     float *output);

#endif
