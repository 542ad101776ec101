#define _GNU_SOURCE
#include "features/voice/downsampler.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "features/lanes.h"

enum {
    REACH = 100,       /* new samples to either side that a new sample depends on */
    MAX_PHASES = 1024, /* places between two new samples; where the ratio of the rates has more, the
                          one before is taken */
    MIN_PHASES = 64,   /* the same between two old ones */
};

struct downsampler {
    int from, to; /* the ratio in lowest terms */
    int phases;
    int taps;   /* a multiple of LANES */
    int before; /* taps that lie before the sample at which a place begins, or on it, less one */
    float *weights; // (phases, taps)
};

static int common_divisor(int a, int b)
{
    while (b) {
        int rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* For a new sample `distance` old ones away; `step` old ones make a new one. */
static double weight(double distance, double step)
{
    double place = distance / step;
    if (fabs(place) >= REACH)
        return 0;
    double sinc = fabs(place) < 1e-9 ? 1 : sin(M_PI * place) / (M_PI * place);
    return sinc * (0.5 + 0.5 * cos(M_PI * place / REACH)) / step;
}

/* The weights of a phase add up to 1, so that a constant stays what it is. */
static void fill(struct downsampler *downsampler)
{
    double step = (double)downsampler->from / downsampler->to;
    for (int phase = 0; phase < downsampler->phases; phase++) {
        float *weights = downsampler->weights + (size_t)phase * (size_t)downsampler->taps;
        double part = (double)phase / downsampler->phases, sum = 0;
        for (int tap = 0; tap < downsampler->taps; tap++)
            sum += weight(tap - downsampler->before - part, step);
        for (int tap = 0; tap < downsampler->taps; tap++)
            weights[tap] = (float)(weight(tap - downsampler->before - part, step) / sum);
    }
}

ser_status downsampler_create(struct downsampler **result, int from, int to, ser_error *error)
{
    *result = NULL;
    if (to < 1 || from < to)
        return error_set(
            error, SER_ERROR_ARGUMENT,
            "resampling from %d to %d Hz, expected to at least 1 Hz and no higher rate", from, to);
    struct downsampler *downsampler = calloc(1, sizeof *downsampler);
    if (!downsampler)
        return error_memory(error, "preparing resampling");
    int divisor = common_divisor(from, to);
    downsampler->from = from / divisor;
    downsampler->to = to / divisor;
    int most = (int)((double)MAX_PHASES * to / from);
    if (most < MIN_PHASES)
        most = MIN_PHASES;
    downsampler->phases = downsampler->to < most ? downsampler->to : most;
    downsampler->before = (int)ceil((double)REACH * from / to);
    downsampler->taps = (2 * downsampler->before + 2 + LANES - 1) / LANES * LANES;
    downsampler->weights = calloc((size_t)downsampler->phases * (size_t)downsampler->taps,
                                  sizeof *downsampler->weights);
    if (!downsampler->weights) {
        downsampler_destroy(downsampler);
        return error_memory(error, "preparing resampling");
    }
    fill(downsampler);
    *result = downsampler;
    return SER_OK;
}

void downsampler_destroy(struct downsampler *downsampler)
{
    if (!downsampler)
        return;
    free(downsampler->weights);
    free(downsampler);
}

size_t downsampler_count(const struct downsampler *downsampler, size_t count)
{
    if (count == 0)
        return 0;
    /* The whole periods of the ratio first, so that nothing overflows. */
    size_t from = (size_t)downsampler->from, to = (size_t)downsampler->to, last = count - 1;
    return last / from * to + last % from * to / from + 1;
}

LANES_DISPATCH
static float weigh_inside(const float *weights, const float *samples, int taps)
{
    lanes sum = {0};
    for (int tap = 0; tap < taps; tap += LANES)
        sum += lanes_load(weights + tap) * lanes_load(samples + tap);
    return ((sum[0] + sum[4]) + (sum[1] + sum[5])) + ((sum[2] + sum[6]) + (sum[3] + sum[7]));
}

/* `first` may be negative. */
static float weigh_at_edge(const float *weights, const float *samples, ptrdiff_t count,
                           ptrdiff_t first, int taps)
{
    float sum = 0;
    for (int tap = 0; tap < taps; tap++)
        if (first + tap >= 0 && first + tap < count)
            sum += weights[tap] * samples[first + tap];
    return sum;
}

void downsampler_run(const struct downsampler *downsampler, const float *samples, size_t count,
                     float *output)
{
    size_t from = (size_t)downsampler->from, to = (size_t)downsampler->to;
    size_t made = downsampler_count(downsampler, count), place = 0, rest = 0;
    int taps = downsampler->taps;
    for (size_t k = 0; k < made; k++) {
        /* The new sample lies rest/to old samples after samples[place]. */
        size_t phase = rest * (size_t)downsampler->phases / to;
        const float *weights = downsampler->weights + phase * (size_t)taps;
        ptrdiff_t first = (ptrdiff_t)place - downsampler->before;
        if (first >= 0 && first + taps <= (ptrdiff_t)count)
            output[k] = weigh_inside(weights, samples + first, taps);
        else
            output[k] = weigh_at_edge(weights, samples, (ptrdiff_t)count, first, taps);
        rest += from;
        place += rest / to;
        rest %= to;
    }
}
