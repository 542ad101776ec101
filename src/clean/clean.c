#include "ser/clean.h"

#include <math.h>

#include "audio/copy.h"
#include "base/error.h"
#include "clean/loudness.h"
#include "clean/settings.h"
#include "clean/steps.h"
#include "clean/voice.h"

static ser_status check_sound(const ser_audio *audio, ser_error *error)
{
    if (audio->rate >= SER_AUDIO_MIN_RATE && audio->rate <= SER_AUDIO_MAX_RATE &&
        audio->channels >= 1 && audio->channels <= SER_AUDIO_MAX_CHANNELS)
        return SER_OK;
    return error_set(error, SER_ERROR_ARGUMENT,
                     "cleaning: sound of %d Hz and %d channels, expected %d to %d Hz and 1 to %d "
                     "channels",
                     audio->rate, audio->channels, SER_AUDIO_MIN_RATE, SER_AUDIO_MAX_RATE,
                     SER_AUDIO_MAX_CHANNELS);
}

ser_status clean_copy(const ser_audio *audio, ser_audio *copy, ser_error *error)
{
    ser_status status = audio_copy(copy, audio, error);
    for (size_t i = 0; i < copy->frames * (size_t)copy->channels; i++)
        copy->samples[i] = isfinite(copy->samples[i]) ? copy->samples[i] : 0;
    return status;
}

static ser_status set_loudness(ser_audio *audio, const ser_clean_settings *s, ser_error *error)
{
    double measured = 0;
    ser_status status = SER_OK;
    if (s->lufs != 0)
        status = loudness_measure(audio, &measured, error);
    else if (s->rms != 0)
        measured = loudness_rms(audio);
    if (!status && (s->lufs != 0 || s->rms != 0))
        loudness_amplify(audio, measured, s->lufs != 0 ? s->lufs : s->rms);
    return status;
}

static ser_status work(ser_audio *audio, const ser_clean_settings *s, ser_error *error)
{
    ser_status status = SER_OK;
    if (s->dc)
        clean_remove_dc(audio);
    if (s->low_cut > 0)
        clean_cut_lows(audio, s->low_cut);
    if (s->noise)
        status = clean_suppress_noise(audio, s->noise, error);
    if (s->voice && !status)
        status = clean_cut_to_voice(audio, error);
    if (s->trim > 0 && !status)
        status = clean_trim(audio, s->trim, error);
    return status ? status : set_loudness(audio, s, error);
}

ser_status ser_clean(ser_audio *audio, const ser_clean_settings *settings, ser_error *error)
{
    ser_audio copy = {0};
    error_clear(error);
    ser_status status = check_sound(audio, error);
    if (!status)
        status = clean_settings_check(settings, audio->rate, error);
    if (status || !audio->frames || !clean_is_on(settings))
        return status;
    status = clean_copy(audio, &copy, error);
    if (!status)
        status = work(&copy, settings, error);
    if (status) {
        ser_audio_release(&copy);
        return status;
    }
    ser_audio_release(audio);
    *audio = copy;
    return SER_OK;
}

ser_status ser_voice_activity(const ser_audio *audio, ser_voice *voice, ser_error *error)
{
    error_clear(error);
    *voice = (ser_voice){0};
    ser_status status = check_sound(audio, error);
    return status || !audio->frames ? status : voice_find(audio, voice, error);
}
