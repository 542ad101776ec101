#include <math.h>

#include "nn/plain/plain.h"

static float activate(enum activation activation, float x)
{
    switch (activation) {
    case ACTIVATION_RELU: return x > 0 ? x : 0;
    case ACTIVATION_SILU: return x / (1 + expf(-x));
    case ACTIVATION_GELU: return 0.5f * x * (1 + erff(x * 0.70710678f));
    case ACTIVATION_TANH: return tanhf(x);
    case ACTIVATION_SIGMOID: return 1 / (1 + expf(-x));
    }
    return x;
}

ser_status plain_activation_forward(struct engine *engine, enum activation activation,
                                    const struct tensor *x, struct tensor *y, ser_error *error)
{
    (void)engine, (void)error;
    size_t count = tensor_count(x);
    for (size_t i = 0; i < count; i++)
        y->data[i] = activate(activation, x->data[i]);
    return SER_OK;
}
