#define _GNU_SOURCE
#include "features/spectrum/time_domain.h"

#include "features/lanes.h"

/* Samples of a frame that exist. */
struct stretch {
    const float *first;
    int count;
};

static struct stretch present(const float *samples, size_t count, ptrdiff_t start, int length)
{
    ptrdiff_t first = start > 0 ? start : 0, end = start + length;
    if (end > (ptrdiff_t)count)
        end = (ptrdiff_t)count;
    return first < end ? (struct stretch){samples + first, (int)(end - first)}
                       : (struct stretch){samples, 0};
}

LANES_DISPATCH
static int count_crossings(const float *samples, int count)
{
    const float threshold = -1e-10f;
    int crossings = 0;
    for (int i = 1; i < count; i++)
        crossings += (samples[i - 1] < threshold) != (samples[i] < threshold);
    return crossings;
}

float zero_crossing_rate(const float *samples, size_t count, ptrdiff_t start, int length)
{
    struct stretch stretch = present(samples, count, start, length);
    return (float)count_crossings(stretch.first, stretch.count) / (float)length;
}

/* Float sums of PART vectors at most, which are hardly rounded; the sums of these, and what is left
 * over, in double. */
enum { PART = 16 };

LANES_DISPATCH
static double sum_squares(const float *samples, int count)
{
    double total = 0;
    int i = 0;
    while (i + LANES <= count) {
        lanes sums = {0};
        for (int n = 0; n < PART && i + LANES <= count; n++, i += LANES) {
            lanes x = lanes_load(samples + i);
            sums += x * x;
        }
        for (int lane = 0; lane < LANES; lane++)
            total += (double)sums[lane];
    }
    for (; i < count; i++)
        total += (double)samples[i] * (double)samples[i];
    return total;
}

float root_mean_square(const float *samples, size_t count, ptrdiff_t start, int length)
{
    struct stretch stretch = present(samples, count, start, length);
    return (float)sqrt(sum_squares(stretch.first, stretch.count) / length);
}
