#define _GNU_SOURCE
#include "features/voice/peak.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "features/lanes.h"

enum {
    DEPTH = 72, /* samples on either side of a place between two */
    TAPS = 2 * DEPTH,
    STEPS = 32, /* places for which there are weights, from one sample to the next; on this
                   scale a parabola is as good as the function itself */
    BLOCKS = TAPS / LANES,
};

struct peak_finder {
    lanes weights[STEPS][BLOCKS]; /* for places k/STEPS after a sample; tap i belongs to the sample
                                     i - (DEPTH - 1) after it */
};

/* The weight of the sample `distance` before the place (after it, when negative). */
static double weight(double distance, double reach)
{
    double angle = M_PI * distance;
    double sinc = fabs(distance) < 1e-12 ? 1 : sin(angle) / angle;
    return sinc * (0.5 + 0.5 * cos(angle / reach));
}

ser_status peak_finder_create(struct peak_finder **result, ser_error *error)
{
    struct peak_finder *finder = aligned_alloc(sizeof(lanes), sizeof *finder);
    *result = finder;
    if (!finder)
        return error_memory(error, "preparing interpolation");
    for (int step = 0; step < STEPS; step++) {
        double part = (double)step / STEPS;
        for (int tap = 0; tap < TAPS; tap++) {
            double distance = part - (tap - (DEPTH - 1));
            double reach = distance >= 0 ? part + DEPTH : 1 - part + DEPTH;
            finder->weights[step][tap / LANES][tap % LANES] = (float)weight(distance, reach);
        }
    }
    return SER_OK;
}

void peak_finder_destroy(struct peak_finder *finder)
{
    free(finder);
}

struct peak peak_of_parabola(const float *values)
{
    float slope = (values[1] - values[-1]) / 2;
    float bend = 2 * values[0] - values[-1] - values[1];
    return (struct peak){slope / bend, values[0] + slope * slope / (2 * bend)};
}

/* The function at `place` STEPS-ths of a sample after values[0]. */
LANES_INLINE float interpolate(const struct peak_finder *finder, const float *values, int place)
{
    int sample = place >= 0 ? place / STEPS : -((STEPS - 1 - place) / STEPS);
    const lanes *weights = finder->weights[place - sample * STEPS];
    const float *first = values + sample - (DEPTH - 1);
    lanes even = {0}, odd = {0};
    for (int i = 0; i < BLOCKS; i += 2) {
        even += weights[i] * lanes_load(first + (ptrdiff_t)i * LANES);
        odd += weights[i + 1] * lanes_load(first + (ptrdiff_t)(i + 1) * LANES);
    }
    lanes sum = even + odd;
    return ((sum[0] + sum[4]) + (sum[1] + sum[5])) + ((sum[2] + sum[6]) + (sum[3] + sum[7]));
}

/* Climbs from the parabola's top in steps of 1/STEPS; three values around the highest give a finer
 * parabola. */
LANES_DISPATCH
struct peak peak_find(const struct peak_finder *finder, const float *values)
{
    int place = (int)lrintf(peak_of_parabola(values).place * STEPS);
    float top[3];
    for (int i = 0; i < 3; i++)
        top[i] = interpolate(finder, values, place - 1 + i);
    while (top[2] > top[1] && place < STEPS - 1) {
        top[0] = top[1];
        top[1] = top[2];
        top[2] = interpolate(finder, values, ++place + 1);
    }
    while (top[0] > top[1] && place > 1 - STEPS) {
        top[2] = top[1];
        top[1] = top[0];
        top[0] = interpolate(finder, values, --place - 1);
    }
    struct peak peak = {0, top[1]};
    if (2 * top[1] - top[0] - top[2] > 0 && top[1] >= top[0] && top[1] >= top[2])
        peak = peak_of_parabola(top + 1);
    peak.place = ((float)place + peak.place) / STEPS;
    return peak;
}
