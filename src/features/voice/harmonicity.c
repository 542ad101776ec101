#define _GNU_SOURCE
#include "features/voice/harmonicity.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "features/voice/correlation.h"
#include "features/voice/peak.h"

/* How far the interpolated height of a maximum may exceed that of its parabola; lower ones need no
 * interpolation. */
static const float margin = 0.25f;

struct harmonicity {
    struct harmonicity_settings settings;
    int period; /* samples, the longest one */
    int window; /* samples of a stretch, even */
    int lags;   /* correlations are computed up to here */
    int stride; /* floats of a row of `rows` */
    struct correlation *correlation;
    struct peak_finder *finder;
    lanes *frames;      // (window+lags)
    lanes *r;           // (lags+1)
    float *rows;        // (LANES, stride): correlations for lags -PEAK_REACH … lags
    float peaks[LANES]; /* of the frames, within half a window from the middle */
};

struct harmonicity_settings harmonicity_defaults(int rate)
{
    return (struct harmonicity_settings){.rate = rate, .floor = 75, .silence = 0.1};
}

static ser_status check(const struct harmonicity_settings *s, ser_error *error)
{
    if (s->rate < 4000 || s->rate > 768000)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "harmonicity: rate is %d Hz, expected 4000 to 768000", s->rate);
    if (!(s->floor >= 40 && s->floor <= 500))
        return error_set(error, SER_ERROR_ARGUMENT,
                         "harmonicity: floor is %g Hz, expected 40 to 500", s->floor);
    if (!(s->silence >= 0 && s->silence <= 1))
        return error_set(error, SER_ERROR_ARGUMENT, "harmonicity: silence is %g, expected 0 to 1",
                         s->silence);
    return SER_OK;
}

static ser_status allocate(struct harmonicity *harmonicity, ser_error *error)
{
    size_t window = (size_t)harmonicity->window, lags = (size_t)harmonicity->lags;
    harmonicity->frames = lanes_allocate(window + lags);
    harmonicity->r = lanes_allocate(lags + 1);
    harmonicity->rows =
        calloc((size_t)LANES * (size_t)harmonicity->stride, sizeof *harmonicity->rows);
    if (!harmonicity->frames || !harmonicity->r || !harmonicity->rows)
        return error_memory(error, "preparing harmonicity");
    ser_status status = correlation_create(&harmonicity->correlation, harmonicity->window,
                                           harmonicity->lags, error);
    return status ? status : peak_finder_create(&harmonicity->finder, error);
}

ser_status harmonicity_create(struct harmonicity **result,
                              const struct harmonicity_settings *settings, ser_error *error)
{
    *result = NULL;
    ser_status status = check(settings, error);
    if (status)
        return status;
    struct harmonicity *harmonicity = calloc(1, sizeof *harmonicity);
    if (!harmonicity)
        return error_memory(error, "preparing harmonicity");
    harmonicity->settings = *settings;
    harmonicity->period = (int)(settings->rate / settings->floor);
    harmonicity->window = 2 * (harmonicity->period / 2 - 1);
    harmonicity->lags = harmonicity->period + PEAK_REACH;
    harmonicity->stride = PEAK_REACH + harmonicity->lags + 1;
    status = allocate(harmonicity, error);
    if (status) {
        harmonicity_destroy(harmonicity);
        return status;
    }
    *result = harmonicity;
    return SER_OK;
}

void harmonicity_destroy(struct harmonicity *harmonicity)
{
    if (!harmonicity)
        return;
    correlation_destroy(harmonicity->correlation);
    peak_finder_destroy(harmonicity->finder);
    free(harmonicity->frames);
    free(harmonicity->r);
    free(harmonicity->rows);
    free(harmonicity);
}

/* Takes the mean of the two periods around the middle away (`middle` is the sample that follows it)
 * and finds the peak. */
LANES_DISPATCH
static void prepare_frames(lanes *restrict frames, int length, int period, int half, int middle,
                           float peaks[LANES])
{
    lanes mean = {0}, peak = {0};
    for (int i = middle - period; i < middle + period; i++)
        mean += frames[i];
    mean /= (float)(2 * period);
    for (int i = 0; i < length; i++)
        frames[i] -= mean;
    for (int i = middle - half; i < middle + half; i++)
        peak = lanes_max(peak, lanes_abs(frames[i]));
    lanes_store(peaks, peak);
}

static void correlate(struct harmonicity *harmonicity, const float *samples, size_t count,
                      const struct centres *centres, size_t frame, float offset)
{
    int window = harmonicity->window, period = harmonicity->period, lags = harmonicity->lags;
    ptrdiff_t starts[LANES];
    double back = 1 / harmonicity->settings.floor;
    for (size_t lane = 0; lane < LANES; lane++) {
        size_t t = frame + lane < centres->frames ? frame + lane : centres->frames - 1;
        starts[lane] = centres_sample(centres, t, -back);
    }
    centres_gather(samples, count, starts, window + lags, offset, harmonicity->frames);
    prepare_frames(harmonicity->frames, window + lags, period, window / 2, period + 1,
                   harmonicity->peaks);
    correlation_cross(harmonicity->correlation, harmonicity->frames, harmonicity->r);
    correlation_normalise(harmonicity->correlation, harmonicity->frames, harmonicity->r);
    float *lag0 = harmonicity->rows + PEAK_REACH;
    size_t stride = (size_t)harmonicity->stride;
    lanes_to_rows(harmonicity->r, lags + 1, LANES, lag0, stride);
    for (int lane = 0; lane < LANES; lane++, lag0 += stride)
        for (int lag = 1; lag <= PEAK_REACH; lag++)
            lag0[-lag] = lag0[lag];
}

/* The highest maximum between lag 2 and the length of a stretch; 0 where there is none. A height
 * above 1 is a fault of interpolation and as likely to lie as far below. */
static float best_height(const struct harmonicity *harmonicity, const float *r)
{
    float best = 0;
    for (int lag = 2; lag < harmonicity->window; lag++) {
        if (!(r[lag] > 0 && r[lag] > r[lag - 1] && r[lag] >= r[lag + 1]))
            continue;
        if (peak_of_parabola(r + lag).height < best - margin)
            continue;
        float height = peak_find(harmonicity->finder, r + lag).height;
        best = fmaxf(best, height > 1 ? 1 / height : height);
    }
    return best;
}

/* The correlation that a frame must exceed: the rule of pitch_ac.c for "unvoiced", for a voicing
 * threshold of 0. `part` is the frame's peak relative to the recording's. */
static double least_height(double part, double silence)
{
    return silence > 0 ? fmax(0, 2 - part / silence) : 0;
}

static float hnr_of(float r)
{
    float db = 10 * log10f(r / fmaxf(1 - r, 1e-9f));
    return fminf(db, HARMONICITY_MOST);
}

static float hnr_of_lane(const struct harmonicity *harmonicity, size_t lane, double loudest)
{
    double part = fmin(1, (double)harmonicity->peaks[lane] / loudest);
    double least = least_height(part, harmonicity->settings.silence);
    if (least >= 1)
        return HARMONICITY_SILENT;
    const float *r = harmonicity->rows + lane * (size_t)harmonicity->stride + PEAK_REACH;
    float height = best_height(harmonicity, r);
    return (double)height > least ? hnr_of(height) : HARMONICITY_SILENT;
}

void harmonicity_run(struct harmonicity *harmonicity, const float *samples, size_t count,
                     const struct centres *centres, float *hnr)
{
    double mean, loudest;
    centres_measure(samples, count, &mean, &loudest);
    for (size_t t = 0; t < centres->frames; t += LANES) {
        correlate(harmonicity, samples, count, centres, t, (float)mean);
        for (size_t lane = 0; lane < LANES && t + lane < centres->frames; lane++)
            hnr[t + lane] =
                loudest > 0 ? hnr_of_lane(harmonicity, lane, loudest) : HARMONICITY_SILENT;
    }
}
