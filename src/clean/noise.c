#include "clean/speex.h"
#include "clean/steps.h"
#include "features/spectrum/fft.h"

/* About 20 ms, of a size whose transform is fast. */
static size_t frame_size(int rate)
{
    return (size_t)fft_size_at_least(rate / 50);
}

/* A channel goes through twice: the first time only to learn what the noise is like, so that the
 * beginning becomes as clean as the rest. */
static void suppress_in(struct speex *speex, ser_audio *audio, int channel, size_t frames)
{
    for (size_t t = 0; t < frames; t++)
        speex_take(speex, audio, channel, t);
    for (size_t t = 0; t <= frames; t++) {
        speex_take(speex, audio, channel, t);
        if (t) /* what comes out is one frame late */
            speex_give(speex, audio, channel, t - 1);
    }
}

ser_status clean_suppress_noise(ser_audio *audio, int decibel, ser_error *error)
{
    struct speex *channels[SER_AUDIO_MAX_CHANNELS] = {0};
    size_t size = frame_size(audio->rate), frames = (audio->frames + size - 1) / size;
    ser_status status = SER_OK;
    if (clean_peak(audio) == 0)
        return SER_OK;
    for (int c = 0; c < audio->channels && !status; c++)
        status = speex_create(&channels[c], audio, size, decibel, error);
    for (int c = 0; c < audio->channels; c++) {
        if (!status)
            suppress_in(channels[c], audio, c, frames);
        speex_destroy(channels[c]);
    }
    return status;
}
