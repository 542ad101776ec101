/* dense: y = W x + b over the channels of each frame and band; weight (units, channels), bias
 * (units). "units": "classes" gives one unit a class. */
#include "nn/executor.h"
#include "nn/layers/layers.h"

enum { WEIGHT, BIAS, MAX_UNITS = 65536 };

static int read_units(struct json_reader *reader, const struct network *network)
{
    const json_t *value = json_object_get(reader->object, "units");
    if (!json_is_string(value))
        return json_read_int(reader, "units", 1, MAX_UNITS);
    static const char *const words[] = {"classes", NULL};
    json_read_choice(reader, "units", words);
    return network->classes;
}

static ser_status configure(struct layer *layer, struct network *network,
                            struct json_reader *reader, ser_error *error)
{
    layer->channels_out = read_units(reader, network);
    if (reader->status)
        return reader->status;
    return layer_add_dense(layer, network, "", layer->channels_out, layer->channels, error);
}

static ser_status forward(const struct layer *layer, struct executor *executor,
                          const struct tensor *x, ser_error *error)
{
    struct tensor *y;
    ser_status status = layer_output(layer, executor, x, &y, error);
    if (!status)
        status = executor->kernels->dense_forward(executor->engine, x,
                                                  layer_parameter(layer, executor, WEIGHT),
                                                  layer_parameter(layer, executor, BIAS), y, error);
    if (!status)
        tensor_mask(y);
    return status;
}

static ser_status backward(const struct layer *layer, struct executor *executor,
                           const struct tensor *x, const struct tensor *dy, struct tensor *dx,
                           ser_error *error)
{
    return executor->kernels->dense_backward(
        executor->engine, x, layer_parameter(layer, executor, WEIGHT), dy, dx,
        layer_gradient(layer, executor, WEIGHT), layer_gradient(layer, executor, BIAS), error);
}

const struct layer_kind layer_dense = {
    .name = "dense",
    .summary = "fully connected",
    .keys = "units",
    .configure = configure,
    .forward = forward,
    .backward = backward,
};
