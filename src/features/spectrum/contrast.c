#define _GNU_SOURCE
#include "features/spectrum/contrast.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "features/spectrum/decibel.h"

static const double first_edge = 200; /* Hz, between the first band and the second */
static const double quantile = 0.02;

static double lower_edge(int band)
{
    return band ? ldexp(first_edge, band - 1) : 0;
}

/* The bins of a band, and how many of them count as peak and as valley; contrast.h says how. */
static struct contrast_band lay_out(int band, int rate, int fft)
{
    int last = band == CONTRAST_BANDS - 1;
    double spacing = (double)rate / fft;
    int low = (int)ceil(lower_edge(band) / spacing), top = fft / 2;
    int high = last ? top : (int)fmin(floor(lower_edge(band + 1) / spacing), top);
    if (low > high)
        return (struct contrast_band){0};
    int first = band ? low - 1 : 0, count = high - first + 1;
    int chosen = (int)fmax(rint(quantile * count), 1);
    if (!last)
        count--;
    return (struct contrast_band){first, count, chosen < count ? chosen : count};
}

ser_status contrast_build(struct contrast *contrast, int rate, int fft, ser_error *error)
{
    int most = 1;
    for (int band = 0; band < CONTRAST_BANDS; band++) {
        contrast->bands[band] = lay_out(band, rate, fft);
        if (contrast->bands[band].chosen > most)
            most = contrast->bands[band].chosen;
    }
    contrast->chosen = lanes_allocate(2 * (size_t)most);
    return contrast->chosen ? SER_OK : error_memory(error, "preparing spectral contrast");
}

void contrast_release(struct contrast *contrast)
{
    free(contrast->chosen);
    *contrast = (struct contrast){0};
}

/* Keeps the `chosen` largest and smallest values seen so far, each in order: a new value moves down
 * a list, in each lane on its own, until it finds its place, and what it pushes out moves on; the
 * last is lost. */
LANES_INLINE void select_extremes(const lanes *values, int count, int chosen, lanes *largest,
                                  lanes *smallest)
{
    for (int i = 0; i < chosen; i++) {
        largest[i] = lanes_all(0.0f);
        smallest[i] = lanes_all(FLT_MAX);
    }
    for (int k = 0; k < count; k++) {
        lanes up = values[k], down = values[k];
        for (int i = 0; i < chosen; i++) {
            lanes_int above = up > largest[i], below = down < smallest[i];
            lanes lower = lanes_select(above, largest[i], up);
            largest[i] = lanes_select(above, up, largest[i]);
            up = lower;
            lanes higher = lanes_select(below, smallest[i], down);
            smallest[i] = lanes_select(below, down, smallest[i]);
            down = higher;
        }
    }
}

LANES_INLINE lanes mean(const lanes *values, int count)
{
    lanes sum = {0};
    for (int i = 0; i < count; i++)
        sum += values[i];
    return sum / (float)count;
}

LANES_DISPATCH
static void find_means(const struct contrast_band *band, const lanes *magnitude, lanes *scratch,
                       lanes *peak, lanes *valley)
{
    int chosen = band->chosen;
    lanes *largest = scratch, *smallest = scratch + chosen;
    select_extremes(magnitude + band->first, band->count, chosen, largest, smallest);
    *peak = mean(largest, chosen);
    *valley = mean(smallest, chosen);
}

void contrast_apply(struct contrast *contrast, const lanes *magnitude, lanes *peaks, lanes *valleys)
{
    for (int b = 0; b < CONTRAST_BANDS; b++) {
        const struct contrast_band *band = &contrast->bands[b];
        if (band->count)
            find_means(band, magnitude, contrast->chosen, &peaks[b], &valleys[b]);
        else
            peaks[b] = valleys[b] = lanes_all(0.0f);
    }
    decibel_levels(peaks, CONTRAST_BANDS, peaks);
    decibel_levels(valleys, CONTRAST_BANDS, valleys);
}

LANES_DISPATCH
void contrast_subtract(const struct contrast *contrast, const lanes *peaks, const lanes *valleys,
                       float largest_peak, float largest_valley, lanes *contrasts)
{
    lanes least_peak = lanes_all(largest_peak - DECIBEL_RANGE);
    lanes least_valley = lanes_all(largest_valley - DECIBEL_RANGE);
    for (int b = 0; b < CONTRAST_BANDS; b++) {
        lanes difference = lanes_max(peaks[b], least_peak) - lanes_max(valleys[b], least_valley);
        contrasts[b] = contrast->bands[b].count ? difference : lanes_all(0.0f);
    }
}
