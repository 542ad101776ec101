/* The discrete Fourier transform of real frames, without any scaling:
 *     X[k] = sum over n of x[n] exp(-2 pi i k n / size),   k = 0 … size/2.
 * Holds scratch memory: one per thread. */
#ifndef FEATURES_FFT_H
#define FEATURES_FFT_H

#include "ser/status.h"

struct fft;

/* Whether fft_create takes this size: even, from 2, with no prime factor over 5. The engine would
 * take other factors too, but allocates memory at every transform for them. */
int fft_size_is_supported(int size);

ser_status fft_create(struct fft **fft, int size, ser_error *error);
void fft_destroy(struct fft *fft);

/* size/2 + 1, from 0 Hz to half the sampling rate. */
int fft_bins(const struct fft *fft);

/* power[k] = |X[k]|^2 and magnitude[k] = |X[k]| of frame[0 … size-1]. */
void fft_power(struct fft *fft, const float *frame, float *power);
void fft_magnitude(struct fft *fft, const float *frame, float *magnitude);

#endif
