/* The kernels once more, from their definitions, in double precision: what both engines are
 * compared with. Padding frames count like any others, except where sound is mentioned. */
#ifndef TESTS_NN_NAIVE_H
#define TESTS_NN_NAIVE_H

#include "nn/kernels.h"

/* Positions that a convolution or pooling gives on one axis for `positions` of its input. */
int naive_convolution_positions(const struct convolution *settings, int axis, int positions);
int naive_pooling_positions(const struct pooling *settings, int axis, int positions);

void naive_convolution(const struct convolution *settings, const struct tensor *x,
                       const float *weight, const float *bias, struct tensor *y);
/* Gradients of sum(dy y). */
void naive_convolution_backward(const struct convolution *settings, const struct tensor *x,
                                const float *weight, const struct tensor *dy, struct tensor *dx,
                                float *dweight, float *dbias);

void naive_dense(const struct tensor *x, const float *weight, const float *bias, struct tensor *y);
void naive_dense_backward(const struct tensor *x, const float *weight, const struct tensor *dy,
                          struct tensor *dx, float *dweight, float *dbias);

void naive_pooling(const struct pooling *settings, const struct tensor *x, struct tensor *y);
void naive_pooling_backward(const struct pooling *settings, const struct tensor *x,
                            const struct tensor *dy, struct tensor *dx);

double naive_activation(enum activation activation, double x);
double naive_activation_slope(enum activation activation, double x);

/* Of each channel, over the sound. */
void naive_statistics(const struct tensor *x, double *mean, double *variance);
/* (x - mean) / sqrt(variance + epsilon) */
double naive_normalised(double x, double mean, double variance);
/* Through the normalisation and the statistics, of sound only. */
void naive_batch_norm_backward(const struct tensor *x, const float *scale, const struct tensor *dy,
                               struct tensor *dx, float *dscale, float *dshift);
void naive_layer_norm(const struct tensor *x, const float *scale, const float *shift,
                      struct tensor *y);
void naive_layer_norm_backward(const struct tensor *x, const float *scale, const struct tensor *dy,
                               struct tensor *dx, float *dscale, float *dshift);

#endif
