/* speexdsp's preprocessor: it tracks the steady part of a sound's spectrum as noise, lowers it, and
 * says how probable it holds a voice to be. It works on frames of 16-bit samples of one channel and
 * gives each back one frame later. */
#ifndef CLEAN_SPEEX_H
#define CLEAN_SPEEX_H

#include "ser/audio.h"

struct speex;

/* For frames of `size` samples. Lowers noise by up to `decibel`; 0 leaves the sound alone. The peak
 * of all channels is put at half of the 16 bits, which leaves room for overshoots and treats loud
 * and quiet sound alike; the sound may not be silent. */
ser_status speex_create(struct speex **speex, const ser_audio *audio, size_t size, int decibel,
                        ser_error *error);
void speex_destroy(struct speex *speex);

/* Puts frame `index` of a channel in; zeros stand beyond the sound's end. Returns how probable a
 * voice is in it, 0 to 1. */
float speex_take(struct speex *speex, const ser_audio *audio, int channel, size_t index);

/* Writes what the last speex_take gave back over frame `index` of a channel. */
void speex_give(const struct speex *speex, ser_audio *audio, int channel, size_t index);

#endif
