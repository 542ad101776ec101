/* Cepstral coefficients of mel bands by librosa's conventions (librosa.feature.mfcc with
 * dct_type=2, norm="ortho"): the orthonormal DCT-II of B band levels in dB,
 *     c[k] = a[k] sum over b of level[b] cos(pi k (b + 1/2) / B),
 *     a[0] = sqrt(1/B), a[k] = sqrt(2/B),
 * times, for a lifter L above 0, 1 + L/2 sin(pi (k+1) / L).
 */
#ifndef FEATURES_MFCC_H
#define FEATURES_MFCC_H

#include "features/lanes.h"
#include "ser/status.h"

/* Zero-initialise; release with mfcc_table_release. */
struct mfcc_table {
    int bands;
    int coefficients;
    float *weights; // (coefficients rounded up to a multiple of 4, (bands + 1) / 2)
};

/* `coefficients` from 1 to `bands`; a lifter of 0 is none. */
ser_status mfcc_table_build(struct mfcc_table *table, int bands, int coefficients, int lifter,
                            ser_error *error);
void mfcc_table_release(struct mfcc_table *table);

/* levels: (bands), in dB; cepstrum: (coefficients), apart from levels. */
void mfcc_table_apply(const struct mfcc_table *table, const lanes *levels, lanes *cepstrum);

#endif
