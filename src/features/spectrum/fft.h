/* The discrete Fourier transform of real frames, LANES of them side by side, without any scaling:
 *     X[k] = sum over n of x[n] exp(-2 pi i k n / size),   k = 0 … size/2.
 * Holds scratch memory: one per thread. */
#ifndef FEATURES_FFT_H
#define FEATURES_FFT_H

#include "features/lanes.h"
#include "ser/status.h"

struct fft;

/* Whether fft_create takes this size: even, from 2, with no prime factor over 5. */
int fft_size_is_supported(int size);

/* The smallest supported size from `least` on, which must be positive and below 2^30. */
int fft_size_at_least(int least);

ser_status fft_create(struct fft **fft, int size, ser_error *error);
void fft_destroy(struct fft *fft);

/* size/2 + 1, from 0 Hz to half the sampling rate. */
int fft_bins(const struct fft *fft);

/* frames: (size); real, imaginary: (bins), apart from frames and from each other. */
void fft_forward(struct fft *fft, const lanes *frames, lanes *real, lanes *imaginary);

/* power[k] = |X[k]|^2; power: (bins), may not be part of frames. */
void fft_power(struct fft *fft, const lanes *frames, lanes *power);

#endif
