/* Functionals of eGeMAPS that are not the common ones of series.h, with the conventions of
 * openSMILE 3 as measured on its results. All are finite whatever finite values come, and linear in
 * time. */
#ifndef FEATURES_EGEMAPS_FUNCTIONALS_H
#define FEATURES_EGEMAPS_FUNCTIONALS_H

#include <stddef.h>

/* Mean of a value and its two neighbours (one at the ends): "sma3". output: (count), not values. */
void egemaps_smooth(const float *values, size_t count, float *output);

/* The same for columns where 0 means that there is no value: a 0 stays 0, and zeros do not count in
 * their neighbours' means: "sma3nz". */
void egemaps_smooth_nonzero(const float *values, size_t count, float *output);

/* How steeply a contour rises and falls, in units per second.
 *
 * The contour is seen as peaks and valleys in turn: local maxima and minima that differ from the
 * one before by at least a tenth of the contour's range (largest less smallest value); the first,
 * from the values before it. Of several minima in a row the lowest is the valley. Of several maxima
 * in a row the first is the peak, unless a later one is more than 5 % higher, or higher and risen
 * by a tenth of the range from the local minimum just before it. The last two values of a contour
 * are neither.
 *
 * Rising slopes lead to a peak, falling ones to a valley and count as positive: from the peak or
 * valley before, or from the first value. A last slope goes from the last of them to the last
 * value, rising after a valley, falling after a peak. It counts in the mean with its sign (so that
 * what falls to the end lessens the mean of the falling ones), and in the deviation only as one
 * more value that deviates by 0, as in openSMILE. Without peaks and valleys all are 0. */
struct egemaps_slopes {
    double rising_mean, rising_stddev;
    double falling_mean, falling_stddev;
    size_t peaks;
};
struct egemaps_slopes egemaps_slopes(const float *values, size_t count, double step);

/* Stretches of frames where f0 is above 0 (voiced) or is 0 (unvoiced). A single frame between two
 * of the other kind does not part these and takes their kind, unvoiced ones first. Stretches of two
 * frames (or of one, at an end) do not count; one of n frames lasts (n-1)*step seconds. Means and
 * deviations (population) are 0 where there are no stretches. */
struct egemaps_segments {
    double voiced_per_second; /* number over (frames * step) */
    double voiced_mean, voiced_stddev;
    double unvoiced_mean, unvoiced_stddev;
};
struct egemaps_segments egemaps_segments(const float *f0, size_t frames, double step);

/* 10 log10 of the mean power, in dB of full scale (a sample of 1). -200 is the least, for silence.
 * 0 for no samples. */
double egemaps_sound_level(const float *samples, size_t count);

#endif
