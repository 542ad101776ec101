/* The piece of a recording that a picture shows, and its channels mixed into one. */
#ifndef REPORT_EXCERPT_H
#define REPORT_EXCERPT_H

#include <stddef.h>

#include "ser/audio.h"
#include "ser/status.h"

/* Zero-initialise; release with excerpt_release. */
struct excerpt {
    const float *all; // (frames, channels), borrowed from the recording
    const float *mix; // (frames), their mean; borrowed where there is one channel
    size_t frames;
    int channels, rate;
    double start; /* seconds in the recording */
    float *owned;
};

/* The frames of `from` to `to` seconds; a `to` of 0 means the end, and so does one beyond it. What
 * begins behind the end, and sound with samples that are not finite or beyond 1e9 either way, is
 * ERROR_ARGUMENT. The sound is borrowed. */
ser_status excerpt_take(struct excerpt *excerpt, const ser_audio *audio, double from, double to,
                        ser_error *error);
void excerpt_release(struct excerpt *excerpt);

#endif
