#define _GNU_SOURCE
#include "features/egemaps/shs_sum.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"

enum { HARMONICS = 15 };

static const double top_hz = 8000;     /* nothing above has a part in the pitch */
static const double scale_hz = 25;     /* where the logarithmic scale begins */
static const double scale_steps = 512; /* from there to top_hz, both of which are points */

/* Harmonics are sought where they would lie if there were as many steps as points. So does
 * openSMILE, to judge by its pitches: with this, the spline and the ear below, means come out to
 * 0.0001 semitones, with either number in both places 0.03 semitones too high. */
static const double harmonic_steps = 513;

static const double compression = 0.85;

/* The ear's weight at f is 1/2 + arctan(3 log2(f / 31.8 Hz)) / pi: a half below the lowest pitch,
 * and all but 1 from the third octave above. The frequency is measured: with 30 or 34 Hz the means
 * of low voices are 0.0003 semitones off. */
static const double ear_hz = 31.8, ear_steepness = 3;

/* How a point of the logarithmic scale is read from the spline between bin and bin+1: weights of
 * the values and of the second derivatives at both, times the ear's. */
struct reading {
    int bin;
    float value[2], curve[2];
};

/* One step of the elimination that solves for the spline's second derivatives: it begins with the
 * values around a bin and the last step's result, and ends with the next bin's derivative. All of
 * it depends on the bins only. */
struct elimination {
    float before, here, behind; /* of the values */
    float last, next;           /* of the derivatives */
};

struct shs_sum {
    int bins;                         /* of the spectrum that are used, from 0 Hz to top_hz */
    int points;                       /* of the logarithmic scale */
    int shifts[HARMONICS];            /* points from a fundamental to its harmonic, rounded down */
    float weights[HARMONICS];         /* of the harmonics */
    struct reading *readings;         // (points)
    struct elimination *eliminations; // (bins)
    lanes *maxima;                    // (bins + 4): masks
    lanes *curve;                     // (bins): second derivatives; before, the cleaned spectrum
    lanes *scaled;                    // (points): L
    lanes *sums;                      // (points): H
};

static double points_per_octave(void)
{
    return scale_steps / log2(top_hz / scale_hz);
}

double shs_sum_hz(double point)
{
    return scale_hz * exp2(point / points_per_octave());
}

double shs_sum_point(double hz)
{
    return log2(hz / scale_hz) * points_per_octave();
}

/* Bin k's place on the axis of the spline, in octaves; bin 0 has none. */
static double octaves(int k, double bins_per_hz)
{
    return log2(k / bins_per_hz);
}

/* The natural spline's tridiagonal system over bins that are not equally far from each other,
 * eliminated downwards (Thomas). */
static void plan_spline(struct shs_sum *sum, double bins_per_hz)
{
    double next = 0;
    for (int k = 2; k < sum->bins - 1; k++) {
        double place = octaves(k, bins_per_hz);
        double low = place - octaves(k - 1, bins_per_hz),
               high = octaves(k + 1, bins_per_hz) - place;
        double pivot = 1 / ((low + high) / 3 + low / 6 * next);
        next = -high / 6 * pivot;
        sum->eliminations[k] = (struct elimination){
            .before = (float)(pivot / low),
            .here = (float)(-pivot * (1 / low + 1 / high)),
            .behind = (float)(pivot / high),
            .last = (float)(-low / 6 * pivot),
            .next = (float)next,
        };
    }
}

static void plan_scale(struct shs_sum *sum, double bins_per_hz)
{
    for (int i = 0; i < sum->points; i++) {
        double hz = shs_sum_hz(i), place = hz * bins_per_hz;
        double ear = 0.5 + atan(ear_steepness * log2(hz / ear_hz)) / M_PI;
        int bin = (int)place < sum->bins - 2 ? (int)place : sum->bins - 2;
        double from = octaves(bin, bins_per_hz), width = octaves(bin + 1, bins_per_hz) - from;
        double b = (log2(hz) - from) / width, a = 1 - b, bend = ear * width * width / 6;
        sum->readings[i] = (struct reading){
            .bin = bin,
            .value = {(float)(ear * a), (float)(ear * b)},
            .curve = {(float)(bend * (a * a * a - a)), (float)(bend * (b * b * b - b))},
        };
    }
    double octave = harmonic_steps / log2(top_hz / scale_hz);
    for (int n = 0; n < HARMONICS; n++) {
        sum->shifts[n] = (int)(log2(n + 1) * octave);
        sum->weights[n] = (float)pow(compression, n);
    }
}

ser_status shs_sum_create(struct shs_sum **result, int rate, int size, ser_error *error)
{
    *result = NULL;
    struct shs_sum *sum = calloc(1, sizeof *sum);
    if (!sum)
        return error_memory(error, "preparing pitch");
    double top = fmin(top_hz, rate / 2.0), bins_per_hz = size / (double)rate;
    sum->bins = (int)ceil(top * bins_per_hz - 1e-9) + 1; /* rounding must not reach a bin beyond */
    sum->points = (int)floor(shs_sum_point(top) + 1e-9) + 1;
    size_t bins = (size_t)sum->bins, points = (size_t)sum->points;
    sum->readings = calloc(points, sizeof *sum->readings);
    sum->eliminations = calloc(bins, sizeof *sum->eliminations);
    sum->maxima = lanes_allocate(bins + 4);
    sum->curve = lanes_allocate(bins);
    sum->scaled = lanes_allocate(points);
    sum->sums = lanes_allocate(points);
    if (!sum->readings || !sum->eliminations || !sum->maxima || !sum->curve || !sum->scaled ||
        !sum->sums) {
        shs_sum_destroy(sum);
        return error_memory(error, "preparing pitch");
    }
    plan_spline(sum, bins_per_hz);
    plan_scale(sum, bins_per_hz);
    *result = sum;
    return SER_OK;
}

void shs_sum_destroy(struct shs_sum *sum)
{
    if (!sum)
        return;
    free(sum->readings);
    free(sum->eliminations);
    free(sum->maxima);
    free(sum->curve);
    free(sum->scaled);
    free(sum->sums);
    free(sum);
}

/* Step 1: from powers to magnitudes without what lies between the peaks, smoothed. `maxima` holds
 * masks; two places before and behind the spectrum count as none. */
LANES_DISPATCH
static void clean(lanes *restrict spectrum, int bins, lanes *restrict maxima,
                  lanes *restrict cleaned)
{
    const lanes_int none = {0};
    spectrum[0] = (lanes){0}; /* an offset is no harmonic */
    for (int k = 1; k < bins; k++)
        spectrum[k] = lanes_sqrt(spectrum[k]);
    lanes *mask = maxima + 2; /* all bits set or none */
    for (int k = -2; k <= 0; k++)
        mask[k] = mask[bins - 1 - k] = (lanes)none;
    for (int k = 1; k < bins - 1; k++)
        mask[k] = (lanes)((spectrum[k] > spectrum[k - 1]) & (spectrum[k] >= spectrum[k + 1]));
    for (int k = 0; k < bins; k++) {
        lanes_int near = (lanes_int)mask[k];
        for (int beside = 1; beside <= 2; beside++)
            near |= (lanes_int)mask[k - beside] | (lanes_int)mask[k + beside];
        cleaned[k] = (lanes)((lanes_int)spectrum[k] & near);
    }
    lanes zero = {0};
    for (int k = 0; k < bins; k++) {
        lanes before = k > 0 ? cleaned[k - 1] : zero, behind = k < bins - 1 ? cleaned[k + 1] : zero;
        spectrum[k] = 0.5f * cleaned[k] + 0.25f * (before + behind);
    }
}

/* Step 2: the spline's second derivatives, and what it reads at the points. */
LANES_DISPATCH
static void rescale(const struct shs_sum *sum, const lanes *restrict y, lanes *restrict curve,
                    lanes *restrict scaled)
{
    const lanes zero = {0};
    int bins = sum->bins;
    lanes carry = zero;
    for (int k = 2; k < bins - 1; k++) {
        const struct elimination *e = &sum->eliminations[k];
        lanes bend = e->before * y[k - 1] + e->here * y[k] + e->behind * y[k + 1];
        carry = bend + e->last * carry;
        curve[k] = carry;
    }
    curve[1] = curve[bins - 1] = zero;
    for (int k = bins - 2; k > 1; k--)
        curve[k] += sum->eliminations[k].next * curve[k + 1];
    for (int i = 0; i < sum->points; i++) {
        const struct reading *r = &sum->readings[i];
        const lanes *value = y + r->bin, *bent = curve + r->bin;
        lanes x = r->value[0] * value[0] + r->value[1] * value[1];
        scaled[i] = lanes_max(x + r->curve[0] * bent[0] + r->curve[1] * bent[1], zero);
    }
}

/* Step 3. */
LANES_DISPATCH
static void sum_harmonics(const struct shs_sum *sum, const lanes *restrict scaled,
                          lanes *restrict sums, float means[LANES])
{
    lanes total = {0};
    int harmonics = HARMONICS;
    for (int i = 0; i < sum->points; i++) {
        while (i + sum->shifts[harmonics - 1] >= sum->points)
            harmonics--;
        lanes h = scaled[i];
        for (int n = 1; n < harmonics; n++)
            h += sum->weights[n] * scaled[i + sum->shifts[n]];
        sums[i] = h;
        total += h;
    }
    lanes_store(means, total / (float)sum->points);
}

const lanes *shs_sum_run(struct shs_sum *sum, lanes *power, float means[LANES])
{
    clean(power, sum->bins, sum->maxima, sum->curve);
    rescale(sum, power, sum->curve, sum->scaled);
    sum_harmonics(sum, sum->scaled, sum->sums, means);
    return sum->sums;
}
