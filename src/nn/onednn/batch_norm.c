/* Batch normalisation (Ioffe & Szegedy 2015). oneDNN's own knows no padding: its statistics would
 * depend on how much of it a batch happens to have. So these loops are ours; they are bound by
 * memory, and threads share them item by item. Sums go to one partial row per item, added up in
 * order, so that the bits do not depend on the number of threads. */
#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "nn/onednn/onednn.h"
#include "nn/vector.h"

static double all_sound_rows(const struct tensor *x)
{
    size_t rows = 0;
    for (int i = 0; i < x->batch; i++)
        rows += tensor_sound_rows(x, i);
    return (double)rows;
}

VECTORISED
static void affine_rows(const float *x, const float *factor, const float *offset, float *y,
                        size_t rows, size_t channels)
{
    for (size_t row = 0; row < rows; row++)
        for (size_t c = 0; c < channels; c++)
            y[row * channels + c] = x[row * channels + c] * factor[c] + offset[c];
}

ser_status onednn_batch_norm_forward(struct engine *engine, const struct tensor *x,
                                     const float *mean, const float *variance, const float *scale,
                                     const float *shift, struct tensor *y, ser_error *error)
{
    (void)engine;
    size_t channels = (size_t)x->channels;
    float *factor = malloc(2 * channels * sizeof *factor);
    if (!factor)
        return error_memory(error, "normalising a batch");
    float *offset = factor + channels;
    for (size_t c = 0; c < channels; c++) {
        factor[c] = scale[c] / sqrtf(variance[c] + NORM_EPSILON);
        offset[c] = shift[c] - mean[c] * factor[c];
    }
#pragma omp parallel for schedule(static)
    for (int i = 0; i < x->batch; i++)
        affine_rows(tensor_item(x, i), factor, offset, tensor_item(y, i), tensor_sound_rows(x, i),
                    channels);
    free(factor);
    return SER_OK;
}

VECTORISED
static void sum_rows(const float *x, double *sums, size_t rows, size_t channels)
{
    for (size_t row = 0; row < rows; row++)
        for (size_t c = 0; c < channels; c++)
            sums[c] += (double)x[row * channels + c];
}

VECTORISED
static void sum_squares(const float *x, const float *mean, double *sums, size_t rows,
                        size_t channels)
{
    for (size_t row = 0; row < rows; row++)
        for (size_t c = 0; c < channels; c++) {
            float difference = x[row * channels + c] - mean[c];
            sums[c] += (double)(difference * difference);
        }
}

/* Adds the partial rows (batch, width) up into the first one. */
static void add_partials(double *partials, int batch, size_t width)
{
    for (int i = 1; i < batch; i++)
        for (size_t c = 0; c < width; c++)
            partials[c] += partials[(size_t)i * width + c];
}

ser_status onednn_batch_norm_statistics(struct engine *engine, const struct tensor *x, float *mean,
                                        float *variance, ser_error *error)
{
    (void)engine;
    size_t channels = (size_t)x->channels;
    double count = all_sound_rows(x);
    double *sums = calloc(2 * (size_t)x->batch * channels, sizeof *sums);
    if (!sums)
        return error_memory(error, "normalising a batch");
    double *squares = sums + (size_t)x->batch * channels;
#pragma omp parallel for schedule(static)
    for (int i = 0; i < x->batch; i++)
        sum_rows(tensor_item(x, i), sums + (size_t)i * channels, tensor_sound_rows(x, i), channels);
    add_partials(sums, x->batch, channels);
    for (size_t c = 0; c < channels; c++)
        mean[c] = (float)(sums[c] / count);
#pragma omp parallel for schedule(static)
    for (int i = 0; i < x->batch; i++)
        sum_squares(tensor_item(x, i), mean, squares + (size_t)i * channels,
                    tensor_sound_rows(x, i), channels);
    add_partials(squares, x->batch, channels);
    for (size_t c = 0; c < channels; c++)
        variance[c] = (float)(squares[c] / count);
    free(sums);
    return SER_OK;
}

/* sums: (2, channels), of dy and of dy * (x - mean) */
VECTORISED
static void sum_gradients(const float *x, const float *mean, const float *dy, double *sums,
                          size_t rows, size_t channels)
{
    for (size_t row = 0; row < rows; row++)
        for (size_t c = 0; c < channels; c++) {
            size_t i = row * channels + c;
            sums[c] += (double)dy[i];
            sums[channels + c] += (double)(dy[i] * (x[i] - mean[c]));
        }
}

/* dx = a dy + b x + c, per channel */
VECTORISED
static void spread_gradient(const float *x, const float *dy, const float *coefficients, float *dx,
                            size_t rows, size_t channels)
{
    const float *a = coefficients, *b = a + channels, *c = b + channels;
    for (size_t row = 0; row < rows; row++)
        for (size_t k = 0; k < channels; k++) {
            size_t i = row * channels + k;
            dx[i] = a[k] * dy[i] + b[k] * x[i] + c[k];
        }
}

/* With r = 1/sqrt(variance + epsilon), n positions and x^ = (x - mean) r:
 * dshift = sum dy, dscale = sum dy x^, dx = scale r (dy - dshift/n - x^ dscale/n). */
ser_status onednn_batch_norm_backward(struct engine *engine, const struct tensor *x,
                                      const float *mean, const float *variance, const float *scale,
                                      const struct tensor *dy, struct tensor *dx, float *dscale,
                                      float *dshift, ser_error *error)
{
    (void)engine;
    size_t channels = (size_t)x->channels;
    double count = all_sound_rows(x);
    double *sums = calloc(2 * (size_t)x->batch * channels, sizeof *sums);
    float *coefficients = malloc(3 * channels * sizeof *coefficients);
    if (!sums || !coefficients) {
        free(sums);
        free(coefficients);
        return error_memory(error, "normalising a batch");
    }
#pragma omp parallel for schedule(static)
    for (int i = 0; i < x->batch; i++)
        sum_gradients(tensor_item(x, i), mean, tensor_item(dy, i), sums + 2 * (size_t)i * channels,
                      tensor_sound_rows(x, i), channels);
    add_partials(sums, x->batch, 2 * channels);
    for (size_t c = 0; c < channels; c++) {
        double r = 1 / sqrt((double)variance[c] + (double)NORM_EPSILON);
        double factor = (double)scale[c] * r, slope = -factor * r * r * sums[channels + c] / count;
        dshift[c] = (float)sums[c];
        dscale[c] = (float)(sums[channels + c] * r);
        coefficients[c] = (float)factor;
        coefficients[channels + c] = (float)slope;
        coefficients[2 * channels + c] =
            (float)(-factor * sums[c] / count - slope * (double)mean[c]);
    }
    if (dx) {
#pragma omp parallel for schedule(static)
        for (int i = 0; i < x->batch; i++)
            spread_gradient(tensor_item(x, i), tensor_item(dy, i), coefficients, tensor_item(dx, i),
                            tensor_sound_rows(x, i), channels);
    }
    free(sums);
    free(coefficients);
    return SER_OK;
}
