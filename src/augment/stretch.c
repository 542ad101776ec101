/* Slower or faster at the same pitch, by the phase vocoder. */
#include <math.h>

#include "augment/augmentation.h"
#include "augment/sound.h"
#include "augment/vocoder.h"
#include "base/error.h"

static ser_status stretch(struct augment_call *call, ser_audio *audio, ser_error *error)
{
    size_t count = (size_t)llround((double)audio->frames * augment_draw(call, 0));
    float *output = scratch_floats(call->scratch, SCRATCH_OUTPUT, count);
    if (!output)
        return error_memory(error, "stretching a sound");
    if (count == audio->frames)
        return SER_OK;
    ser_status status = vocoder_stretch(call->scratch, audio, output, count, error);
    return status ? status : sound_replace(audio, output, count, error);
}

const struct augmentation augmentation_stretch = {
    .name = "stretch",
    .summary = "slower or faster at the same pitch; the length is multiplied by the factor",
    .stage = AUGMENT_SOUND,
    .parameters = {{.name = "factor",
                    .unit = "",
                    .low = 0.5,
                    .high = 2,
                    .from = 0.9,
                    .to = 1.1,
                    .summary = "times as long"}},
    .sound = stretch,
};
