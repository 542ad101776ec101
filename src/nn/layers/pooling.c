/* max_pool and average_pool over frames and bands; without "stride" the windows touch. */
#include "nn/executor.h"
#include "nn/json_pair.h"
#include "nn/layers/layers.h"

enum { MAX_WINDOW = 64 };

static ser_status configure(struct layer *layer, struct json_reader *reader, enum pooling_kind kind)
{
    struct pooling *s = layer->settings;
    static const int pairs[2] = {2, 2};
    s->kind = kind;
    json_read_pair_or(reader, "kernel", MAX_WINDOW, pairs, s->kernel);
    json_read_pair_or(reader, "stride", MAX_WINDOW, s->kernel, s->stride);
    for (int axis = AXIS_FRAMES; axis <= AXIS_BANDS; axis++)
        if (s->stride[axis] > s->kernel[axis])
            json_reader_fail(reader, "key \"stride\" is larger than the kernel: values between the "
                                     "windows would be lost");
    return reader->status;
}

static ser_status configure_max(struct layer *layer, struct network *network,
                                struct json_reader *reader, ser_error *error)
{
    (void)network, (void)error;
    const struct pooling *s = layer->settings;
    ser_status status = configure(layer, reader, POOLING_MAX);
    if (!status && layer->bands < s->kernel[AXIS_BANDS])
        json_reader_fail(reader, "key \"kernel\" covers %d bands, but only %d arrive here",
                         s->kernel[AXIS_BANDS], layer->bands);
    if (!reader->status)
        layer->bands_out = (layer->bands - s->kernel[AXIS_BANDS]) / s->stride[AXIS_BANDS] + 1;
    return reader->status;
}

static ser_status configure_average(struct layer *layer, struct network *network,
                                    struct json_reader *reader, ser_error *error)
{
    (void)network, (void)error;
    const struct pooling *s = layer->settings;
    ser_status status = configure(layer, reader, POOLING_AVERAGE);
    if (!status)
        layer->bands_out = (layer->bands + s->stride[AXIS_BANDS] - 1) / s->stride[AXIS_BANDS];
    return status;
}

static int frames_max(const struct layer *layer, int frames)
{
    const struct pooling *s = layer->settings;
    if (frames < s->kernel[AXIS_FRAMES])
        return 0;
    return (frames - s->kernel[AXIS_FRAMES]) / s->stride[AXIS_FRAMES] + 1;
}

static int frames_average(const struct layer *layer, int frames)
{
    const struct pooling *s = layer->settings;
    return (frames + s->stride[AXIS_FRAMES] - 1) / s->stride[AXIS_FRAMES];
}

static ser_status forward(const struct layer *layer, struct executor *executor,
                          const struct tensor *x, ser_error *error)
{
    struct tensor *y;
    ser_status status = layer_output(layer, executor, x, &y, error);
    if (!status)
        status = executor->kernels->pooling_forward(executor->engine, layer->settings, x, y, error);
    if (!status)
        tensor_mask(y);
    return status;
}

static ser_status backward(const struct layer *layer, struct executor *executor,
                           const struct tensor *x, const struct tensor *dy, struct tensor *dx,
                           ser_error *error)
{
    if (!dx)
        return SER_OK;
    return executor->kernels->pooling_backward(executor->engine, layer->settings, x, dy, dx, error);
}

const struct layer_kind layer_max_pool = {
    .name = "max_pool",
    .summary = "largest value of windows that lie wholly inside",
    .keys = "kernel stride",
    .settings_size = sizeof(struct pooling),
    .configure = configure_max,
    .frames = frames_max,
    .forward = forward,
    .backward = backward,
};

const struct layer_kind layer_average_pool = {
    .name = "average_pool",
    .summary = "mean of windows; beyond the end stand zeros",
    .keys = "kernel stride",
    .settings_size = sizeof(struct pooling),
    .configure = configure_average,
    .frames = frames_average,
    .forward = forward,
    .backward = backward,
};
