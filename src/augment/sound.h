/* What several augmentations do to a sound. */
#ifndef AUGMENT_SOUND_H
#define AUGMENT_SOUND_H

#include "augment/scratch.h"
#include "ser/audio.h"

/* Mean of the squares; 0 for no sample at all. */
double mean_power(const float *samples, size_t count);

/* Multiplies by a factor. */
void scale_samples(float *samples, size_t count, double factor);

/* The factor of an amplitude that is so many decibels. */
double decibel_factor(double decibels);

/* Puts (count) samples in the place of the sound's. */
ser_status sound_replace(ser_audio *audio, const float *samples, size_t count, ser_error *error);

/* Resamples (count) samples and writes `wanted` of what comes out, zeros where that is less. */
ser_status change_rate(const float *samples, size_t count, int rate_in, int rate_out, float *output,
                       size_t wanted, ser_error *error);

/* Changes the spectra of frames; see spectral_filter. */
typedef void (*spectral_change)(void *context, struct spectra *spectra);

/* Cuts the sound into overlapping frames of about `seconds`, lets `change` work on the spectra of
 * LANES of them at a time, and puts them together again; the length stays. */
ser_status spectral_filter(struct augment_scratch *scratch, ser_audio *audio, double seconds,
                           spectral_change change, void *context, ser_error *error);

#endif
