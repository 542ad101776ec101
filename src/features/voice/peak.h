/* Where a sampled function has its maximum between the samples, by the interpolation of
 * band-limited functions: sin(pi x) / (pi x), under a raised cosine that ends it after some samples
 * on either side (Boersma, "Accurate short-term analysis of the fundamental frequency and the
 * harmonics-to-noise ratio of a sampled sound", Proc. Inst. Phonetic Sciences 17, 1993, eq. 22). */
#ifndef FEATURES_PEAK_H
#define FEATURES_PEAK_H

#include "ser/status.h"

/* Samples needed on either side of a peak. */
enum { PEAK_REACH = 73 };

struct peak {
    float place;  /* in samples */
    float height; /* of the function there */
};

/* The interpolating weights; never changed once made. */
struct peak_finder;

ser_status peak_finder_create(struct peak_finder **finder, ser_error *error);
void peak_finder_destroy(struct peak_finder *finder);

/* The top of the parabola through values[-1], [0] and [1]; values[0] may not be less than either,
 * nor equal to both. */
struct peak peak_of_parabola(const float *values);

/* The maximum near values[0], which is not below its neighbours, at most one sample away from it.
 * Reads values[-PEAK_REACH] to values[PEAK_REACH]. */
struct peak peak_find(const struct peak_finder *finder, const float *values);

#endif
