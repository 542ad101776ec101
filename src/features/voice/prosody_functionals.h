/* The numbers that sum a recording's prosody up; see prosody.h. All are finite, and 0 where they
 * are undefined: without voiced frames, or with too few of them (`voiced_frames` tells how many
 * there are). */
#ifndef FEATURES_PROSODY_FUNCTIONALS_H
#define FEATURES_PROSODY_FUNCTIONALS_H

#include <stddef.h>

#include "features/set.h"
#include "features/voice/perturbation.h"

/* Their names, in order: one column each. The last ones are those of harmonics. */
enum { PROSODY_HARMONIC_FUNCTIONALS = 4 };
extern const struct column_group prosody_functional_groups[];
extern const int prosody_functional_count;

/* rows: (frames, PROSODY_COLUMNS), at least one frame, `step` seconds apart. scratch: (4 * frames).
 * values: (prosody_functional_count) */
void prosody_functionals(const float *rows, size_t frames, double step,
                         const struct perturbation *perturbation, float *scratch, float *values);

#endif
