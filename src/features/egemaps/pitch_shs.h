/* Pitch by sub-harmonic summation, with a decision on voicing (Hermes, "Measurement of pitch by
 * subharmonic summation", J. Acoust. Soc. Am. 83(1), 1988; with the settings of eGeMAPS, see Eyben
 * et al., IEEE Trans. Affective Computing 7(2), 2016, and the options that openSMILE documents).
 *
 * Frames are 60 ms long and 10 ms apart; frame t covers samples t*hop … t*hop+window-1, so the
 * first one begins with the sound. What is left over at the end is dropped.
 *
 *   1. Magnitudes |X| under a Gaussian window, bins 15.6 Hz apart or a little less, up to 8 kHz;
 *      that of 0 Hz counts as 0. What is further than two bins from all of their maxima becomes
 *      0, and what is left is smoothed by (1/4, 1/2, 1/4): noise between the harmonics counts for
 *      nothing.
 *   2. A natural cubic spline over the logarithm of the frequency reads them at 25 Hz * 2^(i/61.5),
 *      i = 0 … 512, where they are weighted with the ear's decline towards low frequencies (an
 *      arctangent in octaves); negative values become 0: L.
 *   3. H(f) = sum over n = 1 … 15 of 0.85^(n-1) L(n f): a maximum wherever harmonics have a common
 *      fundamental. The four highest maxima from 55 to 1000 Hz are candidates; one with the height
 *      h has the voicing 1 - mean(H) / h.
 *   4. The cheapest path through all frames (pitch_path.h) takes of each one candidate, or
 *      "unvoiced". A candidate pays for what its voicing lacks of 1 and its height of the highest,
 *      and if its voicing is below 0.7; "unvoiced" pays where the highest voicing is not. A step
 *      pays for its octaves, and for those from the highest maximum of the frame before, even
 *      where the path did not take that one: so a path leaves a weakening pitch late.
 *   5. What the path leaves voiced, but has less than 0.001 RMS under the window, becomes
 *      unvoiced. */
#ifndef FEATURES_PITCH_SHS_H
#define FEATURES_PITCH_SHS_H

#include <stddef.h>

#include "ser/status.h"

/* Holds scratch memory: one per thread. */
struct shs;

/* rate: Hz, 4000 to 768000; others give ERROR_ARGUMENT. */
ser_status shs_create(struct shs **shs, int rate, ser_error *error);
void shs_destroy(struct shs *shs);

/* 0 for no samples, else 1 + (count - window) / hop, at least 1 (zeros lie beyond the end). */
size_t shs_frames(const struct shs *shs, size_t count);

/* f0: (frames), Hz, 55 … 1000, or 0 where unvoiced. voicing: (frames), 0 … 1, of the candidate that
 * the path takes; where it takes "unvoiced", of the best one, 0 where there is none. */
ser_status shs_run(struct shs *shs, const float *samples, size_t count, float *f0, float *voicing,
                   ser_error *error);

#endif
