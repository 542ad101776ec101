/* Recordings in memory from anywhere: whatever the bytes are, they are either refused with a
 * sentence, or give sound that keeps the promises of audio.h. The environment's SER_MODULE_DIR
 * decides whether the FFmpeg module takes part. libsndfile and libvorbis leak a little when they
 * refuse a file: leave them out by LSAN_OPTIONS=suppressions=FILE with the line leak:libvorbis. */
#include "fuzz.h"

#include <math.h>
#include <stdlib.h>

#include "ser/audio.h"

static void require(int condition)
{
    if (!condition)
        abort();
}

/* What audio.h promises of everything that was loaded. */
static void check_sound(const ser_audio *audio, const ser_audio_settings *settings)
{
    require(audio->samples && audio->frames > 0);
    require(audio->frames <= (size_t)SER_AUDIO_MAX_SECONDS * SER_AUDIO_MAX_RATE);
    require(audio->channels >= 1 && audio->channels <= SER_AUDIO_MAX_CHANNELS);
    require(!settings->mono || audio->channels == 1);
    require(audio->rate >= SER_AUDIO_MIN_RATE && audio->rate <= SER_AUDIO_MAX_RATE);
    require(!settings->rate || audio->rate == settings->rate);
    for (size_t i = 0; i < audio->frames * (size_t)audio->channels; i++)
        require(isfinite(audio->samples[i]));
}

static void check_failure(const ser_audio *audio, ser_status status, const ser_error *error)
{
    require(!audio->samples && !audio->frames && !audio->rate && !audio->channels);
    require(error->status == status && error->message[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* The last byte chooses the settings, so that one run meets them all. */
    static const int rates[] = {0, 16000, 8000, 48000};
    int choice = size ? data[size - 1] : 0;
    ser_audio_settings settings = {.rate = rates[choice & 3], .mono = choice >> 2 & 1};
    ser_audio audio;
    ser_error error;
    ser_status status = ser_audio_load_memory(&audio, data, size, "fuzz", &settings, &error);
    if (status)
        check_failure(&audio, status, &error);
    else
        check_sound(&audio, &settings);
    ser_audio_release(&audio);
    return 0;
}
