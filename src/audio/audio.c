#include "ser/audio.h"

#include <stdlib.h>
#include <string.h>

#include "audio/decode.h"
#include "audio/ffmpeg.h"
#include "audio/load.h"
#include "audio/sink.h"
#include "audio/sniff.h"
#include "base/error.h"

ser_audio_settings ser_audio_settings_defaults(void)
{
    return (ser_audio_settings){.rate = 16000, .mono = 1};
}

/* Asks libsndfile first, then the FFmpeg module. */
static ser_status decode(struct audio_source *source, const ser_audio_settings *settings,
                         ser_audio *audio, ser_error *error)
{
    char declined[DECODE_REASON];
    ser_status status = audio_sniff_refuse(source, error);
    if (status)
        return status;
    status = decode_sndfile(source, settings, audio, declined, error);
    if (*declined && !source->failure) {
        status =
            audio_sniff_text(source)
                ? error_set(error, SER_ERROR_FORMAT,
                            "%s: is text, not a recording (expected " AUDIO_KINDS ")", source->name)
                : decode_ffmpeg(source, settings, audio, declined, error);
    }
    if (source->failure) {
        /* Whatever the decoders made of it: the disk failed, not the content. */
        ser_audio_release(audio);
        return error_set(error, SER_ERROR_IO, "%s: cannot be read: %s", source->name,
                         strerror(source->failure));
    }
    if (!status && audio->frames == 0)
        return error_set(error, SER_ERROR_FORMAT,
                         "%s: too short: not even one sample is left at %d Hz", source->name,
                         settings->rate);
    return status;
}

ser_status audio_load(struct audio_source *source, const ser_audio_settings *settings,
                      ser_audio *audio, ser_error *error)
{
    *audio = (ser_audio){0};
    ser_audio_settings defaults = ser_audio_settings_defaults();
    const ser_audio_settings *chosen = settings ? settings : &defaults;
    ser_status status = audio_settings_check(chosen, error);
    return status ? status : decode(source, chosen, audio, error);
}

ser_status ser_audio_load(ser_audio *audio, const char *path, const ser_audio_settings *settings,
                          ser_error *error)
{
    struct audio_source source;
    error_clear(error);
    *audio = (ser_audio){0};
    ser_status status = audio_source_open(&source, path, error);
    if (!status)
        status = audio_load(&source, settings, audio, error);
    audio_source_release(&source);
    return status;
}

ser_status ser_audio_load_memory(ser_audio *audio, const void *bytes, size_t size, const char *name,
                                 const ser_audio_settings *settings, ser_error *error)
{
    struct audio_source source =
        audio_source_memory(bytes, size, name ? name : "recording in memory");
    error_clear(error);
    *audio = (ser_audio){0};
    ser_status status = audio_load(&source, settings, audio, error);
    audio_source_release(&source);
    return status;
}

/* Replaces the sound by what comes out of a sink with these settings. */
static ser_status pass_through_sink(ser_audio *audio, const ser_audio_settings *settings,
                                    ser_error *error)
{
    struct audio_sink sink;
    ser_audio converted = {.rate = settings->rate ? settings->rate : audio->rate,
                           .channels = settings->mono ? 1 : audio->channels};
    ser_status status =
        audio_sink_open(&sink, "sound in memory", audio->rate, audio->channels, settings, error);
    if (!status)
        status = audio_sink_write(&sink, audio->samples, audio->frames, error);
    if (!status)
        status = audio_sink_finish(&sink, &converted, error);
    audio_sink_release(&sink);
    if (status)
        return status;
    ser_audio_release(audio);
    *audio = converted;
    return SER_OK;
}

ser_status ser_audio_convert(ser_audio *audio, const ser_audio_settings *settings, ser_error *error)
{
    ser_audio_settings defaults = ser_audio_settings_defaults();
    const ser_audio_settings *chosen = settings ? settings : &defaults;
    error_clear(error);
    ser_status status = audio_settings_check(chosen, error);
    if (status)
        return status;
    if (audio->rate < SER_AUDIO_MIN_RATE || audio->rate > SER_AUDIO_MAX_RATE ||
        audio->channels < 1 || audio->channels > SER_AUDIO_MAX_CHANNELS)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "cannot convert sound of %d Hz and %d channels, expected %d to %d Hz and "
                         "1 to %d channels",
                         audio->rate, audio->channels, SER_AUDIO_MIN_RATE, SER_AUDIO_MAX_RATE,
                         SER_AUDIO_MAX_CHANNELS);
    if ((!chosen->mono || audio->channels == 1) && (!chosen->rate || audio->rate == chosen->rate) &&
        audio->rate >= chosen->min_rate)
        return SER_OK;
    return pass_through_sink(audio, chosen, error);
}

double ser_audio_duration(const ser_audio *audio)
{
    return audio && audio->rate > 0 ? (double)audio->frames / audio->rate : 0;
}

void ser_audio_release(ser_audio *audio)
{
    if (!audio)
        return;
    free(audio->samples);
    *audio = (ser_audio){0};
}
