#include "nn/plain/plain.h"

/* The plain kernels keep nothing between calls, so their engine is nothing. */
static ser_status create(struct engine **engine, bool frozen, ser_error *error)
{
    (void)frozen, (void)error;
    *engine = NULL;
    return SER_OK;
}

static void destroy(struct engine *engine)
{
    (void)engine;
}

const struct kernels kernels_plain = {
    .name = "plain",
    .create = create,
    .destroy = destroy,
    .convolution_forward = plain_convolution_forward,
    .dense_forward = plain_dense_forward,
    .pooling_forward = plain_pooling_forward,
    .activation_forward = plain_activation_forward,
    .batch_norm_forward = plain_batch_norm_forward,
    .layer_norm_forward = plain_layer_norm_forward,
};
