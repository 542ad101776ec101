/* The kinds of layers, one file each; the table of them is in table.c. */
#ifndef NN_LAYERS_LAYERS_H
#define NN_LAYERS_LAYERS_H

#include "nn/layer.h"

extern const struct layer_kind layer_conv1d;
extern const struct layer_kind layer_conv2d;
extern const struct layer_kind layer_batch_norm;
extern const struct layer_kind layer_layer_norm;
extern const struct layer_kind layer_relu;
extern const struct layer_kind layer_silu;
extern const struct layer_kind layer_gelu;
extern const struct layer_kind layer_max_pool;
extern const struct layer_kind layer_average_pool;
extern const struct layer_kind layer_global_pool;
extern const struct layer_kind layer_attentive_pool;
extern const struct layer_kind layer_dropout;
extern const struct layer_kind layer_flatten;
extern const struct layer_kind layer_dense;
extern const struct layer_kind layer_residual;
extern const struct layer_kind layer_squeeze_excite;

#endif
