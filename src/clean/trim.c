#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "clean/steps.h"

enum { SMOOTHED = 5, WIDER = 8 /* frames of 10 ms */ };

static const double LOUD = 0.97; /* the share of frames that are quieter than the loud parts */

/* The energy of frame `t`: of the samples of 25 ms, in all channels. */
static double energy_of(const ser_audio *audio, size_t begin, size_t window)
{
    size_t channels = (size_t)audio->channels;
    size_t end = begin + window < audio->frames ? begin + window : audio->frames;
    double sum = 0;
    for (size_t i = begin * channels; i < end * channels; i++)
        sum += (double)audio->samples[i] * (double)audio->samples[i];
    return sum;
}

/* The mean of the frames around each, as many as there are. */
static void smooth(const double *energies, size_t frames, double *smoothed)
{
    for (size_t t = 0; t < frames; t++) {
        size_t first = t > SMOOTHED / 2 ? t - SMOOTHED / 2 : 0;
        size_t last = t + SMOOTHED / 2 < frames ? t + SMOOTHED / 2 : frames - 1;
        double sum = 0;
        for (size_t i = first; i <= last; i++)
            sum += energies[i];
        smoothed[t] = sum / (double)(last - first + 1);
    }
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Of the smoothed energies, what is to be exceeded; `scratch` gets them in order. */
static double threshold_of(const double *smoothed, size_t frames, double decibel, double *scratch)
{
    for (size_t t = 0; t < frames; t++)
        scratch[t] = smoothed[t];
    qsort(scratch, frames, sizeof *scratch, compare);
    double loud = scratch[(size_t)floor(LOUD * (double)(frames - 1) + 0.5)];
    return loud * pow(10, -decibel / 10);
}

ser_status clean_trim(ser_audio *audio, double decibel, ser_error *error)
{
    size_t window = (size_t)(audio->rate * 25L / 1000), hop = (size_t)audio->rate / 100;
    size_t frames = audio->frames <= window ? 1 : 1 + (audio->frames - window) / hop;
    double *energies = memory_resize(NULL, frames, 2 * sizeof *energies);
    if (!energies)
        return error_memory(error, "trimming sound");
    double *smoothed = energies + frames;
    for (size_t t = 0; t < frames; t++)
        energies[t] = energy_of(audio, t * hop, window);
    smooth(energies, frames, smoothed);
    double threshold = threshold_of(smoothed, frames, decibel, energies);
    size_t first = 0, last = frames;
    while (first < frames && !(smoothed[first] > threshold))
        first++;
    while (last > first && !(smoothed[last - 1] > threshold))
        last--;
    /* Frame last-1 is the last one above; with nothing above, all stays. */
    if (first < last) {
        size_t begin = first > WIDER ? (first - WIDER) * hop : 0;
        size_t end = last + WIDER < frames ? (last - 1 + WIDER) * hop + window : audio->frames;
        clean_keep(audio, &(struct stretch){begin, end}, 1);
    }
    free(energies);
    return SER_OK;
}
