/* Loading for those who want to know what recording it was. */
#ifndef AUDIO_LOAD_H
#define AUDIO_LOAD_H

#include "audio/source.h"
#include "ser/audio.h"

/* ser_audio_load from an open source; source->rate then tells the recording's own rate, whatever it
 * was resampled to. */
ser_status audio_load(struct audio_source *source, const ser_audio_settings *settings,
                      ser_audio *audio, ser_error *error);

#endif
