/* Correlations of LANES frames side by side, by the Fourier transform: their cost grows with the
 * length of the frames, not with its square. Holds scratch memory: one per thread. */
#ifndef FEATURES_CORRELATION_H
#define FEATURES_CORRELATION_H

#include "features/lanes.h"
#include "ser/status.h"

struct correlation;

/* window, lags: samples, at least 1; together below 2^20. */
ser_status correlation_create(struct correlation **correlation, int window, int lags,
                              ser_error *error);
void correlation_destroy(struct correlation *correlation);

/* r[k] = sum over n of x[n] x[n+k], k = 0 … lags; what lies beyond the frame counts as 0.
 * frames: (window); r: (lags+1). */
void correlation_auto(struct correlation *correlation, const lanes *frames, lanes *r);

/* r[k] = sum over n below `window` of x[n] x[n+k], k = 0 … lags, where the second factor goes on
 * beyond the window. frames: (window+lags); r: (lags+1). */
void correlation_cross(struct correlation *correlation, const lanes *frames, lanes *r);

/* Turns correlation_cross's r into correlation coefficients: divides r[k] by the root of the
 * energies of x[0 … window-1] and x[k … k+window-1]. 0 where one of them is 0. */
void correlation_normalise(const struct correlation *correlation, const lanes *frames, lanes *r);

#endif
