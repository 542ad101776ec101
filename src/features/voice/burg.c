#define _GNU_SOURCE
#include "features/voice/burg.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "features/voice/downsampler.h"
#include "features/voice/lpc.h"

enum { MAX_ORDER = 2 * BURG_MAX_FORMANTS };

/* Nearer than this to 0 Hz and to the ceiling, poles shape the spectrum's slope. */
static const double margin_hz = 50;

struct burg {
    struct burg_settings settings;
    double rate;    /* Hz, of the resampled sound */
    int window;     /* samples of that, under the whole curve */
    float emphasis; /* each sample loses this part of the one before */
    struct downsampler *downsampler;
    float *curve;    // (window)
    lanes *forward;  // (window), the frames
    lanes *backward; // (window)
    float *sound;    // (room), resampled
    size_t room;
};

struct burg_settings burg_defaults(int rate)
{
    double ceiling = fmin(5500, rate / 2.0);
    return (struct burg_settings){
        .rate = rate,
        .ceiling = ceiling,
        .formants = ceiling >= 1100 ? (int)lrint(ceiling / 1100) : 1,
        .window = 0.025,
        .pre_emphasis = 50,
    };
}

static ser_status check(const struct burg_settings *s, ser_error *error)
{
    if (s->rate < 4000 || s->rate > 768000)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "formants: rate is %d Hz, expected 4000 to 768000", s->rate);
    if (!(s->ceiling >= 500 && s->ceiling <= s->rate / 2.0))
        return error_set(error, SER_ERROR_ARGUMENT,
                         "formants: ceiling is %g Hz, expected 500 to half the rate, %g",
                         s->ceiling, s->rate / 2.0);
    if (s->formants < 1 || s->formants > BURG_MAX_FORMANTS)
        return error_set(error, SER_ERROR_ARGUMENT, "formants: %d of them, expected 1 to %d",
                         s->formants, BURG_MAX_FORMANTS);
    if (!(s->window >= 0.01 && s->window <= 1 && s->pre_emphasis >= 0))
        return error_set(error, SER_ERROR_ARGUMENT,
                         "formants: window %g s, pre-emphasis from %g Hz, expected 0.01 to 1 and "
                         "at least 0",
                         s->window, s->pre_emphasis);
    return SER_OK;
}

/* A Gaussian curve less what it still is at the ends of the window, exp(-12) (Boersma 1993). */
static void fill_curve(struct burg *burg)
{
    double edge = exp(-12), middle = (burg->window - 1) / 2.0;
    for (int i = 0; i < burg->window; i++) {
        double part = (i - middle) / (burg->window + 1);
        burg->curve[i] = (float)((exp(-48 * part * part) - edge) / (1 - edge));
    }
}

ser_status burg_create(struct burg **result, const struct burg_settings *settings, ser_error *error)
{
    *result = NULL;
    ser_status status = check(settings, error);
    if (status)
        return status;
    struct burg *burg = calloc(1, sizeof *burg);
    if (!burg)
        return error_memory(error, "preparing formants");
    burg->settings = *settings;
    int rate = (int)(2 * settings->ceiling);
    burg->rate = rate;
    burg->window = (int)(2 * settings->window * rate);
    burg->emphasis = (float)exp(-2 * M_PI * settings->pre_emphasis / rate);
    burg->curve = calloc((size_t)burg->window, sizeof *burg->curve);
    burg->forward = lanes_allocate((size_t)burg->window);
    burg->backward = lanes_allocate((size_t)burg->window);
    if (!burg->curve || !burg->forward || !burg->backward)
        status = error_memory(error, "preparing formants");
    if (!status)
        status = downsampler_create(&burg->downsampler, settings->rate, rate, error);
    if (status) {
        burg_destroy(burg);
        return status;
    }
    fill_curve(burg);
    *result = burg;
    return SER_OK;
}

void burg_destroy(struct burg *burg)
{
    if (!burg)
        return;
    downsampler_destroy(burg->downsampler);
    free(burg->curve);
    free(burg->forward);
    free(burg->backward);
    free(burg->sound);
    free(burg);
}

/* One step of the recursion: takes the reflection coefficient out of both prediction errors, and
 * sums up what the next coefficient is made of. The errors of order m live at forward[m …] and at
 * backward[m-1 …], which is the backward error one sample before. */
LANES_INLINE void reflect(lanes *restrict forward, lanes *restrict backward, int count, int order,
                          lanes coefficient, lanes *both, lanes *energy)
{
    lanes products = {0}, squares = {0}, last = {0};
    for (int n = order; n < count; n++) {
        lanes f = forward[n] + coefficient * backward[n - 1];
        lanes b = backward[n - 1] + coefficient * forward[n];
        forward[n] = f;
        if (n > order) {
            products += f * last;
            squares += f * f + last * last;
        }
        backward[n - 1] = last;
        last = b;
    }
    backward[count - 1] = last;
    *both = products;
    *energy = squares;
}

LANES_DISPATCH
void burg_fit(lanes *forward, lanes *backward, int count, int order, lanes *model)
{
    const lanes zero = {0}, one = lanes_all(1), least = lanes_all(1e-30f);
    lanes before[MAX_ORDER + 1], both = {0}, energy = {0};
    model[0] = one;
    for (int n = 1; n < count; n++) {
        both += forward[n] * forward[n - 1];
        energy += forward[n] * forward[n] + forward[n - 1] * forward[n - 1];
    }
    memcpy(backward, forward, (size_t)count * sizeof *forward);
    for (int m = 1; m <= order; m++) {
        lanes_int some = energy > least;
        lanes k = lanes_select(some, -2.0f * both / lanes_select(some, energy, one), zero);
        k = lanes_min(lanes_max(k, -one), one);
        memcpy(before, model, (size_t)m * sizeof *model);
        for (int i = 1; i < m; i++)
            model[i] = before[i] + k * before[m - i];
        model[m] = k;
        reflect(forward, backward, count, m, k, &both, &energy);
    }
}

/* Resamples the recording and lifts its high frequencies. */
static ser_status prepare(struct burg *burg, const float *samples, size_t count, size_t *made,
                          ser_error *error)
{
    *made = downsampler_count(burg->downsampler, count);
    if (!memory_reserve(&burg->sound, &burg->room, *made, sizeof *burg->sound))
        return error_memory(error, "finding formants");
    downsampler_run(burg->downsampler, samples, count, burg->sound);
    for (size_t i = *made; i-- > 1;)
        burg->sound[i] -= burg->emphasis * burg->sound[i - 1];
    return SER_OK;
}

/* The formants of one frame from lane `lane` of the model. */
static void resonances(const struct burg *burg, const lanes *model, int lane, float *frequencies,
                       float *bandwidths)
{
    int wanted = burg->settings.formants, order = 2 * wanted;
    double a[MAX_ORDER + 1];
    struct root roots[MAX_ORDER];
    struct formant formants[MAX_ORDER];
    for (int i = 0; i <= order; i++)
        a[i] = (double)model[i][lane];
    int found = lpc_roots(a, order, roots);
    found = lpc_formants(roots, found, burg->rate, margin_hz, burg->rate / 2 - margin_hz, formants);
    for (int i = 0; i < wanted; i++) {
        frequencies[i] = i < found ? (float)formants[i].frequency : 0;
        bandwidths[i] = i < found ? (float)formants[i].bandwidth : 0;
    }
}

ser_status burg_run(struct burg *burg, const float *samples, size_t count,
                    const struct centres *centres, float *frequencies, float *bandwidths,
                    ser_error *error)
{
    size_t made, wanted = (size_t)burg->settings.formants;
    ser_status status = prepare(burg, samples, count, &made, error);
    if (status)
        return status;
    double ratio = burg->rate / burg->settings.rate;
    for (size_t t = 0; t < centres->frames; t += LANES) {
        lanes model[MAX_ORDER + 1];
        ptrdiff_t starts[LANES];
        for (size_t lane = 0; lane < LANES; lane++) {
            size_t frame = t + lane < centres->frames ? t + lane : centres->frames - 1;
            double middle = (centres->start + (double)frame * centres->hop) * ratio;
            starts[lane] = (ptrdiff_t)ceil(middle - burg->window / 2.0);
        }
        centres_gather(burg->sound, made, starts, burg->window, 0, burg->forward);
        lanes_weigh(burg->forward, burg->curve, burg->window);
        burg_fit(burg->forward, burg->backward, burg->window, 2 * burg->settings.formants, model);
        for (size_t lane = 0; lane < LANES && t + lane < centres->frames; lane++)
            resonances(burg, model, (int)lane, frequencies + (t + lane) * wanted,
                       bandwidths + (t + lane) * wanted);
    }
    return SER_OK;
}
