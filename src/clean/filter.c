#include <float.h>
#include <math.h>

#include "clean/steps.h"

static const double pi = 3.14159265358979323846;

/* A section of 2nd order, in the transposed direct form II. */
struct biquad {
    double b[3], a[3]; /* a[0] is 1 */
    double state[2];
};

float clean_finite(double value)
{
    return value > FLT_MAX ? FLT_MAX : value >= -FLT_MAX ? (float)value : -FLT_MAX;
}

double clean_peak(const ser_audio *audio)
{
    double peak = 0;
    for (size_t i = 0; i < audio->frames * (size_t)audio->channels; i++)
        peak = fmax(peak, fabs((double)audio->samples[i]));
    return peak;
}

void clean_remove_dc(ser_audio *audio)
{
    size_t channels = (size_t)audio->channels, count = audio->frames * channels;
    for (size_t c = 0; c < channels; c++) {
        double sum = 0;
        for (size_t i = c; i < count; i += channels)
            sum += (double)audio->samples[i];
        double mean = sum / (double)audio->frames;
        for (size_t i = c; i < count; i += channels)
            audio->samples[i] = clean_finite((double)audio->samples[i] - mean);
    }
}

/* Bristow-Johnson's high-pass section: the analog (s^2)/(s^2 + s/Q + 1) after the bilinear
 * transform, its corner kept in place. */
static struct biquad high_pass(double frequency, double quality, int rate)
{
    double w = 2 * pi * frequency / rate, c = cos(w), alpha = sin(w) / (2 * quality);
    double scale = 1 / (1 + alpha), b = (1 + c) / 2 * scale;
    return (struct biquad){{b, -2 * b, b}, {1, -2 * c * scale, (1 - alpha) * scale}, {0, 0}};
}

/* The state in which a constant input has long given 0. */
static void settle(struct biquad *section, double input)
{
    section->state[0] = -section->b[0] * input;
    section->state[1] = section->b[2] * input;
}

static double step(struct biquad *s, double x)
{
    double y = s->b[0] * x + s->state[0];
    s->state[0] = s->b[1] * x - s->a[1] * y + s->state[1];
    s->state[1] = s->b[2] * x - s->a[2] * y;
    return y;
}

void clean_cut_lows(ser_audio *audio, double frequency)
{
    /* The poles of a 4th-order Butterworth lie at 22.5 and 67.5 degrees. */
    const double first = 1 / (2 * cos(pi / 8)), second = 1 / (2 * cos(3 * pi / 8));
    size_t channels = (size_t)audio->channels, count = audio->frames * channels;
    for (size_t c = 0; c < channels; c++) {
        struct biquad low = high_pass(frequency, first, audio->rate);
        struct biquad high = high_pass(frequency, second, audio->rate);
        settle(&low, (double)audio->samples[c]);
        for (size_t i = c; i < count; i += channels)
            audio->samples[i] = clean_finite(step(&high, step(&low, (double)audio->samples[i])));
    }
}
