/* A network of few numbers, and models of it, for tests that need one and not a good one. */
#ifndef TESTS_SMALL_MODEL_H
#define TESTS_SMALL_MODEL_H

#include "support.h"

#include "models/model.h"

enum { SMALL_RATE = 8000, SMALL_BANDS = 8 };

/* Its network file: 8 bands at 8 kHz, windows of half a second, 1 frame every 10 ms, and at least
 * 3 frames. Trains 6 epochs in batches of 8. Static text. */
extern const char small_network[];

/* The network file parsed; the caller releases it. */
void small_network_parse(struct network_file *file);

/* Writes the network file into the scratch folder; the caller frees its path. */
char *small_network_write(const char *name);

/* The text with the first `old` replaced; fails the test where there is none. The caller frees
 * it. */
char *text_replace(const char *text, const char *old, const char *new);

/* An untrained model of the labels angry, happy and sad, whose statistics and weights are all
 * random, so that no part of the network is idle. The caller destroys it. */
ser_model *small_model(uint64_t seed);

/* The same in a file in the scratch folder; the caller frees its path. */
char *small_model_write(const char *name, uint64_t seed);

/* Noise of a whole number of samples, from -0.5 to 0.5, with a tone; the caller frees it. */
float *small_sound(size_t samples, uint64_t seed);

/* The whole file; the caller frees it. */
char *read_whole(const char *path, size_t *size);

/* Whether two files hold the same bytes. */
int same_files(const char *one, const char *other);

#endif
