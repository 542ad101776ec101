/* Frames that lie symmetrically in a recording, as many as fit, told by the middle of each. Sample
 * i stands for the moment (i + 1/2) / rate, so that a recording of n samples lasts from 0 to n /
 * rate. Praat places the frames of its analyses so. */
#ifndef FEATURES_CENTRES_H
#define FEATURES_CENTRES_H

#include <stddef.h>

#include "features/lanes.h"

struct centres {
    size_t frames;
    double first; /* seconds, the middle of frame 0 */
    double step;  /* seconds */
    double rate;  /* Hz of the sound */
    double
        start;  /* the same as `first`, in samples: frame t is centred on sample start + t * hop */
    double hop; /* `step` in samples, which need not be whole */
};

/* The frames of `window` seconds, `step` apart, that fit into `count` samples; one where not even
 * that does, and none where there are no samples. */
struct centres centres_fit(size_t count, double rate, double window, double step);

/* Seconds. */
double centres_time(const struct centres *centres, size_t frame);

/* The index of the last sample at or before `seconds` after frame's middle. */
ptrdiff_t centres_sample(const struct centres *centres, size_t frame, double seconds);

/* Reads `length` samples for each of LANES frames: lane l of output[n] is sample starts[l] + n less
 * `offset`, or 0 where that lies outside of 0 … count-1. */
void centres_gather(const float *samples, size_t count, const ptrdiff_t starts[LANES], int length,
                    float offset, lanes *output);

/* The mean of a recording, and how far its samples go from it at most. The second is 0 where they
 * all are the same but for the rounding of floats. */
void centres_measure(const float *samples, size_t count, double *mean, double *peak);

#endif
