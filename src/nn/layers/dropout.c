/* dropout (Srivastava et al. 2014), inverted: in training each value is zeroed with probability
 * "rate" and the others are scaled by 1/(1 - rate). Whether a value is kept is a function of the
 * pass's noise, the layer and the value's place, so nothing needs to be remembered for the backward
 * pass and the bits do not depend on threads. */
#include <string.h>

#include "base/random.h"
#include "nn/executor.h"
#include "nn/layers/layers.h"

static ser_status configure(struct layer *layer, struct network *network,
                            struct json_reader *reader, ser_error *error)
{
    (void)network, (void)error;
    double *rate = layer->settings;
    *rate = json_read_real(reader, "rate", 0, 0.95);
    return reader->status;
}

/* The place is that in the item, so that padding changes nothing. */
static void drop(const struct layer *layer, const struct executor *executor,
                 const struct tensor *from, struct tensor *to)
{
    const double *rate = layer->settings;
    float scale = (float)(1 / (1 - *rate));
    uint64_t noise = random_mix(executor->noise, (uint64_t)layer->index);
    uint64_t threshold = (uint64_t)(*rate * 0x1p32);
    size_t count = tensor_item_size(from);
#pragma omp parallel for schedule(static)
    for (int i = 0; i < from->batch; i++) {
        const float *values = tensor_item(from, i);
        float *kept = tensor_item(to, i);
        uint64_t item = random_mix(noise, (uint64_t)i);
        for (size_t j = 0; j < count; j++)
            kept[j] = (random_mix(item, j) >> 32) < threshold ? 0 : values[j] * scale;
    }
}

static ser_status forward(const struct layer *layer, struct executor *executor,
                          const struct tensor *x, ser_error *error)
{
    struct tensor *y;
    ser_status status = layer_output(layer, executor, x, &y, error);
    if (status)
        return status;
    if (executor->training)
        drop(layer, executor, x, y);
    else
        memcpy(y->data, x->data, tensor_count(x) * sizeof *x->data);
    return SER_OK;
}

static ser_status backward(const struct layer *layer, struct executor *executor,
                           const struct tensor *x, const struct tensor *dy, struct tensor *dx,
                           ser_error *error)
{
    (void)x, (void)error;
    if (dx)
        drop(layer, executor, dy, dx);
    return SER_OK;
}

const struct layer_kind layer_dropout = {
    .name = "dropout",
    .summary = "zeroes random values in training",
    .keys = "rate",
    .settings_size = sizeof(double),
    .configure = configure,
    .forward = forward,
    .backward = backward,
};
