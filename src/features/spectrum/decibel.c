#define _GNU_SOURCE
#include "features/spectrum/decibel.h"

LANES_DISPATCH
void decibel_levels(const lanes *power, int count, lanes *levels)
{
    const float decibels_per_neper = 4.34294481903f; /* 10 / ln 10 */
    lanes least = lanes_all(DECIBEL_LEAST_POWER);
    for (int i = 0; i < count; i++)
        levels[i] = lanes_log(lanes_max(power[i], least)) * decibels_per_neper;
}

LANES_DISPATCH
float decibel_largest(const lanes *levels, int count, int frames, float largest)
{
    lanes columns = lanes_all(DECIBEL_NONE);
    for (int i = 0; i < count; i++)
        columns = lanes_max(columns, levels[i]);
    for (int lane = 0; lane < frames; lane++)
        largest = columns[lane] > largest ? columns[lane] : largest;
    return largest;
}

LANES_DISPATCH
void decibel_clip(const lanes *levels, int count, float largest, lanes *clipped)
{
    lanes least = lanes_all(largest - DECIBEL_RANGE);
    for (int i = 0; i < count; i++)
        clipped[i] = lanes_max(levels[i], least);
}
