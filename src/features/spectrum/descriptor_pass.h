/* One pass over the sound computes each block of spectra once; every wanted descriptor is a small
 * function of the block. What depends on the largest value of the whole recording (levels in dB) is
 * kept until the pass is over, and derivatives over time follow last.
 *
 * The functions are those of a feature set; set.h says what they take and give.
 */
#ifndef FEATURES_DESCRIPTOR_PASS_H
#define FEATURES_DESCRIPTOR_PASS_H

#include "features/set.h"
#include "features/spectrum/descriptors.h"
#include "ser/status.h"

/* wanted: (count), each descriptor once, in the order of the columns; static. Derivatives want MFCC
 * to be the first. */
ser_status descriptor_pass_create(void **state, const ser_features_settings *settings,
                                  const enum descriptor_id *wanted, int count, ser_error *error);
void descriptor_pass_destroy(void *state);

const struct column_group *descriptor_pass_columns(const void *state, int *groups);
struct frame_grid descriptor_pass_grid(const void *state, size_t count);
ser_status descriptor_pass_run(void *state, const float *samples, size_t count, float *values,
                               ser_error *error);

#endif
