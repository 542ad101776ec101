/* Made-up corpora to divide: recordings without sound. */
#ifndef TESTS_MADE_UP_H
#define TESTS_MADE_UP_H

#include "support.h"

#include "corpora/corpus.h"

/* A corpus of speakers 1 … `speakers`, odd ones men, who say two texts in each of four emotions
 * `takes` times, named as `name` says. Release all these with corpus_release. */
struct corpus made_up_even(const char *name, int speakers, int takes);

/* One in which chance decides: one to three corpora, how many speak in them, how much each says in
 * which emotion, how many augmented copies there are. The sizes of speakers differ manifold. */
struct corpus made_up_by_chance(uint64_t seed);

/* Adds one recording and gives it, to be changed. */
struct recording *made_up_add(struct corpus *corpus, const char *name, const char *speaker,
                              const char *emotion, const char *text);

/* Puts the recordings into another order. */
void made_up_shuffle(struct corpus *corpus, uint64_t seed);

#endif
