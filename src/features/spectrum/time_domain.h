/* Two descriptions of the samples themselves, by librosa's conventions: frame t of `length` samples
 * begins at sample start = t*hop - length/2, which may lie before the sound, and may reach beyond
 * its end.
 */
#ifndef FEATURES_TIME_DOMAIN_H
#define FEATURES_TIME_DOMAIN_H

#include <stddef.h>

/* Share of the frame's samples, 0 to 1, whose sign differs from that of the sample before, where
 * values from -1e-10 to 1e-10 count as positive (librosa.feature.zero_crossing_rate). Beyond both
 * ends the outermost sample goes on. The first sample has none before. */
float zero_crossing_rate(const float *samples, size_t count, ptrdiff_t start, int length);

/* Root of the mean of the squared samples, zeros beyond both ends (librosa.feature.rms). */
float root_mean_square(const float *samples, size_t count, ptrdiff_t start, int length);

#endif
