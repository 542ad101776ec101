/* Overdriven: samples beyond a share of the peak are cut off, as by a microphone set too loud. */
#include <math.h>

#include "augment/augmentation.h"

static ser_status clip(struct augment_call *call, ser_audio *audio, ser_error *error)
{
    (void)error;
    float peak = 0, share = (float)augment_draw(call, 0);
    for (size_t i = 0; i < audio->frames; i++) {
        float size = fabsf(audio->samples[i]);
        peak = size > peak ? size : peak;
    }
    float limit = share * peak;
    for (size_t i = 0; i < audio->frames; i++) {
        float sample = audio->samples[i];
        sample = sample > limit ? limit : sample;
        audio->samples[i] = sample < -limit ? -limit : sample;
    }
    return SER_OK;
}

const struct augmentation augmentation_clip = {
    .name = "clip",
    .summary = "overdriven: what is louder than a share of the peak is cut off",
    .stage = AUGMENT_SOUND,
    .parameters = {{.name = "level",
                    .unit = "",
                    .low = 0.01,
                    .high = 1,
                    .from = 0.3,
                    .to = 0.9,
                    .summary = "share of the peak that is left"}},
    .sound = clip,
};
