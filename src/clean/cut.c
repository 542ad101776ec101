#include <string.h>

#include "clean/steps.h"

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Blends `count` frames at `to`, whose weight falls, with those at `from`, whose weight rises. */
static void cross_fade(float *to, const float *from, size_t count, size_t channels)
{
    for (size_t i = 0; i < count; i++) {
        double weight = ((double)i + 0.5) / (double)count;
        for (size_t c = 0; c < channels; c++) {
            size_t at = i * channels + c;
            to[at] = (float)((1 - weight) * (double)to[at] + weight * (double)from[at]);
        }
    }
}

void clean_keep(ser_audio *audio, const struct stretch *stretches, size_t count)
{
    size_t channels = (size_t)audio->channels, longest = (size_t)audio->rate / 200;
    size_t kept = 0, last = 0; /* frames so far; those of the last stretch */
    for (size_t i = 0; i < count; i++) {
        const float *from = audio->samples + stretches[i].begin * channels;
        size_t length = stretches[i].end - stretches[i].begin;
        /* Half of a stretch at most: the other half may take part in the next join. */
        size_t fade = i ? least(longest, least(length, last) / 2) : 0;
        cross_fade(audio->samples + (kept - fade) * channels, from, fade, channels);
        memmove(audio->samples + kept * channels, from + fade * channels,
                (length - fade) * channels * sizeof *from);
        kept += length - fade;
        last = length;
    }
    audio->frames = kept;
}
