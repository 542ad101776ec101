/* Decoding through the FFmpeg module, where there is one. */
#ifndef AUDIO_FFMPEG_H
#define AUDIO_FFMPEG_H

#include "audio/source.h"
#include "ser/audio.h"

/* Decodes what libsndfile declined, giving `reason`. */
ser_status decode_ffmpeg(struct audio_source *source, const ser_audio_settings *settings,
                         ser_audio *audio, const char *reason, ser_error *error);

#endif
