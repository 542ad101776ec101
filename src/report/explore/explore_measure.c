#include "report/explore/explore_measure.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "clean/loudness.h"
#include "corpora/load.h"
#include "features/voice/pitch_ac.h"

enum { PITCH_RATE = 16000 /* Hz */, LEAST_VOICED = 10 /* frames, 0.1 s */ };

static const double silent = -70; /* LUFS, where the standard's gate lies */

struct measurer {
    struct pitch_ac *pitch;
    float *f0, *strength; // (room)
    size_t room;
};

ser_status measurer_create(struct measurer **result, ser_error *error)
{
    struct measurer *measurer = *result = calloc(1, sizeof *measurer);
    if (!measurer)
        return error_memory(error, "preparing measurements");
    struct pitch_ac_settings settings = pitch_ac_defaults(PITCH_RATE);
    ser_status status = pitch_ac_create(&measurer->pitch, &settings, error);
    if (status) {
        measurer_destroy(measurer);
        *result = NULL;
    }
    return status;
}

void measurer_destroy(struct measurer *measurer)
{
    if (!measurer)
        return;
    pitch_ac_destroy(measurer->pitch);
    free(measurer->f0);
    free(measurer->strength);
    free(measurer);
}

static ser_status make_room(struct measurer *measurer, size_t frames, ser_error *error)
{
    if (frames <= measurer->room)
        return SER_OK;
    float *f0 = memory_resize(measurer->f0, frames, sizeof *f0);
    measurer->f0 = f0 ? f0 : measurer->f0;
    float *strength = memory_resize(measurer->strength, frames, sizeof *strength);
    measurer->strength = strength ? strength : measurer->strength;
    if (!f0 || !strength)
        return error_memory(error, "measuring pitch");
    measurer->room = frames;
    return SER_OK;
}

static int compare(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* Of `count` sorted values, at least one; linear between the two beside it. */
static double quantile(const float *sorted, size_t count, double part)
{
    double place = part * (double)(count - 1);
    size_t below = (size_t)place;
    if (below + 1 >= count)
        return (double)sorted[count - 1];
    double low = (double)sorted[below], high = (double)sorted[below + 1];
    return low + (place - (double)below) * (high - low);
}

/* `audio` has one channel and the rate of the tracker. */
static ser_status measure_pitch(struct measurer *measurer, const ser_audio *audio,
                                struct measures *measures, ser_error *error)
{
    size_t frames = pitch_ac_centres(measurer->pitch, audio->frames).frames, voiced = 0;
    ser_status status = make_room(measurer, frames, error);
    if (!status)
        status = pitch_ac_run(measurer->pitch, audio->samples, audio->frames, measurer->f0,
                              measurer->strength, error);
    if (status)
        return status;
    for (size_t t = 0; t < frames; t++)
        if (measurer->f0[t] > 0)
            measurer->f0[voiced++] = measurer->f0[t];
    measures->voiced = frames ? (double)voiced / (double)frames : 0;
    measures->pitch = measures->pitch_low = measures->pitch_high = NAN;
    if (voiced < LEAST_VOICED)
        return SER_OK;
    qsort(measurer->f0, voiced, sizeof *measurer->f0, compare);
    measures->pitch = quantile(measurer->f0, voiced, 0.5);
    measures->pitch_low = quantile(measurer->f0, voiced, 0.1);
    measures->pitch_high = quantile(measurer->f0, voiced, 0.9);
    return SER_OK;
}

static ser_status measure_level(const ser_audio *audio, struct measures *measures, ser_error *error)
{
    float peak = 0;
    for (size_t i = 0; i < audio->frames; i++)
        peak = fmaxf(peak, fabsf(audio->samples[i]));
    ser_status status = loudness_measure(audio, &measures->loudness, error);
    if (!(measures->loudness >= silent))
        measures->loudness = NAN;
    measures->peak = peak > 0 ? 20 * log10((double)peak) : NAN;
    return status;
}

ser_status measurer_run(struct measurer *measurer, const ser_audio *audio,
                        const struct recording *recording, struct measures *measures,
                        ser_error *error)
{
    ser_audio piece = {0};
    ser_audio_settings own_rate = {.rate = 0, .mono = 1};
    ser_audio_settings tracker = {.rate = PITCH_RATE, .mono = 1};
    *measures = (struct measures){.rate = audio->rate, .channels = audio->channels};
    ser_status status = recording_cut(&piece, audio, recording, error);
    if (!status)
        status = ser_audio_convert(&piece, &own_rate, error);
    if (!status) {
        measures->seconds = ser_audio_duration(&piece);
        status = measure_level(&piece, measures, error);
    }
    if (!status)
        status = ser_audio_convert(&piece, &tracker, error);
    if (!status)
        status = measure_pitch(measurer, &piece, measures, error);
    ser_audio_release(&piece);
    return status;
}
