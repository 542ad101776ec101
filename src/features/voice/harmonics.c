#define _GNU_SOURCE
#include "features/voice/harmonics.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "features/spectrum/fft.h"

static const double deviation = 0.6; /* of the curve, in periods */
static const double reach = 2.5;     /* periods to either side; the curve ends at -75 dB */
static const double beside = 0.15;   /* of F0: how far the parabola's points lie apart */
static const double search = 0.1;    /* of F0: how far a harmonic may lie from its place */
static const double least_power = 1e-30;

struct harmonics {
    int rate;
    int half;       /* samples to either side of the middle */
    int size;       /* of the FFT: at least twice the curve, so that a parabola finds the top */
    double spacing; /* Hz from bin to bin */
    struct fft *fft;
    lanes *frames; // (size); what follows the curve stays 0
    lanes *power;  // (bins)
};

ser_status harmonics_create(struct harmonics **result, int rate, double floor, ser_error *error)
{
    *result = NULL;
    if (rate < 4000 || rate > 768000 || !(floor >= 40 && floor <= 500))
        return error_set(error, SER_ERROR_ARGUMENT,
                         "harmonics: rate is %d Hz and floor %g Hz, expected 4000 to 768000 and 40 "
                         "to 500",
                         rate, floor);
    struct harmonics *harmonics = calloc(1, sizeof *harmonics);
    if (!harmonics)
        return error_memory(error, "preparing harmonics");
    harmonics->rate = rate;
    harmonics->half = (int)(reach * rate / floor);
    harmonics->size = fft_size_at_least(2 * (2 * harmonics->half + 1));
    harmonics->spacing = rate / (double)harmonics->size;
    harmonics->frames = lanes_allocate((size_t)harmonics->size);
    harmonics->power = lanes_allocate((size_t)harmonics->size / 2 + 1);
    ser_status status = harmonics->frames && harmonics->power
                            ? fft_create(&harmonics->fft, harmonics->size, error)
                            : error_memory(error, "preparing harmonics");
    if (status) {
        harmonics_destroy(harmonics);
        return status;
    }
    *result = harmonics;
    return SER_OK;
}

void harmonics_destroy(struct harmonics *harmonics)
{
    if (!harmonics)
        return;
    fft_destroy(harmonics->fft);
    free(harmonics->frames);
    free(harmonics->power);
    free(harmonics);
}

/* frames: (2 half + 1); narrowness: what turns samples from the middle into deviations, of each
 * lane; 0 leaves a lane as it is. */
LANES_DISPATCH
static void weigh(lanes *restrict frames, int half, const lanes *restrict narrowness)
{
    for (int n = 1; n <= half; n++) {
        lanes x = (float)n * *narrowness;
        lanes weight = lanes_exp(-0.5f * x * x);
        frames[half - n] *= weight;
        frames[half + n] *= weight;
    }
}

/* Power spectra of LANES frames from `frame` on; those of unvoiced ones have no meaning. */
static void transform(struct harmonics *harmonics, const float *samples, size_t count,
                      const struct centres *centres, const float *f0, size_t frame, float mean)
{
    ptrdiff_t starts[LANES];
    lanes narrowness = {0};
    int half = harmonics->half;
    for (size_t lane = 0; lane < LANES; lane++) {
        size_t t = frame + lane < centres->frames ? frame + lane : centres->frames - 1;
        starts[lane] = centres_sample(centres, t, 0) - half;
        narrowness[lane] = (float)((double)f0[t] / (deviation * harmonics->rate));
    }
    centres_gather(samples, count, starts, 2 * half + 1, mean, harmonics->frames);
    weigh(harmonics->frames, half, &narrowness);
    fft_power(harmonics->fft, harmonics->frames, harmonics->power);
}

/* One frame's spectrum. */
struct spectrum {
    const float *power; // (bins), LANES floats apart
    int bins;
    double spacing, f0; /* Hz */
};

static double decibels(const struct spectrum *spectrum, ptrdiff_t bin)
{
    return 10 * log10(fmax((double)spectrum->power[bin * LANES], least_power));
}

/* The level of a harmonic in dB; that of no power where the spectrum does not reach so far. */
static double level(const struct spectrum *spectrum, int harmonic)
{
    double place = harmonic * spectrum->f0 / spectrum->spacing;
    double bins = spectrum->f0 / spectrum->spacing; /* from harmonic to harmonic */
    ptrdiff_t middle = lround(place), apart = lround(fmax(1, beside * bins));
    if (middle - apart < 0 || middle + apart >= spectrum->bins)
        return 10 * log10(least_power);
    double below = decibels(spectrum, middle - apart), at = decibels(spectrum, middle),
           above = decibels(spectrum, middle + apart);
    double slope = (above - below) / 2, curvature = above - 2 * at + below;
    double top = curvature < 0 ? (double)middle - slope / curvature * (double)apart : place;
    top = fmin(fmax(top, place - search * bins), place + search * bins);
    double x = (top - (double)middle) / (double)apart;
    return at + x * slope + x * x * curvature / 2;
}

/* The level of the strongest harmonic near a formant; that of no power where there is none. */
static double level_near(const struct spectrum *spectrum, double formant)
{
    double range = fmax(formant / 10, spectrum->f0 / 2), strongest = 10 * log10(least_power);
    int first = (int)ceil((formant - range) / spectrum->f0);
    int last = (int)floor((formant + range) / spectrum->f0);
    for (int n = first > 1 ? first : 1; n <= last; n++)
        strongest = fmax(strongest, level(spectrum, n));
    return strongest;
}

static float difference(double level, double other)
{
    double nothing = 10 * log10(least_power);
    return level > nothing && other > nothing ? (float)(level - other) : 0;
}

void harmonics_run(struct harmonics *harmonics, const float *samples, size_t count,
                   const struct centres *centres, const float *f0, const float *f3, float *h1_h2,
                   float *h1_a3)
{
    double mean, peak;
    centres_measure(samples, count, &mean, &peak);
    for (size_t frame = 0; frame < centres->frames; frame += LANES) {
        size_t end = centres->frames - frame < LANES ? centres->frames : frame + LANES;
        int transformed = 0;
        for (size_t t = frame; t < end; t++) {
            h1_h2[t] = h1_a3[t] = 0;
            if (!(f0[t] > 0))
                continue;
            if (!transformed)
                transform(harmonics, samples, count, centres, f0, frame, (float)mean);
            transformed = 1;
            struct spectrum spectrum = {(const float *)harmonics->power + (t - frame),
                                        harmonics->size / 2 + 1, harmonics->spacing, (double)f0[t]};
            double first = level(&spectrum, 1);
            h1_h2[t] = difference(first, level(&spectrum, 2));
            if (f3[t] > 0)
                h1_a3[t] = difference(first, level_near(&spectrum, (double)f3[t]));
        }
    }
}
