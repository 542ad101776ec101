/* relu, silu and gelu. */
#include "nn/executor.h"
#include "nn/layers/layers.h"

static ser_status forward(const struct layer *layer, struct executor *executor,
                          const struct tensor *x, enum activation activation, ser_error *error)
{
    struct tensor *y;
    ser_status status = layer_output(layer, executor, x, &y, error);
    /* All three leave 0 at 0, so the padding needs no mask. */
    return status
               ? status
               : executor->kernels->activation_forward(executor->engine, activation, x, y, error);
}

static ser_status configure(struct layer *layer, struct network *network,
                            struct json_reader *reader, ser_error *error)
{
    (void)layer, (void)network, (void)error;
    return reader->status;
}

#define ACTIVATION_LAYER(word, code, what)                                                         \
    static ser_status word##_forward(const struct layer *layer, struct executor *executor,         \
                                     const struct tensor *x, ser_error *error)                     \
    {                                                                                              \
        return forward(layer, executor, x, code, error);                                           \
    }                                                                                              \
    static ser_status word##_backward(const struct layer *layer, struct executor *executor,        \
                                      const struct tensor *x, const struct tensor *dy,             \
                                      struct tensor *dx, ser_error *error)                         \
    {                                                                                              \
        (void)layer;                                                                               \
        if (!dx)                                                                                   \
            return SER_OK;                                                                         \
        return executor->kernels->activation_backward(executor->engine, code, x, dy, dx, error);   \
    }                                                                                              \
    const struct layer_kind layer_##word = {                                                       \
        .name = #word,                                                                             \
        .summary = what,                                                                           \
        .keys = "",                                                                                \
        .configure = configure,                                                                    \
        .forward = word##_forward,                                                                 \
        .backward = word##_backward,                                                               \
    };

ACTIVATION_LAYER(relu, ACTIVATION_RELU, "max(x, 0)")
ACTIVATION_LAYER(silu, ACTIVATION_SILU, "x / (1 + exp(-x))")
ACTIVATION_LAYER(gelu, ACTIVATION_GELU, "x/2 (1 + erf(x / sqrt 2))")
