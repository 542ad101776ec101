#include "features/functionals.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

/* What becomes of a column's unit. */
enum unit_rule {
    UNIT_KEPT,
    UNIT_PER_SECOND,
    UNIT_PER_SECOND_SQUARED,
    UNIT_NONE,
    UNIT_RATE, /* of events, whatever the column */
    UNIT_SECONDS,
};

/* A functional that lists may name. `p` is that of percentiles, from 0 to 1. */
struct functional_kind {
    const char *name;
    enum unit_rule unit;
    double (*compute)(struct series *series, double p);
    const char *formula;
};

struct functional {
    const struct functional_kind *kind;
    double p;
    const char *name, *formula; /* the kind's; of percentiles these: */
    char percentile_name[16], percentile_formula[80];
};

/* One line for each: FUNCTIONAL(name, value of the series s). */
#define FUNCTIONAL(name, value)                                                                    \
    static double name(struct series *s, double p)                                                 \
    {                                                                                              \
        (void)p;                                                                                   \
        return value;                                                                              \
    }

/* 0 for the recording's first frame, 1 for the last one. */
static double relative_place(size_t frame, const struct series *s)
{
    return s->frames > 1 ? (double)frame / (double)(s->frames - 1) : 0;
}

static double rate(size_t events, const struct series *s)
{
    double duration = series_duration(s);
    return duration > 0 ? (double)events / duration : 0;
}

FUNCTIONAL(mean, series_mean(s))
FUNCTIONAL(stddev, series_stddev(s))
FUNCTIONAL(cv, series_cv(s))
FUNCTIONAL(minimum, series_extremes(s).min)
FUNCTIONAL(maximum, series_extremes(s).max)
FUNCTIONAL(range, series_extremes(s).max - series_extremes(s).min)
FUNCTIONAL(minpos, relative_place(series_extremes(s).min_at, s))
FUNCTIONAL(maxpos, relative_place(series_extremes(s).max_at, s))
FUNCTIONAL(median, series_percentile(s, 0.5))
FUNCTIONAL(iqr, series_percentile(s, 0.75) - series_percentile(s, 0.25))
FUNCTIONAL(range20_80, series_percentile(s, 0.8) - series_percentile(s, 0.2))
FUNCTIONAL(skewness, series_moments(s).skewness)
FUNCTIONAL(kurtosis, series_moments(s).kurtosis)
FUNCTIONAL(mean_abs_diff, series_mean_difference(s))
FUNCTIONAL(slope, series_fit(s, 1).slope)
FUNCTIONAL(offset, series_fit(s, 1).offset)
FUNCTIONAL(linear_error, series_fit(s, 1).error)
FUNCTIONAL(quadratic_2, series_fit(s, 2).curvature)
FUNCTIONAL(quadratic_1, series_fit(s, 2).slope)
FUNCTIONAL(quadratic_0, series_fit(s, 2).offset)
FUNCTIONAL(quadratic_error, series_fit(s, 2).error)
FUNCTIONAL(rising_slope_mean, series_turns(s).rising_mean)
FUNCTIONAL(rising_slope_stddev, series_turns(s).rising_stddev)
FUNCTIONAL(falling_slope_mean, series_turns(s).falling_mean)
FUNCTIONAL(falling_slope_stddev, series_turns(s).falling_stddev)
FUNCTIONAL(peaks_per_s, rate(series_turns(s).peaks, s))
FUNCTIONAL(peak_mean, series_turns(s).peak_mean)
FUNCTIONAL(segments_per_s, rate(series_runs_above(s, series_mean(s)).count, s))
FUNCTIONAL(segment_mean_s, series_runs_above(s, series_mean(s)).mean)
FUNCTIONAL(segment_stddev_s, series_runs_above(s, series_mean(s)).stddev)

/* In the formulae x[0] … x[n-1] are the values that count, t their times, in seconds from the
 * recording's first frame. A gap is where frames are left out. */
static const struct functional_kind kinds[] = {
    {"mean", UNIT_KEPT, mean, "(1/n) sum x[i]"},
    {"stddev", UNIT_KEPT, stddev, "sqrt((1/n) sum (x[i] - mean)^2)"},
    {"cv", UNIT_NONE, cv, "coefficient of variation: stddev / mean, 0 for a mean of 0"},
    {"min", UNIT_KEPT, minimum, "smallest value"},
    {"max", UNIT_KEPT, maximum, "largest value"},
    {"range", UNIT_KEPT, range, "max - min"},
    {"minpos", UNIT_NONE, minpos,
     "t of the first smallest value over t of the recording's last frame"},
    {"maxpos", UNIT_NONE, maxpos,
     "t of the first largest value over t of the recording's last frame"},
    {"median", UNIT_KEPT, median, "p50"},
    {"iqr", UNIT_KEPT, iqr, "p75 - p25"},
    {"range20_80", UNIT_KEPT, range20_80, "p80 - p20"},
    {"skewness", UNIT_NONE, skewness, "(1/n) sum (x[i] - mean)^3 / stddev^3, 0 for a stddev of 0"},
    {"kurtosis", UNIT_NONE, kurtosis,
     "(1/n) sum (x[i] - mean)^4 / stddev^4, 3 for a normal distribution, 0 for a stddev of 0"},
    {"mean_abs_diff", UNIT_KEPT, mean_abs_diff, "mean of |x[i+1] - x[i]| over neighbouring frames"},
    {"slope", UNIT_PER_SECOND, slope, "a of the line a t + b with the least squared error"},
    {"offset", UNIT_KEPT, offset, "b of the line a t + b with the least squared error"},
    {"linear_error", UNIT_KEPT, linear_error, "root mean square of x - (a t + b)"},
    {"quadratic_2", UNIT_PER_SECOND_SQUARED, quadratic_2,
     "a of the parabola a t^2 + b t + c with the least squared error"},
    {"quadratic_1", UNIT_PER_SECOND, quadratic_1,
     "b of the parabola a t^2 + b t + c with the least squared error"},
    {"quadratic_0", UNIT_KEPT, quadratic_0,
     "c of the parabola a t^2 + b t + c with the least squared error"},
    {"quadratic_error", UNIT_KEPT, quadratic_error, "root mean square of x - (a t^2 + b t + c)"},
    {"rising_slope_mean", UNIT_PER_SECOND, rising_slope_mean,
     "mean slope of the stretches from a local minimum, gap or begin up to the next maximum, "
     "gap or end"},
    {"rising_slope_stddev", UNIT_PER_SECOND, rising_slope_stddev,
     "stddev of the slopes of these stretches"},
    {"falling_slope_mean", UNIT_PER_SECOND, falling_slope_mean,
     "mean steepness, positive, of the stretches from a local maximum, gap or begin down to "
     "the next minimum, gap or end"},
    {"falling_slope_stddev", UNIT_PER_SECOND, falling_slope_stddev,
     "stddev of the steepnesses of these stretches"},
    {"peaks_per_s", UNIT_RATE, peaks_per_s, "local maxima over the recording's duration"},
    {"peak_mean", UNIT_KEPT, peak_mean, "mean of the values at local maxima"},
    {"segments_per_s", UNIT_RATE, segments_per_s,
     "runs of neighbouring frames above the mean, over the recording's duration"},
    {"segment_mean_s", UNIT_SECONDS, segment_mean_s, "mean length of these runs"},
    {"segment_stddev_s", UNIT_SECONDS, segment_stddev_s, "stddev of the lengths of these runs"},
};

enum { KINDS = sizeof kinds / sizeof *kinds, PERCENTILES = 1001 };

static const struct functional_kind percentile = {
    "p0 … p100", UNIT_KEPT, series_percentile,
    "percentile, also of tenths (p97.5): linear between sorted values; p0 is the smallest, p50 the "
    "median"};

const char *functional_known(int index)
{
    if (index == KINDS)
        return percentile.name;
    return index >= 0 && index < KINDS ? kinds[index].name : NULL;
}

const char *functional_known_formula(int index)
{
    if (index == KINDS)
        return percentile.formula;
    return index >= 0 && index < KINDS ? kinds[index].formula : NULL;
}

/* The N of "pN", from 0 to 100 in steps of a tenth, written as short as can be; -1 if it is none.
 */
static double percent_of_name(const char *name)
{
    char canonical[16];
    double percent = *name == 'p' ? strtod(name + 1, NULL) : -1;
    if (!(percent >= 0 && percent <= 100))
        return -1;
    percent = round(10 * percent) / 10;
    snprintf(canonical, sizeof canonical, "p%g", percent);
    return strcmp(name, canonical) ? -1 : percent;
}

static void fill_percentile(struct functional *f, double percent)
{
    f->kind = &percentile;
    f->p = percent / 100;
    f->name = f->percentile_name;
    f->formula = f->percentile_formula;
    snprintf(f->percentile_name, sizeof f->percentile_name, "p%g", percent);
    snprintf(f->percentile_formula, sizeof f->percentile_formula,
             "value at the place %g (n-1) of the sorted ones, linear between two", f->p);
}

/* Fills in the functional of this name; 0 for an unknown one. */
static int find(struct functional *f, const char *name)
{
    for (int i = 0; i < KINDS; i++) {
        if (!strcmp(kinds[i].name, name)) {
            *f = (struct functional){
                .kind = &kinds[i], .name = kinds[i].name, .formula = kinds[i].formula};
            return 1;
        }
    }
    double percent = percent_of_name(name);
    if (percent >= 0)
        fill_percentile(f, percent);
    return percent >= 0;
}

static ser_status refuse(const char *name, ser_error *error)
{
    char known[SER_ERROR_LENGTH] = "";
    size_t used = 0;
    if (!*name)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "a functional has no name, expected a list such as mean,stddev,p95");
    for (int i = 0; i <= KINDS && used < sizeof known; i++)
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "",
                                 functional_known(i));
    return error_set(error, SER_ERROR_ARGUMENT, "unknown functional '%.32s', expected of: %s", name,
                     known);
}

/* Copies one name of a list, without the blanks around it, cut where it is longer than any; returns
 * what follows its comma, or NULL after the last. */
static const char *next_name(const char *text, char *name, size_t size)
{
    size_t length = strcspn(text, ",");
    const char *rest = text[length] ? text + length + 1 : NULL;
    for (; length && *text == ' '; length--)
        text++;
    for (; length && text[length - 1] == ' ';)
        length--;
    snprintf(name, size, "%.*s", (int)(length < size ? length : size - 1), text);
    return rest;
}

static ser_status append(struct functional *list, int *count, const char *name, ser_error *error)
{
    if (!find(&list[*count], name))
        return refuse(name, error);
    for (int i = 0; i < *count; i++)
        if (!strcmp(list[i].name, name))
            return error_set(error, SER_ERROR_ARGUMENT,
                             "functional '%s' is named twice, expected once", name);
    (*count)++;
    return SER_OK;
}

ser_status functional_list_parse(struct functional **list, int *count, const char *text,
                                 ser_error *error)
{
    size_t most = 1;
    char name[64]; /* longer than any, and than what an error shows */
    *list = NULL;
    *count = 0;
    for (const char *at = text; *at; at++)
        most += *at == ',';
    /* Names that come twice are refused, so that there cannot be more than there are names. */
    most = most < KINDS + PERCENTILES + 1 ? most : KINDS + PERCENTILES + 1;
    struct functional *parsed = memory_resize(NULL, most, sizeof *parsed);
    if (!parsed)
        return error_memory(error, "reading a list of functionals");
    int found = 0;
    while (text) {
        text = next_name(text, name, sizeof name);
        ser_status status = append(parsed, &found, name, error);
        if (status) {
            free(parsed);
            return status;
        }
    }
    *list = parsed;
    *count = found;
    return SER_OK;
}

void functional_list_release(struct functional *list)
{
    free(list);
}

const char *functional_name(const struct functional *list, int index)
{
    return list[index].name;
}

const char *functional_formula(const struct functional *list, int index)
{
    return list[index].formula;
}

void functional_unit(const struct functional *list, int index, const char *unit, char *text,
                     size_t size)
{
    switch (list[index].kind->unit) {
    case UNIT_KEPT: snprintf(text, size, "%s", unit); break;
    case UNIT_PER_SECOND: snprintf(text, size, "%s/s", unit); break;
    case UNIT_PER_SECOND_SQUARED: snprintf(text, size, "%s/s^2", unit); break;
    case UNIT_NONE: snprintf(text, size, "1"); break;
    case UNIT_RATE: snprintf(text, size, "1/s"); break;
    case UNIT_SECONDS: snprintf(text, size, "s"); break;
    }
}

double functional_compute(const struct functional *list, int index, struct series *series)
{
    double value = list[index].kind->compute(series, list[index].p);
    return fmin(fmax(value, -(double)FLT_MAX), (double)FLT_MAX);
}
