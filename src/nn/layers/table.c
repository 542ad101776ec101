#include "nn/layers/layers.h"

const struct layer_kind *const layer_kinds[] = {
    &layer_conv1d,
    &layer_conv2d,
    &layer_batch_norm,
    &layer_layer_norm,
    &layer_relu,
    &layer_silu,
    &layer_gelu,
    &layer_max_pool,
    &layer_average_pool,
    &layer_global_pool,
    &layer_attentive_pool,
    &layer_dropout,
    &layer_flatten,
    &layer_dense,
    &layer_residual,
    &layer_squeeze_excite,
    NULL,
};
