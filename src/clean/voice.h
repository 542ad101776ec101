/* Finding the voice. */
#ifndef CLEAN_VOICE_H
#define CLEAN_VOICE_H

#include "ser/clean.h"

/* ser_voice_activity for sound that has been checked. */
ser_status voice_find(const ser_audio *audio, ser_voice *voice, ser_error *error);

#endif
