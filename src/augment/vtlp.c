/* Vocal tract length perturbation (Jaitly & Hinton 2013): the speaker gets a shorter or a longer
 * vocal tract. The paper warps the frequencies of the filter bank, harmonics and all; here the
 * envelope of the spectrum alone is moved, so that the formants shift as they do between speakers
 * and the intonation, which tells much of the emotion, stays. */
#define _GNU_SOURCE
#include <math.h>

#include "augment/augmentation.h"
#include "augment/sound.h"
#include "base/error.h"

static const double FRAME_SECONDS = 0.032;

/* The cepstrum tells envelope (short quefrencies) from harmonics (those of the pitch's period). It
 * is kept whole up to the first, not at all from the second on: 2.4 ms is a voice of 420 Hz. */
static const double KEPT_UNTIL = 0.001, GONE_FROM = 0.0024; /* seconds */

/* Above this share of half the rate (4800 Hz of 8000 in the paper) the warp leads back. */
static const double BOUNDARY = 0.6;

static const float MOST_GAIN = 2.3f; /* a natural logarithm, 20 dB: noise must not be blown up */

enum { REACH = 1, ROUNDS = 3 };

struct warp {
    float *lifter;   // (bins), includes the inverse transform's 1/size
    float *sources;  // (bins): from where the envelope at bin k comes, in bins
    lanes *logs;     // (size)
    lanes *cepstrum; // (bins)
    lanes *envelope; // (bins)
    lanes *nothing;  // (bins): imaginary parts, all but zero
};

/* The inverse of the paper's warp: where bin k of the new spectrum comes from. */
static double warp_source(double k, double top, double alpha)
{
    double knee = BOUNDARY * top * fmin(alpha, 1); /* in the new spectrum */
    double knee_source = knee / alpha;
    if (k <= knee)
        return k / alpha;
    return top - (top - k) * (top - knee_source) / (top - knee);
}

static int prepare(struct warp *warp, struct augment_scratch *scratch, int size, int rate,
                   double alpha)
{
    size_t bins = (size_t)size / 2 + 1;
    float *floats = scratch_floats(scratch, SCRATCH_SPECTRUM, 2 * bins);
    lanes *memory = scratch_lanes(scratch, (size_t)size + 3 * bins);
    if (!floats || !memory)
        return 0;
    *warp = (struct warp){floats,
                          floats + bins,
                          memory,
                          memory + size,
                          memory + (size_t)size + bins,
                          memory + (size_t)size + 2 * bins};
    for (size_t q = 0; q < bins; q++) {
        double place = ((double)q / rate - KEPT_UNTIL) / (GONE_FROM - KEPT_UNTIL);
        double weight = place <= 0 ? 1 : place >= 1 ? 0 : 0.5 + 0.5 * cos(M_PI * place);
        warp->lifter[q] = (float)(weight / size);
        warp->sources[q] = (float)warp_source((double)q, (double)(bins - 1), alpha);
    }
    return 1;
}

/* Each bin counts as the strongest of its neighbours, which fills most of the valleys between the
 * harmonics: what is at their bottom says nothing about the voice. */
LANES_DISPATCH
static void take_logs(const struct spectra *spectra, lanes *restrict powers, lanes *restrict logs)
{
    int size = spectra->size, half = size / 2;
    for (int k = 0; k <= half; k++) {
        lanes re = spectra->real[k], im = spectra->imaginary[k];
        /* From far below the noise of any recording of 16 bits on. */
        powers[k] = lanes_min(re * re + im * im, lanes_all(1e30f)) + 1e-12f * (float)size;
    }
    for (int k = 0; k <= half; k++) {
        lanes power = powers[k];
        for (int near = 1; near <= REACH; near++) {
            power = lanes_max(power, powers[k > near ? k - near : 0]);
            power = lanes_max(power, powers[k + near < half ? k + near : half]);
        }
        logs[k] = 0.5f * lanes_log(power);
        logs[k ? size - k : 0] = logs[k];
    }
}

/* Values that mirror themselves have a transform that is real and mirrors itself: the transform
 * there and the one back are the same but for the factor. */
LANES_DISPATCH
static void lift(const lanes *restrict cepstrum, const float *restrict lifter, int size,
                 lanes *restrict mirrored)
{
    for (int q = 0; q <= size / 2; q++) {
        mirrored[q] = cepstrum[q] * lifter[q];
        mirrored[q ? size - q : 0] = mirrored[q];
    }
}

LANES_DISPATCH
static void apply_gains(const struct warp *warp, struct spectra *spectra)
{
    int last = spectra->bins - 1;
    for (int k = 0; k <= last; k++) {
        int below = (int)warp->sources[k];
        below = below < last ? below : last - 1;
        float share = warp->sources[k] - (float)below;
        lanes wanted = warp->envelope[below] * (1 - share) + warp->envelope[below + 1] * share;
        lanes change = lanes_min(wanted - warp->envelope[k], lanes_all(MOST_GAIN));
        lanes gain = lanes_exp(change);
        spectra->real[k] *= gain;
        spectra->imaginary[k] *= gain;
    }
}

LANES_DISPATCH
static void raise_to(const lanes *restrict envelope, int size, lanes *restrict logs)
{
    for (int k = 0; k <= size / 2; k++) {
        logs[k] = lanes_max(logs[k], envelope[k]);
        logs[k ? size - k : 0] = logs[k];
    }
}

/* The true envelope (Röbel & Rodet 2005): a cepstrum smoothed to the mean of peaks and valleys; the
 * valleys are raised to that mean, and again, until it lies on the peaks. */
static void find_envelope(const struct warp *warp, struct spectra *spectra)
{
    take_logs(spectra, warp->envelope, warp->logs);
    for (int round = 0; round < ROUNDS; round++) {
        if (round)
            raise_to(warp->envelope, spectra->size, warp->logs);
        fft_forward(spectra->fft, warp->logs, warp->cepstrum, warp->nothing);
        lift(warp->cepstrum, warp->lifter, spectra->size, spectra->frames);
        fft_forward(spectra->fft, spectra->frames, warp->envelope, warp->nothing);
    }
}

static void move_envelope(void *context, struct spectra *spectra)
{
    const struct warp *warp = context;
    find_envelope(warp, spectra);
    apply_gains(warp, spectra);
}

static ser_status warp_tract(struct augment_call *call, ser_audio *audio, ser_error *error)
{
    struct warp warp;
    int size = spectra_size(audio->rate, FRAME_SECONDS);
    if (!prepare(&warp, call->scratch, size, audio->rate, augment_draw(call, 0)))
        return error_memory(error, "changing the vocal tract of a sound");
    return spectral_filter(call->scratch, audio, FRAME_SECONDS, move_envelope, &warp, error);
}

const struct augmentation augmentation_vtlp = {
    .name = "vtlp",
    .summary = "another vocal tract: the formants move, pitch and length stay",
    .stage = AUGMENT_SOUND,
    .parameters = {{.name = "alpha",
                    .unit = "",
                    .low = 0.7,
                    .high = 1.4,
                    .from = 0.9,
                    .to = 1.1,
                    .summary = "the frequencies of the formants become so many times as high"}},
    .sound = warp_tract,
};
