/* The arithmetic of the layers, in two engines that give the same answers: plain (short C without
 * any dependency, forward only; the oracle of the tests and the engine of a minimal build) and
 * onednn (fast, forward and backward).
 *
 * All tensors have their shape set by the caller; outputs are overwritten. Padding frames of an
 * output are left undefined: the layer masks them. Kernels that need to know where the sound of an
 * item ends say so.
 */
#ifndef NN_KERNELS_H
#define NN_KERNELS_H

#include <stdbool.h>

#include "nn/tensor.h"

/* Index of an axis in the pairs below. */
enum { AXIS_FRAMES, AXIS_BANDS };

/* A convolution over frames and bands. "Same" padding: the output has ceil(n / stride) positions;
 * of the zeros around the input, the smaller half stands before it. */
struct convolution {
    int kernel[2];
    int stride[2];
    int dilation[2]; /* 1: neighbours */
    int groups;
};

enum pooling_kind { POOLING_MAX, POOLING_AVERAGE };

/* Pooling over frames and bands. POOLING_MAX takes only windows that lie wholly inside; so
 * floor((n - kernel) / stride) + 1 positions. POOLING_AVERAGE has "same" size, ceil(n / stride)
 * positions starting at 0, and counts zeros beyond the end, as a convolution would. */
struct pooling {
    enum pooling_kind kind;
    int kernel[2];
    int stride[2];
};

enum activation {
    ACTIVATION_RELU,
    ACTIVATION_SILU, /* x / (1 + exp(-x)) */
    ACTIVATION_GELU, /* x/2 (1 + erf(x / sqrt(2))) */
    ACTIVATION_TANH,
    ACTIVATION_SIGMOID,
};

/* Added to a variance before its root, in batch and layer normalisation. */
#define NORM_EPSILON 1e-5f

/* Zeros before the first position of an axis under "same" padding. */
static inline int convolution_padding(const struct convolution *settings, int axis)
{
    return settings->dilation[axis] * (settings->kernel[axis] - 1) / 2;
}

struct engine;

struct kernels {
    const char *name;

    /* An engine belongs to one thread. `frozen`: weights never change while it lives, so that what
     * is derived from them may be kept. */
    ser_status (*create)(struct engine **engine, bool frozen, ser_error *error);
    void (*destroy)(struct engine *engine);

    /* weight (out, in/groups, kernel frames, kernel bands); bias (out) or NULL */
    ser_status (*convolution_forward)(struct engine *engine, const struct convolution *settings,
                                      const struct tensor *x, const float *weight,
                                      const float *bias, struct tensor *y, ser_error *error);
    /* y = x W' + b over the innermost axis; weight (out, in); bias (out) */
    ser_status (*dense_forward)(struct engine *engine, const struct tensor *x, const float *weight,
                                const float *bias, struct tensor *y, ser_error *error);
    ser_status (*pooling_forward)(struct engine *engine, const struct pooling *settings,
                                  const struct tensor *x, struct tensor *y, ser_error *error);
    ser_status (*activation_forward)(struct engine *engine, enum activation activation,
                                     const struct tensor *x, struct tensor *y, ser_error *error);
    /* y = (x - mean) / sqrt(variance + epsilon) * scale + shift, all (channels) */
    ser_status (*batch_norm_forward)(struct engine *engine, const struct tensor *x,
                                     const float *mean, const float *variance, const float *scale,
                                     const float *shift, struct tensor *y, ser_error *error);
    /* the same with the mean and variance over the channels of each (item, frame, band) */
    ser_status (*layer_norm_forward)(struct engine *engine, const struct tensor *x,
                                     const float *scale, const float *shift, struct tensor *y,
                                     ser_error *error);

    /* Gradients. From dy they compute dx (NULL: not wanted) and those of the parameters, which are
     * overwritten, not added to. NULL in an engine that cannot train. dy is zero in padding. */
    ser_status (*convolution_backward)(struct engine *engine, const struct convolution *settings,
                                       const struct tensor *x, const float *weight,
                                       const struct tensor *dy, struct tensor *dx, float *dweight,
                                       float *dbias, ser_error *error);
    ser_status (*dense_backward)(struct engine *engine, const struct tensor *x, const float *weight,
                                 const struct tensor *dy, struct tensor *dx, float *dweight,
                                 float *dbias, ser_error *error);
    ser_status (*pooling_backward)(struct engine *engine, const struct pooling *settings,
                                   const struct tensor *x, const struct tensor *dy,
                                   struct tensor *dx, ser_error *error);
    ser_status (*activation_backward)(struct engine *engine, enum activation activation,
                                      const struct tensor *x, const struct tensor *dy,
                                      struct tensor *dx, ser_error *error);
    /* Mean and population variance of each channel over the sound (not the padding) of a batch. */
    ser_status (*batch_norm_statistics)(struct engine *engine, const struct tensor *x, float *mean,
                                        float *variance, ser_error *error);
    /* Through the normalisation and through those statistics. */
    ser_status (*batch_norm_backward)(struct engine *engine, const struct tensor *x,
                                      const float *mean, const float *variance, const float *scale,
                                      const struct tensor *dy, struct tensor *dx, float *dscale,
                                      float *dshift, ser_error *error);
    ser_status (*layer_norm_backward)(struct engine *engine, const struct tensor *x,
                                      const float *scale, const struct tensor *dy,
                                      struct tensor *dx, float *dscale, float *dshift,
                                      ser_error *error);
};

extern const struct kernels kernels_plain;
extern const struct kernels kernels_onednn;

#endif
