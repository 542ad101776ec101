#include <math.h>

#include "nn/plain/plain.h"

ser_status plain_batch_norm_forward(struct engine *engine, const struct tensor *x,
                                    const float *mean, const float *variance, const float *scale,
                                    const float *shift, struct tensor *y, ser_error *error)
{
    (void)engine, (void)error;
    size_t channels = (size_t)x->channels, rows = tensor_count(x) / channels;
    for (size_t row = 0; row < rows; row++)
        for (size_t c = 0; c < channels; c++)
            y->data[row * channels + c] = (x->data[row * channels + c] - mean[c]) /
                                              sqrtf(variance[c] + NORM_EPSILON) * scale[c] +
                                          shift[c];
    return SER_OK;
}

static void layer_norm_row(const float *x, const float *scale, const float *shift, float *y,
                           size_t channels)
{
    float mean = 0, variance = 0;
    for (size_t c = 0; c < channels; c++)
        mean += x[c];
    mean /= (float)channels;
    for (size_t c = 0; c < channels; c++)
        variance += (x[c] - mean) * (x[c] - mean);
    variance /= (float)channels;
    for (size_t c = 0; c < channels; c++)
        y[c] = (x[c] - mean) / sqrtf(variance + NORM_EPSILON) * scale[c] + shift[c];
}

ser_status plain_layer_norm_forward(struct engine *engine, const struct tensor *x,
                                    const float *scale, const float *shift, struct tensor *y,
                                    ser_error *error)
{
    (void)engine, (void)error;
    size_t channels = (size_t)x->channels, rows = tensor_count(x) / channels;
    for (size_t row = 0; row < rows; row++)
        layer_norm_row(x->data + row * channels, scale, shift, y->data + row * channels, channels);
    return SER_OK;
}
