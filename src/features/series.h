/* How one feature went over time: its values in a row, and the numbers that sum them up.
 *
 * n values x[0] … x[n-1]. Values that are to be left out (unvoiced frames) are left out before.
 * Value i belongs to frame i, or, where `places` tells the frames of what is left, to frame
 * places[i]; its time t is that frame times the step, in seconds from the recording's first frame.
 * Where two values are not of neighbouring frames there is a gap: nothing is known of what went on
 * there. All numbers are computed in double, are finite whatever finite values come, and are 0 for
 * an empty series and wherever nothing else is said. A step that is not above 0 gives 0 for
 * whatever is per second.
 */
#ifndef FEATURES_SERIES_H
#define FEATURES_SERIES_H

#include <stddef.h>

/* The values of one column. series_begin fills it; sorted values are made once, when first asked
 * for. */
struct series {
    const float *values; // (count)
    size_t count;
    double step;       /* seconds from one frame to the next */
    const int *places; // (count), ascending; NULL: 0 … count-1, without gaps
    size_t frames;     /* of the recording, with those that are left out */
    float *sorted;     // (2 * count): scratch; after series_sorted the first half is ascending
    int is_sorted;
};

/* Without gaps. `scratch` has room for 2 * count floats, apart from `values`. Whoever asks for
 * nothing that needs sorted values may give none. */
struct series series_begin(const float *values, size_t count, double step, float *scratch);

/* Radix sort, in n steps: of an hour's 64 bands it takes a twelfth of qsort's time. Of zeros the
 * negative ones come first, of which percentiles tell nothing. */
const float *series_sorted(struct series *series);

/* Copies column `column` of (frames, columns) to values; with voiced_only without its zeros.
 * Returns how many. */
size_t series_gather(const float *rows, size_t frames, size_t columns, size_t column,
                     int voiced_only, float *values);

/* The frames whose values series_gather copies when it leaves zeros out. */
void series_locate(const float *rows, size_t frames, size_t columns, size_t column, int *places);

double series_mean(const struct series *series);
double series_stddev(const struct series *series); /* population: divided by n */
double series_cv(const struct series *series);     /* stddev / mean; 0 for a mean of 0 */

/* p from 0 to 1: the value at the place p*(n-1) of the sorted values, linear between two of them
 * (Hyndman & Fan, The American Statistician 50(4), 1996, definition 7; numpy's default). */
double series_percentile(struct series *series, double p);

/* The mean m, and moments about it, m_k = (1/n) sum (x[i]-m)^k. */
struct series_moments {
    double mean;
    double stddev;   /* sqrt(m_2) */
    double skewness; /* m_3 / m_2^1.5; 0 where m_2 is 0 */
    double kurtosis; /* m_4 / m_2^2, 3 for a normal distribution; 0 where m_2 is 0 */
};
struct series_moments series_moments(const struct series *series);

/* The first of several smallest or largest values counts. */
struct series_extremes {
    double min, max;
    size_t min_at, max_at; /* frames */
};
struct series_extremes series_extremes(const struct series *series);

/* x(t) = curvature t^2 + slope t + offset with the least mean squared error. */
struct series_fit {
    double offset;    /* at t = 0 */
    double slope;     /* per second */
    double curvature; /* per second squared; 0 for a line */
    double error;     /* root of the mean squared error */
};
/* degree 1: a line; 2: a parabola. Fewer than degree+1 values get the fit that goes through all of
 * them with the lowest degree. */
struct series_fit series_fit(const struct series *series, int degree);

/* Stretches that rise or fall all the way, from one local extreme, gap, or end of the series, to
 * the next. A stretch may rest on the way; where it rests before it turns belongs to neither.
 * Its slope is how far it goes over how long it takes, per second, and counts as positive when it
 * falls, too. A peak is where a rising stretch turns into a falling one. */
struct series_turns {
    double rising_mean, rising_stddev;
    double falling_mean, falling_stddev;
    size_t peaks;
    double peak_mean; /* of the values at the peaks */
};
struct series_turns series_turns(const struct series *series);

/* Runs of neighbouring frames above a threshold, and how long they last: n frames last n*step. */
struct series_runs {
    size_t count;
    double mean, stddev; /* seconds */
};
struct series_runs series_runs_above(const struct series *series, double threshold);

/* The mean of |x[i+1] - x[i]| over all pairs of neighbouring frames. */
double series_mean_difference(const struct series *series);

/* frames*step: what the recording covers, in seconds. */
double series_duration(const struct series *series);

#endif
