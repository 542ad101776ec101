/* Jitter and shimmer: how much neighbouring periods of a voice differ in length and in strength, by
 * the definitions and limits of Praat's manual ("PointProcess: Get jitter (local)", "(rap)",
 * "(ppq5)"; "Voice 3. Shimmer").
 *
 * T[i] is the distance of pulse i to pulse i+1. It is a period if it lies between the floor and the
 * ceiling; two neighbours belong together if both are periods and neither is longer than the other
 * by more than period_factor. A[i] is the strength of pulse i: the root of the mean square of the
 * sound around it, under a raised cosine that reaches 0.2 periods to either side; it exists where
 * the two distances beside the pulse belong together. */
#ifndef FEATURES_PERTURBATION_H
#define FEATURES_PERTURBATION_H

#include <stddef.h>

#include "features/voice/pulses.h"
#include "ser/status.h"

struct perturbation_settings {
    double floor;            /* seconds, the shortest period; 0.0001 */
    double ceiling;          /* seconds, the longest period; 0.02 */
    double period_factor;    /* at least 1; 1.3 */
    double amplitude_factor; /* neighbouring strengths that differ by more do not belong together;
                                at least 1; 1.6 */
};

struct perturbation_settings perturbation_defaults(void);

/* Each is 0 where there are too few periods. Pure numbers, but for the last. */
struct perturbation {
    double jitter_local;     /* mean of |T[i] - T[i+1]|, by the mean period */
    double jitter_rap;       /* mean of |T[i] - mean of T[i-1 … i+1]|, by the mean period */
    double jitter_ppq5;      /* mean of |T[i] - mean of T[i-2 … i+2]|, by the mean period */
    double shimmer_local;    /* mean of |A[i] - A[i+1]|, by the mean strength */
    double shimmer_apq3;     /* mean of |A[i] - mean of A[i-1 … i+1]|, by the mean strength */
    double shimmer_local_db; /* mean of |20 log10(A[i] / A[i+1])|, dB */
};

/* The pulses are those of `count` samples at `rate` Hz. */
ser_status perturbation_measure(struct perturbation *perturbation, const struct pulses *pulses,
                                const float *samples, size_t count, double rate,
                                const struct perturbation_settings *settings, ser_error *error);

#endif
