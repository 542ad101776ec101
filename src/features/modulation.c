#include "features/modulation.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "features/lanes.h"
#include "features/spectrum/fft.h"

static const double lowest_hz = 1; /* of the first range; each is an octave wide */
static const double least_power = 1e-6;

struct modulation {
    struct fft *fft;
    int first[MODULATION_RANGES + 1]; /* bins of range r: first[r] … first[r+1]-1 */
    lanes *block;                     // (MODULATION_BLOCK), LANES bands side by side
    lanes *power;                     // (bins), of one block
    lanes *sums;                      // (bins), of all blocks
};

ser_status modulation_create(struct modulation **result, double step, ser_error *error)
{
    *result = NULL;
    struct modulation *modulation = calloc(1, sizeof *modulation);
    if (!modulation)
        return error_memory(error, "preparing modulation spectra");
    ser_status status = fft_create(&modulation->fft, MODULATION_BLOCK, error);
    if (status)
        goto fail;
    size_t bins = (size_t)fft_bins(modulation->fft);
    modulation->block = lanes_allocate(MODULATION_BLOCK);
    modulation->power = lanes_allocate(bins);
    modulation->sums = lanes_allocate(bins);
    if (!modulation->block || !modulation->power || !modulation->sums) {
        status = error_memory(error, "preparing modulation spectra");
        goto fail;
    }
    for (int r = 0; r <= MODULATION_RANGES; r++)
        modulation->first[r] = (int)ceil(lowest_hz * (1 << r) * step * MODULATION_BLOCK);
    *result = modulation;
    return SER_OK;

fail:
    modulation_destroy(modulation);
    return status;
}

void modulation_destroy(struct modulation *modulation)
{
    if (!modulation)
        return;
    fft_destroy(modulation->fft);
    free(modulation->block);
    free(modulation->power);
    free(modulation->sums);
    free(modulation);
}

static float mean_of(const float *levels, size_t frames, size_t stride)
{
    double sum = 0;
    for (size_t t = 0; t < frames; t++)
        sum += (double)levels[t * stride];
    return (float)(sum / (double)frames);
}

/* Fills the block with frames first … of `bands` bands, less their means; zeros beyond the last. */
static void fill_block(struct modulation *modulation, const float *levels, size_t first,
                       size_t frames, int bands, size_t stride, lanes means)
{
    for (size_t i = 0; i < MODULATION_BLOCK; i++) {
        lanes row = {0};
        if (first + i < frames)
            for (int b = 0; b < bands; b++)
                row[b] = levels[(first + i) * stride + (size_t)b] - means[b];
        modulation->block[i] = row;
    }
}

LANES_DISPATCH
static void add_up(lanes *restrict sums, const lanes *restrict power, int bins)
{
    for (int k = 0; k < bins; k++)
        sums[k] += power[k];
}

static float range_level(const struct modulation *modulation, int range, int band, size_t frames)
{
    int first = modulation->first[range], end = modulation->first[range + 1];
    double sum = 0;
    for (int k = first; k < end; k++)
        sum += (double)modulation->sums[k][band];
    return (float)log(sum / (end - first) / (double)frames + least_power);
}

/* At most LANES bands. */
static void run_bands(struct modulation *modulation, const float *levels, size_t frames, int bands,
                      size_t stride, float *output)
{
    int bins = fft_bins(modulation->fft);
    lanes means = {0};
    for (int b = 0; b < bands; b++)
        means[b] = mean_of(levels + b, frames, stride);
    for (int k = 0; k < bins; k++)
        modulation->sums[k] = lanes_all(0);
    for (size_t first = 0; first < frames; first += MODULATION_BLOCK) {
        fill_block(modulation, levels, first, frames, bands, stride, means);
        fft_power(modulation->fft, modulation->block, modulation->power);
        add_up(modulation->sums, modulation->power, bins);
    }
    for (int b = 0; b < bands; b++)
        for (int r = 0; r < MODULATION_RANGES; r++)
            output[b * MODULATION_RANGES + r] = range_level(modulation, r, b, frames);
}

void modulation_run(struct modulation *modulation, const float *levels, size_t frames, int bands,
                    size_t stride, float *output)
{
    for (int b = 0; b < bands; b += LANES)
        run_bands(modulation, levels + b, frames, bands - b < LANES ? bands - b : LANES, stride,
                  output + b * MODULATION_RANGES);
}
