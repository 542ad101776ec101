/* The eight recordings for which the golden folder has librosa's values, and those values; its
 * README describes them. Whatever this machine does not have skips the running test. */
#ifndef TESTS_FEATURES_GOLDEN_H
#define TESTS_FEATURES_GOLDEN_H

#include "ser/audio.h"
#include "support.h"

enum { GOLDEN_NAMES = 8 };
extern const char *const golden_names[GOLDEN_NAMES];

/* The recording as it is, 16 kHz; the caller releases it. */
ser_audio golden_recording(const char *name);

/* A matrix that librosa shapes (rows, frames), brought into our order, (frames, rows); the caller
 * frees it. */
float *golden_librosa(const char *name, const char *feature, int *rows, int *frames);

#endif
