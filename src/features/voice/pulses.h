/* Glottal pulses: one moment in each period of voiced sound, found by comparing each period with
 * the next (the procedure that Praat's manual describes under "Sound & Pitch: To PointProcess
 * (cc)").
 *
 * A voiced stretch begins with the extreme of the period around its middle. From there to both
 * edges, the next pulse is where the sound, one period wide, correlates best with the sound around
 * the last pulse, 0.8 to 1.25 periods away. */
#ifndef FEATURES_PULSES_H
#define FEATURES_PULSES_H

#include <stddef.h>

#include "features/voice/pitch_ac.h"
#include "ser/status.h"

/* Moments in ascending order. Zero-initialise; release with pulses_release. */
struct pulses {
    double *times; // (count), seconds
    size_t count, room;
    float *scratch; /* of the search */
    size_t scratch_room;
};

void pulses_release(struct pulses *pulses);

/* Replaces what *pulses holds. The contour belongs to these samples; its rate is theirs. */
ser_status pulses_find(struct pulses *pulses, const struct pitch_contour *contour,
                       const float *samples, size_t count, ser_error *error);

#endif
