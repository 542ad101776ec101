#define _GNU_SOURCE
#include "features/spectrum/mfcc.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"

/* Coefficients that are summed at once, so that a level is read once for all of them. */
enum { AT_ONCE = 4 }; /* even */

static double lifter_gain(int lifter, int k)
{
    return lifter > 0 ? 1 + lifter / 2.0 * sin(M_PI * (k + 1) / lifter) : 1;
}

ser_status mfcc_table_build(struct mfcc_table *table, int bands, int coefficients, int lifter,
                            ser_error *error)
{
    *table = (struct mfcc_table){.bands = bands, .coefficients = coefficients};
    size_t rows = ((size_t)coefficients + AT_ONCE - 1) / AT_ONCE * AT_ONCE;
    size_t columns = ((size_t)bands + 1) / 2;
    table->weights = calloc(rows * columns, sizeof *table->weights);
    if (!table->weights)
        return error_memory(error, "preparing cepstral coefficients");
    for (int k = 0; k < coefficients; k++) {
        double scale = sqrt((k ? 2.0 : 1.0) / bands) * lifter_gain(lifter, k);
        float *row = table->weights + (size_t)k * columns;
        for (int b = 0; b < (bands + 1) / 2; b++)
            row[b] = (float)(scale * cos(M_PI * k * (b + 0.5) / bands));
    }
    return SER_OK;
}

void mfcc_table_release(struct mfcc_table *table)
{
    free(table->weights);
    *table = (struct mfcc_table){0};
}

/* The cosines are the same from both ends, but for their sign in odd rows, so bands are taken in
 * pairs from the ends inwards. Of an odd number of bands the middle one is left over; odd rows are
 * 0 there. */
LANES_DISPATCH
void mfcc_table_apply(const struct mfcc_table *table, const lanes *levels, lanes *cepstrum)
{
    int bands = table->bands, half = bands / 2, columns = (bands + 1) / 2;
    for (int k = 0; k < table->coefficients; k += AT_ONCE) {
        const float *rows[AT_ONCE];
        lanes sums[AT_ONCE] = {0};
        for (int i = 0; i < AT_ONCE; i++)
            rows[i] = table->weights + (size_t)(k + i) * (size_t)columns;
        for (int b = 0; b < half; b++) {
            lanes low = levels[b], high = levels[bands - 1 - b];
            lanes pair[2] = {low + high, low - high};
            for (int i = 0; i < AT_ONCE; i++)
                sums[i] += pair[i % 2] * rows[i][b];
        }
        for (int i = 0; half < columns && i < AT_ONCE; i += 2)
            sums[i] += levels[half] * rows[i][half];
        for (int i = 0; i < AT_ONCE && k + i < table->coefficients; i++)
            cepstrum[k + i] = sums[i];
    }
}
