/* How the strength of a voice falls with frequency, by the levels of its harmonics: H1-H2, the
 * first harmonic's over the second's, and H1-A3, the first one's over that of the strongest near
 * the third formant. A breathy voice has little above its first harmonic, a pressed one much (Klatt
 * & Klatt, JASA 87(2), 1990; Hanson, JASA 101(1), 1997). The levels are those of the sound: what
 * the formants add to them is not taken away.
 *
 * A frame is weighted by a Gaussian curve whose deviation is 0.6 periods of the frame's own pitch,
 * which leaves a harmonic 62 dB of its neighbour. The level L[n] of harmonic n, in dB, is the top
 * of the parabola through the logarithmic spectrum around n F0, at most a tenth of F0 away; under a
 * Gaussian curve that is what the spectrum is. With F3 the third formant,
 *     H1-H2 = L[1] - L[2],
 *     H1-A3 = L[1] - the largest L[n] with |n F0 - F3| <= F3/10, or F0/2 where that is more.
 */
#ifndef FEATURES_HARMONICS_H
#define FEATURES_HARMONICS_H

#include <stddef.h>

#include "features/voice/centres.h"
#include "ser/status.h"

/* Holds scratch memory: one per thread. */
struct harmonics;

/* rate: Hz, 4000 to 768000; floor: Hz, 40 to 500, the lowest pitch. Others give ERROR_ARGUMENT. */
ser_status harmonics_create(struct harmonics **harmonics, int rate, double floor, ser_error *error);
void harmonics_destroy(struct harmonics *harmonics);

/* f0, f3, h1_h2, h1_a3: (centres->frames). f0: Hz, 0 where unvoiced; f3: Hz, 0 where there is none.
 * Results in dB, 0 where what they are made of is not there. */
void harmonics_run(struct harmonics *harmonics, const float *samples, size_t count,
                   const struct centres *centres, const float *f0, const float *f3, float *h1_h2,
                   float *h1_a3);

#endif
