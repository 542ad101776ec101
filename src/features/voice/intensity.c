#define _GNU_SOURCE
#include "features/voice/intensity.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"

static const double periods = 6.4;     /* of the lowest pitch, under the curve */
static const float threshold = 4e-10f; /* Pa^2, of hearing */

struct intensity {
    struct intensity_settings settings;
    int half;      /* samples from the middle of the curve to either end */
    int window;    /* samples, 2 * half + 1 */
    float *curve;  // (window)
    float weight;  /* sum of the curve */
    lanes *frames; // (window)
};

struct intensity_settings intensity_defaults(int rate)
{
    return (struct intensity_settings){.rate = rate, .floor = 100, .step = 0.01};
}

/* The modified Bessel function of the first kind and order 0, by its power series. */
static double bessel_i0(double x)
{
    double sum = 1, term = 1;
    for (int k = 1; term > 1e-12 * sum; k++) {
        term *= (x / (2 * k)) * (x / (2 * k));
        sum += term;
    }
    return sum;
}

/* Kaiser's window with sidelobes below -190 dB, which is close to a Gaussian curve. */
static void fill_curve(struct intensity *intensity)
{
    double shape = 2 * M_PI * M_PI + 0.5, reach = intensity->half + 0.5, sum = 0;
    for (int i = 0; i < intensity->window; i++) {
        double part = (i - intensity->half) / reach;
        intensity->curve[i] = (float)(bessel_i0(shape * sqrt(1 - part * part)) / bessel_i0(shape));
        sum += (double)intensity->curve[i];
    }
    intensity->weight = (float)sum;
}

ser_status intensity_create(struct intensity **result, const struct intensity_settings *settings,
                            ser_error *error)
{
    *result = NULL;
    const struct intensity_settings *s = settings;
    if (s->rate < 4000 || s->rate > 768000 || !(s->floor >= 20 && s->floor <= 500) ||
        !(s->step >= 1e-3 && s->step <= 1))
        return error_set(error, SER_ERROR_ARGUMENT,
                         "intensity: rate %d Hz, floor %g Hz, step %g s, expected 4000 to 768000, "
                         "20 to 500 and 0.001 to 1",
                         s->rate, s->floor, s->step);
    struct intensity *intensity = calloc(1, sizeof *intensity);
    if (!intensity)
        return error_memory(error, "preparing intensity");
    intensity->settings = *settings;
    intensity->half = (int)(periods / 2 / s->floor * s->rate);
    intensity->window = 2 * intensity->half + 1;
    size_t window = (size_t)intensity->window;
    intensity->curve = calloc(window, sizeof *intensity->curve);
    intensity->frames = lanes_allocate(window);
    if (!intensity->curve || !intensity->frames) {
        intensity_destroy(intensity);
        return error_memory(error, "preparing intensity");
    }
    fill_curve(intensity);
    *result = intensity;
    return SER_OK;
}

void intensity_destroy(struct intensity *intensity)
{
    if (!intensity)
        return;
    free(intensity->curve);
    free(intensity->frames);
    free(intensity);
}

struct centres intensity_centres(const struct intensity *intensity, size_t count)
{
    const struct intensity_settings *s = &intensity->settings;
    return centres_fit(count, s->rate, periods / s->floor, s->step);
}

/* power: the mean square of each frame. */
LANES_DISPATCH
static void measure(const lanes *frames, const float *curve, int window, float weight,
                    float power[LANES])
{
    lanes mean = {0}, sum = {0};
    for (int i = 0; i < window; i++)
        mean += frames[i];
    mean /= (float)window;
    for (int i = 0; i < window; i++)
        sum += (frames[i] - mean) * (frames[i] - mean) * curve[i];
    lanes_store(power, sum / weight);
}

/* The same for one frame of which only some lies inside the recording. */
static float measure_at_edge(const struct intensity *intensity, const float *samples, size_t count,
                             ptrdiff_t start)
{
    ptrdiff_t from = start < 0 ? -start : 0, to = intensity->window;
    if (to > (ptrdiff_t)count - start)
        to = (ptrdiff_t)count - start;
    double mean = 0, sum = 0, weights = 0;
    for (ptrdiff_t i = from; i < to; i++)
        mean += (double)samples[start + i];
    if (to > from)
        mean /= (double)(to - from);
    for (ptrdiff_t i = from; i < to; i++) {
        double away = (double)samples[start + i] - mean;
        sum += away * away * (double)intensity->curve[i];
        weights += (double)intensity->curve[i];
    }
    return weights > 0 ? (float)(sum / weights) : 0;
}

static float decibels(float power)
{
    return power > threshold ? 10 * log10f(power / threshold) : 0;
}

void intensity_run(struct intensity *intensity, const float *samples, size_t count,
                   const struct centres *centres, float *db)
{
    double mean, peak;
    centres_measure(samples, count, &mean, &peak);
    for (size_t t = 0; t < centres->frames; t += LANES) {
        ptrdiff_t starts[LANES];
        float power[LANES];
        for (size_t lane = 0; lane < LANES; lane++) {
            size_t frame = t + lane < centres->frames ? t + lane : centres->frames - 1;
            starts[lane] = centres_sample(centres, frame, 0) - intensity->half;
        }
        centres_gather(samples, count, starts, intensity->window, (float)mean, intensity->frames);
        measure(intensity->frames, intensity->curve, intensity->window, intensity->weight, power);
        for (size_t lane = 0; lane < LANES && t + lane < centres->frames; lane++) {
            ptrdiff_t start = starts[lane];
            if (start < 0 || start + intensity->window > (ptrdiff_t)count)
                power[lane] = measure_at_edge(intensity, samples, count, start);
            db[t + lane] = decibels(power[lane]);
        }
    }
}
