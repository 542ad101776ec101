#define _GNU_SOURCE
#include "features/voice/pitch_ac.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "features/voice/correlation.h"
#include "features/voice/peak.h"
#include "features/voice/pitch_path.h"

enum {
    PERIODS = 3, /* the longest ones, under the window */
};

struct pitch_ac {
    struct pitch_ac_settings settings;
    int window; /* samples under the window, even */
    int period; /* samples, the longest one */
    int lags;   /* the autocorrelation is computed up to here */
    int stride; /* floats of a row of `rows` */
    struct correlation *correlation;
    struct peak_finder *finder;
    struct pitch_path path;
    float *hann;        // (window)
    float *unwindow;    // (lags+1): what takes the window's autocorrelation out
    lanes *frames;      // (window)
    lanes *r;           // (lags+1)
    float *rows;        // (LANES, stride): autocorrelations for lags -PEAK_REACH … lags
    float peaks[LANES]; /* of the windowed frames, near their middle */
};

struct pitch_ac_settings pitch_ac_defaults(int rate)
{
    return (struct pitch_ac_settings){
        .rate = rate,
        .floor = 75,
        .ceiling = 600,
        .step = 0.01,
        .candidates = PITCH_MAX_CANDIDATES,
        .silence = 0.03,
        .voicing = 0.45,
        .octave_cost = 0.01,
        .octave_jump = 0.35,
        .voicing_change = 0.14,
    };
}

static ser_status check(const struct pitch_ac_settings *s, ser_error *error)
{
    if (s->rate < 4000 || s->rate > 768000)
        return error_set(error, SER_ERROR_ARGUMENT, "pitch: rate is %d Hz, expected 4000 to 768000",
                         s->rate);
    if (!(s->floor >= 40 && s->floor <= 500))
        return error_set(error, SER_ERROR_ARGUMENT, "pitch: floor is %g Hz, expected 40 to 500",
                         s->floor);
    if (!(s->ceiling > s->floor && s->ceiling <= s->rate / 4.0))
        return error_set(error, SER_ERROR_ARGUMENT,
                         "pitch: ceiling is %g Hz, expected above the floor %g and up to %g",
                         s->ceiling, s->floor, s->rate / 4.0);
    if (!(s->step >= 1e-3 && s->step <= 1) || s->candidates < 2 ||
        s->candidates > PITCH_MAX_CANDIDATES)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "pitch: step is %g s and candidates %d, expected 0.001 to 1 and 2 to %d",
                         s->step, s->candidates, PITCH_MAX_CANDIDATES);
    if (!(s->voicing >= 0 && s->voicing <= 1 && s->silence >= 0 && s->silence <= 1))
        return error_set(error, SER_ERROR_ARGUMENT,
                         "pitch: thresholds are %g (voicing) and %g (silence), expected 0 to 1",
                         s->voicing, s->silence);
    return SER_OK;
}

/* The Hann window without the zeros at its ends. */
static void fill_window(struct pitch_ac *pitch)
{
    for (int i = 0; i < pitch->window; i++)
        pitch->hann[i] = (float)(0.5 - 0.5 * cos(2 * M_PI * (i + 1) / (pitch->window + 1)));
}

/* The window's own autocorrelation, relative to that at lag 0, in closed form (Boersma 1993). */
static void fill_unwindow(struct pitch_ac *pitch)
{
    for (int lag = 0; lag <= pitch->lags; lag++) {
        double part = (double)lag / (pitch->window + 1), angle = 2 * M_PI * part;
        double window = (1 - part) * (2 / 3.0 + cos(angle) / 3) + sin(angle) / (2 * M_PI);
        pitch->unwindow[lag] = (float)(1 / window);
    }
}

static ser_status allocate(struct pitch_ac *pitch, ser_error *error)
{
    size_t window = (size_t)pitch->window, lags = (size_t)pitch->lags;
    pitch->hann = calloc(window, sizeof *pitch->hann);
    pitch->unwindow = calloc(lags + 1, sizeof *pitch->unwindow);
    pitch->frames = lanes_allocate(window);
    pitch->r = lanes_allocate(lags + 1);
    pitch->rows = calloc((size_t)LANES * (size_t)pitch->stride, sizeof *pitch->rows);
    if (!pitch->hann || !pitch->unwindow || !pitch->frames || !pitch->r || !pitch->rows)
        return error_memory(error, "preparing pitch");
    ser_status status = correlation_create(&pitch->correlation, pitch->window, pitch->lags, error);
    return status ? status : peak_finder_create(&pitch->finder, error);
}

ser_status pitch_ac_create(struct pitch_ac **result, const struct pitch_ac_settings *settings,
                           ser_error *error)
{
    *result = NULL;
    ser_status status = check(settings, error);
    if (status)
        return status;
    struct pitch_ac *pitch = calloc(1, sizeof *pitch);
    if (!pitch)
        return error_memory(error, "preparing pitch");
    pitch->settings = *settings;
    double longest = settings->rate / settings->floor;
    pitch->period = (int)longest;
    pitch->window = 2 * ((int)(PERIODS * longest) / 2 - 1);
    pitch->lags = pitch->period + PEAK_REACH;
    if (pitch->lags > pitch->window - 3) /* at low rates; beyond it there is no window left */
        pitch->lags = pitch->window - 3;
    pitch->stride = PEAK_REACH + pitch->period + PEAK_REACH + 1;
    status = allocate(pitch, error);
    if (status) {
        pitch_ac_destroy(pitch);
        return status;
    }
    fill_window(pitch);
    fill_unwindow(pitch);
    *result = pitch;
    return SER_OK;
}

void pitch_ac_destroy(struct pitch_ac *pitch)
{
    if (!pitch)
        return;
    correlation_destroy(pitch->correlation);
    peak_finder_destroy(pitch->finder);
    pitch_path_release(&pitch->path);
    free(pitch->hann);
    free(pitch->unwindow);
    free(pitch->frames);
    free(pitch->r);
    free(pitch->rows);
    free(pitch);
}

struct centres pitch_ac_centres(const struct pitch_ac *pitch, size_t count)
{
    const struct pitch_ac_settings *s = &pitch->settings;
    return centres_fit(count, s->rate, PERIODS / s->floor, s->step);
}

/* Takes the mean of the two longest periods in the middle away, windows, and finds the peak within
 * half a period of the middle. */
LANES_DISPATCH
static void prepare_frames(lanes *restrict frames, const float *restrict hann, int window,
                           int period, float peaks[LANES])
{
    int middle = window / 2, half = period / 2 + 1;
    lanes mean = {0}, peak = {0};
    for (int i = middle - period; i < middle + period; i++)
        mean += frames[i];
    mean /= (float)(2 * period);
    for (int i = 0; i < window; i++)
        frames[i] = (frames[i] - mean) * hann[i];
    for (int i = middle - half; i < middle + half; i++)
        peak = lanes_max(peak, lanes_abs(frames[i]));
    lanes_store(peaks, peak);
}

/* r relative to that at lag 0, without the window's part; 0 for frames without energy. */
LANES_DISPATCH
static void normalise(lanes *restrict r, const float *restrict unwindow, int lags)
{
    const lanes zero = {0}, one = lanes_all(1);
    lanes_int some = r[0] > lanes_all(1e-30f);
    lanes factor = lanes_select(some, one / lanes_select(some, r[0], one), zero);
    for (int lag = 0; lag <= lags; lag++)
        r[lag] *= factor * unwindow[lag];
}

/* Autocorrelations are even, so what lies before lag 0 mirrors what lies behind. */
static void to_rows(struct pitch_ac *pitch)
{
    float *lag0 = pitch->rows + PEAK_REACH;
    lanes_to_rows(pitch->r, pitch->lags + 1, LANES, lag0, (size_t)pitch->stride);
    for (int lane = 0; lane < LANES; lane++, lag0 += pitch->stride)
        for (int lag = 1; lag <= PEAK_REACH; lag++)
            lag0[-lag] = lag0[lag < pitch->lags ? lag : pitch->lags];
}

static void correlate(struct pitch_ac *pitch, const float *samples, size_t count,
                      const struct centres *centres, size_t frame, float offset)
{
    ptrdiff_t starts[LANES];
    for (size_t lane = 0; lane < LANES; lane++) {
        size_t t = frame + lane < centres->frames ? frame + lane : centres->frames - 1;
        starts[lane] = centres_sample(centres, t, 0) + 1 - pitch->window / 2;
    }
    centres_gather(samples, count, starts, pitch->window, offset, pitch->frames);
    prepare_frames(pitch->frames, pitch->hann, pitch->window, pitch->period, pitch->peaks);
    correlation_auto(pitch->correlation, pitch->frames, pitch->r);
    normalise(pitch->r, pitch->unwindow, pitch->lags);
    to_rows(pitch);
}

/* Boersma 1993, eq. 23: loud frames are taken for voiced from a correlation of `voicing` on; quiet
 * ones need more. `part` is the frame's peak relative to the recording's. */
static float unvoiced_strength(const struct pitch_ac_settings *s, double part)
{
    double quiet = s->silence > 0 ? 2 - part * (1 + s->voicing) / s->silence : 0;
    return (float)(s->voicing + fmax(0, quiet));
}

/* Keeps the strongest candidates: replaces the weakest voiced one where there is no room. */
static void keep(struct pitch_candidate *candidates, int *count, int most,
                 struct pitch_candidate candidate)
{
    if (*count < most) {
        candidates[(*count)++] = candidate;
        return;
    }
    int weakest = 1;
    for (int i = 2; i < most; i++)
        if (candidates[i].strength < candidates[weakest].strength)
            weakest = i;
    if (candidate.strength > candidates[weakest].strength)
        candidates[weakest] = candidate;
}

/* The candidate that a maximum of the correlation stands for. A height above 1 is a fault of
 * interpolation and as likely to lie as far below. */
static struct pitch_candidate candidate_at(const struct pitch_ac *pitch, const float *r, int lag)
{
    const struct pitch_ac_settings *s = &pitch->settings;
    struct peak peak = peak_find(pitch->finder, r + lag);
    float height = peak.height > 1 ? 1 / peak.height : peak.height;
    float frequency = (float)s->rate / ((float)lag + peak.place);
    float octaves = log2f((float)s->ceiling / frequency);
    return (struct pitch_candidate){frequency, height - (float)s->octave_cost * octaves, height};
}

/* r: from lag 0 on. The first candidate is "unvoiced". Returns how many. */
static int find_candidates(const struct pitch_ac *pitch, const float *r, double part,
                           struct pitch_candidate *candidates)
{
    const struct pitch_ac_settings *s = &pitch->settings;
    int first = (int)(s->rate / s->ceiling) - 1, count = 1;
    float least = 0.5f * (float)s->voicing, best = 0;
    for (int lag = first > 2 ? first : 2; lag < pitch->period; lag++) {
        if (!(r[lag] > least && r[lag] > r[lag - 1] && r[lag] >= r[lag + 1]))
            continue;
        struct pitch_candidate candidate = candidate_at(pitch, r, lag);
        if (candidate.frequency > (float)s->ceiling || candidate.frequency < (float)s->floor)
            continue;
        best = fmaxf(best, candidate.height);
        keep(candidates, &count, s->candidates, candidate);
    }
    candidates[0] = (struct pitch_candidate){0, unvoiced_strength(s, part), best};
    return count;
}

static ser_status add_frames(struct pitch_ac *pitch, size_t frames, double loudest,
                             ser_error *error)
{
    for (size_t lane = 0; lane < LANES && lane < frames; lane++) {
        struct pitch_candidate candidates[PITCH_MAX_CANDIDATES];
        double part = loudest > 0 ? fmin(1, (double)pitch->peaks[lane] / loudest) : 0;
        const float *lag0 = pitch->rows + lane * (size_t)pitch->stride + PEAK_REACH;
        int count = find_candidates(pitch, lag0, part, candidates);
        if (loudest <= 0)
            count = 1;
        ser_status status = pitch_path_add(&pitch->path, candidates, count, error);
        if (status)
            return status;
    }
    return SER_OK;
}

ser_status pitch_ac_run(struct pitch_ac *pitch, const float *samples, size_t count, float *f0,
                        float *strength, ser_error *error)
{
    const struct pitch_ac_settings *s = &pitch->settings;
    struct centres centres = pitch_ac_centres(pitch, count);
    double mean, loudest;
    centres_measure(samples, count, &mean, &loudest);
    ser_status status = pitch_path_begin(&pitch->path, centres.frames, error);
    for (size_t t = 0; t < centres.frames && !status; t += LANES) {
        correlate(pitch, samples, count, &centres, t, (float)mean);
        status = add_frames(pitch, centres.frames - t, loudest, error);
    }
    if (status)
        return status;
    struct pitch_costs costs = {.octave_jump = s->octave_jump * 0.01 / s->step,
                                .voicing_change = s->voicing_change * 0.01 / s->step};
    return pitch_path_find(&pitch->path, &costs, f0, strength, error);
}

double pitch_contour_at(const struct pitch_contour *contour, double seconds)
{
    const struct centres *centres = &contour->centres;
    double place = (seconds - centres->first) / centres->step;
    if (!(place > -0.5 && place < (double)centres->frames - 0.5))
        return 0;
    double nearest = floor(place + 0.5), f0 = (double)contour->f0[(size_t)nearest];
    double other = place > nearest ? nearest + 1 : nearest - 1;
    if (f0 <= 0 || other < 0 || other >= (double)centres->frames)
        return f0;
    double beside = (double)contour->f0[(size_t)other];
    return beside > 0 ? f0 + (beside - f0) * fabs(place - nearest) : f0;
}

size_t pitch_contour_stretch(const struct pitch_contour *contour, size_t first, size_t *end)
{
    size_t frames = contour->centres.frames;
    while (first < frames && contour->f0[first] <= 0)
        first++;
    *end = first;
    while (*end < frames && contour->f0[*end] > 0)
        ++*end;
    return first;
}
