/* Louder or softer: a network should not take the distance to the microphone for a mood. */
#include "augment/augmentation.h"
#include "augment/sound.h"

static ser_status change_gain(struct augment_call *call, ser_audio *audio, ser_error *error)
{
    (void)error;
    scale_samples(audio->samples, audio->frames, decibel_factor(augment_draw(call, 0)));
    return SER_OK;
}

const struct augmentation augmentation_gain = {
    .name = "gain",
    .summary = "louder or softer",
    .stage = AUGMENT_SOUND,
    .parameters = {{.name = "gain",
                    .unit = "dB",
                    .low = -60,
                    .high = 40,
                    .from = -6,
                    .to = 6,
                    .summary = "of the amplitude"}},
    .sound = change_gain,
};
