/* The plain engine: each kernel written as its definition reads, with no dependency. */
#ifndef NN_PLAIN_PLAIN_H
#define NN_PLAIN_PLAIN_H

#include "nn/kernels.h"

ser_status plain_convolution_forward(struct engine *engine, const struct convolution *settings,
                                     const struct tensor *x, const float *weight, const float *bias,
                                     struct tensor *y, ser_error *error);
ser_status plain_dense_forward(struct engine *engine, const struct tensor *x, const float *weight,
                               const float *bias, struct tensor *y, ser_error *error);
ser_status plain_pooling_forward(struct engine *engine, const struct pooling *settings,
                                 const struct tensor *x, struct tensor *y, ser_error *error);
ser_status plain_activation_forward(struct engine *engine, enum activation activation,
                                    const struct tensor *x, struct tensor *y, ser_error *error);
ser_status plain_batch_norm_forward(struct engine *engine, const struct tensor *x,
                                    const float *mean, const float *variance, const float *scale,
                                    const float *shift, struct tensor *y, ser_error *error);
ser_status plain_layer_norm_forward(struct engine *engine, const struct tensor *x,
                                    const float *scale, const float *shift, struct tensor *y,
                                    ser_error *error);

#endif
