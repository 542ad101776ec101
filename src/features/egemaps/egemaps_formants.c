#define _GNU_SOURCE
#include "features/egemaps/egemaps_formants.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "features/lanes.h"
#include "features/spectrum/fft.h"
#include "features/spectrum/window.h"
#include "features/voice/lpc.h"

enum { ORDER = 11, LAGS = ORDER + 1, RATE = 11000 };
/* The resampled frame: 20 ms, of which the first 6 lie before the sound; see the header. AT_ONCE
 * samples are computed at once. */
enum { LENGTH = 220, LEAD = 66, AT_ONCE = 4 };
static const double cut_off = 3437.5, lowest_hz = 50, highest_hz = 5450;
/* Seconds: less, and the end of the sound would come round to where it is to be silent. */
static const double padded = 0.032;

/* A value of LANES frames, to 15 digits: prediction amplifies rounding. */
typedef double doubles __attribute__((vector_size(LANES * sizeof(double))));

struct egemaps_formants {
    int window, hop;
    int last;       /* bin below the cut-off */
    double spacing; /* Hz from bin to bin */
    struct fft *fft;
    float *taper;            // (window)
    lanes *frame;            // (FFT size); what follows the window stays 0
    lanes *real, *imaginary; // (bins)
    float *turns;            // (LENGTH / AT_ONCE, last+1, AT_ONCE, 2): cosines and sines
};

/* Sample m of the resampled frame lies at (m - LEAD) / RATE seconds. */
static void fill_turns(struct egemaps_formants *formants)
{
    float *turn = formants->turns;
    for (int m = 0; m < LENGTH; m += AT_ONCE)
        for (int k = 0; k <= formants->last; k++)
            for (int i = 0; i < AT_ONCE; i++) {
                double angle = 2 * M_PI * k * formants->spacing * (m + i - LEAD) / RATE;
                *turn++ = (float)cos(angle);
                *turn++ = (float)-sin(angle);
            }
}

static ser_status allocate(struct egemaps_formants *formants, int size, ser_error *error)
{
    size_t bins = (size_t)size / 2 + 1, turns = (size_t)(formants->last + 1) * LENGTH * 2;
    formants->taper = memory_resize(NULL, (size_t)formants->window, sizeof *formants->taper);
    formants->frame = lanes_allocate((size_t)size);
    formants->real = lanes_allocate(bins);
    formants->imaginary = lanes_allocate(bins);
    formants->turns = memory_resize(NULL, turns, sizeof *formants->turns);
    if (!formants->taper || !formants->frame || !formants->real || !formants->imaginary ||
        !formants->turns)
        return error_memory(error, "preparing formants");
    window_fill(WINDOW_HAMMING, formants->taper, formants->window);
    fill_turns(formants);
    return SER_OK;
}

ser_status egemaps_formants_create(struct egemaps_formants **result, int rate, ser_error *error)
{
    *result = NULL;
    if (rate < RATE)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "the rate is %d Hz, expected 11000 or more for formants", rate);
    struct egemaps_formants *formants = calloc(1, sizeof *formants);
    if (!formants)
        return error_memory(error, "preparing formants");
    formants->window = (int)lround(0.020 * rate);
    formants->hop = (int)lround(0.010 * rate);
    int size = fft_size_at_least((int)ceil(padded * rate));
    formants->spacing = (double)rate / size;
    formants->last = (int)ceil(cut_off / formants->spacing - 1e-9) - 1;
    ser_status status = fft_create(&formants->fft, size, error);
    if (!status)
        status = allocate(formants, size, error);
    if (status) {
        egemaps_formants_destroy(formants);
        return status;
    }
    *result = formants;
    return SER_OK;
}

void egemaps_formants_destroy(struct egemaps_formants *formants)
{
    if (!formants)
        return;
    fft_destroy(formants->fft);
    free(formants->taper);
    free(formants->frame);
    free(formants->real);
    free(formants->imaginary);
    free(formants->turns);
    free(formants);
}

/* The spectra of LANES frames from sample `start` on. */
LANES_DISPATCH
static void transform(struct egemaps_formants *formants, const float *samples, size_t count,
                      size_t start)
{
    lanes *frame = formants->frame;
    lanes_gather(samples, count, (ptrdiff_t)start, formants->hop, formants->window, frame);
    for (int n = 0; n < formants->window; n++)
        frame[n] *= formants->taper[n];
    fft_forward(formants->fft, frame, formants->real, formants->imaginary);
}

LANES_DISPATCH
static void resample(const struct egemaps_formants *formants, lanes output[LENGTH])
{
    const float *turn = formants->turns;
    for (int m = 0; m < LENGTH; m += AT_ONCE) {
        lanes sums[AT_ONCE] = {0};
        for (int k = 0; k <= formants->last; k++) {
            lanes real = formants->real[k], imaginary = formants->imaginary[k];
            for (int i = 0; i < AT_ONCE; i++, turn += 2)
                sums[i] += real * turn[0] + imaginary * turn[1];
        }
        for (int i = 0; i < AT_ONCE; i++)
            output[m + i] = sums[i];
    }
}

LANES_DISPATCH
static void autocorrelate(const lanes *values, doubles lags[LAGS])
{
    for (int lag = 0; lag < LAGS; lag++)
        lags[lag] = (doubles){0};
    for (int m = 0; m < LENGTH; m++) {
        doubles value = __builtin_convertvector(values[m], doubles);
        for (int lag = 0; lag < LAGS && m + lag < LENGTH; lag++)
            lags[lag] += value * __builtin_convertvector(values[m + lag], doubles);
    }
}

/* The resonances of one frame. */
static void find_resonances(const double *lags, const struct egemaps_formants_columns *columns,
                            size_t t)
{
    double a[LAGS];
    struct root roots[ORDER];
    struct formant found[ORDER];
    lpc_levinson(lags, ORDER, a);
    a[0] = -1; /* see the header */
    int count = lpc_roots(a, ORDER, roots);
    count = lpc_formants(roots, count, RATE, lowest_hz, highest_hz, found);
    for (int i = 0; i < EGEMAPS_FORMANTS; i++) {
        columns->frequency[i][t] = i < count ? (float)found[i].frequency : 0;
        columns->bandwidth[i][t] = i < count ? (float)found[i].bandwidth : 0;
    }
}

static void leave_out(const struct egemaps_formants_columns *columns, size_t t)
{
    for (int i = 0; i < EGEMAPS_FORMANTS; i++)
        columns->frequency[i][t] = columns->bandwidth[i][t] = 0;
}

static int any_voiced(const float *f0, size_t first, size_t last)
{
    for (size_t t = first; t < last; t++)
        if (f0[t] > 0)
            return 1;
    return 0;
}

void egemaps_formants_run(struct egemaps_formants *formants, const float *samples, size_t count,
                          const float *f0, size_t frames,
                          const struct egemaps_formants_columns *columns)
{
    lanes resampled[LENGTH];
    doubles lags[LAGS] = {0};
    for (size_t first = 0; first < frames; first += LANES) {
        size_t last = first + LANES < frames ? first + LANES : frames;
        size_t start = first * (size_t)formants->hop;
        if (any_voiced(f0, first, last)) {
            transform(formants, samples, count, start);
            resample(formants, resampled);
            autocorrelate(resampled, lags);
        }
        for (size_t t = first; t < last; t++) {
            int lane = (int)(t - first);
            double own[LAGS];
            if (!(f0[t] > 0)) {
                leave_out(columns, t);
                continue;
            }
            for (int lag = 0; lag < LAGS; lag++)
                own[lag] = lags[lag][lane];
            find_resonances(own, columns, t);
        }
    }
}
