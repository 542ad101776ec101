/* Sub-harmonic summation, steps 1 to 3 of pitch_shs.h: from power spectra to sums of harmonics over
 * a logarithmic scale of frequency. */
#ifndef FEATURES_SHS_SUM_H
#define FEATURES_SHS_SUM_H

#include "features/lanes.h"
#include "ser/status.h"

struct shs_sum;

/* For spectra of an FFT of `size` at `rate` Hz. Holds scratch memory: one per thread. */
ser_status shs_sum_create(struct shs_sum **sum, int rate, int size, ser_error *error);
void shs_sum_destroy(struct shs_sum *sum);

/* The scale has points up to 8 kHz, or half the rate if that is less; point i lies at
 * shs_sum_hz(i), and i may lie between points. */
double shs_sum_hz(double point);
double shs_sum_point(double hz);

/* power: (size/2 + 1), |X|^2, is used up. Returns the sums H, (points), valid until the next call;
 * means: those of H over all points. */
const lanes *shs_sum_run(struct shs_sum *sum, lanes *power, float means[LANES]);

#endif
