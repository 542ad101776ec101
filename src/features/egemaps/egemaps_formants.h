/* The formant columns of eGeMAPS (Eyben et al., IEEE Trans. Affective Computing 7(2), 2016) in
 * voiced frames: frequencies and bandwidths of the lowest three resonances. The conventions
 * are those of openSMILE 3 as measured on its results; some are peculiar and kept, so that values
 * are comparable.
 *
 * Resonances: frames of 20 ms, 10 ms apart, under a Hamming window, are resampled to 11 kHz through
 * their spectrum. Linear prediction of order 11 (autocorrelation) follows. Three things differ from
 * the textbook:
 *   - openSMILE pads a frame with zeros on both sides before it transforms it (its option
 *     zeroPadSymmetric), which at 16 kHz makes 6 + 20 + 6 ms, and resamples the first 20 ms of
 *     that: what is predicted is 6 ms of what rings ahead of the sound and 14 ms of the sound. Here
 *     it is so at any rate;
 *   - only half as many bins take part as the resampled frame has samples, those below 3437.5 Hz,
 *     the one at 0 Hz with twice the weight that it would have in an inverse transform;
 *   - the resonances are the roots not of 1 + a[1] z^-1 + … + a[11] z^-11 but of that polynomial
 *     with the sign of its 1 turned. They follow the vocal tract's resonances, but are three to six
 *     times as broad, about 1000 Hz. Compare them with those of openSMILE, not of Praat.
 * Those from 50 to 5450 Hz count. */
#ifndef FEATURES_EGEMAPS_FORMANTS_H
#define FEATURES_EGEMAPS_FORMANTS_H

#include <stddef.h>

#include "ser/status.h"

enum { EGEMAPS_FORMANTS = 3 };

struct egemaps_formants;

/* One array of (frames) for each. */
struct egemaps_formants_columns {
    float *frequency[EGEMAPS_FORMANTS]; /* Hz, ascending; 0 where there is none and if unvoiced */
    float *bandwidth[EGEMAPS_FORMANTS]; /* Hz; likewise */
};

/* rate: Hz, from 11000. Holds scratch memory: one per thread. */
ser_status egemaps_formants_create(struct egemaps_formants **formants, int rate, ser_error *error);
void egemaps_formants_destroy(struct egemaps_formants *formants);

/* f0: (frames), Hz, 0 where unvoiced. Frame t begins at sample t*hop of 10 ms; zeros lie beyond the
 * end of the sound. */
void egemaps_formants_run(struct egemaps_formants *formants, const float *samples, size_t count,
                          const float *f0, size_t frames,
                          const struct egemaps_formants_columns *columns);

#endif
