/* A made-up corpus named as RAVDESS names its files: short sounds whose spectrum tells the emotion,
 * spoken by made-up actors who differ in pitch, loudness and noise. */
#ifndef TESTS_SMALL_CORPUS_H
#define TESTS_SMALL_CORPUS_H

#include "support.h"

#include "corpora/corpus.h"

enum { SMALL_TAKES = 4, SMALL_EMOTIONS = 3 };

/* Writes a corpus of actors 1 … `actors`, each with SMALL_TAKES of happy, sad and angry, into a
 * folder in the scratch folder. The caller frees its path. */
char *small_corpus_write(const char *folder, int actors);

/* Writes one recording of the corpus; RAVDESS's number of the emotion is 3 happy, 4 sad, 5 angry.
 * `sounds_like` is the emotion whose sound it gets. */
void small_corpus_add(const char *corpus, int actor, int emotion, int take, int sounds_like);

/* The path of one recording; the caller frees it. */
char *small_corpus_path(const char *corpus, int actor, int emotion, int take);

/* Reads the corpus and decides nothing. */
void small_corpus_read(struct corpus *corpus, const char *folder);

/* Writes a wav file of 16 bits and 8 kHz. */
void write_wav(const char *path, const float *samples, size_t count, int rate, int channels);

#endif
