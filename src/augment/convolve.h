/* Convolution with an impulse response. */
#ifndef AUGMENT_CONVOLVE_H
#define AUGMENT_CONVOLVE_H

#include "augment/scratch.h"

/* output[n] = sum over k of response[k] samples[n-k], for the (count) samples that the sound has;
 * what rings on after its end is lost. The arrays may not overlap, nor be scratch memory for
 * SCRATCH_SPECTRUM. */
ser_status convolve(struct augment_scratch *scratch, const float *samples, size_t count,
                    const float *response, size_t length, float *output, ser_error *error);

#endif
