/* Changing the sampling rate of a stream of blocks (soxr, 20-bit quality: flat to 91 % of the lower
 * rate's half, everything that would alias is more than 100 dB down). */
#ifndef AUDIO_RESAMPLE_H
#define AUDIO_RESAMPLE_H

#include <stddef.h>

#include "ser/status.h"

struct resampler;

/* Rates in hertz; they may be equal. */
ser_status resampler_create(struct resampler **resampler, int rate_in, int rate_out, int channels,
                            ser_error *error);
void resampler_destroy(struct resampler *resampler);

/* Takes up to `frames` frames from `in` and writes up to `room` frames to `out`; *used and *made
 * tell how many it was. Call again with the rest until all is used and *made < room. At the end of
 * the sound pass NULL for `in` until *made < room: the delay of the filter comes out. */
ser_status resampler_run(struct resampler *resampler, const float *in, size_t frames, size_t *used,
                         float *out, size_t room, size_t *made, ser_error *error);

/* Frames that `frames` frames become: round(frames * rate_out / rate_in). */
size_t resampler_length(size_t frames, int rate_in, int rate_out);

#endif
