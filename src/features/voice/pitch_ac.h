/* Pitch by autocorrelation (Boersma, "Accurate short-term analysis of the fundamental frequency and
 * the harmonics-to-noise ratio of a sampled sound", Proc. Inst. Phonetic Sciences 17, 1993), with
 * the settings and the placing of frames of Praat's "Sound: To Pitch (ac)".
 *
 * Of each frame, which lasts three of the longest periods, the autocorrelation under a Hann window
 * is divided by that of the window. Its maxima, interpolated between samples, are candidates; one
 * more is "unvoiced". The cheapest path through the candidates of all frames gives pitch and
 * voicing. */
#ifndef FEATURES_PITCH_AC_H
#define FEATURES_PITCH_AC_H

#include <stddef.h>

#include "features/voice/centres.h"
#include "ser/status.h"

struct pitch_ac_settings {
    int rate;           /* Hz, 4000 to 768000 */
    double floor;       /* Hz, 40 to 500; 75 */
    double ceiling;     /* Hz, above the floor, at most rate/4; 600 */
    double step;        /* seconds; 0.75 / floor = 0.01 */
    int candidates;     /* of a frame at most, with "unvoiced", 2 to 15; 15 */
    double silence;     /* frames whose peak is below this part of the recording's are unvoiced;
                           0.03 */
    double voicing;     /* correlation above which a frame is voiced, 0 to 1; 0.45 */
    double octave_cost; /* how much an octave higher is preferred, in units of correlation; 0.01 */
    double octave_jump; /* see pitch_path.h, for steps of 10 ms; 0.35 */
    double voicing_change; /* the same; 0.14 */
};

struct pitch_ac_settings pitch_ac_defaults(int rate);

/* Holds scratch memory: one per thread. */
struct pitch_ac;

/* Settings outside their ranges give ERROR_ARGUMENT. */
ser_status pitch_ac_create(struct pitch_ac **pitch, const struct pitch_ac_settings *settings,
                           ser_error *error);
void pitch_ac_destroy(struct pitch_ac *pitch);

/* Where the frames of a recording lie. */
struct centres pitch_ac_centres(const struct pitch_ac *pitch, size_t count);

/* f0: (frames), Hz, or 0 where unvoiced. strength: (frames), 0 … 1: the normalised autocorrelation
 * at the period; in unvoiced frames at the best candidate's, 0 where there is none. */
ser_status pitch_ac_run(struct pitch_ac *pitch, const float *samples, size_t count, float *f0,
                        float *strength, ser_error *error);

/* A pitch contour read between its frames. */
struct pitch_contour {
    const float *f0; // (centres.frames), Hz, 0 where unvoiced
    struct centres centres;
};

/* Hz at a time, linear between frames; beside the edge of a voiced stretch that of its last frame.
 * A frame counts for half a step on either side; 0 where that is unvoiced. */
double pitch_contour_at(const struct pitch_contour *contour, double seconds);

/* The frames first … *end - 1 of the next voiced stretch that begins at `first` or later; returns
 * its first frame, and centres.frames where there is none. */
size_t pitch_contour_stretch(const struct pitch_contour *contour, size_t first, size_t *end);

#endif
