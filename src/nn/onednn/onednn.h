/* The oneDNN engine's kernels; see nn/kernels.h for what each computes. */
#ifndef NN_ONEDNN_ONEDNN_H
#define NN_ONEDNN_ONEDNN_H

#include "nn/kernels.h"

ser_status onednn_convolution_forward(struct engine *engine, const struct convolution *settings,
                                      const struct tensor *x, const float *weight,
                                      const float *bias, struct tensor *y, ser_error *error);
ser_status onednn_convolution_backward(struct engine *engine, const struct convolution *settings,
                                       const struct tensor *x, const float *weight,
                                       const struct tensor *dy, struct tensor *dx, float *dweight,
                                       float *dbias, ser_error *error);
ser_status onednn_dense_forward(struct engine *engine, const struct tensor *x, const float *weight,
                                const float *bias, struct tensor *y, ser_error *error);
ser_status onednn_dense_backward(struct engine *engine, const struct tensor *x, const float *weight,
                                 const struct tensor *dy, struct tensor *dx, float *dweight,
                                 float *dbias, ser_error *error);
ser_status onednn_pooling_forward(struct engine *engine, const struct pooling *settings,
                                  const struct tensor *x, struct tensor *y, ser_error *error);
ser_status onednn_pooling_backward(struct engine *engine, const struct pooling *settings,
                                   const struct tensor *x, const struct tensor *dy,
                                   struct tensor *dx, ser_error *error);
ser_status onednn_activation_forward(struct engine *engine, enum activation activation,
                                     const struct tensor *x, struct tensor *y, ser_error *error);
ser_status onednn_activation_backward(struct engine *engine, enum activation activation,
                                      const struct tensor *x, const struct tensor *dy,
                                      struct tensor *dx, ser_error *error);
ser_status onednn_batch_norm_forward(struct engine *engine, const struct tensor *x,
                                     const float *mean, const float *variance, const float *scale,
                                     const float *shift, struct tensor *y, ser_error *error);
ser_status onednn_batch_norm_statistics(struct engine *engine, const struct tensor *x, float *mean,
                                        float *variance, ser_error *error);
ser_status onednn_batch_norm_backward(struct engine *engine, const struct tensor *x,
                                      const float *mean, const float *variance, const float *scale,
                                      const struct tensor *dy, struct tensor *dx, float *dscale,
                                      float *dshift, ser_error *error);
ser_status onednn_layer_norm_forward(struct engine *engine, const struct tensor *x,
                                     const float *scale, const float *shift, struct tensor *y,
                                     ser_error *error);
ser_status onednn_layer_norm_backward(struct engine *engine, const struct tensor *x,
                                      const float *scale, const struct tensor *dy,
                                      struct tensor *dx, float *dscale, float *dshift,
                                      ser_error *error);

#endif
