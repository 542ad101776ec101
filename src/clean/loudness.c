#include "clean/loudness.h"

#include <ebur128.h>
#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "clean/steps.h"

/* The standard weights frequencies by filters around 1.7 kHz, which lower rates bend or cannot
 * have.
 */
enum { LEAST_RATE = 32000, MEASURED_RATE = 48000 };

static const double SILENCE = -70, HIGHEST_PEAK = -1; /* dB */

static ser_status add_frames(ebur128_state *state, const ser_audio *audio, ser_error *error)
{
    size_t needed = ((size_t)audio->rate / 10 + 1) * 4, added = 0; /* a block */
    do {
        if (ebur128_add_frames_float(state, audio->samples, audio->frames))
            return error_memory(error, "measuring loudness");
        added += audio->frames;
    } while (added < needed);
    return SER_OK;
}

static ser_status measure(const ser_audio *audio, double *lufs, ser_error *error)
{
    ebur128_state *state =
        ebur128_init((unsigned int)audio->channels, (unsigned long)audio->rate, EBUR128_MODE_I);
    if (!state)
        return error_memory(error, "measuring loudness");
    ser_status status = add_frames(state, audio, error);
    if (!status && ebur128_loudness_global(state, lufs))
        status = error_memory(error, "measuring loudness");
    ebur128_destroy(&state);
    return status;
}

/* Measures at another rate, with the peak at 1, since the resampler cannot take the largest
 * numbers. */
static ser_status measure_resampled(const ser_audio *audio, double peak, double *lufs,
                                    ser_error *error)
{
    ser_audio copy = *audio;
    ser_audio_settings settings = {.rate = MEASURED_RATE};
    size_t count = audio->frames * (size_t)audio->channels;
    copy.samples = memory_resize(NULL, count, sizeof *copy.samples);
    if (!copy.samples)
        return error_memory(error, "measuring loudness");
    for (size_t i = 0; i < count; i++)
        copy.samples[i] = (float)((double)audio->samples[i] / peak);
    ser_status status = ser_audio_convert(&copy, &settings, error);
    if (!status)
        status = measure(&copy, lufs, error);
    *lufs += 20 * log10(peak);
    ser_audio_release(&copy);
    return status;
}

ser_status loudness_measure(const ser_audio *audio, double *lufs, ser_error *error)
{
    double peak = clean_peak(audio);
    *lufs = -INFINITY;
    if (peak == 0)
        return SER_OK;
    if (audio->rate < LEAST_RATE)
        return measure_resampled(audio, peak, lufs, error);
    return measure(audio, lufs, error);
}

double loudness_rms(const ser_audio *audio)
{
    double sum = 0;
    size_t count = audio->frames * (size_t)audio->channels;
    for (size_t i = 0; i < count; i++)
        sum += (double)audio->samples[i] * (double)audio->samples[i];
    return count ? 10 * log10(sum / (double)count) : -INFINITY;
}

void loudness_amplify(ser_audio *audio, double measured, double target)
{
    double peak = clean_peak(audio);
    size_t count = audio->frames * (size_t)audio->channels;
    if (!(measured >= SILENCE) || peak == 0)
        return;
    double gain = fmin(pow(10, (target - measured) / 20), pow(10, HIGHEST_PEAK / 20) / peak);
    for (size_t i = 0; i < count; i++)
        audio->samples[i] = clean_finite((double)audio->samples[i] * gain);
}
