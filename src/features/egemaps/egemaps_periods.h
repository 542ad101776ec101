/* Jitter and shimmer: how much consecutive pitch periods differ in length and in amplitude (Eyben
 * et al., IEEE Trans. Affective Computing 7(2), 2016, with the options that openSMILE documents).
 *
 * Periods are followed through a voiced stretch, from the beginning of its first frame, by matching
 * the waveform: the next one begins where the sound of one F0 period repeats best, by the
 * correlation coefficient, at a distance of whole samples within a tenth of that period. A parabola
 * gives the period's length between samples. Matches below 0.5 are no periods. Where the best match
 * lies at the end of that range (F0 moves fast), the period's length is unknown, and the one before
 * stays the one to compare the next with. Frame t has the sound of 10 ms from its beginning, or of
 * two of the longest periods whose length would be known (one sample less than a tenth above what
 * its F0 says) if that is more. It owns the periods from where the frame before left off that, were
 * they the longest, could be matched within that sound; their first difference is to the last of
 * the frame before.
 *   - jitter = mean |T[i] - T[i-1]| / mean T[i], with the lengths T.
 *   - shimmer = 20 log10(1 + mean of |A - B| / ((A + B) / 2)) dB, with the peak-to-peak amplitudes
 *     A of a period of known length and B of the one it was matched with, both as long as the
 *     shortest of the search: the relative shimmer as a level. Where that cuts off a peak, a steady
 *     sound has some shimmer, too, in the tests 0.2 dB at most and 0.06 dB on average.
 * A frame without such a difference has the value of the frame before, within a voiced stretch.
 * The options that openSMILE documents leave more than one reading; this is the one of those tried
 * that comes nearest to its results. */
#ifndef FEATURES_EGEMAPS_PERIODS_H
#define FEATURES_EGEMAPS_PERIODS_H

#include <stddef.h>

#include "ser/status.h"

struct egemaps_periods;

/* rate: Hz, 4000 to 768000. Holds scratch memory: one per thread. */
ser_status egemaps_periods_create(struct egemaps_periods **periods, int rate, ser_error *error);
void egemaps_periods_destroy(struct egemaps_periods *periods);

/* f0: (frames), Hz, of frames that begin 10 ms apart, the first with the sound; what is not within
 * 50 … 1100 Hz counts as unvoiced. jitter, shimmer: (frames), 0 where there is none. */
void egemaps_periods_run(struct egemaps_periods *periods, const float *samples, size_t count,
                         const float *f0, size_t frames, float *jitter, float *shimmer);

#endif
