#define _GNU_SOURCE
#include "features/spectrum/window.h"

#include <math.h>
#include <stddef.h>

/* The continuous windows at a place from 0 to 1. */
static double hann(double place)
{
    return 0.5 - 0.5 * cos(2 * M_PI * place);
}

static double hamming(double place)
{
    return 0.54 - 0.46 * cos(2 * M_PI * place);
}

static double gauss(double place)
{
    double deviations = (2 * place - 1) / 0.4;
    return exp(-0.5 * deviations * deviations);
}

static double povey(double place)
{
    return pow(hann(place), 0.85);
}

static const struct {
    const char *name;
    double (*value)(double place);
    int symmetric;
} kinds[WINDOW_KINDS] = {
    [WINDOW_HANN] = {"hann", hann, 0},
    [WINDOW_HAMMING] = {"hamming", hamming, 1},
    [WINDOW_GAUSS] = {"gauss", gauss, 1},
    [WINDOW_POVEY] = {"povey", povey, 1},
};

const char *window_name(enum window_kind kind)
{
    return (unsigned)kind < WINDOW_KINDS ? kinds[kind].name : NULL;
}

void window_fill(enum window_kind kind, float *values, int count)
{
    int symmetric = kinds[kind].symmetric;
    if (symmetric && count == 1) { /* the middle, where there are no ends */
        values[0] = 1;
        return;
    }
    for (int n = 0; n < count; n++)
        values[n] = (float)kinds[kind].value((double)n / (count - symmetric));
}
