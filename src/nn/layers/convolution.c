/* conv1d and conv2d: weight (channels, channels in / groups, kernel frames, kernel bands), bias
 * (channels) unless "bias" is false. */
#include "base/error.h"
#include "nn/executor.h"
#include "nn/json_pair.h"
#include "nn/layers/layers.h"

enum { WEIGHT, BIAS, MAX_KERNEL = 255, MAX_STRIDE = 64, MAX_DILATION = 256, MAX_CHANNELS = 16384 };

struct settings {
    struct convolution shape;
    int biased;
};

/* conv1d knows frames only; its kernel covers one band. */
static void read_axes(struct json_reader *reader, const char *key, int pair[2], int high,
                      int one_dimensional)
{
    static const int ones[2] = {1, 1};
    if (one_dimensional) {
        pair[AXIS_FRAMES] = json_read_int_or(reader, key, 1, high, 1);
        pair[AXIS_BANDS] = 1;
    } else {
        json_read_pair_or(reader, key, high, ones, pair);
    }
}

static ser_status configure(struct layer *layer, struct network *network,
                            struct json_reader *reader, ser_error *error, int one_dimensional)
{
    struct settings *s = layer->settings;
    layer->channels_out = json_read_int(reader, "channels", 1, MAX_CHANNELS);
    read_axes(reader, "kernel", s->shape.kernel, MAX_KERNEL, one_dimensional);
    read_axes(reader, "stride", s->shape.stride, MAX_STRIDE, one_dimensional);
    read_axes(reader, "dilation", s->shape.dilation, MAX_DILATION, one_dimensional);
    s->shape.groups = json_read_int_or(reader, "groups", 1, MAX_CHANNELS, 1);
    s->biased = json_read_flag_or(reader, "bias", 1);
    if (one_dimensional && layer->bands != 1)
        json_reader_fail(reader, "conv1d was given %d bands, expected 1: put a flatten before it",
                         layer->bands);
    if (layer->channels % s->shape.groups || layer->channels_out % s->shape.groups)
        json_reader_fail(reader,
                         "key \"groups\" is %d, expected a divisor of the %d channels in "
                         "and the %d channels out",
                         s->shape.groups, layer->channels, layer->channels_out);
    if (reader->status)
        return reader->status;
    int stride = s->shape.stride[AXIS_BANDS];
    layer->bands_out = (layer->bands + stride - 1) / stride;
    int sizes[] = {layer->channels_out, layer->channels / s->shape.groups,
                   s->shape.kernel[AXIS_FRAMES], s->shape.kernel[AXIS_BANDS]};
    ser_status status = layer_add_parameter(layer, network, "weight", PARAMETER_WEIGHT,
                                            START_FAN_IN, 4, sizes, error);
    if (!status && s->biased)
        status = layer_add_parameter(layer, network, "bias", PARAMETER_BIAS, START_ZERO, 1, sizes,
                                     error);
    return status;
}

static ser_status configure_1d(struct layer *layer, struct network *network,
                               struct json_reader *reader, ser_error *error)
{
    return configure(layer, network, reader, error, 1);
}

static ser_status configure_2d(struct layer *layer, struct network *network,
                               struct json_reader *reader, ser_error *error)
{
    return configure(layer, network, reader, error, 0);
}

static int frames(const struct layer *layer, int frames)
{
    const struct settings *s = layer->settings;
    int stride = s->shape.stride[AXIS_FRAMES];
    return (frames + stride - 1) / stride;
}

static ser_status forward(const struct layer *layer, struct executor *executor,
                          const struct tensor *x, ser_error *error)
{
    const struct settings *s = layer->settings;
    struct tensor *y;
    ser_status status = layer_output(layer, executor, x, &y, error);
    if (!status)
        status = executor->kernels->convolution_forward(
            executor->engine, &s->shape, x, layer_parameter(layer, executor, WEIGHT),
            s->biased ? layer_parameter(layer, executor, BIAS) : NULL, y, error);
    if (!status)
        tensor_mask(y);
    return status;
}

static ser_status backward(const struct layer *layer, struct executor *executor,
                           const struct tensor *x, const struct tensor *dy, struct tensor *dx,
                           ser_error *error)
{
    const struct settings *s = layer->settings;
    return executor->kernels->convolution_backward(
        executor->engine, &s->shape, x, layer_parameter(layer, executor, WEIGHT), dy, dx,
        layer_gradient(layer, executor, WEIGHT),
        s->biased ? layer_gradient(layer, executor, BIAS) : NULL, error);
}

const struct layer_kind layer_conv1d = {
    .name = "conv1d",
    .summary = "convolution over frames",
    .keys = "channels kernel stride dilation groups bias",
    .settings_size = sizeof(struct settings),
    .configure = configure_1d,
    .frames = frames,
    .forward = forward,
    .backward = backward,
};

const struct layer_kind layer_conv2d = {
    .name = "conv2d",
    .summary = "convolution over frames and bands",
    .keys = "channels kernel stride dilation groups bias",
    .settings_size = sizeof(struct settings),
    .configure = configure_2d,
    .frames = frames,
    .forward = forward,
    .backward = backward,
};
