#include "audio/sink.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "audio/resample.h"
#include "base/error.h"
#include "base/log.h"
#include "base/memory.h"

enum {
    SINK_BLOCK = 4096, /* frames mixed at a time: stays in the cache */
};

_Static_assert(sizeof(size_t) >= 8, "12 hours of samples are counted in size_t");

static int rate_is_possible(int rate)
{
    return rate >= SER_AUDIO_MIN_RATE && rate <= SER_AUDIO_MAX_RATE;
}

ser_status audio_settings_check(const ser_audio_settings *settings, ser_error *error)
{
    if (settings->rate && !rate_is_possible(settings->rate))
        return error_set(error, SER_ERROR_ARGUMENT,
                         "cannot resample to %d Hz, expected 0 (the file's own) or %d to %d",
                         settings->rate, SER_AUDIO_MIN_RATE, SER_AUDIO_MAX_RATE);
    return SER_OK;
}

static ser_status out_of_memory(const struct audio_sink *sink, ser_error *error)
{
    return error_set(error, SER_ERROR_MEMORY, "%s: out of memory after %.1f s of sound", sink->name,
                     (double)sink->written / sink->rate_in);
}

ser_status audio_sink_open(struct audio_sink *sink, const char *name, int rate, int channels,
                           const ser_audio_settings *settings, ser_error *error)
{
    *sink = (struct audio_sink){.name = name, .rate_in = rate, .channels_in = channels};
    if (!rate_is_possible(rate))
        return error_set(error, SER_ERROR_FORMAT,
                         "%s: sampling rate of %d Hz, expected %d to %d Hz", name, rate,
                         SER_AUDIO_MIN_RATE, SER_AUDIO_MAX_RATE);
    if (rate < settings->min_rate)
        return error_set(error, SER_ERROR_FORMAT,
                         "%s: sampling rate of %d Hz, expected at least %d Hz", name, rate,
                         settings->min_rate);
    if (channels < 1)
        return error_set(error, SER_ERROR_FORMAT, "%s: %d channels, expected 1 to %d", name,
                         channels, SER_AUDIO_MAX_CHANNELS);
    if (channels > SER_AUDIO_MAX_CHANNELS)
        return error_set(error, SER_ERROR_UNSUPPORTED, "%s: %d channels, expected at most %d", name,
                         channels, SER_AUDIO_MAX_CHANNELS);

    sink->rate = settings->rate ? settings->rate : rate;
    sink->channels = settings->mono ? 1 : channels;
    sink->block = memory_resize(NULL, SINK_BLOCK, (size_t)sink->channels * sizeof *sink->block);
    if (!sink->block)
        return out_of_memory(sink, error);
    if (sink->rate != rate)
        return resampler_create(&sink->resampler, rate, sink->rate, sink->channels, error);
    return SER_OK;
}

static float finite_or_zero(float value)
{
    return isfinite(value) ? value : 0.0f;
}

/* (frames, channels_in) -> (frames, channels) */
static void mix(const struct audio_sink *sink, const float *in, size_t frames, float *out)
{
    size_t channels = (size_t)sink->channels_in;
    if (sink->channels == sink->channels_in) {
        for (size_t i = 0; i < frames * channels; i++)
            out[i] = finite_or_zero(in[i]);
        return;
    }
    for (size_t i = 0; i < frames; i++, in += channels) {
        double sum = 0; /* double: two channels near FLT_MAX must not make an infinity */
        for (size_t c = 0; c < channels; c++)
            sum += finite_or_zero(in[c]);
        out[i] = (float)(sum / sink->channels_in);
    }
}

static ser_status reserve(struct audio_sink *sink, size_t more, ser_error *error)
{
    /* The sum cannot overflow: audio_sink_write keeps the length below 12 hours. */
    if (!memory_reserve(&sink->samples, &sink->capacity, sink->frames + more,
                        (size_t)sink->channels * sizeof *sink->samples))
        return out_of_memory(sink, error);
    return SER_OK;
}

static float *end_of(const struct audio_sink *sink)
{
    return sink->samples + sink->frames * (size_t)sink->channels;
}

/* Feeds the resampler; `in` of NULL drains it. */
static ser_status resample(struct audio_sink *sink, const float *in, size_t frames,
                           ser_error *error)
{
    for (;;) {
        size_t room = SINK_BLOCK, used = 0, made = 0;
        ser_status status = reserve(sink, room, error);
        if (status)
            return status;
        float *out = end_of(sink);
        status = resampler_run(sink->resampler, in, frames, &used, out, room, &made, error);
        if (status)
            return status;
        /* Samples near FLT_MAX can overflow inside the filter. */
        for (size_t i = 0; i < made * (size_t)sink->channels; i++)
            out[i] = finite_or_zero(out[i]);
        sink->frames += made;
        frames -= used;
        if (in)
            in += used * (size_t)sink->channels;
        if (frames == 0 && made < room)
            return SER_OK;
    }
}

static ser_status collect(struct audio_sink *sink, const float *in, size_t frames, ser_error *error)
{
    if (sink->resampler) {
        mix(sink, in, frames, sink->block);
        return resample(sink, sink->block, frames, error);
    }
    ser_status status = reserve(sink, frames, error);
    if (status)
        return status;
    mix(sink, in, frames, end_of(sink));
    sink->frames += frames;
    return SER_OK;
}

static size_t count_not_finite(const float *samples, size_t count)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        found += isfinite(samples[i]) ? 0 : 1;
    return found;
}

ser_status audio_sink_write(struct audio_sink *sink, const float *samples, size_t frames,
                            ser_error *error)
{
    size_t longest = (size_t)SER_AUDIO_MAX_SECONDS * (size_t)sink->rate_in;
    if (frames > longest - sink->written)
        return error_set(error, SER_ERROR_UNSUPPORTED,
                         "%s: longer than %d hours, which is the most that is taken at once",
                         sink->name, SER_AUDIO_MAX_SECONDS / 3600);
    while (frames) {
        size_t block = frames < SINK_BLOCK ? frames : SINK_BLOCK;
        ser_status status = collect(sink, samples, block, error);
        if (status)
            return status;
        sink->not_finite += count_not_finite(samples, block * (size_t)sink->channels_in);
        samples += block * (size_t)sink->channels_in;
        sink->written += block;
        frames -= block;
    }
    return SER_OK;
}

/* The filter's last frame depends on how it rounds inside; the length is ours. */
static ser_status settle_length(struct audio_sink *sink, ser_error *error)
{
    size_t length = resampler_length(sink->written, sink->rate_in, sink->rate);
    if (length > sink->frames) {
        size_t missing = length - sink->frames;
        ser_status status = reserve(sink, missing, error);
        if (status)
            return status;
        memset(end_of(sink), 0, missing * (size_t)sink->channels * sizeof *sink->samples);
    }
    sink->frames = length;
    return SER_OK;
}

ser_status audio_sink_finish(struct audio_sink *sink, ser_audio *audio, ser_error *error)
{
    ser_status status = SER_OK;
    if (sink->resampler && sink->written)
        status = resample(sink, NULL, 0, error);
    if (!status && sink->resampler)
        status = settle_length(sink, error);
    if (!status && sink->frames) {
        float *shrunk = memory_resize(sink->samples, sink->frames,
                                      (size_t)sink->channels * sizeof *sink->samples);
        *audio = (ser_audio){.samples = shrunk ? shrunk : sink->samples,
                             .frames = sink->frames,
                             .rate = sink->rate,
                             .channels = sink->channels};
        sink->samples = NULL;
        if (sink->not_finite)
            log_message(SER_LOG_WARNING, "%s: samples that are no finite numbers, taken as 0: %zu",
                        sink->name, sink->not_finite);
    }
    audio_sink_release(sink);
    return status;
}

void audio_sink_release(struct audio_sink *sink)
{
    resampler_destroy(sink->resampler);
    free(sink->block);
    free(sink->samples);
    *sink = (struct audio_sink){0};
}
