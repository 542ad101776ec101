/* Another microphone: a smooth random curve of gains over frequency. */
#include <math.h>

#include "augment/augmentation.h"
#include "augment/sound.h"
#include "base/error.h"

enum { KNOTS, GAIN, MOST_KNOTS = 16 };

/* Knots lie evenly on the logarithm of the frequency, from here up to half the rate. */
static const double LOWEST = 60; /* Hz */

static const double FRAME_SECONDS = 0.032;

/* The gain in decibels at a place from 0 (the first knot) to count-1: half a cosine between two. */
static double curve(const double *knots, int count, double place)
{
    if (place <= 0)
        return knots[0];
    if (place >= count - 1)
        return knots[count - 1];
    int below = (int)place;
    double share = 0.5 - 0.5 * cos(3.14159265358979 * (place - below));
    return knots[below] + share * (knots[below + 1] - knots[below]);
}

static void fill_gains(struct augment_call *call, float *gains, int bins, int rate)
{
    double knots[MOST_KNOTS] = {0};
    int count = augment_draw_whole(call, KNOTS);
    for (int i = 0; i < count; i++)
        knots[i] = augment_draw(call, GAIN);
    double top = 0.5 * rate, octaves = log2(top / LOWEST);
    for (int k = 0; k < bins; k++) {
        double place = k ? log2(top * k / (bins - 1) / LOWEST) / octaves * (count - 1) : 0;
        gains[k] = (float)decibel_factor(curve(knots, count, place));
    }
}

static void weigh_bins(void *context, struct spectra *spectra)
{
    const float *gains = context;
    lanes_weigh(spectra->real, gains, spectra->bins);
    lanes_weigh(spectra->imaginary, gains, spectra->bins);
}

static ser_status equalise(struct augment_call *call, ser_audio *audio, ser_error *error)
{
    int bins = spectra_size(audio->rate, FRAME_SECONDS) / 2 + 1;
    float *gains = scratch_floats(call->scratch, SCRATCH_SPECTRUM, (size_t)bins);
    if (!gains)
        return error_memory(error, "equalising a sound");
    fill_gains(call, gains, bins, audio->rate);
    return spectral_filter(call->scratch, audio, FRAME_SECONDS, weigh_bins, gains, error);
}

const struct augmentation augmentation_equalise = {
    .name = "equalise",
    .summary = "another microphone: a smooth random curve of gains over frequency",
    .stage = AUGMENT_SOUND,
    .parameters = {{.name = "knots",
                    .kind = AUGMENT_WHOLE,
                    .unit = "",
                    .low = 2,
                    .high = MOST_KNOTS,
                    .from = 4,
                    .to = 8,
                    .summary = "of the curve, evenly from 60 Hz to half the rate in octaves"},
                   {.name = "gain",
                    .unit = "dB",
                    .low = -24,
                    .high = 24,
                    .from = -5,
                    .to = 5,
                    .summary = "at each knot"}},
    .sound = equalise,
};
