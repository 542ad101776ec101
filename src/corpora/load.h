/* The sound of a recording: the piece and the channel that its corpus means. */
#ifndef CORPORA_LOAD_H
#define CORPORA_LOAD_H

#include "corpora/recording.h"
#include "ser/audio.h"

/* ser_audio_load for a recording. A piece that ends beyond the file ends with it; one that starts
 * beyond it, and a channel that the file has not, are errors. */
ser_status recording_load(ser_audio *audio, const struct recording *recording,
                          const ser_audio_settings *settings, ser_error *error);

/* The same for a file that is decoded already: a new sound at the file's own rate, with its
 * channels, for the caller to release. */
ser_status recording_cut(ser_audio *piece, const ser_audio *whole,
                         const struct recording *recording, ser_error *error);

#endif
