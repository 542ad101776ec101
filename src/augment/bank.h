/* The recordings below a folder, in memory: noises, or impulse responses. */
#ifndef AUGMENT_BANK_H
#define AUGMENT_BANK_H

#include "ser/audio.h"

/* Together; what is more is left out with a warning. */
enum { SOUND_BANK_MAX_SECONDS = 7200 };

struct sound_bank {
    ser_audio *sounds; /* mono, all of one rate, none silent */
    size_t count;
};

/* Decodes all recordings at or below the folder and resamples them. Those that cannot be read, and
 * silent ones, are left out with a warning; that none is left is an error. On failure the bank is
 * empty. */
ser_status sound_bank_load(struct sound_bank *bank, const char *folder, int rate, ser_error *error);
void sound_bank_release(struct sound_bank *bank);

#endif
