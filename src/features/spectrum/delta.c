#define _GNU_SOURCE
#include "features/spectrum/delta.h"

#include <string.h>

#include "features/lanes.h"

enum { MOST_REACH = DELTA_WIDTH / 2 };

/* Weights of the frames 0 … reach after the middle; those before it have the same, but for the sign
 * when the order is 1. Returns reach, 0 when there are too few frames. */
static int fill_weights(size_t frames, int order, float weights[MOST_REACH + 1])
{
    int reach = frames < DELTA_WIDTH ? ((int)frames - 1) / 2 : MOST_REACH;
    double mean = reach * (reach + 1) / 3.0; /* of j^2 */
    double total = 0;
    for (int j = -reach; j <= reach; j++) {
        double weight = order == 1 ? j : j * j - mean;
        total += weight * weight;
    }
    for (int j = 0; j <= reach && reach; j++)
        weights[j] = (float)((order == 1 ? j : 2 * (j * j - mean)) / total);
    return reach;
}

/* Frames are taken in pairs, as differences that are 0 where nothing changes, so that not even
 * rounding is left of a constant. The second derivative needs the middle for it: its weights sum to
 * 0, so the middle's weight is that of all differences to it. */
LANES_DISPATCH
static void fit(const float *restrict middle, int columns, size_t stride, int reach, int order,
                const float *restrict weights, float *restrict derivatives)
{
    for (int c = 0; c < columns; c++)
        derivatives[c] = 0;
    for (int j = 1; j <= reach; j++) {
        const float *before = middle - (size_t)j * stride, *after = middle + (size_t)j * stride;
        float weight = weights[j];
        if (order == 1)
            for (int c = 0; c < columns; c++)
                derivatives[c] += weight * (after[c] - before[c]);
        else
            for (int c = 0; c < columns; c++)
                derivatives[c] += weight * ((after[c] - middle[c]) + (before[c] - middle[c]));
    }
}

void delta_compute(const float *values, size_t frames, int columns, size_t stride, int order,
                   float *derivatives)
{
    float weights[MOST_REACH + 1] = {0};
    size_t width = (size_t)columns * sizeof *derivatives;
    size_t reach = (size_t)fill_weights(frames, order, weights);
    if (reach == 0) {
        for (size_t t = 0; t < frames; t++)
            memset(derivatives + t * stride, 0, width);
        return;
    }
    size_t last = frames - 1 - reach;
    for (size_t t = reach; t <= last; t++)
        fit(values + t * stride, columns, stride, (int)reach, order, weights,
            derivatives + t * stride);
    for (size_t t = 0; t < reach; t++) {
        memcpy(derivatives + t * stride, derivatives + reach * stride, width);
        memcpy(derivatives + (last + 1 + t) * stride, derivatives + last * stride, width);
    }
}
