/* Small networks that together hold every kind of layer in several settings. A new kind needs rows
 * here; test_gradients.c fails until it has some. */
#ifndef TESTS_NN_KINDS_H
#define TESTS_NN_KINDS_H

#include "toy.h"

enum { KIND_CLASSES = 3 };

/* A kind of layer with one choice of settings. Its network is: a 2-d convolution to `channels`
 * channels, through which the gradient by the layer's input shows; the layer, "layers.1", or behind
 * a flatten, "layers.2"; and a head that mixes neighbouring frames and bands. */
struct kind_case {
    const char *kind;
    int flat; /* the layer takes one band: a flatten stands before it */
    int channels;
    const char *settings; /* JSON, with ' for " */
};

extern const struct kind_case kind_cases[];
extern const int kind_case_count;

enum { KIND_BANDS = 6, KIND_ITEMS = 3 };

/* Frames of sound of the items of a batch. */
extern const int kind_lengths[KIND_ITEMS];

struct network *kind_network(const struct kind_case *kind);

/* "conv2d {…}" for messages. Static buffer. */
const char *kind_text(const struct kind_case *kind);

#endif
