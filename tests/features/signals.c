#define _GNU_SOURCE
#include "signals.h"

#include <math.h>
#include <stdlib.h>

#include "base/random.h"
#include "support.h"

float *signal_silence(size_t count)
{
    float *samples = calloc(count ? count : 1, sizeof *samples);
    assert_non_null(samples);
    return samples;
}

float *signal_noise(size_t count, float size)
{
    float *samples = signal_silence(count);
    struct random random = random_seeded(44, count);
    for (size_t i = 0; i < count; i++)
        samples[i] = random_uniform(&random, -size, size);
    return samples;
}

float *signal_vowel(size_t count, int rate, double f0, double vibrato)
{
    static const double formants[] = {650, 1200, 2500};
    float *samples = signal_silence(count);
    double phase = 0, memory[3][2] = {{0}};
    for (size_t i = 0; i < count; i++) {
        phase += f0 * (1 + vibrato * sin(2 * M_PI * 5 * (double)i / rate)) / rate;
        double value = phase >= 1 ? 1 : 0;
        phase -= floor(phase);
        for (int k = 0; k < 3; k++) {
            double r = exp(-M_PI * 80 / rate), c = 2 * r * cos(2 * M_PI * formants[k] / rate);
            double y = value + c * memory[k][0] - r * r * memory[k][1];
            memory[k][1] = memory[k][0];
            memory[k][0] = y;
            value = y;
        }
        samples[i] = (float)(value * 0.002);
    }
    return samples;
}
