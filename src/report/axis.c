#include "report/axis.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "features/spectrum/mel.h"

/* Rounding must not lose a tick at the very end of an axis. */
static const double slack = 1e-9;

/* How much nearer ticks may be where there would be fewer than three. */
static const double tight = 0.6;

/* The scale on which equal distances are equally long. */
static double even(enum axis_scale scale, double value)
{
    if (scale == AXIS_LOG)
        return log(fmax(value, DBL_MIN)); /* far below, but not nowhere */
    return scale == AXIS_MEL ? mel_from_hz(SER_MEL_SLANEY, value) : value;
}

double axis_place(const struct axis *axis, double value)
{
    double low = even(axis->scale, axis->low);
    return (even(axis->scale, value) - low) / (even(axis->scale, axis->high) - low);
}

double axis_nice_step(double least)
{
    double power = pow(10, floor(log10(least)));
    static const double factors[] = {1, 2, 5};
    for (int i = 0; i < 3; i++)
        if (factors[i] * power >= least * (1 - slack))
            return factors[i] * power;
    return 10 * power;
}

static int add_tick(struct tick *ticks, int count, double value, int decimals)
{
    if (count == AXIS_MAX_TICKS)
        return count;
    ticks[count].value = value;
    snprintf(ticks[count].label, AXIS_LABEL, "%.*f", decimals, value == 0 ? 0 : value);
    return count + 1;
}

/* Digits behind the point that multiples of this step need. */
static int decimals_of(double step)
{
    int decimals = (int)ceil(-log10(step) - slack);
    return decimals < 0 ? 0 : decimals > 12 ? 12 : decimals;
}

static int linear_ticks(const struct axis *axis, double step, struct tick *ticks)
{
    int count = 0;
    double first = ceil(axis->low / step - slack);
    for (int i = 0; i < AXIS_MAX_TICKS; i++) {
        double value = (first + i) * step;
        if (value > axis->high + step * slack)
            break;
        count = add_tick(ticks, count, value, decimals_of(step));
    }
    return count;
}

/* Fewer than three say little: then the next finer step, if there is some room. */
static int plain_ticks(const struct axis *axis, double least, struct tick *ticks)
{
    double step = axis_nice_step(least), finer = axis_nice_step(least * tight);
    int count = linear_ticks(axis, step, ticks);
    return count < 3 && finer < step ? linear_ticks(axis, finer, ticks) : count;
}

/* h:mm:ss, or m:ss; parts of a second are not written at such steps. */
static void clock_label(struct tick *tick, int with_hours)
{
    int seconds = (int)fmin((double)lround(tick->value), 1e6);
    int hours = seconds / 3600, minutes = seconds / 60;
    if (with_hours)
        snprintf(tick->label, AXIS_LABEL, "%d:%02d:%02d", hours, minutes % 60, seconds % 60);
    else
        snprintf(tick->label, AXIS_LABEL, "%d:%02d", minutes, seconds % 60);
}

static int time_ticks(const struct axis *axis, double spacing, struct tick *ticks)
{
    static const double steps[] = {1,   2,   5,   10,   20,   30,   60,   120,
                                   300, 600, 900, 1800, 3600, 7200, 10800};
    double least = (axis->high - axis->low) * spacing;
    if (axis->high <= 120)
        return plain_ticks(axis, least, ticks);
    if (least < 0.5) /* a short look into a long recording */
        return plain_ticks(axis, least, ticks);
    double step = 3600 * axis_nice_step(least / 3600);
    for (int i = (int)(sizeof steps / sizeof *steps) - 1; i >= 0 && steps[i] >= least; i--)
        step = steps[i];
    int count = linear_ticks(axis, step, ticks);
    for (int t = 0; t < count; t++)
        clock_label(&ticks[t], axis->high >= 3600);
    return count;
}

/* Whether all neighbours are as far apart as they must be. */
static int are_apart(const struct axis *axis, const struct tick *ticks, int count, double spacing)
{
    for (int i = 1; i < count; i++)
        if (axis_place(axis, ticks[i].value) - axis_place(axis, ticks[i - 1].value) < spacing)
            return 0;
    return 1;
}

/* The finest nice step whose multiples are far enough apart at the top, where a logarithmic axis is
 * densest. */
static int even_log_ticks(const struct axis *axis, double spacing, struct tick *ticks)
{
    double step = axis->high * (1 - pow(axis->low / axis->high, spacing)), room = 0;
    int count = 0;
    for (step = axis_nice_step(step); room < spacing && step < axis->high; step *= 1.001) {
        step = axis_nice_step(step);
        count = linear_ticks(axis, step, ticks);
        room = count > 1 ? axis_place(axis, ticks[count - 1].value) -
                               axis_place(axis, ticks[count - 2].value)
                         : 1;
    }
    return count;
}

/* Multiples of each `stride`th power of ten by the factors, which end with 0. */
static int round_log_ticks_by(const struct axis *axis, const double *factors, int stride,
                              struct tick *ticks)
{
    int count = 0, last = (int)floor(log10(axis->high) + slack);
    int first = (int)floor(log10(axis->low) / stride + slack) * stride;
    for (int exponent = first; exponent <= last; exponent += stride) {
        double power = pow(10, exponent);
        for (const double *f = factors; *f != 0; f++)
            if (*f * power >= axis->low * (1 - slack) && *f * power <= axis->high * (1 + slack))
                count = add_tick(ticks, count, *f * power,
                                 decimals_of(power) + (*f == 1.5 && power < 10));
    }
    return count;
}

static int round_log_ticks(const struct axis *axis, double spacing, struct tick *ticks)
{
    static const double factors[][7] = {{1, 1.5, 2, 3, 5, 7, 0}, {1, 2, 5, 0}, {1, 0}};
    int count = 0, is_fine = 0;
    for (int choice = 0; choice < 2 && !is_fine; choice++) {
        count = round_log_ticks_by(axis, factors[choice], 1, ticks);
        is_fine = are_apart(axis, ticks, count, spacing);
    }
    for (int stride = 1; !is_fine; stride++) {
        count = round_log_ticks_by(axis, factors[2], stride, ticks);
        is_fine = are_apart(axis, ticks, count, spacing);
    }
    return count;
}

/* Whichever gives more; a short axis has too few round numbers. */
static int best_log_ticks(const struct axis *axis, double spacing, struct tick *ticks)
{
    int round_count = round_log_ticks(axis, spacing, ticks);
    struct tick even_ticks[AXIS_MAX_TICKS];
    int even_count = even_log_ticks(axis, spacing, even_ticks);
    if (even_count <= round_count)
        return round_count;
    memcpy(ticks, even_ticks, (size_t)even_count * sizeof *ticks);
    return even_count;
}

static int log_ticks(const struct axis *axis, double spacing, struct tick *ticks)
{
    int count = best_log_ticks(axis, spacing, ticks);
    return count < 3 ? best_log_ticks(axis, tight * spacing, ticks) : count;
}

/* From the top down, so that the highest is always there, and 0 where the axis begins with it. */
static int mel_ticks(const struct axis *axis, double spacing, struct tick *ticks)
{
    static const double values[] = {0,    100,   200,   500,   1000,   2000,  4000,
                                    8000, 16000, 32000, 64000, 128000, 256000};
    struct tick chosen[sizeof values / sizeof *values];
    int count = 0;
    double last = HUGE_VAL;
    for (int i = sizeof values / sizeof *values - 1; i >= 0; i--) {
        double place = axis_place(axis, values[i]);
        if (place < -slack || place > 1 + slack || last - place < spacing ||
            (i > 0 && axis->low == 0 && place < spacing))
            continue;
        count = add_tick(chosen, count, values[i], 0);
        last = place;
    }
    for (int i = 0; i < count; i++)
        ticks[i] = chosen[count - 1 - i];
    return count;
}

int axis_ticks(const struct axis *axis, double spacing, struct tick ticks[AXIS_MAX_TICKS])
{
    double range = axis->high - axis->low;
    if (!(range > 0) || !isfinite(range))
        return 0;
    spacing = fmin(fmax(spacing, 1.0 / (AXIS_MAX_TICKS - 2)), 1);
    switch (axis->scale) {
    case AXIS_LOG: return log_ticks(axis, spacing, ticks);
    case AXIS_MEL: return mel_ticks(axis, spacing, ticks);
    case AXIS_TIME: return time_ticks(axis, spacing, ticks);
    default: return plain_ticks(axis, range * spacing, ticks);
    }
}

struct axis axis_around(double low, double high)
{
    if (!(low <= high) || !isfinite(low) || !isfinite(high))
        return (struct axis){AXIS_LINEAR, 0, 1};
    double least = 1e-9 * fmax(fabs(low), fabs(high));
    if (high - low <= least) {
        double half = least > 0.5 ? least : 0.5;
        low -= half;
        high += half;
    }
    double step = axis_nice_step((high - low) / 5);
    return (struct axis){AXIS_LINEAR, floor(low / step + slack) * step,
                         ceil(high / step - slack) * step};
}
