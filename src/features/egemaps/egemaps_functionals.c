#define _GNU_SOURCE
#include "features/egemaps/egemaps_functionals.h"

#include <math.h>

void egemaps_smooth(const float *values, size_t count, float *output)
{
    for (size_t t = 0; t < count; t++) {
        double sum = (double)values[t];
        int number = 1;
        if (t > 0) {
            sum += (double)values[t - 1];
            number++;
        }
        if (t + 1 < count) {
            sum += (double)values[t + 1];
            number++;
        }
        output[t] = (float)(sum / number);
    }
}

static void add_nonzero(float value, double *sum, int *number)
{
    *sum += (double)value;
    *number += value != 0;
}

void egemaps_smooth_nonzero(const float *values, size_t count, float *output)
{
    for (size_t t = 0; t < count; t++) {
        double sum = 0;
        int number = 0;
        if (t > 0)
            add_nonzero(values[t - 1], &sum, &number);
        if (t + 1 < count)
            add_nonzero(values[t + 1], &sum, &number);
        add_nonzero(values[t], &sum, &number);
        output[t] = values[t] != 0 ? (float)(sum / number) : 0;
    }
}

/* Mean and deviation, term by term. */
struct moments {
    double sum, sum_squares, number;
};

static void moments_add(struct moments *moments, double value)
{
    moments->sum += value;
    moments->sum_squares += value * value;
    moments->number++;
}

static double moments_mean(const struct moments *moments)
{
    return moments->number > 0 ? moments->sum / moments->number : 0;
}

static double moments_stddev(const struct moments *moments)
{
    double mean = moments_mean(moments);
    if (!(moments->number > 0))
        return 0;
    return sqrt(fmax(0, moments->sum_squares / moments->number - mean * mean));
}

enum turn { NO_TURN, PEAK, VALLEY };

/* A walk along a contour from one turn to the next. */
struct walk {
    const float *x; // (count)
    size_t count;
    double step;
    double prominence; /* the least difference between peak and valley */

    enum turn kind;         /* of the latest turn, … */
    size_t at;              /* … which may still give way to a better one, … */
    size_t before;          /* … and where the turn before it is, or the start */
    double lowest, highest; /* values up to here */
    double dip;             /* the latest local minimum, or the first value */

    size_t peaks;
    struct moments rising, falling;
};

static double slope(const struct walk *walk, size_t from, size_t to)
{
    if (from == to)
        return 0;
    return ((double)walk->x[to] - (double)walk->x[from]) / ((double)(to - from) * walk->step);
}

/* The latest turn is final. */
static void walk_settle(struct walk *walk)
{
    if (walk->kind == PEAK) {
        moments_add(&walk->rising, slope(walk, walk->before, walk->at));
        walk->peaks++;
    } else if (walk->kind == VALLEY) {
        moments_add(&walk->falling, -slope(walk, walk->before, walk->at));
    }
    walk->before = walk->at;
}

static void walk_turn(struct walk *walk, enum turn kind, size_t t)
{
    walk_settle(walk);
    walk->kind = kind;
    walk->at = t;
}

static void walk_maximum(struct walk *walk, size_t t)
{
    double value = (double)walk->x[t], latest = (double)walk->x[walk->at];
    double foot = walk->kind == VALLEY ? latest : walk->lowest;
    if (walk->kind != PEAK) {
        if (value - foot >= walk->prominence)
            walk_turn(walk, PEAK, t);
    } else if (value > 1.05 * latest || (value > latest && value - walk->dip >= walk->prominence)) {
        walk->at = t;
    }
}

static void walk_minimum(struct walk *walk, size_t t)
{
    double value = (double)walk->x[t], latest = (double)walk->x[walk->at];
    double top = walk->kind == PEAK ? latest : walk->highest;
    walk->dip = value;
    if (walk->kind != VALLEY) {
        if (top - value >= walk->prominence)
            walk_turn(walk, VALLEY, t);
    } else if (value < latest) {
        walk->at = t;
    }
}

static void walk_along(struct walk *walk)
{
    const float *x = walk->x;
    for (size_t t = 1; t + 2 < walk->count; t++) {
        walk->lowest = fmin(walk->lowest, (double)x[t]);
        walk->highest = fmax(walk->highest, (double)x[t]);
        if (x[t] > x[t - 1] && x[t] >= x[t + 1])
            walk_maximum(walk, t);
        else if (x[t] < x[t - 1] && x[t] <= x[t + 1])
            walk_minimum(walk, t);
    }
}

/* With one value more that does not deviate. */
static double stddev_and_last(const struct moments *all, double last)
{
    double mean = moments_mean(all);
    double variance = pow(moments_stddev(all), 2) - pow(last - mean, 2) / all->number;
    return sqrt(fmax(0, variance));
}

static double range(const float *values, size_t count)
{
    float least = values[0], largest = values[0];
    for (size_t t = 1; t < count; t++) {
        least = fminf(least, values[t]);
        largest = fmaxf(largest, values[t]);
    }
    return (double)largest - (double)least;
}

struct egemaps_slopes egemaps_slopes(const float *values, size_t count, double step)
{
    struct egemaps_slopes result = {0};
    if (count < 4 || !(step > 0))
        return result;
    double first = (double)values[0];
    struct walk walk = {.x = values,
                        .count = count,
                        .step = step,
                        .prominence = 0.1 * range(values, count),
                        .lowest = first,
                        .highest = first,
                        .dip = first};
    walk_along(&walk);
    if (walk.kind == NO_TURN)
        return result;
    enum turn kind = walk.kind;
    walk_settle(&walk);
    double last = slope(&walk, walk.at, count - 1);
    moments_add(kind == VALLEY ? &walk.rising : &walk.falling, last);
    result.peaks = walk.peaks;
    result.rising_mean = moments_mean(&walk.rising);
    result.falling_mean = moments_mean(&walk.falling);
    result.rising_stddev =
        kind == VALLEY ? stddev_and_last(&walk.rising, last) : moments_stddev(&walk.rising);
    result.falling_stddev =
        kind == PEAK ? stddev_and_last(&walk.falling, last) : moments_stddev(&walk.falling);
    return result;
}

/* With single unvoiced frames between voiced ones filled in. */
static int is_filled(const float *f0, size_t frames, size_t t)
{
    return f0[t] > 0 || (t > 0 && t + 1 < frames && f0[t - 1] > 0 && f0[t + 1] > 0);
}

/* And then without single voiced frames between unvoiced ones. */
static int is_voiced(const float *f0, size_t frames, size_t t)
{
    if (!is_filled(f0, frames, t))
        return 0;
    return t == 0 || t + 1 == frames || is_filled(f0, frames, t - 1) ||
           is_filled(f0, frames, t + 1);
}

struct egemaps_segments egemaps_segments(const float *f0, size_t frames, double step)
{
    struct moments lengths[2] = {0}; /* of unvoiced and of voiced stretches */
    size_t begin = 0;
    for (size_t t = 1; t <= frames; t++) {
        int voiced = is_voiced(f0, frames, begin);
        if (t < frames && is_voiced(f0, frames, t) == voiced)
            continue;
        if (t - begin >= 3)
            moments_add(&lengths[voiced], (double)(t - begin - 1) * step);
        begin = t;
    }
    double seconds = (double)frames * step;
    return (struct egemaps_segments){
        .voiced_per_second = seconds > 0 ? lengths[1].number / seconds : 0,
        .voiced_mean = moments_mean(&lengths[1]),
        .voiced_stddev = moments_stddev(&lengths[1]),
        .unvoiced_mean = moments_mean(&lengths[0]),
        .unvoiced_stddev = moments_stddev(&lengths[0]),
    };
}

double egemaps_sound_level(const float *samples, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (double)samples[i] * (double)samples[i];
    return count ? 10 * log10(fmax(sum / (double)count, 1e-20)) : 0;
}
