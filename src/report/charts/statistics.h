/* Numbers that charts show of samples. */
#ifndef REPORT_STATISTICS_H
#define REPORT_STATISTICS_H

#include <stddef.h>

#include "ser/status.h"

/* Values that were measured, in any order; borrowed. Those that are not finite do not count. */
struct chart_sample {
    const double *values;
    size_t count;
};

/* What a box plot shows (Tukey 1977). Quartiles are interpolated linearly between the two values
 * beside them (type 7 of Hyndman and Fan 1996; NumPy's default). */
struct box {
    size_t count; /* of finite values; when 0, all else is 0 */
    double q1, median, q3;
    double low, high;   /* whiskers: the furthest values within 1.5 (q3 - q1) of the box */
    double least, most; /* of all values */
    double *outliers;   // (outlier_count), beyond the whiskers, upwards
    size_t outlier_count;
};

/* Release with box_release. */
ser_status box_compute(struct box *box, const struct chart_sample *sample, ser_error *error);
void box_release(struct box *box);

/* Equal bins: bin i covers first + i*step to first + (i+1)*step, its lower edge included. */
struct bins {
    double first, step;
    int count;
};

enum { BINS_MAX = 100 };

/* Bins for all samples together, of nice width: that of Freedman and Diaconis (1981), 2 IQR /
 * cbrt(n), rounded up to 1, 2 or 5 times a power of ten; at most BINS_MAX. No values give one bin
 * of 0 to 1. */
ser_status bins_choose(struct bins *bins, const struct chart_sample *samples, int count,
                       ser_error *error);

/* counts: (bins.count), how many values of the sample are in each; those outside of all in none. */
void bins_count(const struct bins *bins, const struct chart_sample *sample, double *counts);

#endif
