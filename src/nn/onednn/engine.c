#include <stdlib.h>

#include "base/error.h"
#include "nn/onednn/onednn.h"
#include "nn/onednn/operation.h"

static void destroy(struct engine *engine)
{
    if (!engine)
        return;
    operation_forget_all(engine);
    dnnl_primitive_attr_destroy(engine->attributes);
    dnnl_stream_destroy(engine->stream);
    dnnl_engine_destroy(engine->dnnl);
    free(engine->scratch);
    free(engine);
}

static ser_status create(struct engine **result, bool frozen, ser_error *error)
{
    *result = NULL;
    struct engine *engine = calloc(1, sizeof *engine);
    if (!engine)
        return error_memory(error, "starting oneDNN");
    engine->frozen = frozen;
    dnnl_status_t status = dnnl_engine_create(&engine->dnnl, dnnl_cpu, 0);
    if (status == dnnl_success)
        status = dnnl_stream_create(&engine->stream, engine->dnnl, dnnl_stream_default_flags);
    if (status == dnnl_success)
        status = dnnl_primitive_attr_create(&engine->attributes);
    if (status == dnnl_success)
        status =
            dnnl_primitive_attr_set_scratchpad_mode(engine->attributes, dnnl_scratchpad_mode_user);
    if (status != dnnl_success) {
        destroy(engine);
        return error_set(error, SER_ERROR_ENGINE, "oneDNN cannot start on this processor (%d)",
                         (int)status);
    }
    *result = engine;
    return SER_OK;
}

const struct kernels kernels_onednn = {
    .name = "onednn",
    .create = create,
    .destroy = destroy,
    .convolution_forward = onednn_convolution_forward,
    .dense_forward = onednn_dense_forward,
    .pooling_forward = onednn_pooling_forward,
    .activation_forward = onednn_activation_forward,
    .batch_norm_forward = onednn_batch_norm_forward,
    .layer_norm_forward = onednn_layer_norm_forward,
    .convolution_backward = onednn_convolution_backward,
    .dense_backward = onednn_dense_backward,
    .pooling_backward = onednn_pooling_backward,
    .activation_backward = onednn_activation_backward,
    .batch_norm_statistics = onednn_batch_norm_statistics,
    .batch_norm_backward = onednn_batch_norm_backward,
    .layer_norm_backward = onednn_layer_norm_backward,
};
