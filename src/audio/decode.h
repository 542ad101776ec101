/* Decoding through libsndfile. */
#ifndef AUDIO_DECODE_H
#define AUDIO_DECODE_H

#include "audio/source.h"
#include "ser/audio.h"

enum { DECODE_REASON = 160 };

/* Decodes the source into *audio. When libsndfile cannot even open it, `reason` says why in its
 * words, the status is ERROR_FORMAT and *error is not filled; otherwise `reason` is empty. */
ser_status decode_sndfile(struct audio_source *source, const ser_audio_settings *settings,
                          ser_audio *audio, char reason[DECODE_REASON], ser_error *error);

#endif
