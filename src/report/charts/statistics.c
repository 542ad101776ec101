#include "report/charts/statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "report/axis.h"

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The finite values of all samples, upwards; the caller frees them. */
static ser_status sort_values(double **sorted, size_t *count, const struct chart_sample *samples,
                              int sample_count, ser_error *error)
{
    size_t room = 1;
    *count = 0;
    for (int s = 0; s < sample_count; s++)
        room += samples[s].count;
    *sorted = memory_resize(NULL, room, sizeof **sorted);
    if (!*sorted)
        return error_memory(error, "sorting values");
    for (int s = 0; s < sample_count; s++)
        for (size_t i = 0; i < samples[s].count; i++)
            if (isfinite(samples[s].values[i]))
                (*sorted)[(*count)++] = samples[s].values[i];
    qsort(*sorted, *count, sizeof **sorted, compare);
    return SER_OK;
}

/* `count` is at least 1. */
static double quantile(const double *sorted, size_t count, double part)
{
    double place = part * (double)(count - 1);
    size_t below = (size_t)place;
    if (below + 1 >= count)
        return sorted[count - 1];
    return sorted[below] + (place - (double)below) * (sorted[below + 1] - sorted[below]);
}

/* Whiskers, and the values beyond them, which go to the front of the sorted values. */
static void find_whiskers(struct box *box, double *sorted)
{
    double reach = 1.5 * (box->q3 - box->q1);
    box->low = box->q1;
    box->high = box->q3;
    box->outliers = sorted;
    for (size_t i = 0; i < box->count; i++) {
        double value = sorted[i];
        if (value < box->q1 - reach || value > box->q3 + reach) {
            box->outliers[box->outlier_count++] = value;
            continue;
        }
        box->low = fmin(box->low, value);
        box->high = fmax(box->high, value);
    }
}

ser_status box_compute(struct box *box, const struct chart_sample *sample, ser_error *error)
{
    double *sorted;
    *box = (struct box){0};
    ser_status status = sort_values(&sorted, &box->count, sample, 1, error);
    if (status)
        return status;
    if (box->count == 0) {
        free(sorted);
        return SER_OK;
    }
    box->least = sorted[0];
    box->most = sorted[box->count - 1];
    box->q1 = quantile(sorted, box->count, 0.25);
    box->median = quantile(sorted, box->count, 0.5);
    box->q3 = quantile(sorted, box->count, 0.75);
    find_whiskers(box, sorted);
    return SER_OK;
}

void box_release(struct box *box)
{
    free(box->outliers);
    *box = (struct box){0};
}

/* The width of bins before it is rounded; values that hardly spread about their middle are cut into
 * twenty. */
static double plain_width(const double *sorted, size_t count)
{
    double range = sorted[count - 1] - sorted[0];
    double spread = quantile(sorted, count, 0.75) - quantile(sorted, count, 0.25);
    double width = 2 * spread / cbrt((double)count);
    return width > 0 ? fmax(width, range / (BINS_MAX - 2)) : range / 20;
}

ser_status bins_choose(struct bins *bins, const struct chart_sample *samples, int count,
                       ser_error *error)
{
    double *sorted;
    size_t total;
    *bins = (struct bins){0, 1, 1};
    ser_status status = sort_values(&sorted, &total, samples, count, error);
    if (status)
        return status;
    if (total) {
        double low = sorted[0], high = sorted[total - 1], width = plain_width(sorted, total);
        double least = fmax(fabs(low), fabs(high)) * 1e-9; /* what doubles tell apart with ease */
        if (isfinite(high - low)) {
            bins->step = axis_nice_step(width > least ? width : least > 0 ? least : 1);
            bins->first = floor(low / bins->step) * bins->step;
            double needed = floor((high - bins->first) / bins->step) + 1;
            bins->count = (int)fmin(fmax(needed, 1), BINS_MAX);
        }
    }
    free(sorted);
    return SER_OK;
}

void bins_count(const struct bins *bins, const struct chart_sample *sample, double *counts)
{
    memset(counts, 0, (size_t)bins->count * sizeof *counts);
    for (size_t i = 0; i < sample->count; i++) {
        double place = floor((sample->values[i] - bins->first) / bins->step);
        if (place >= 0 && place < bins->count)
            counts[(int)place]++;
    }
}
