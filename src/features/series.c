#include "features/series.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

struct series series_begin(const float *values, size_t count, double step, float *scratch)
{
    return (struct series){
        .values = values,
        .count = count,
        .step = step > 0 ? step : 0,
        .frames = count,
        .sorted = scratch,
    };
}

size_t series_gather(const float *rows, size_t frames, size_t columns, size_t column,
                     int voiced_only, float *values)
{
    size_t count = 0;
    for (size_t t = 0; t < frames; t++) {
        float value = rows[t * columns + column];
        values[count] = value;
        count += !voiced_only || value != 0;
    }
    return count;
}

void series_locate(const float *rows, size_t frames, size_t columns, size_t column, int *places)
{
    for (size_t t = 0; t < frames; t++)
        if (rows[t * columns + column] != 0)
            *places++ = (int)t;
}

static size_t frame_of(const struct series *series, size_t i)
{
    return series->places ? (size_t)series->places[i] : i;
}

/* Whether frames are missing between value i-1 and value i. */
static int is_gap_before(const struct series *series, size_t i)
{
    return frame_of(series, i) != frame_of(series, i - 1) + 1;
}

double series_duration(const struct series *series)
{
    return (double)series->frames * series->step;
}

static double per_second(double change, double seconds)
{
    return seconds > 0 ? change / seconds : 0;
}

/* Sums of differences from the first value: those of equal values are exactly 0, so that nothing
 * is made out of rounding where nothing changes. */
double series_mean(const struct series *series)
{
    if (series->count == 0)
        return 0;
    double first = (double)series->values[0], sum = 0;
    for (size_t i = 1; i < series->count; i++)
        sum += (double)series->values[i] - first;
    return first + sum / (double)series->count;
}

double series_stddev(const struct series *series)
{
    double mean = series_mean(series), sum = 0;
    for (size_t i = 0; i < series->count; i++) {
        double d = (double)series->values[i] - mean;
        sum += d * d;
    }
    return series->count ? sqrt(sum / (double)series->count) : 0;
}

double series_cv(const struct series *series)
{
    double mean = series_mean(series);
    return mean != 0 ? series_stddev(series) / mean : 0;
}

struct series_moments series_moments(const struct series *series)
{
    struct series_moments moments = {.mean = series_mean(series)};
    double second = 0, third = 0, fourth = 0;
    if (series->count == 0)
        return moments;
    for (size_t i = 0; i < series->count; i++) {
        double d = (double)series->values[i] - moments.mean, square = d * d;
        second += square;
        third += square * d;
        fourth += square * square;
    }
    double n = (double)series->count, variance = second / n;
    moments.stddev = sqrt(variance);
    if (variance > 0) {
        moments.skewness = third / n / (variance * moments.stddev);
        moments.kurtosis = fourth / n / (variance * variance);
    }
    return moments;
}

struct series_extremes series_extremes(const struct series *series)
{
    struct series_extremes e = {0};
    for (size_t i = 1; i < series->count; i++) {
        if (series->values[i] < series->values[e.min_at])
            e.min_at = i;
        if (series->values[i] > series->values[e.max_at])
            e.max_at = i;
    }
    if (series->count) {
        e.min = (double)series->values[e.min_at];
        e.max = (double)series->values[e.max_at];
        e.min_at = frame_of(series, e.min_at);
        e.max_at = frame_of(series, e.max_at);
    }
    return e;
}

/* Floats as whole numbers in the same order; -0 comes before 0. */
static uint32_t rank_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

/* By one digit of their ranks; what is equal in it keeps its order. */
static void sort_by_digit(const float *values, size_t count, int shift, float *sorted)
{
    enum { DIGITS = 256 };
    size_t places[DIGITS + 1] = {0};
    for (size_t i = 0; i < count; i++)
        places[1 + (rank_of(values[i]) >> shift) % DIGITS]++;
    for (int d = 1; d < DIGITS; d++)
        places[d] += places[d - 1];
    for (size_t i = 0; i < count; i++)
        sorted[places[(rank_of(values[i]) >> shift) % DIGITS]++] = values[i];
}

const float *series_sorted(struct series *series)
{
    size_t count = series->count;
    if (!series->is_sorted && count) {
        float *sorted = series->sorted, *spare = sorted + count;
        sort_by_digit(series->values, count, 0, spare);
        sort_by_digit(spare, count, 8, sorted);
        sort_by_digit(sorted, count, 16, spare);
        sort_by_digit(spare, count, 24, sorted);
    }
    series->is_sorted = 1;
    return series->sorted;
}

double series_percentile(struct series *series, double p)
{
    if (series->count == 0)
        return 0;
    const float *sorted = series_sorted(series);
    size_t last = series->count - 1;
    double place = fmin(fmax(p, 0), 1) * (double)last;
    size_t below = (size_t)place;
    size_t above = below < last ? below + 1 : last;
    double part = place - (double)below;
    return (double)sorted[below] + part * ((double)sorted[above] - (double)sorted[below]);
}

/* The frames of a series as the axis of a fit: u is counted from their mean, and u^2 - tilt u -
 * spread is the parabola that is orthogonal to 1 and u on them. */
struct fit_axis {
    double middle;
    double spread;  /* the mean of u^2 */
    double tilt;    /* the sum of u^3 over that of u^2: 0 where there are no gaps */
    double squares; /* the sum of (u^2 - tilt u - spread)^2 */
};

static double parabola_at(const struct fit_axis *axis, double u)
{
    return u * u - axis->tilt * u - axis->spread;
}

static struct fit_axis axis_of(const struct series *series)
{
    struct fit_axis axis = {0};
    double n = (double)series->count, squares = 0, cubes = 0;
    for (size_t i = 0; i < series->count; i++)
        axis.middle += (double)frame_of(series, i) / n;
    for (size_t i = 0; i < series->count; i++) {
        double u = (double)frame_of(series, i) - axis.middle;
        squares += u * u;
        cubes += u * u * u;
    }
    if (series->count > 1) {
        axis.spread = squares / n;
        axis.tilt = cubes / squares;
    }
    for (size_t i = 0; i < series->count; i++) {
        double parabola = parabola_at(&axis, (double)frame_of(series, i) - axis.middle);
        axis.squares += parabola * parabola;
    }
    return axis;
}

/* The fit in polynomials that are orthogonal on the frames. Each factor is then a sum of its own,
 * and nothing has to be solved. */
struct centred_fit {
    struct fit_axis axis;
    double mean, linear, quadratic;
};

static struct centred_fit fit_centred(const struct series *series, int degree)
{
    double n = (double)series->count;
    struct centred_fit fit = {.axis = axis_of(series), .mean = series_mean(series)};
    double linear = 0, quadratic = 0;
    for (size_t i = 0; i < series->count; i++) {
        double u = (double)frame_of(series, i) - fit.axis.middle;
        double d = (double)series->values[i] - fit.mean;
        linear += u * d;
        quadratic += parabola_at(&fit.axis, u) * d;
    }
    if (series->count > 1)
        fit.linear = linear / (n * fit.axis.spread);
    if (series->count > 2 && degree > 1)
        fit.quadratic = quadratic / fit.axis.squares;
    return fit;
}

/* Root of the mean squared distance to the fit. */
static double fit_error(const struct series *series, const struct centred_fit *fit)
{
    double sum = 0;
    for (size_t i = 0; i < series->count; i++) {
        double u = (double)frame_of(series, i) - fit->axis.middle;
        double fitted = fit->mean + fit->linear * u + fit->quadratic * parabola_at(&fit->axis, u);
        double d = (double)series->values[i] - fitted;
        sum += d * d;
    }
    return series->count ? sqrt(sum / (double)series->count) : 0;
}

struct series_fit series_fit(const struct series *series, int degree)
{
    struct centred_fit fit = fit_centred(series, degree);
    double m = fit.axis.middle, tilt = fit.axis.tilt, step = series->step;
    return (struct series_fit){
        .offset = fit.mean - fit.linear * m + fit.quadratic * (m * m + tilt * m - fit.axis.spread),
        .slope = per_second(fit.linear - fit.quadratic * (2 * m + tilt), step),
        .curvature = per_second(fit.quadratic, step * step),
        .error = fit_error(series, &fit),
    };
}

/* Mean and deviation of numbers that come one by one (Welford, Technometrics 4(3), 1962). */
struct tally {
    size_t count;
    double mean, squares;
};

static void tally_add(struct tally *tally, double value)
{
    double before = value - tally->mean;
    tally->count++;
    tally->mean += before / (double)tally->count;
    tally->squares += before * (value - tally->mean);
}

static double tally_stddev(const struct tally *tally)
{
    return tally->count ? sqrt(fmax(tally->squares, 0) / (double)tally->count) : 0;
}

static void add_stretch(const struct series *series, size_t start, size_t end, struct tally *rising,
                        struct tally *falling)
{
    double change = (double)series->values[end] - (double)series->values[start];
    double slope = per_second(fabs(change), (double)(end - start) * series->step);
    if (change != 0)
        tally_add(change > 0 ? rising : falling, slope);
}

struct series_turns series_turns(const struct series *series)
{
    struct tally rising = {0}, falling = {0}, peaks = {0};
    const float *x = series->values;
    size_t start = 0; /* the last value before the stretch went off */
    size_t end = 0;   /* where it stands, and first stood */
    int direction = 0;
    for (size_t i = 1; i < series->count; i++) {
        if (is_gap_before(series, i)) {
            add_stretch(series, start, end, &rising, &falling);
            start = end = i;
            direction = 0;
        }
        if (x[i] == x[end])
            continue;
        int sign = x[i] > x[end] ? 1 : -1;
        if (sign != direction) {
            add_stretch(series, start, end, &rising, &falling);
            if (direction > 0)
                tally_add(&peaks, (double)x[end]);
            start = i - 1;
            direction = sign;
        }
        end = i;
    }
    if (series->count)
        add_stretch(series, start, end, &rising, &falling);
    return (struct series_turns){
        .rising_mean = rising.mean,
        .rising_stddev = tally_stddev(&rising),
        .falling_mean = falling.mean,
        .falling_stddev = tally_stddev(&falling),
        .peaks = peaks.count,
        .peak_mean = peaks.mean,
    };
}

struct series_runs series_runs_above(const struct series *series, double threshold)
{
    struct tally lengths = {0};
    size_t length = 0;
    for (size_t i = 0; i < series->count; i++) {
        int is_above = (double)series->values[i] > threshold;
        if (length && (!is_above || is_gap_before(series, i))) {
            tally_add(&lengths, (double)length * series->step);
            length = 0;
        }
        length += (size_t)is_above;
    }
    if (length)
        tally_add(&lengths, (double)length * series->step);
    return (struct series_runs){lengths.count, lengths.mean, tally_stddev(&lengths)};
}

double series_mean_difference(const struct series *series)
{
    double sum = 0;
    size_t pairs = 0;
    for (size_t i = 1; i < series->count; i++)
        if (!is_gap_before(series, i)) {
            sum += fabs((double)series->values[i] - (double)series->values[i - 1]);
            pairs++;
        }
    return pairs ? sum / (double)pairs : 0;
}
