/* Derivatives over time by librosa's conventions (librosa.feature.delta: scipy's savgol_filter with
 * mode "interp"; Savitzky & Golay, Analytical Chemistry 36(8), 1964). Around each frame a
 * polynomial is fitted by least squares to 9 frames: a line for the first derivative, a parabola
 * for the second; its derivative in the middle, per frame or per frame squared, is the value: first
 * = sum of j x[t+j]       / sum of j^2,         j = -4 … 4, second = sum of 2 q[j] x[t+j]  / sum of
 * q[j]^2,      q[j] = j^2 - mean of j^2. The 4 frames at either end have no 9 frames around them
 * and get the derivative of the polynomial that was fitted to the outermost 9, which is the same
 * all along it.
 *
 * librosa refuses fewer frames than 9. Here the width is then the largest odd number that fits, and
 * derivatives of 1 or 2 frames are 0.
 */
#ifndef FEATURES_DELTA_H
#define FEATURES_DELTA_H

#include <stddef.h>

enum { DELTA_WIDTH = 9 };

/* Derivatives of order 1 or 2 of `columns` columns over `frames` frames. Row t of either begins
 * t*stride floats after the first; derivatives may lie beside values in the same rows. */
void delta_compute(const float *values, size_t frames, int columns, size_t stride, int order,
                   float *derivatives);

#endif
