/* Formants: the resonances of the vocal tract, as the poles of an all-pole model fitted by Burg's
 * method (Burg 1967; the recursion as in Childers, "Modern spectrum analysis", 1978, and Andersen,
 * "On the calculation of filter coefficients for maximum entropy spectral analysis", 1974), with
 * the steps and settings of Praat's "Sound: To Formant (burg)": the sound is resampled to twice the
 * ceiling, its high frequencies are lifted by 6 dB per octave, frames are weighted by a Gaussian
 * curve, and the model has two coefficients for each formant. */
#ifndef FEATURES_BURG_H
#define FEATURES_BURG_H

#include <stddef.h>

#include "features/voice/centres.h"
#include "ser/status.h"

enum { BURG_MAX_FORMANTS = 8 };

struct burg_settings {
    int rate;       /* Hz, 4000 to 768000 */
    double ceiling; /* Hz, formants lie below; 500 to rate/2; 5500, or rate/2 if that is less */
    int formants;   /* 1 to BURG_MAX_FORMANTS; 5, or one per 1100 Hz of a lower ceiling */
    double window;  /* seconds, how long the curve is in effect; it ends at twice that; 0.025 */
    double pre_emphasis; /* Hz, from where on frequencies are lifted; 50 */
};

struct burg_settings burg_defaults(int rate);

/* Holds scratch memory: one per thread. */
struct burg;

/* Settings outside their ranges give ERROR_ARGUMENT. */
ser_status burg_create(struct burg **burg, const struct burg_settings *settings, ser_error *error);
void burg_destroy(struct burg *burg);

/* For any frames of these samples, the formants from 50 Hz above 0 to 50 Hz below the ceiling, in
 * ascending order; 0 where there are no more. frequencies, bandwidths: (centres->frames, formants),
 * Hz. */
ser_status burg_run(struct burg *burg, const float *samples, size_t count,
                    const struct centres *centres, float *frequencies, float *bandwidths,
                    ser_error *error);

/* The coefficients of the model of LANES frames side by side, in `model` from 1 to `order`:
 *     x[n] is predicted to be -(a[1] x[n-1] + … + a[order] x[n-order]).
 * forward: (count), the frames, lost afterwards; backward: (count), scratch; model: (order+1), of
 * which [0] becomes 1. Frames without energy get coefficients of 0. */
void burg_fit(lanes *forward, lanes *backward, int count, int order, lanes *model);

#endif
