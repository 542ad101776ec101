#define _GNU_SOURCE
#include "features/voice/perturbation.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"

/* How far the window of a strength reaches, in periods. */
static const double reach = 0.2;

/* The strength of a pulse, and its time. */
struct strength {
    double time, value;
};

struct perturbation_settings perturbation_defaults(void)
{
    return (struct perturbation_settings){
        .floor = 1e-4, .ceiling = 0.02, .period_factor = 1.3, .amplitude_factor = 1.6};
}

/* A sum and how many it is of. */
struct mean {
    double sum;
    size_t count;
};

static void take(struct mean *mean, double value)
{
    mean->sum += value;
    mean->count++;
}

static double mean_of(struct mean mean)
{
    return mean.count ? mean.sum / (double)mean.count : 0;
}

static double ratio(double part, double whole)
{
    return whole > 0 ? part / whole : 0;
}

static int is_period(double length, const struct perturbation_settings *s)
{
    return length >= s->floor && length <= s->ceiling;
}

static int differ(double a, double b, double factor)
{
    return a > b * factor || b > a * factor;
}

static int belong_together(double a, double b, const struct perturbation_settings *s)
{
    return is_period(a, s) && is_period(b, s) && !differ(a, b, s->period_factor);
}

/* T[i] */
static double period_at(const struct pulses *pulses, size_t i)
{
    return pulses->times[i + 1] - pulses->times[i];
}

/* Whether T[i] counts in the mean period: not if it differs too much from both its neighbours. */
static int counts(const struct pulses *pulses, size_t i, size_t periods,
                  const struct perturbation_settings *s)
{
    double period = period_at(pulses, i);
    int odd_left = i > 0 && differ(period, period_at(pulses, i - 1), s->period_factor);
    int odd_right = i + 1 < periods && differ(period, period_at(pulses, i + 1), s->period_factor);
    return is_period(period, s) && !(odd_left && odd_right);
}

/* |T[middle] - mean of the `width` around it|, `last` being the last of them. */
static double deviation(const struct pulses *pulses, size_t last, size_t width)
{
    double sum = 0;
    for (size_t i = 0; i < width; i++)
        sum += period_at(pulses, last - i);
    return fabs(period_at(pulses, last - width / 2) - sum / (double)width);
}

static void measure_jitter(struct perturbation *perturbation, const struct pulses *pulses,
                           const struct perturbation_settings *s)
{
    struct mean period = {0}, local = {0}, rap = {0}, ppq5 = {0};
    size_t periods = pulses->count - 1,
           together = 0; /* neighbours up to here that belong together */
    for (size_t i = 0; i < periods; i++) {
        double length = period_at(pulses, i);
        if (counts(pulses, i, periods, s))
            take(&period, length);
        int joined = i > 0 && belong_together(period_at(pulses, i - 1), length, s);
        together = joined ? together + 1 : 0;
        if (together >= 1)
            take(&local, fabs(length - period_at(pulses, i - 1)));
        if (together >= 2)
            take(&rap, deviation(pulses, i, 3));
        if (together >= 4)
            take(&ppq5, deviation(pulses, i, 5));
    }
    double mean = mean_of(period);
    perturbation->jitter_local = ratio(mean_of(local), mean);
    perturbation->jitter_rap = ratio(mean_of(rap), mean);
    perturbation->jitter_ppq5 = ratio(mean_of(ppq5), mean);
}

/* Around a pulse at `time`, whose neighbours are `before` and `after` seconds away. Sample i stands
 * for the moment (i + 1/2) / rate. */
static double strength_around(const float *samples, size_t count, double rate, double time,
                              double before, double after)
{
    double left = ceil((time - reach * before) * rate - 0.5);
    double right = floor((time + reach * after) * rate - 0.5);
    double sum = 0, weights = 0;
    size_t first = left > 0 ? (size_t)left : 0;
    size_t end = right < (double)count - 1 ? (size_t)fmax(right + 1, 0) : count;
    for (size_t i = first; i < end; i++) {
        double away = ((double)i + 0.5) / rate - time;
        double weight = 0.5 + 0.5 * cos(M_PI * away / (reach * (away < 0 ? before : after)));
        double value = weight * (double)samples[i];
        sum += value * value;
        weights += weight * weight;
    }
    return weights > 0 ? sqrt(sum / weights) : 0;
}

/* Fills strengths, which has room for all pulses, and returns how many there are. */
static size_t find_strengths(const struct pulses *pulses, const float *samples, size_t count,
                             double rate, const struct perturbation_settings *s,
                             struct strength *strengths)
{
    size_t found = 0;
    for (size_t i = 1; i + 1 < pulses->count; i++) {
        double before = period_at(pulses, i - 1), after = period_at(pulses, i);
        if (!belong_together(before, after, s))
            continue;
        double time = pulses->times[i];
        double value = strength_around(samples, count, rate, time, before, after);
        if (value > 0)
            strengths[found++] = (struct strength){time, value};
    }
    return found;
}

/* The last strength has no next one to be compared with, and Praat leaves it out of the mean. */
static void measure_shimmer(struct perturbation *perturbation, const struct strength *strengths,
                            size_t found, const struct perturbation_settings *s)
{
    struct mean level = {0}, local = {0}, apq3 = {0}, db = {0};
    int joined = 0;
    for (size_t i = 0; i + 1 < found; i++) {
        double a = strengths[i].value, b = strengths[i + 1].value;
        int was_joined = joined;
        joined = is_period(strengths[i + 1].time - strengths[i].time, s) &&
                 !differ(a, b, s->amplitude_factor);
        take(&level, a);
        if (!joined)
            continue;
        take(&local, fabs(a - b));
        take(&db, fabs(20 * log10(a / b)));
        if (was_joined)
            take(&apq3, fabs(a - (strengths[i - 1].value + a + b) / 3));
    }
    double mean = mean_of(level);
    perturbation->shimmer_local = ratio(mean_of(local), mean);
    perturbation->shimmer_apq3 = ratio(mean_of(apq3), mean);
    perturbation->shimmer_local_db = mean_of(db);
}

ser_status perturbation_measure(struct perturbation *perturbation, const struct pulses *pulses,
                                const float *samples, size_t count, double rate,
                                const struct perturbation_settings *settings, ser_error *error)
{
    *perturbation = (struct perturbation){0};
    if (pulses->count < 3)
        return SER_OK;
    struct strength *strengths = memory_resize(NULL, pulses->count, sizeof *strengths);
    if (!strengths)
        return error_memory(error, "measuring shimmer");
    measure_jitter(perturbation, pulses, settings);
    size_t found = find_strengths(pulses, samples, count, rate, settings, strengths);
    measure_shimmer(perturbation, strengths, found, settings);
    free(strengths);
    return SER_OK;
}
