/* Decibels by the conventions of librosa.power_to_db with its defaults: 10 log10(max(power,
 * 1e-10)), against a reference of 1, and nothing lower than 80 dB below the largest value of the
 * whole recording. The first step works on a block of frames; the second needs all of them.
 */
#ifndef FEATURES_DECIBEL_H
#define FEATURES_DECIBEL_H

#include "features/lanes.h"

#define DECIBEL_LEAST_POWER 1e-10f /* power below counts as this, -100 dB */
#define DECIBEL_RANGE 80.0f        /* dB from the largest value down to the least */
#define DECIBEL_NONE (-1e30f)      /* less than any level: the largest of no levels */

/* levels[i] = 10 log10(max(power[i], 1e-10)); levels may be power. Both: (count). Powers up to
 * 3e38, not negative. */
void decibel_levels(const lanes *power, int count, lanes *levels);

/* The larger of `largest` and the first `frames` lanes of all levels. */
float decibel_largest(const lanes *levels, int count, int frames, float largest);

/* clipped[i] = max(levels[i], largest - DECIBEL_RANGE); clipped may be levels. */
void decibel_clip(const lanes *levels, int count, float largest, lanes *clipped);

#endif
