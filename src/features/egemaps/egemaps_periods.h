/* Jitter and shimmer: how much consecutive pitch periods differ in length and in amplitude (Eyben
 * et al., IEEE Trans. Affective Computing 7(2), 2016, with the options that openSMILE documents).
 *
 * Periods are followed through a voiced stretch, from the beginning of its first frame, by matching
 * the waveform: the sound of one lag is correlated (by the correlation coefficient) with the sound
 * of the next, for lags of whole samples within a tenth of the F0 period. The highest local maximum
 * between the ends of that range is where the next period begins, however low it is. Where there is
 * none (F0 moves fast, or the sound has not begun), the next one begins after one F0 period,
 * rounded to samples. A maximum of 0.5 or more tells the period's length, with a parabola between
 * samples. All others are no periods: the last length stays the one to compare the next with. Frame
 * t takes the first period that begins before the end of its 10 ms, and as many more as fit twice
 * into the sound before that end, were they a tenth longer than its F0 says; it goes on where the
 * frame before left off. Its first difference is to the last period of the frame before.
 *   - jitter = mean |T[i] - T[i-1]| / mean T[i], with the lengths T.
 *   - shimmer = 20 log10(1 + mean of |A - B| / ((A + B) / 2)) dB, with the peak-to-peak amplitudes
 *     A of a period of known length and B of what it was matched with: the relative shimmer as a
 *     level.
 * A frame without such a difference has the value of the frame before, within a voiced stretch.
 * F0 is that of the 60 ms from the frame's beginning on, so that it runs ahead of the periods.
 *
 * The options that openSMILE documents leave more than one reading. This one was inferred from its
 * results: a rule was kept where these came nearer for it and went away again on either side (one
 * sample more or less at the start or at an end of the range, 0.48 or 0.52, one sample more for a
 * frame's last period). Where openSMILE's pitch is known in all frames, jitter agrees to 1 % in
 * half of the recordings and shimmer in a third, not in all digits, so that a detail still differs.
 */
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
