#include "nn/plain/plain.h"

ser_status plain_dense_forward(struct engine *engine, const struct tensor *x, const float *weight,
                               const float *bias, struct tensor *y, ser_error *error)
{
    (void)engine, (void)error;
    size_t inputs = (size_t)x->channels, outputs = (size_t)y->channels;
    size_t rows = tensor_count(x) / inputs;
    for (size_t row = 0; row < rows; row++) {
        for (size_t o = 0; o < outputs; o++) {
            float sum = bias[o];
            for (size_t i = 0; i < inputs; i++)
                sum += x->data[row * inputs + i] * weight[o * inputs + i];
            y->data[row * outputs + o] = sum;
        }
    }
    return SER_OK;
}
