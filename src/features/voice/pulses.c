#define _GNU_SOURCE
#include "features/voice/pulses.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "features/lanes.h"
#include "features/voice/peak.h"

/* How far away the next pulse is looked for, in periods. */
static const double nearest = 0.8, farthest = 1.25;

/* A pulse less alike than this to the one before is left out; … */
static const double alike = 0.3;
/* … one beyond the edge of its stretch is kept if it is as alike as this. */
static const double very_alike = 0.7;

enum { COARSE_RATE = 16000 }; /* Hz: a finer sampling is first searched in larger steps */

struct search {
    const float *samples;
    ptrdiff_t count;
    double rate;
    float mean;
    int thinning; /* the coarse search takes one sample and one distance of so many */
    struct pulses *pulses;
};

struct match {
    double time, likeness;
};

void pulses_release(struct pulses *pulses)
{
    free(pulses->times);
    free(pulses->scratch);
    *pulses = (struct pulses){0};
}

static ser_status add(struct pulses *pulses, double time, ser_error *error)
{
    if (!memory_reserve(&pulses->times, &pulses->room, pulses->count + 1, sizeof *pulses->times))
        return error_memory(error, "finding pulses");
    pulses->times[pulses->count++] = time;
    return SER_OK;
}

/* The sample nearest to a time, and back (sample i lasts from i / rate to (i+1) / rate). */
static ptrdiff_t sample_at(const struct search *search, double time)
{
    return (ptrdiff_t)floor(time * search->rate);
}

static double time_of(const struct search *search, double sample)
{
    return (sample + 0.5) / search->rate;
}

/* Samples first … first+length-1 less the mean, 0 outside of the recording. */
static void copy(const struct search *search, ptrdiff_t first, ptrdiff_t length, float *output)
{
    for (ptrdiff_t i = 0; i < length; i++) {
        ptrdiff_t place = first + i;
        int inside = place >= 0 && place < search->count;
        output[i] = inside ? search->samples[place] - search->mean : 0.0f;
    }
}

/* The extreme of the samples between two times, to a fraction of a sample. */
static double extreme(const struct search *search, double from, double to)
{
    ptrdiff_t first = sample_at(search, from), last = sample_at(search, to), best;
    first = first < 0 ? 0 : first;
    last = last >= search->count ? search->count - 1 : last;
    best = first;
    for (ptrdiff_t i = first; i <= last; i++)
        if (fabsf(search->samples[i] - search->mean) > fabsf(search->samples[best] - search->mean))
            best = i;
    double place = (double)best;
    if (best > first && best < last) {
        float values[3];
        copy(search, best - 1, 3, values);
        float bend = 2 * values[1] - values[0] - values[2];
        if (bend != 0)
            place += (double)peak_of_parabola(values + 1).place;
    }
    return time_of(search, place);
}

/* sums[k] = sum over i of x[i*step] y[k*step + i*step], for LANES values of k from `first` on. */
LANES_INLINE lanes products(const float *x, const float *y, int width, int step, int first)
{
    lanes sum = {0};
    const float *from = y + (ptrdiff_t)first * step;
    if (step == 1) {
        for (int i = 0; i < width; i++)
            sum += x[i] * lanes_load(from + i);
        return sum;
    }
    for (int i = 0; i < width; i += step) {
        lanes other = {0};
        for (int k = 0; k < LANES; k++)
            other[k] = from[i + k * step];
        sum += x[i] * other;
    }
    return sum;
}

/* likeness[k] is the correlation coefficient of x with y from k*step on, for k below count rounded
 * up to LANES; both are `width` long, of which one of `step` samples counts. */
LANES_DISPATCH
static void correlate(const float *x, const float *y, int width, int step, int count,
                      float *likeness)
{
    double energy = 0, other = 0;
    for (int i = 0; i < width; i += step) {
        energy += (double)x[i] * (double)x[i];
        other += (double)y[i] * (double)y[i];
    }
    int counted = (width + step - 1) / step;
    for (int first = 0; first < count; first += LANES) {
        lanes sums = products(x, y, width, step, first);
        for (int k = 0; k < LANES; k++) {
            ptrdiff_t start = (ptrdiff_t)(first + k) * step;
            double root = sqrt(energy * other);
            likeness[first + k] = root > 1e-30 ? (float)((double)sums[k] / root) : 0;
            double leaves = (double)y[start], comes = (double)y[start + counted * step];
            other = fmax(0, other + comes * comes - leaves * leaves);
        }
    }
}

/* The highest maximum; one at the first place counts if it is positive, one at the last does not.
 * -1 where there is none. */
static int best_maximum(const float *values, int count)
{
    int best = -1;
    for (int i = 0; i < count - 1; i++) {
        float before = i > 0 ? values[i - 1] : 0;
        if (values[i] > before && values[i] >= values[i + 1] &&
            (best < 0 || values[i] > values[best]))
            best = i;
    }
    return best;
}

/* The top of the parabola through a maximum and its neighbours; 0 stands before the first. */
static struct peak top_at(const float *values, int place)
{
    float three[3] = {place > 0 ? values[place - 1] : 0, values[place], values[place + 1]};
    struct peak peak = peak_of_parabola(three + 1);
    peak.place += (float)place;
    return peak;
}

/* Room for a stretch, for where it may move, and for the correlations. */
static ser_status make_room(struct pulses *pulses, size_t floats, ser_error *error)
{
    if (!memory_reserve(&pulses->scratch, &pulses->scratch_room, floats, sizeof *pulses->scratch))
        return error_memory(error, "finding pulses");
    return SER_OK;
}

/* Where x, one period of sound, is looked for: y begins `first` samples of the recording. */
struct range {
    ptrdiff_t start; /* of x */
    int width;       /* of x */
    ptrdiff_t first; /* where x may begin again … */
    int places;      /* … and at how many samples from there on */
};

/* Sample i stands for the moment (i + 1/2) / rate. */
static struct range range_of(const struct search *search, double time, double period, double from,
                             double to)
{
    double left = time - period / 2, rate = search->rate;
    struct range range = {.start = sample_at(search, left),
                          .first = (ptrdiff_t)floor((left + from) * rate - 0.5)};
    range.width = (int)(sample_at(search, time + period / 2) - range.start) + 1;
    range.places = (int)((ptrdiff_t)ceil((left + to) * rate - 0.5) - range.first) + 1;
    return range;
}

/* The place, counted from range.first, where the sound is most like x; at a high rate first
 * coarsely, then around the best of these. x and y with `step` samples before it are in place.
 * Returns 0 where there is no maximum. */
static int search_range(const struct range *range, const float *x, const float *y, int step,
                        float *likeness, struct peak *peak)
{
    int count = (range->places + step - 1) / step, base = 0;
    correlate(x, y, range->width, step, count, likeness);
    int best = best_maximum(likeness, count);
    if (best < 0)
        return 0;
    if (step > 1) {
        base = (best - 1) * step;
        count = 2 * step + 1;
        correlate(x, y + base, range->width, 1, count, likeness);
        best = best_maximum(likeness, count);
        if (best < 0)
            return 0;
    }
    *peak = top_at(likeness, best);
    peak->place += (float)base;
    return 1;
}

/* Where, between two distances (seconds, negative to the left), the sound around `time` repeats
 * itself best; the first of them, with a likeness of 0, where it does so nowhere. */
static ser_status find_match(const struct search *search, double time, double period, double from,
                             double to, struct match *match, ser_error *error)
{
    struct range range = range_of(search, time, period, from, to);
    int step = search->thinning;
    size_t width = (size_t)range.width;
    size_t span = width + (size_t)range.places + (size_t)((2 * LANES + 4) * step);
    ser_status status = make_room(search->pulses, width + 2 * span, error);
    if (status)
        return status;
    float *x = search->pulses->scratch, *around = x + width, *likeness = around + span;
    copy(search, range.start, range.width, x);
    copy(search, range.first - step, (ptrdiff_t)span, around);
    struct peak peak = {0};
    if (!search_range(&range, x, around + step, step, likeness, &peak)) {
        *match = (struct match){time + from, 0};
        return SER_OK;
    }
    double moved = (double)(range.first - range.start) + (double)peak.place;
    *match = (struct match){time + moved / search->rate, (double)peak.height};
    return SER_OK;
}

/* Follows the pulses from `time` to one edge of the stretch. direction: -1 or 1. */
static ser_status follow(const struct search *search, const struct pitch_contour *contour,
                         double time, double edge, int direction, ser_error *error)
{
    for (;;) {
        double f0 = pitch_contour_at(contour, time);
        if (f0 <= 0)
            return SER_OK;
        double period = 1 / f0;
        double from = direction > 0 ? nearest * period : -farthest * period;
        double to = direction > 0 ? farthest * period : -nearest * period;
        struct match match;
        ser_status status = find_match(search, time, period, from, to, &match, error);
        if (status)
            return status;
        time = match.time;
        int beyond = direction > 0 ? time > edge : time < edge;
        if (match.likeness > (beyond ? very_alike : alike))
            status = add(search->pulses, time, error);
        if (status || beyond)
            return status;
    }
}

static void reverse(double *times, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        double time = times[i];
        times[i] = times[count - 1 - i];
        times[count - 1 - i] = time;
    }
}

/* The pulses of the voiced frames first … end-1. */
static ser_status find_in_stretch(const struct search *search, const struct pitch_contour *contour,
                                  size_t first, size_t end, ser_error *error)
{
    double half = contour->centres.step / 2;
    double left = centres_time(&contour->centres, first) - half;
    double right = centres_time(&contour->centres, end - 1) + half;
    double middle = (left + right) / 2, period = 1 / pitch_contour_at(contour, middle);
    double time = extreme(search, middle - period / 2, middle + period / 2);
    struct pulses *pulses = search->pulses;
    size_t begin = pulses->count;
    ser_status status = follow(search, contour, time, left, -1, error);
    if (status)
        return status;
    reverse(pulses->times + begin, pulses->count - begin);
    status = add(pulses, time, error);
    return status ? status : follow(search, contour, time, right, 1, error);
}

ser_status pulses_find(struct pulses *pulses, const struct pitch_contour *contour,
                       const float *samples, size_t count, ser_error *error)
{
    double mean, peak, rate = contour->centres.rate;
    centres_measure(samples, count, &mean, &peak);
    struct search search = {.samples = samples,
                            .count = (ptrdiff_t)count,
                            .rate = rate,
                            .mean = (float)mean,
                            .thinning = rate >= 2 * COARSE_RATE ? (int)(rate / COARSE_RATE) : 1,
                            .pulses = pulses};
    pulses->count = 0;
    size_t end, first = pitch_contour_stretch(contour, 0, &end);
    while (first < contour->centres.frames) {
        ser_status status = find_in_stretch(&search, contour, first, end, error);
        if (status)
            return status;
        first = pitch_contour_stretch(contour, end, &end);
    }
    return SER_OK;
}
