/* Shapes on which kernels are compared: listed ones that tend to break, then random ones. */
#ifndef TESTS_NN_SHAPES_H
#define TESTS_NN_SHAPES_H

#include "nn/kernels.h"

struct convolution_shape {
    struct convolution settings;
    int batch, frames, bands, inputs, outputs; /* inputs and outputs: channels */
    int biased;
};

struct pooling_shape {
    struct pooling settings;
    int batch, frames, bands, channels;
};

enum { CONVOLUTION_SHAPES = 260, POOLING_SHAPES = 120 };

struct convolution_shape shape_convolution(int number);
struct pooling_shape shape_pooling(int number);

/* One line that says which shape failed. Static buffer. */
const char *shape_convolution_text(const struct convolution_shape *shape, const char *what);
const char *shape_pooling_text(const struct pooling_shape *shape, const char *what);

#endif
