/* Spectral contrast by librosa's conventions (librosa.feature.spectral_contrast with its defaults;
 * Jiang et al., "Music type classification by spectral contrast feature", ICME 2002): in each
 * octave band, how far the strongest bins lie above the weakest.
 *
 * The band edges are 0, 200, 400, 800, 1600, 3200, 6400 Hz, and for the last of the seven bands,
 * half the rate. A band of n bins from its lower to its upper edge, both included, counts from the
 * second on the bin before as well; from the sums of these n (n+1) bins the share that is averaged
 * comes, m = 0.02 n rounded to the nearest, at least 1; then each band but the last gives its
 * uppermost bin up. The peak is the mean of the m largest magnitudes, the valley that of the m
 * smallest, both in dB as in decibel.h (of magnitudes, 10 log10), and the contrast is their
 * difference.
 *
 * Where the rate is too low for a band (librosa refuses such a rate), or the bins so wide apart
 * that it has none, its contrast is 0.
 */
#ifndef FEATURES_CONTRAST_H
#define FEATURES_CONTRAST_H

#include "features/lanes.h"
#include "ser/status.h"

enum { CONTRAST_BANDS = 7 };

struct contrast_band {
    int first;  /* bin */
    int count;  /* of bins, 0 for a band without any */
    int chosen; /* how many bins peak and valley average, 1 to count */
};

/* Zero-initialise; release with contrast_release. */
struct contrast {
    struct contrast_band bands[CONTRAST_BANDS];
    lanes *chosen; // (2, the largest band's `chosen`), scratch
};

/* For the spectra of an FFT of `fft` samples at `rate` Hz. */
ser_status contrast_build(struct contrast *contrast, int rate, int fft, ser_error *error);
void contrast_release(struct contrast *contrast);

/* Peaks and valleys in dB, as decibel_levels gives them. magnitude: (bins), from 0 to 1e30; peaks,
 * valleys: (7). */
void contrast_apply(struct contrast *contrast, const lanes *magnitude, lanes *peaks,
                    lanes *valleys);

/* Peaks less valleys, each clipped to DECIBEL_RANGE below the largest of its kind in the whole
 * recording. contrasts: (7), 0 for a band without bins. */
void contrast_subtract(const struct contrast *contrast, const lanes *peaks, const lanes *valleys,
                       float largest_peak, float largest_valley, lanes *contrasts);

#endif
