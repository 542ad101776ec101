/* Layer normalisation (Ba et al. 2016). The backward primitive of oneDNN 2.6 leaves its outputs
 * untouched, so these loops are ours, laid out as those of batch_norm.c. */
#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "nn/onednn/onednn.h"
#include "nn/vector.h"

/* Sums over channels go to this many lanes side by side, so that the compiler can vectorise them
 * without changing their order, and with it the bits, from processor to processor. */
enum { LANES = 16 };

static inline float add_lanes(const float lanes[LANES])
{
    float sum = 0;
    for (int i = 0; i < LANES; i++)
        sum += lanes[i];
    return sum;
}

static inline float mean_of(const float *x, size_t channels)
{
    float lanes[LANES] = {0};
    size_t c = 0;
    for (; c + LANES <= channels; c += LANES)
        for (size_t i = 0; i < LANES; i++)
            lanes[i] += x[c + i];
    for (size_t i = 0; c + i < channels; i++)
        lanes[i] += x[c + i];
    return add_lanes(lanes) / (float)channels;
}

static inline float variance_of(const float *x, float mean, size_t channels)
{
    float lanes[LANES] = {0};
    size_t c = 0;
    for (; c + LANES <= channels; c += LANES)
        for (size_t i = 0; i < LANES; i++)
            lanes[i] += (x[c + i] - mean) * (x[c + i] - mean);
    for (size_t i = 0; c + i < channels; i++)
        lanes[i] += (x[c + i] - mean) * (x[c + i] - mean);
    return add_lanes(lanes) / (float)channels;
}

VECTORISED
static void normalise_rows(const float *x, const float *scale, const float *shift, float *y,
                           size_t rows, size_t channels)
{
    for (size_t row = 0; row < rows; row++, x += channels, y += channels) {
        float mean = mean_of(x, channels);
        float root = 1 / sqrtf(variance_of(x, mean, channels) + NORM_EPSILON);
        for (size_t c = 0; c < channels; c++)
            y[c] = (x[c] - mean) * root * scale[c] + shift[c];
    }
}

ser_status onednn_layer_norm_forward(struct engine *engine, const struct tensor *x,
                                     const float *scale, const float *shift, struct tensor *y,
                                     ser_error *error)
{
    (void)engine, (void)error;
#pragma omp parallel for schedule(static)
    for (int i = 0; i < x->batch; i++)
        normalise_rows(tensor_item(x, i), scale, shift, tensor_item(y, i), tensor_sound_rows(x, i),
                       (size_t)x->channels);
    return SER_OK;
}

/* What the rows of one item are worked on with. `row` holds the normalised values of a row and then
 * their gradients, each (channels); `sums` those of the scale and of the shift. */
struct backward {
    const float *scale;
    float *row;
    double *sums;
    size_t channels;
};

/* With x^ the normalised row, r = 1/deviation and g = dy scale:
 * dscale = sum dy x^, dshift = sum dy, dx = r (g - mean(g) - x^ mean(g x^)). */
VECTORISED
static void backward_rows(const struct backward *b, const float *x, const float *dy, float *dx,
                          size_t rows)
{
    size_t channels = b->channels;
    float *normal = b->row, *gradient = normal + channels, *product = gradient + channels;
    double *dscale = b->sums, *dshift = dscale + channels;
    for (size_t row = 0; row < rows; row++, x += channels, dy += channels) {
        float mean = mean_of(x, channels);
        float root = 1 / sqrtf(variance_of(x, mean, channels) + NORM_EPSILON);
        for (size_t c = 0; c < channels; c++) {
            normal[c] = (x[c] - mean) * root;
            gradient[c] = dy[c] * b->scale[c];
            product[c] = gradient[c] * normal[c];
            dscale[c] += (double)(dy[c] * normal[c]);
            dshift[c] += (double)dy[c];
        }
        if (!dx)
            continue;
        float level = mean_of(gradient, channels), slope = mean_of(product, channels);
        for (size_t c = 0; c < channels; c++)
            dx[c] = root * (gradient[c] - level - normal[c] * slope);
        dx += channels;
    }
}

ser_status onednn_layer_norm_backward(struct engine *engine, const struct tensor *x,
                                      const float *scale, const struct tensor *dy,
                                      struct tensor *dx, float *dscale, float *dshift,
                                      ser_error *error)
{
    (void)engine;
    size_t channels = (size_t)x->channels, batch = (size_t)x->batch;
    double *sums = calloc(2 * batch * channels, sizeof *sums);
    float *rows = malloc(3 * batch * channels * sizeof *rows);
    if (!sums || !rows) {
        free(sums);
        free(rows);
        return error_memory(error, "normalising a layer");
    }
#pragma omp parallel for schedule(static)
    for (int i = 0; i < x->batch; i++) {
        struct backward item = {scale, rows + 3 * (size_t)i * channels,
                                sums + 2 * (size_t)i * channels, channels};
        backward_rows(&item, tensor_item(x, i), tensor_item(dy, i), dx ? tensor_item(dx, i) : NULL,
                      tensor_sound_rows(x, i));
    }
    /* In the order of the items, so that the bits do not depend on the number of threads. */
    for (size_t i = 1; i < batch; i++)
        for (size_t c = 0; c < 2 * channels; c++)
            sums[c] += sums[2 * i * channels + c];
    for (size_t c = 0; c < channels; c++) {
        dscale[c] = (float)sums[c];
        dshift[c] = (float)sums[channels + c];
    }
    free(sums);
    free(rows);
    return SER_OK;
}
