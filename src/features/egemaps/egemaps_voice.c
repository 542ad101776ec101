#define _GNU_SOURCE
#include "features/egemaps/egemaps_voice.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "features/egemaps/egemaps_periods.h"
#include "features/lanes.h"
#include "features/spectrum/fft.h"
#include "features/spectrum/window.h"

enum { MAX_HARMONICS = 100 };

static const double min_f0 = 50, max_f0 = 1100;
static const double bin_distance = 15.625; /* Hz, as in pitch_shs.c, or a little less */
static const double top_hz = 8000;         /* harmonics above do not count */
static const double period_range = 0.1;    /* of the period, to either side */
static const double formant_range = 0.2;   /* of the formant, to either side */
static const double least_share = 1e-10;   /* of the energy: 100 dB */

struct egemaps_voice {
    int rate, window, hop;
    int size; /* of the FFT */
    struct fft *fft;
    struct egemaps_periods *periods;
    float *shape;           // (window)
    lanes *frames;          // (size)
    lanes *power;           // (bins)
    lanes *autocorrelation; // (bins)
    lanes *unused;          // (bins): imaginary parts
};

static ser_status allocate(struct egemaps_voice *voice, ser_error *error)
{
    size_t size = (size_t)voice->size, bins = size / 2 + 1;
    voice->shape = calloc((size_t)voice->window, sizeof *voice->shape);
    voice->frames = lanes_allocate(size);
    voice->power = lanes_allocate(bins);
    voice->autocorrelation = lanes_allocate(bins);
    voice->unused = lanes_allocate(bins);
    if (!voice->shape || !voice->frames || !voice->power || !voice->autocorrelation ||
        !voice->unused)
        return error_memory(error, "preparing voice quality");
    ser_status status = egemaps_periods_create(&voice->periods, voice->rate, error);
    return status ? status : fft_create(&voice->fft, voice->size, error);
}

ser_status egemaps_voice_create(struct egemaps_voice **result, int rate, ser_error *error)
{
    *result = NULL;
    if (rate < 4000 || rate > 768000)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "voice quality: rate is %d Hz, expected 4000 to 768000", rate);
    struct egemaps_voice *voice = calloc(1, sizeof *voice);
    if (!voice)
        return error_memory(error, "preparing voice quality");
    voice->rate = rate;
    voice->window = (int)lround(0.06 * rate);
    voice->hop = (int)lround(0.01 * rate);
    voice->size = fft_size_at_least((int)ceil(rate / bin_distance));
    ser_status status = allocate(voice, error);
    if (status) {
        egemaps_voice_destroy(voice);
        return status;
    }
    window_fill(WINDOW_GAUSS, voice->shape, voice->window);
    *result = voice;
    return SER_OK;
}

void egemaps_voice_destroy(struct egemaps_voice *voice)
{
    if (!voice)
        return;
    fft_destroy(voice->fft);
    egemaps_periods_destroy(voice->periods);
    free(voice->shape);
    free(voice->frames);
    free(voice->power);
    free(voice->autocorrelation);
    free(voice->unused);
    free(voice);
}

/* Powers and autocorrelations of LANES frames from `frame` on. A power spectrum is real and even,
 * so its inverse transform is, but for a factor, the real part of its transform. */
static void transform(struct egemaps_voice *voice, const float *samples, size_t count, size_t frame)
{
    int size = voice->size, half = size / 2;
    lanes_gather(samples, count, (ptrdiff_t)frame * voice->hop, voice->hop, voice->window,
                 voice->frames);
    lanes_weigh(voice->frames, voice->shape, voice->window);
    for (int i = voice->window; i < size; i++)
        voice->frames[i] = (lanes){0};
    fft_power(voice->fft, voice->frames, voice->power);
    for (int k = 0; k <= half; k++)
        voice->frames[k] = voice->power[k];
    for (int k = 1; k < half; k++)
        voice->frames[size - k] = voice->power[k];
    fft_forward(voice->fft, voice->frames, voice->autocorrelation, voice->unused);
}

/* r: one lane of the autocorrelations. */
static float hnr_of(const struct egemaps_voice *voice, const float *r, double f0)
{
    double period = voice->rate / f0, all = (double)r[0];
    int low = (int)(period * (1 - period_range)), high = (int)(period * (1 + period_range));
    float most = r[lround(period) * LANES];
    for (int lag = low; lag <= high; lag++)
        most = fmaxf(most, r[lag * LANES]);
    if (!(all > 0))
        return 0;
    double share = (double)most / all;
    share = fmin(fmax(share, least_share), 1 - least_share);
    return (float)(10 * log10(share / (1 - share)));
}

struct harmonics {
    double f0, half_bin; /* Hz */
    int count;
    float power[MAX_HARMONICS + 1]; /* from 1; of F0 itself */
};

static void find_harmonics(struct harmonics *harmonics, const struct egemaps_voice *voice,
                           const float *power, double f0)
{
    double bins_per_hz = voice->size / (double)voice->rate;
    int n = 1, top = (int)(fmin(top_hz, voice->rate / 2.0) * bins_per_hz);
    for (; n <= MAX_HARMONICS; n++) {
        int bin = (int)lround(n * f0 * bins_per_hz);
        if (bin >= top)
            break;
        const float *p = power + (ptrdiff_t)bin * LANES;
        harmonics->power[n] = fmaxf(p[0], fmaxf(p[-LANES], p[LANES]));
    }
    harmonics->f0 = f0;
    harmonics->count = n - 1;
    harmonics->half_bin = 0.5 / bins_per_hz;
}

/* Harmonic a relative to harmonic b, in dB; 0 where one of them is missing or silent. */
static float relative(const struct harmonics *harmonics, int a, int b)
{
    if (a < 1 || b < 1 || a > harmonics->count || b > harmonics->count)
        return 0;
    double above = (double)harmonics->power[a], below = (double)harmonics->power[b];
    if (!(above > 0 && below > 0))
        return 0;
    return (float)(10 * (log10(above) - log10(below)));
}

/* The strongest harmonic near a formant; 0 for none. */
static int strongest_near(const struct harmonics *harmonics, float formant)
{
    double reach = formant_range * (double)formant + harmonics->half_bin;
    int best = 0;
    if (!(formant > 0))
        return 0;
    for (int n = 1; n <= harmonics->count; n++)
        if (fabs(n * harmonics->f0 - (double)formant) <= reach &&
            (!best || harmonics->power[n] > harmonics->power[best]))
            best = n;
    return best;
}

static void clear(const struct egemaps_voice_columns *columns, size_t t)
{
    columns->hnr[t] = columns->h1_h2[t] = columns->h1_a3[t] = 0;
    for (int i = 0; i < EGEMAPS_VOICE_FORMANTS; i++)
        columns->level[i][t] = EGEMAPS_NO_LEVEL;
}

/* The spectral columns of frame t, which lies in a lane. */
static void measure(const struct egemaps_voice *voice, int lane, double f0,
                    const float *const formants[EGEMAPS_VOICE_FORMANTS], size_t t,
                    const struct egemaps_voice_columns *columns)
{
    struct harmonics harmonics;
    find_harmonics(&harmonics, voice, (const float *)voice->power + lane, f0);
    columns->hnr[t] = hnr_of(voice, (const float *)voice->autocorrelation + lane, f0);
    columns->h1_h2[t] = relative(&harmonics, 2, 3);
    int strongest = 0;
    for (int i = 0; i < EGEMAPS_VOICE_FORMANTS; i++) {
        strongest = strongest_near(&harmonics, formants[i][t]);
        columns->level[i][t] = relative(&harmonics, strongest, 1);
    }
    columns->h1_a3[t] = relative(&harmonics, 2, strongest);
}

static int is_voiced(float f0)
{
    return (double)f0 >= min_f0 && (double)f0 <= max_f0;
}

void egemaps_voice_run(struct egemaps_voice *voice, const float *samples, size_t count,
                       const float *f0, const float *const formants[EGEMAPS_VOICE_FORMANTS],
                       size_t frames, const struct egemaps_voice_columns *columns)
{
    for (size_t frame = 0; frame < frames; frame += LANES) {
        size_t end = frames - frame < LANES ? frames : frame + LANES;
        int transformed = 0;
        for (size_t t = frame; t < end; t++) {
            clear(columns, t);
            if (!is_voiced(f0[t]))
                continue;
            if (!transformed)
                transform(voice, samples, count, frame);
            transformed = 1;
            measure(voice, (int)(t - frame), (double)f0[t], formants, t, columns);
        }
    }
    egemaps_periods_run(voice->periods, samples, count, f0, frames, columns->jitter,
                        columns->shimmer);
}
