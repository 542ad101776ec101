/* Sound to be changed while the original stays. */
#ifndef AUDIO_COPY_H
#define AUDIO_COPY_H

#include "ser/audio.h"

/* Makes *copy, whatever it held, a copy with samples of its own; release it with ser_audio_release.
 * On failure it is empty. */
ser_status audio_copy(ser_audio *copy, const ser_audio *audio, ser_error *error);

#endif
