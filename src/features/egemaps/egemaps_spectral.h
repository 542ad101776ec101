/* The spectral columns of eGeMAPS (Eyben et al., IEEE Trans. Affective Computing 7(2), 2016), with
 * the conventions of openSMILE 3 (eGeMAPSv02), as measured on its results.
 *
 * Frames are 20 ms long and 10 ms apart; frame t covers samples t*hop … t*hop+window-1, so the
 * first one begins with the sound. Each is multiplied by a Hamming window and filled up with zeros
 * to the next power of two. P[k] is the power of bin k of its spectrum, neither divided by the
 * length nor by the window's gain, of samples from -1 to 1; M[k] its square root, the magnitude.
 * What is to be a logarithm and is 0 counts as the least that matters (see the file). Frames of
 * silence give 0 in all columns but the mfcc.
 *
 *   - loudness: an auditory spectrum after Hermansky (JASA 87(4), 1990): the power in 26 mel bands
 *     from 20 Hz to 8 kHz, times the ear's sensitivity at the band's centre, to the power of 0.33
 *     (Stevens' law of hearing), averaged over the bands.
 *   - alpha_ratio, dB: 10 log10(sum of P from 1 to 5 kHz / sum of P below 1 kHz). The paper counts
 *     from 50 Hz, openSMILE from 0.
 *   - hammarberg, dB: 10 log10(largest P below 2 kHz / largest P from 2 to 5 kHz).
 *   - slope_low, dB/Hz: slope of the line through 10 log10 P[k] from 0 to 500 Hz, and slope_high,
 *     from 500 to 1500 Hz; see egemaps_slope in the file for their peculiarity.
 *   - flux: sqrt(mean of (M[k] - M[k] of the frame before)^2) below 5 kHz; 0 in the first frame.
 *   - mfcc: coefficients 1 … 4 of ln of the mel bands (HTK's scale and lifter of 22). */
#ifndef FEATURES_EGEMAPS_SPECTRAL_H
#define FEATURES_EGEMAPS_SPECTRAL_H

#include <stddef.h>

#include "ser/status.h"

enum { EGEMAPS_MFCC = 4 };

struct egemaps_spectral;

/* One array of (frames) for each column. */
struct egemaps_spectral_columns {
    float *loudness;
    float *alpha_ratio;
    float *hammarberg;
    float *slope_low;
    float *slope_high;
    float *flux;
    float *mfcc[EGEMAPS_MFCC];
};

/* rate: Hz, from 16000. Holds scratch memory: one per thread. */
ser_status egemaps_spectral_create(struct egemaps_spectral **spectral, int rate, ser_error *error);
void egemaps_spectral_destroy(struct egemaps_spectral *spectral);

/* 0 for no samples, else 1 + (count - window) / hop, at least 1 (zeros lie beyond the end). */
size_t egemaps_spectral_frames(const struct egemaps_spectral *spectral, size_t count);

void egemaps_spectral_run(struct egemaps_spectral *spectral, const float *samples, size_t count,
                          const struct egemaps_spectral_columns *columns);

#endif
