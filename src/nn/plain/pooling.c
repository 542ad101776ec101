#include <math.h>

#include "nn/plain/plain.h"

static float pool_at(const struct pooling *s, const struct tensor *x, int item, int frame, int band,
                     int channel)
{
    float sum = 0, largest = -INFINITY;
    for (int i = 0; i < s->kernel[AXIS_FRAMES]; i++) {
        for (int j = 0; j < s->kernel[AXIS_BANDS]; j++) {
            int t = frame * s->stride[AXIS_FRAMES] + i;
            int f = band * s->stride[AXIS_BANDS] + j;
            if (t >= x->frames || f >= x->bands)
                continue;
            float value = tensor_item(
                x, item)[((size_t)t * (size_t)x->bands + (size_t)f) * (size_t)x->channels +
                         (size_t)channel];
            sum += value;
            largest = fmaxf(largest, value);
        }
    }
    int window = s->kernel[AXIS_FRAMES] * s->kernel[AXIS_BANDS];
    return s->kind == POOLING_MAX ? largest : sum / (float)window;
}

ser_status plain_pooling_forward(struct engine *engine, const struct pooling *settings,
                                 const struct tensor *x, struct tensor *y, ser_error *error)
{
    (void)engine, (void)error;
    float *out = y->data;
    for (int item = 0; item < y->batch; item++)
        for (int t = 0; t < y->frames; t++)
            for (int f = 0; f < y->bands; f++)
                for (int c = 0; c < y->channels; c++)
                    *out++ = pool_at(settings, x, item, t, f, c);
    return SER_OK;
}
