/* Small networks and batches for the tests of nn, and comparing arrays. */
#ifndef TESTS_NN_TOY_H
#define TESTS_NN_TOY_H

#include "nn/executor.h"
#include "support.h"

/* The same seed gives the same values. */
void toy_fill(float *values, size_t count, uint64_t seed, float low, float high);

/* A tensor of random values from -1 to 1. */
void toy_tensor(struct tensor *tensor, int batch, int frames, int bands, int channels,
                uint64_t seed);

/* A batch with one channel. Each item's sound depends on the seed and its number only, not on
 * `frames`; the padding is full of NaN, which must not get anywhere. */
void toy_batch(struct tensor *tensor, const int *lengths, int batch, int frames, int bands,
               uint64_t seed);

/* One item of a batch as a batch of its own, without padding. */
void toy_item(struct tensor *alone, const struct tensor *batch, int item);

/* Parses layers written with ' instead of " and builds their network. The status and the sentence
 * are network_create's. */
ser_status toy_try(struct network **network, const char *layers, int bands, int classes,
                   ser_error *error);

/* The same; fails the test when it cannot be built. All parameters get random values. */
struct network *toy_network(const char *layers, int bands, int classes);

/* The state of a layer of this network ("layers.3.body.0"), the layer itself and a parameter's
 * values; the test fails when there is none of the name. */
const struct layer *toy_layer(const struct network *network, const char *name);
struct layer_state *toy_state(struct executor *executor, const char *name);
float *toy_parameter(const struct network *network, const char *name);

/* Fails the test when a value differs from the expected one by more than `tolerance` times the
 * largest expected value, or is not a number. */
void toy_assert_close(const float *values, const float *expected, size_t count, double tolerance,
                      const char *what);

/* The same for tensors: shapes and lengths must be equal, and padding is not compared. */
void toy_assert_same_sound(const struct tensor *values, const struct tensor *expected,
                           double tolerance, const char *what);

#endif
