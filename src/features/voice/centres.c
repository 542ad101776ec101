#include "features/voice/centres.h"

#include <math.h>

/* What differs from a whole number by less is meant to be one. */
static const double slack = 1e-6;

struct centres centres_fit(size_t count, double rate, double window, double step)
{
    struct centres centres = {.step = step, .rate = rate, .hop = step * rate};
    if (count == 0)
        return centres;
    double rest = ((double)count - window * rate) / centres.hop;
    centres.frames = rest > 0 ? (size_t)floor(rest + slack) + 1 : 1;
    centres.start = ((double)count - 1 - (double)(centres.frames - 1) * centres.hop) / 2;
    centres.first = (centres.start + 0.5) / rate;
    return centres;
}

double centres_time(const struct centres *centres, size_t frame)
{
    return centres->first + (double)frame * centres->step;
}

ptrdiff_t centres_sample(const struct centres *centres, size_t frame, double seconds)
{
    double place = centres->start + (double)frame * centres->hop + seconds * centres->rate;
    return (ptrdiff_t)floor(place + slack);
}

LANES_DISPATCH
static void gather_inside(const float *samples, const ptrdiff_t starts[LANES], int length,
                          float offset, lanes *output)
{
    int n = 0;
    for (; n + LANES <= length; n += LANES) {
        lanes square[LANES];
        for (int lane = 0; lane < LANES; lane++)
            square[lane] = lanes_load(samples + starts[lane] + n) - offset;
        lanes_transpose(square);
        memcpy(output + n, square, sizeof square);
    }
    for (; n < length; n++)
        for (int lane = 0; lane < LANES; lane++)
            output[n][lane] = samples[starts[lane] + n] - offset;
}

static void gather_at_edge(const float *samples, size_t count, const ptrdiff_t starts[LANES],
                           int length, float offset, lanes *output)
{
    ptrdiff_t end = (ptrdiff_t)count;
    for (int lane = 0; lane < LANES; lane++)
        for (int n = 0; n < length; n++) {
            ptrdiff_t place = starts[lane] + n;
            output[n][lane] = place >= 0 && place < end ? samples[place] - offset : 0.0f;
        }
}

void centres_gather(const float *samples, size_t count, const ptrdiff_t starts[LANES], int length,
                    float offset, lanes *output)
{
    int inside = 1;
    for (int lane = 0; lane < LANES; lane++)
        inside &= starts[lane] >= 0 && starts[lane] + length <= (ptrdiff_t)count;
    if (inside)
        gather_inside(samples, starts, length, offset, output);
    else
        gather_at_edge(samples, count, starts, length, offset, output);
}

/* Eight sums side by side, so that no addition waits for the one before. */
LANES_DISPATCH
static double sum(const float *samples, size_t count)
{
    double sums[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (int lane = 0; lane < LANES; lane++)
            sums[lane] += (double)samples[i + (size_t)lane];
    double total = 0;
    for (int lane = 0; lane < LANES; lane++)
        total += sums[lane];
    for (; i < count; i++)
        total += (double)samples[i];
    return total;
}

LANES_DISPATCH
static void range(const float *samples, size_t count, float *least, float *most)
{
    lanes low = lanes_all(samples[0]), high = low;
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        lanes x = lanes_load(samples + i);
        low = lanes_min(low, x);
        high = lanes_max(high, x);
    }
    for (; i < count; i++) {
        low = lanes_min(low, lanes_all(samples[i]));
        high = lanes_max(high, lanes_all(samples[i]));
    }
    *least = low[0];
    *most = high[0];
    for (int lane = 1; lane < LANES; lane++) {
        *least = fminf(*least, low[lane]);
        *most = fmaxf(*most, high[lane]);
    }
}

void centres_measure(const float *samples, size_t count, double *mean, double *peak)
{
    *mean = *peak = 0;
    if (count == 0)
        return;
    float least, most;
    range(samples, count, &least, &most);
    *mean = sum(samples, count) / (double)count;
    double above = (double)most - *mean, below = *mean - (double)least;
    *peak = fmax(above, below);
    if (*peak <= 1e-6 * fabs(*mean))
        *peak = 0;
}
