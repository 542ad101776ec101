#include "corpora/load.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

/* Keeps one channel, counted from 1, in place. */
static ser_status keep_channel(ser_audio *audio, const struct recording *recording,
                               ser_error *error)
{
    int channels = audio->channels, wanted = recording->channel;
    if (wanted > channels)
        return error_set(error, SER_ERROR_FORMAT, "%s: has %d channels, expected at least %d",
                         recording->path, channels, wanted);
    for (size_t i = 0; i < audio->frames; i++)
        audio->samples[i] = audio->samples[i * (size_t)channels + (size_t)wanted - 1];
    audio->channels = 1;
    return SER_OK;
}

static ser_status keep_piece(ser_audio *audio, const struct recording *recording, ser_error *error)
{
    double duration = ser_audio_duration(audio);
    size_t channels = (size_t)audio->channels;
    size_t start = (size_t)llround(fmin(recording->start, duration) * audio->rate);
    size_t end = audio->frames;
    if (recording->end > 0 && recording->end < duration)
        end = (size_t)llround(recording->end * audio->rate);
    if (start >= end)
        return error_set(error, SER_ERROR_FORMAT, "%s: lasts %.3f s, expected sound from %.3f s on",
                         recording->path, duration, recording->start);
    memmove(audio->samples, audio->samples + start * channels,
            (end - start) * channels * sizeof *audio->samples);
    audio->frames = end - start;
    return SER_OK;
}

ser_status recording_load(ser_audio *audio, const struct recording *recording,
                          const ser_audio_settings *settings, ser_error *error)
{
    bool whole = !(recording->start > 0) && !(recording->end > 0);
    if (whole && !recording->channel)
        return ser_audio_load(audio, recording->path, settings, error);
    ser_audio_settings own = settings ? *settings : ser_audio_settings_defaults();
    own.rate = 0;
    own.mono = own.mono && !recording->channel;
    ser_status status = ser_audio_load(audio, recording->path, &own, error);
    if (!status && recording->channel)
        status = keep_channel(audio, recording, error);
    if (!status && !whole)
        status = keep_piece(audio, recording, error);
    if (!status)
        status = ser_audio_convert(audio, settings, error);
    if (status)
        ser_audio_release(audio);
    return status;
}

ser_status recording_cut(ser_audio *piece, const ser_audio *whole,
                         const struct recording *recording, ser_error *error)
{
    size_t count = whole->frames * (size_t)whole->channels;
    ser_status status = SER_OK;
    *piece = *whole;
    piece->samples = memory_resize(NULL, count ? count : 1, sizeof *piece->samples);
    if (!piece->samples) {
        *piece = (ser_audio){0};
        return error_memory(error, recording->path);
    }
    if (count)
        memcpy(piece->samples, whole->samples, count * sizeof *piece->samples);
    if (recording->channel)
        status = keep_channel(piece, recording, error);
    if (!status && (recording->start > 0 || recording->end > 0))
        status = keep_piece(piece, recording, error);
    if (status)
        ser_audio_release(piece);
    return status;
}
