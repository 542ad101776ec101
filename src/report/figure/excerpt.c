#include "report/figure/excerpt.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"

static const float largest_sample = 1e9f; /* as in ser_extractor_run */

static ser_status check_samples(const struct excerpt *excerpt, ser_error *error)
{
    size_t count = excerpt->frames * (size_t)excerpt->channels;
    for (size_t i = 0; i < count; i++)
        if (!(fabsf(excerpt->all[i]) <= largest_sample))
            return error_set(error, SER_ERROR_ARGUMENT,
                             "sample %zu is %g, expected -%g to %g, nominally -1 to 1", i,
                             (double)excerpt->all[i], (double)largest_sample,
                             (double)largest_sample);
    return SER_OK;
}

static ser_status mix(struct excerpt *excerpt, ser_error *error)
{
    excerpt->mix = excerpt->all;
    if (excerpt->channels == 1)
        return SER_OK;
    excerpt->owned = memory_resize(NULL, excerpt->frames, sizeof *excerpt->owned);
    if (!excerpt->owned)
        return error_memory(error, "mixing channels");
    for (size_t t = 0; t < excerpt->frames; t++) {
        float sum = 0;
        for (int c = 0; c < excerpt->channels; c++)
            sum += excerpt->all[t * (size_t)excerpt->channels + (size_t)c];
        excerpt->owned[t] = sum / (float)excerpt->channels;
    }
    excerpt->mix = excerpt->owned;
    return SER_OK;
}

ser_status excerpt_take(struct excerpt *excerpt, const ser_audio *audio, double from, double to,
                        ser_error *error)
{
    *excerpt = (struct excerpt){0};
    if (!audio->frames || audio->rate < SER_AUDIO_MIN_RATE || audio->rate > SER_AUDIO_MAX_RATE ||
        audio->channels < 1 || audio->channels > SER_AUDIO_MAX_CHANNELS)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "the sound has %zu samples of %d Hz and %d channels, expected at least "
                         "one, %d to %d Hz and 1 to %d channels",
                         audio->frames, audio->rate, audio->channels, SER_AUDIO_MIN_RATE,
                         SER_AUDIO_MAX_RATE, SER_AUDIO_MAX_CHANNELS);
    double duration = ser_audio_duration(audio);
    if (!(from >= 0) || !(to == 0 || to > from) || from >= duration)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "the part from %g s to %g s is empty: the sound lasts %.6g s", from,
                         to == 0 ? duration : to, duration);
    size_t first = (size_t)floor(from * audio->rate);
    size_t end = to == 0 || to >= duration ? audio->frames : (size_t)ceil(to * audio->rate);
    excerpt->all = audio->samples + first * (size_t)audio->channels;
    excerpt->frames = end > first ? end - first : 1;
    excerpt->channels = audio->channels;
    excerpt->rate = audio->rate;
    excerpt->start = (double)first / audio->rate;
    ser_status status = check_samples(excerpt, error);
    return status ? status : mix(excerpt, error);
}

void excerpt_release(struct excerpt *excerpt)
{
    free(excerpt->owned);
    *excerpt = (struct excerpt){0};
}
