#include "nn/plain/plain.h"

/* One output value: the kernel laid over the input at one position, one output channel. */
static float convolve_at(const struct convolution *s, const struct tensor *x, int item,
                         const float *weight, int channel, int outputs, int frame, int band)
{
    int inputs = x->channels / s->groups; /* channels that this output channel sees */
    int first = channel / (outputs / s->groups) * inputs;
    const float *image = tensor_item(x, item);
    float sum = 0;
    for (int i = 0; i < s->kernel[AXIS_FRAMES]; i++) {
        int t = frame * s->stride[AXIS_FRAMES] + i * s->dilation[AXIS_FRAMES] -
                convolution_padding(s, AXIS_FRAMES);
        for (int j = 0; j < s->kernel[AXIS_BANDS]; j++) {
            int f = band * s->stride[AXIS_BANDS] + j * s->dilation[AXIS_BANDS] -
                    convolution_padding(s, AXIS_BANDS);
            if (t < 0 || t >= x->frames || f < 0 || f >= x->bands)
                continue;
            const float *values =
                image + ((size_t)t * (size_t)x->bands + (size_t)f) * (size_t)x->channels;
            for (int c = 0; c < inputs; c++) {
                size_t index = (size_t)channel * (size_t)inputs + (size_t)c;
                index = (index * (size_t)s->kernel[AXIS_FRAMES] + (size_t)i) *
                            (size_t)s->kernel[AXIS_BANDS] +
                        (size_t)j;
                sum += values[first + c] * weight[index];
            }
        }
    }
    return sum;
}

ser_status plain_convolution_forward(struct engine *engine, const struct convolution *settings,
                                     const struct tensor *x, const float *weight, const float *bias,
                                     struct tensor *y, ser_error *error)
{
    (void)engine, (void)error;
    float *out = y->data;
    for (int item = 0; item < y->batch; item++)
        for (int t = 0; t < y->frames; t++)
            for (int f = 0; f < y->bands; f++)
                for (int c = 0; c < y->channels; c++)
                    *out++ = (bias ? bias[c] : 0) +
                             convolve_at(settings, x, item, weight, c, y->channels, t, f);
    return SER_OK;
}
