#include "clean/speex.h"

#include <math.h>
#include <speex/speex_preprocess.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "clean/steps.h"

static const double PEAK = 16384;

struct speex {
    SpeexPreprocessState *state;
    spx_int16_t *frame; // (size)
    size_t size;
    double scale; /* from our samples to its */
};

ser_status speex_create(struct speex **result, const ser_audio *audio, size_t size, int decibel,
                        ser_error *error)
{
    spx_int32_t denoise = decibel > 0, most = -decibel;
    struct speex *speex = calloc(1, sizeof *speex);
    *result = speex;
    if (!speex)
        return error_memory(error, "preparing speexdsp");
    speex->size = size;
    speex->scale = PEAK / clean_peak(audio);
    speex->frame = memory_resize(NULL, size, sizeof *speex->frame);
    speex->state = speex->frame ? speex_preprocess_state_init((int)size, audio->rate) : NULL;
    if (!speex->state) {
        speex_destroy(speex);
        *result = NULL;
        return error_memory(error, "preparing speexdsp");
    }
    speex_preprocess_ctl(speex->state, SPEEX_PREPROCESS_SET_DENOISE, &denoise);
    speex_preprocess_ctl(speex->state, SPEEX_PREPROCESS_SET_NOISE_SUPPRESS, &most);
    return SER_OK;
}

void speex_destroy(struct speex *speex)
{
    if (!speex)
        return;
    if (speex->state)
        speex_preprocess_state_destroy(speex->state);
    free(speex->frame);
    free(speex);
}

float speex_take(struct speex *speex, const ser_audio *audio, int channel, size_t index)
{
    size_t channels = (size_t)audio->channels, start = index * speex->size;
    spx_int32_t percent = 0;
    for (size_t i = 0; i < speex->size; i++) {
        size_t at = start + i;
        double value =
            at < audio->frames ? (double)audio->samples[at * channels + (size_t)channel] : 0;
        speex->frame[i] = (spx_int16_t)lrint(value * speex->scale);
    }
    speex_preprocess_run(speex->state, speex->frame);
    speex_preprocess_ctl(speex->state, SPEEX_PREPROCESS_GET_PROB, &percent);
    return (float)percent / 100;
}

void speex_give(const struct speex *speex, ser_audio *audio, int channel, size_t index)
{
    size_t channels = (size_t)audio->channels, start = index * speex->size;
    for (size_t i = 0; i < speex->size && start + i < audio->frames; i++)
        audio->samples[(start + i) * channels + (size_t)channel] =
            clean_finite(speex->frame[i] / speex->scale);
}
