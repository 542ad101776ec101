#include "nn/optimizer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "nn/vector.h"

struct optimizer_settings optimizer_settings_defaults(void)
{
    return (struct optimizer_settings){
        .rate = 2e-3,
        .beta1 = 0.9,
        .beta2 = 0.98,
        .epsilon = 1e-8,
        .decay = 0.02,
        .clip = 5,
        .momentum = 0.1,
        .average = 0.99,
    };
}

static float **zeros_like_parameters(const struct network *network)
{
    float **arrays = calloc((size_t)network->parameter_count + 1, sizeof *arrays);
    for (int i = 0; arrays && i < network->parameter_count; i++) {
        arrays[i] = calloc(network->parameters[i].count, sizeof(float));
        if (!arrays[i]) {
            while (i > 0)
                free(arrays[--i]);
            free(arrays);
            return NULL;
        }
    }
    return arrays;
}

static void free_arrays(float **arrays, int count)
{
    for (int i = 0; arrays && i < count; i++)
        free(arrays[i]);
    free(arrays);
}

ser_status optimizer_create(struct optimizer **result, struct network *network,
                            const struct optimizer_settings *settings, ser_error *error)
{
    *result = NULL;
    struct optimizer *optimizer = calloc(1, sizeof *optimizer);
    if (!optimizer)
        return error_memory(error, "preparing the training");
    optimizer->settings = *settings;
    optimizer->network = network;
    optimizer->mean = zeros_like_parameters(network);
    optimizer->square = zeros_like_parameters(network);
    optimizer->average = zeros_like_parameters(network);
    if (!optimizer->mean || !optimizer->square || !optimizer->average) {
        optimizer_destroy(optimizer);
        return error_memory(error, "preparing the training");
    }
    for (int i = 0; i < network->parameter_count; i++)
        memcpy(optimizer->average[i], network->parameters[i].values,
               network->parameters[i].count * sizeof(float));
    *result = optimizer;
    return SER_OK;
}

void optimizer_destroy(struct optimizer *optimizer)
{
    if (!optimizer)
        return;
    int count = optimizer->network->parameter_count;
    free_arrays(optimizer->mean, count);
    free_arrays(optimizer->square, count);
    free_arrays(optimizer->average, count);
    free(optimizer);
}

/* In lanes side by side, which the compiler can vectorise without changing the order. */
VECTORISED
static double sum_squares(const float *values, size_t count)
{
    enum { LANES = 16 };
    double lanes[LANES] = {0}, sum = 0;
    size_t done = count / LANES * LANES;
    for (size_t j = 0; j < done; j += LANES)
        for (size_t k = 0; k < LANES; k++)
            lanes[k] += (double)values[j + k] * (double)values[j + k];
    for (size_t j = done; j < count; j++)
        lanes[j - done] += (double)values[j] * (double)values[j];
    for (size_t k = 0; k < LANES; k++)
        sum += lanes[k];
    return sum;
}

static double gradient_norm(const struct network *network, float *const *gradients)
{
    double sum = 0;
    for (int i = 0; i < network->parameter_count; i++)
        if (network->parameters[i].role != PARAMETER_STATISTIC)
            sum += sum_squares(gradients[i], network->parameters[i].count);
    return sqrt(sum);
}

/* One parameter's AdamW update; `scale` is what clipping leaves of the gradient. */
VECTORISED
static void update(const struct optimizer *optimizer, int index, const float *gradient,
                   double scale, double rate)
{
    const struct optimizer_settings *s = &optimizer->settings;
    struct parameter *p = &optimizer->network->parameters[index];
    double steps = (double)optimizer->step;
    float step_size = (float)(rate / (1 - pow(s->beta1, steps)));
    float root = (float)(1 / sqrt(1 - pow(s->beta2, steps)));
    float keep = (float)(p->role == PARAMETER_WEIGHT ? 1 - rate * s->decay : 1);
    float b1 = (float)s->beta1, b2 = (float)s->beta2, epsilon = (float)s->epsilon;
    float factor = (float)scale;
    float *mean = optimizer->mean[index], *square = optimizer->square[index];
    for (size_t j = 0; j < p->count; j++) {
        float g = gradient[j] * factor;
        mean[j] = b1 * mean[j] + (1 - b1) * g;
        square[j] = b2 * square[j] + (1 - b2) * g * g;
        p->values[j] =
            keep * p->values[j] - step_size * mean[j] / (sqrtf(square[j]) * root + epsilon);
    }
}

static void update_statistic(const struct optimizer *optimizer, int index, const float *shown)
{
    struct parameter *p = &optimizer->network->parameters[index];
    float share = (float)optimizer->settings.momentum;
    for (size_t j = 0; j < p->count; j++)
        p->values[j] += share * (shown[j] - p->values[j]);
}

/* The decay grows with the steps, so that the average does not remember the random start. */
static void update_average(const struct optimizer *optimizer, int index)
{
    const struct parameter *p = &optimizer->network->parameters[index];
    double steps = (double)optimizer->step;
    float share = (float)(1 - fmin(optimizer->settings.average, (1 + steps) / (10 + steps)));
    float *average = optimizer->average[index];
    for (size_t j = 0; j < p->count; j++)
        average[j] += share * (p->values[j] - average[j]);
}

double optimizer_step(struct optimizer *optimizer, float *const *gradients, double factor)
{
    const struct optimizer_settings *s = &optimizer->settings;
    const struct network *network = optimizer->network;
    double norm = gradient_norm(network, gradients);
    if (!isfinite(norm))
        return norm;
    double scale = s->clip > 0 && norm > s->clip ? s->clip / norm : 1;
    optimizer->step++;
    for (int i = 0; i < network->parameter_count; i++) {
        if (network->parameters[i].role == PARAMETER_STATISTIC)
            update_statistic(optimizer, i, gradients[i]);
        else
            update(optimizer, i, gradients[i], scale, s->rate * factor);
        update_average(optimizer, i);
    }
    return norm;
}

void optimizer_swap_average(struct optimizer *optimizer)
{
    for (int i = 0; i < optimizer->network->parameter_count; i++) {
        struct parameter *p = &optimizer->network->parameters[i];
        float *values = p->values;
        p->values = optimizer->average[i];
        optimizer->average[i] = values;
    }
}

double schedule_factor(long step, long warmup, long steps)
{
    if (step < warmup)
        return (double)(step + 1) / (double)warmup;
    if (step >= steps)
        return 0;
    double progress = (double)(step - warmup) / (double)(steps - warmup);
    return 0.5 * (1 + cos(3.14159265358979323846 * progress));
}
