/* Where decoded sound goes: block by block it is made finite, mixed to one channel, resampled and
 * collected, so that a long recording is never held at its own rate with all its channels. */
#ifndef AUDIO_SINK_H
#define AUDIO_SINK_H

#include "ser/audio.h"

struct resampler;

struct audio_sink {
    const char *name; /* for sentences; borrowed */
    int rate_in;      /* Hz, of what is written */
    int channels_in;
    int rate; /* Hz, of what is collected */
    int channels;
    size_t written;              /* frames, so far */
    size_t not_finite;           /* samples among what was written */
    struct resampler *resampler; /* NULL when the rates are equal */
    float *block;                /* (SINK_BLOCK, channels) */
    float *samples;              /* (frames, channels) */
    size_t frames;
    size_t capacity; /* frames */
};

/* Refuses rates and numbers of channels that no recording has. The settings must have passed
 * audio_settings_check. */
ser_status audio_sink_open(struct audio_sink *sink, const char *name, int rate, int channels,
                           const ser_audio_settings *settings, ser_error *error);

/* Adds (frames, channels_in) samples. */
ser_status audio_sink_write(struct audio_sink *sink, const float *samples, size_t frames,
                            ser_error *error);

/* Moves the sound into *audio; the sink is empty afterwards. Samples that were not finite, and are
 * 0 now, are remarked to the log. */
ser_status audio_sink_finish(struct audio_sink *sink, ser_audio *audio, ser_error *error);

/* Harmless on a sink that is empty or finished. */
void audio_sink_release(struct audio_sink *sink);

ser_status audio_settings_check(const ser_audio_settings *settings, ser_error *error);

#endif
