/* Made-up utterances for the doctor's tests: noise in syllables, so that no two of them are alike.
 */
#ifndef TESTS_UTTERANCE_H
#define TESTS_UTTERANCE_H

#include "../audio/recordings.h"
#include "scratch_corpus.h"

#include <sndfile.h>

enum { UTTERANCE_RATE = 48000 };

/* (frames): a voice of its own for each seed, that begins and ends in silence. The caller frees
 * it. */
float *utterance_make(int seed, size_t frames);

/* Writes samples as a file (an SF_FORMAT_…) below the scratch folder, making its folders. */
void utterance_write(const char *folder, const char *relative, int format, int rate, int channels,
                     const float *samples, size_t frames);

/* Writes an utterance of one second: WAV of 16 bits, UTTERANCE_RATE, one channel. */
void utterance_add(const char *folder, const char *relative, int seed);

#endif
