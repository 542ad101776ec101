/* The cheapest way through the pitch candidates of all frames (Boersma 1993, step 4; by dynamic
 * programming, Viterbi 1967).
 *
 * A frame has a candidate "unvoiced" and some voiced ones. A path takes one of each frame; it costs
 *     for each change between voiced and unvoiced: voicing_change;
 *     for each step from a voiced candidate to another: octave_jump * |log2(f1/f2)|, and
 *     octaves_off_first * |log2(f1/f2)| for f1 that of the first voiced candidate of the frame
 *     before, whether the path took it or not;
 *     less the strengths of all candidates on it.
 */
#ifndef FEATURES_PITCH_PATH_H
#define FEATURES_PITCH_PATH_H

#include <stddef.h>

#include "ser/status.h"

enum { PITCH_MAX_CANDIDATES = 15 };

struct pitch_candidate {
    float frequency; /* Hz, 0 for "unvoiced" */
    float strength;  /* what the path gains by it */
    float height; /* of the correlation's peak, 0 … 1; for "unvoiced" that of the best peak, or 0 */
};

struct pitch_costs {
    double octave_jump;       /* for each octave from one frame to the next */
    double voicing_change;    /* for each change between voiced and unvoiced */
    double octaves_off_first; /* for each octave from the first voiced one of the frame before */
};

/* Candidates of all frames, one after the other. Zero-initialise; release with pitch_path_release.
 */
struct pitch_path {
    struct pitch_candidate *candidates; // (starts[frames])
    size_t *starts;                     // (frames+1): where each frame's candidates begin
    float *pitches;                     // scratch: log2 of each frequency
    unsigned char *before;              // scratch: the best candidate of the frame before
    size_t frames, room, frame_room;
};

void pitch_path_release(struct pitch_path *path);

/* Forgets all frames, keeps the memory, and gets room for that many frames. */
ser_status pitch_path_begin(struct pitch_path *path, size_t frames, ser_error *error);

/* The candidates of the next frame, 1 to PITCH_MAX_CANDIDATES; no more frames than announced. */
ser_status pitch_path_add(struct pitch_path *path, const struct pitch_candidate *candidates,
                          int count, ser_error *error);

/* f0: (frames), Hz or 0; height: (frames) of the chosen candidates. May be called once. */
ser_status pitch_path_find(struct pitch_path *path, const struct pitch_costs *costs, float *f0,
                           float *height, ser_error *error);

#endif
