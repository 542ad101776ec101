/* The phase vocoder: a sound gets longer or shorter and keeps its pitch. */
#ifndef AUGMENT_VOCODER_H
#define AUGMENT_VOCODER_H

#include "augment/scratch.h"
#include "ser/audio.h"

/* Writes the sound, played in `count` samples instead of audio->frames, to output (count), which
 * must not be scratch memory for SCRATCH_ROWS. */
ser_status vocoder_stretch(struct augment_scratch *scratch, const ser_audio *audio, float *output,
                           size_t count, ser_error *error);

#endif
