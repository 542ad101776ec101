/* Tonal centroid ("tonnetz") of chroma by librosa's conventions (librosa.feature.tonnetz; Harte,
 * Sandler & Gasser, "Detecting Harmonic Change in Musical Audio", 2006): the chroma, divided by its
 * sum, as a point on three circles on which the pitch classes lie in steps of a fifth, a minor
 * third and a major third. Of class c, in order: sin(7/6 pi c), cos(7/6 pi c), sin(3/2 pi c),
 * cos(3/2 pi c), 1/2 sin(2/3 pi c), 1/2 cos(2/3 pi c).
 */
#ifndef FEATURES_TONNETZ_H
#define FEATURES_TONNETZ_H

#include "features/lanes.h"
#include "features/spectrum/chroma.h"

enum { TONNETZ_COLUMNS = 6 };

/* chroma: (12), not negative; tonnetz: (6), each from -1 to 1. Silence gives 0. */
void tonnetz_apply(const lanes *chroma, lanes *tonnetz);

#endif
