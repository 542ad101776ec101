/* layer_norm (Ba et al. 2016) over the channels of each frame and band: weight and bias,
 * (channels). */
#include "nn/executor.h"
#include "nn/layers/layers.h"

enum { WEIGHT, BIAS };

static ser_status configure(struct layer *layer, struct network *network,
                            struct json_reader *reader, ser_error *error)
{
    ser_status status = reader->status;
    if (!status)
        status = layer_add_parameter(layer, network, "weight", PARAMETER_BIAS, START_ONE, 1,
                                     &layer->channels, error);
    if (!status)
        status = layer_add_parameter(layer, network, "bias", PARAMETER_BIAS, START_ZERO, 1,
                                     &layer->channels, error);
    return status;
}

static ser_status forward(const struct layer *layer, struct executor *executor,
                          const struct tensor *x, ser_error *error)
{
    struct tensor *y;
    ser_status status = layer_output(layer, executor, x, &y, error);
    if (!status)
        status = executor->kernels->layer_norm_forward(
            executor->engine, x, layer_parameter(layer, executor, WEIGHT),
            layer_parameter(layer, executor, BIAS), y, error);
    if (!status)
        tensor_mask(y);
    return status;
}

static ser_status backward(const struct layer *layer, struct executor *executor,
                           const struct tensor *x, const struct tensor *dy, struct tensor *dx,
                           ser_error *error)
{
    return executor->kernels->layer_norm_backward(
        executor->engine, x, layer_parameter(layer, executor, WEIGHT), dy, dx,
        layer_gradient(layer, executor, WEIGHT), layer_gradient(layer, executor, BIAS), error);
}

const struct layer_kind layer_layer_norm = {
    .name = "layer_norm",
    .summary = "normalises the channels of each frame and band",
    .keys = "",
    .configure = configure,
    .forward = forward,
    .backward = backward,
};
