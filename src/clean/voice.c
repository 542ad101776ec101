#include "clean/voice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "clean/speex.h"
#include "clean/steps.h"

/* The detector hears at 16 kHz, whatever the sound's rate. Times are in frames of 10 ms. */
enum {
    RATE = 16000,
    FRAME = RATE / 100,
    SMOOTHED = 15, /* frames whose mean decides */
    GAP = 30,      /* a shorter pause belongs to the phrase */
    SHORTEST = 5,  /* a shorter burst is none of a voice */
    WIDER = 10,    /* frames added on both sides of a phrase */
};

static const float START = 0.90F, CONTINUE = 0.80F; /* probabilities */

static ser_status copy_at_rate(const ser_audio *audio, ser_audio *copy, ser_error *error)
{
    ser_audio_settings settings = {.rate = RATE};
    ser_status status = clean_copy(audio, copy, error);
    return status ? status : ser_audio_convert(copy, &settings, error);
}

/* How probable a voice is in each frame, in whatever channel. The sound is heard twice: the first
 * time only to learn what the background is like. */
static ser_status hear(const ser_audio *audio, float *probabilities, size_t frames,
                       ser_error *error)
{
    ser_status status = SER_OK;
    memset(probabilities, 0, frames * sizeof *probabilities);
    for (int c = 0; c < audio->channels && !status && clean_peak(audio) > 0; c++) {
        struct speex *speex;
        status = speex_create(&speex, audio, FRAME, 0, error);
        for (size_t t = 0; t < frames && !status; t++)
            speex_take(speex, audio, c, t);
        for (size_t t = 0; t < frames && !status; t++)
            probabilities[t] = fmaxf(probabilities[t], speex_take(speex, audio, c, t));
        speex_destroy(speex);
    }
    return status;
}

/* The mean of the frames around frame `t`, as many as there are. */
static float smoothed(const float *probabilities, size_t frames, size_t t)
{
    size_t first = t > SMOOTHED / 2 ? t - SMOOTHED / 2 : 0;
    size_t last = t + SMOOTHED / 2 < frames ? t + SMOOTHED / 2 : frames - 1;
    float sum = 0;
    for (size_t i = first; i <= last; i++)
        sum += probabilities[i];
    return sum / (float)(last - first + 1);
}

/* A voice begins where the probability passes START and lasts, both ways, while it is above
 * CONTINUE. */
static void decide(const float *probabilities, ser_voice *voice)
{
    size_t frames = voice->frames;
    for (size_t t = 0; t < frames; t++) {
        float p = smoothed(probabilities, frames, t);
        int before = t && voice->flags[t - 1];
        voice->flags[t] = p > START || (before && p > CONTINUE);
    }
    for (size_t t = frames; t-- > 1;)
        if (voice->flags[t] && smoothed(probabilities, frames, t - 1) > CONTINUE)
            voice->flags[t - 1] = 1;
}

/* Gives runs of `value` that are shorter than `shortest` the other value, but for runs at the ends
 * where `ends` is 0. */
static void flip_short_runs(ser_voice *voice, unsigned char value, size_t shortest, int ends)
{
    for (size_t begin = 0, end; begin < voice->frames; begin = end) {
        for (end = begin + 1; end < voice->frames && voice->flags[end] == voice->flags[begin];)
            end++;
        int inside = begin > 0 && end < voice->frames;
        if (voice->flags[begin] == value && end - begin < shortest && (inside || ends))
            memset(voice->flags + begin, !value, end - begin);
    }
}

/* Adds WIDER frames on both sides of every run. */
static void widen(ser_voice *voice)
{
    int left = 0;
    for (size_t t = 0; t < voice->frames; t++) {
        left = voice->flags[t] ? WIDER + 1 : left;
        voice->flags[t] = left > 0;
        left -= left > 0;
    }
    left = 0;
    for (size_t t = voice->frames; t-- > 0;) {
        left = voice->flags[t] ? WIDER + 1 : left;
        voice->flags[t] = left > 0;
        left -= left > 0;
    }
}

ser_status voice_find(const ser_audio *audio, ser_voice *voice, ser_error *error)
{
    ser_audio copy = {0};
    size_t frames = (audio->frames * 100 + (size_t)audio->rate - 1) / (size_t)audio->rate;
    *voice = (ser_voice){calloc(frames + 1, 1), frames};
    float *probabilities = memory_resize(NULL, frames + 1, sizeof *probabilities);
    ser_status status =
        voice->flags && probabilities ? SER_OK : error_memory(error, "finding the voice");
    if (!status)
        status = copy_at_rate(audio, &copy, error);
    if (!status)
        status = hear(&copy, probabilities, frames, error);
    if (!status) {
        decide(probabilities, voice);
        flip_short_runs(voice, 1, SHORTEST, 1);
        flip_short_runs(voice, 0, GAP, 0);
        widen(voice);
    }
    ser_audio_release(&copy);
    free(probabilities);
    if (status)
        ser_voice_release(voice);
    return status;
}

void ser_voice_release(ser_voice *voice)
{
    if (!voice)
        return;
    free(voice->flags);
    *voice = (ser_voice){0};
}

/* The next run of voice from frame `t` on, which moves behind it; empty when there is none. */
static struct stretch next_stretch(const ser_audio *audio, const ser_voice *voice, size_t *t)
{
    size_t rate = (size_t)audio->rate;
    while (*t < voice->frames && !voice->flags[*t])
        ++*t;
    size_t begin = *t * rate / 100;
    while (*t < voice->frames && voice->flags[*t])
        ++*t;
    size_t end = *t * rate / 100;
    return (struct stretch){begin, end < audio->frames ? end : audio->frames};
}

ser_status clean_cut_to_voice(ser_audio *audio, ser_error *error)
{
    ser_voice voice;
    ser_status status = voice_find(audio, &voice, error);
    size_t count = 0, t = 0;
    if (status)
        return status;
    struct stretch *stretches = memory_resize(NULL, voice.frames / 2 + 1, sizeof *stretches);
    if (!stretches)
        status = error_memory(error, "cutting to the voice");
    while (stretches && t < voice.frames) {
        struct stretch stretch = next_stretch(audio, &voice, &t);
        if (stretch.begin < stretch.end)
            stretches[count++] = stretch;
    }
    if (count)
        clean_keep(audio, stretches, count);
    free(stretches);
    ser_voice_release(&voice);
    return status;
}
