#include "features/spectrum/normalise.h"

#include <math.h>

static void compute_means(const float *values, size_t frames, size_t bands, double *restrict means)
{
    for (size_t b = 0; b < bands; b++)
        means[b] = 0;
    for (size_t t = 0; t < frames; t++)
        for (size_t b = 0; b < bands; b++)
            means[b] += (double)values[t * bands + b];
    for (size_t b = 0; b < bands; b++)
        means[b] /= (double)frames;
}

/* 1 / (deviation + offset). Two passes, because the difference of the sums of squares would lose
 * the digits of a band that hardly changes. */
static void compute_scales(const float *values, size_t frames, size_t bands, const double *means,
                           double offset, double *restrict scales)
{
    for (size_t b = 0; b < bands; b++)
        scales[b] = 0;
    for (size_t t = 0; t < frames; t++) {
        for (size_t b = 0; b < bands; b++) {
            double distance = (double)values[t * bands + b] - means[b];
            scales[b] += distance * distance;
        }
    }
    for (size_t b = 0; b < bands; b++)
        scales[b] = 1 / (sqrt(scales[b] / (double)frames) + offset);
}

void normalise_utterance(float *values, size_t frames, int band_count, double offset, double *sums)
{
    size_t bands = (size_t)band_count;
    double *means = sums, *scales = sums + bands;
    if (frames == 0)
        return;
    compute_means(values, frames, bands, means);
    compute_scales(values, frames, bands, means, offset, scales);
    for (size_t t = 0; t < frames; t++)
        for (size_t b = 0; b < bands; b++)
            values[t * bands + b] = (float)(((double)values[t * bands + b] - means[b]) * scales[b]);
}
