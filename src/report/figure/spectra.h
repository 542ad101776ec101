/* Spectrograms: levels over time and frequency, in as many columns as a picture has pixels.
 *
 * Frames are 25 ms under a Hann window, zero-padded to twice that or a little more, so that the
 * image is smooth. They begin 1 to 10 ms apart, as the picture needs; where several fall into one
 * column, it shows their mean power. Levels are in dB relative to a sine of amplitude 1. */
#ifndef REPORT_SPECTRA_H
#define REPORT_SPECTRA_H

#include "report/figure/excerpt.h"
#include "report/figure/trace.h"
#include "ser/status.h"

#define SPECTRA_LEAST (-200.0f) /* dB, stands for anything below, such as silence */

/* On a linear axis from 0 Hz to `highest` or half the rate, whichever is less: a row for each bin.
 */
ser_status spectra_linear(struct trace *trace, const struct excerpt *excerpt, double highest,
                          int columns, ser_error *error);

/* In 128 bands of Slaney's mel scale from 0 Hz to the same: a row for each. The bands are those of
 * the feature set mel128 with triangles of peak 1; a sine gives the band at whose peak it lies its
 * own level. */
ser_status spectra_mel(struct trace *trace, const struct excerpt *excerpt, double highest,
                       int columns, ser_error *error);

#endif
