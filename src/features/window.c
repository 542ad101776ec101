#define _GNU_SOURCE
#include "features/window.h"

#include <math.h>
#include <stddef.h>

/* The continuous window at a place from 0 to 1. */
static double hann(double place)
{
    return 0.5 - 0.5 * cos(2 * M_PI * place);
}

static const struct {
    const char *name;
    double (*value)(double place);
} kinds[WINDOW_KINDS] = {
    [WINDOW_HANN] = {"hann", hann},
};

const char *window_name(enum window_kind kind)
{
    return (unsigned)kind < WINDOW_KINDS ? kinds[kind].name : NULL;
}

void window_fill(enum window_kind kind, float *values, int count)
{
    for (int n = 0; n < count; n++)
        values[n] = (float)kinds[kind].value((double)n / count);
}
