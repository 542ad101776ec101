/* batch_norm (Ioffe & Szegedy 2015) over items, frames and bands: weight, bias, running_mean and
 * running_var, all (channels). In training it normalises with the batch's own statistics, of the
 * sound only, and hands them to the trainer as the "gradients" of the running ones. */
#include "nn/executor.h"
#include "nn/layers/layers.h"

enum { WEIGHT, BIAS, RUNNING_MEAN, RUNNING_VAR };

static ser_status configure(struct layer *layer, struct network *network,
                            struct json_reader *reader, ser_error *error)
{
    static const struct {
        const char *name;
        enum parameter_role role;
        enum parameter_start start;
    } parameters[] = {
        [WEIGHT] = {"weight", PARAMETER_BIAS, START_ONE},
        [BIAS] = {"bias", PARAMETER_BIAS, START_ZERO},
        [RUNNING_MEAN] = {"running_mean", PARAMETER_STATISTIC, START_ZERO},
        [RUNNING_VAR] = {"running_var", PARAMETER_STATISTIC, START_ONE},
    };
    ser_status status = reader->status;
    for (int i = 0; i < 4 && !status; i++)
        status = layer_add_parameter(layer, network, parameters[i].name, parameters[i].role,
                                     parameters[i].start, 1, &layer->channels, error);
    return status;
}

static ser_status forward(const struct layer *layer, struct executor *executor,
                          const struct tensor *x, ser_error *error)
{
    const struct kernels *kernels = executor->kernels;
    const float *mean = layer_parameter(layer, executor, RUNNING_MEAN);
    const float *variance = layer_parameter(layer, executor, RUNNING_VAR);
    struct tensor *y;
    ser_status status = layer_output(layer, executor, x, &y, error);
    if (!status && executor->training) {
        float *batch_mean = layer_gradient(layer, executor, RUNNING_MEAN);
        float *batch_variance = layer_gradient(layer, executor, RUNNING_VAR);
        status =
            kernels->batch_norm_statistics(executor->engine, x, batch_mean, batch_variance, error);
        mean = batch_mean;
        variance = batch_variance;
    }
    if (!status)
        status = kernels->batch_norm_forward(executor->engine, x, mean, variance,
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
    return executor->kernels->batch_norm_backward(
        executor->engine, x, layer_gradient(layer, executor, RUNNING_MEAN),
        layer_gradient(layer, executor, RUNNING_VAR), layer_parameter(layer, executor, WEIGHT), dy,
        dx, layer_gradient(layer, executor, WEIGHT), layer_gradient(layer, executor, BIAS), error);
}

const struct layer_kind layer_batch_norm = {
    .name = "batch_norm",
    .summary = "normalises each channel over the batch",
    .keys = "",
    .configure = configure,
    .forward = forward,
    .backward = backward,
};
