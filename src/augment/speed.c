/* A tape that runs faster or slower: tempo and pitch change together (Ko et al. 2015, "Audio
 * augmentation for speech recognition"). */
#include <math.h>

#include "audio/resample.h"
#include "augment/augmentation.h"
#include "augment/sound.h"
#include "base/error.h"

enum { STEPS = 100000 /* a factor is kept to five digits */ };

static ser_status change_speed(struct augment_call *call, ser_audio *audio, ser_error *error)
{
    int rate_in = (int)lround(augment_draw(call, 0) * STEPS);
    size_t count = resampler_length(audio->frames, rate_in, STEPS);
    float *output = scratch_floats(call->scratch, SCRATCH_OUTPUT, count);
    if (!output)
        return error_memory(error, "changing the speed of a sound");
    if (rate_in == STEPS)
        return SER_OK;
    ser_status status =
        change_rate(audio->samples, audio->frames, rate_in, STEPS, output, count, error);
    return status ? status : sound_replace(audio, output, count, error);
}

const struct augmentation augmentation_speed = {
    .name = "speed",
    .summary = "tape speed: tempo and pitch change together; the length is divided by the factor",
    .stage = AUGMENT_SOUND,
    .parameters = {{.name = "factor",
                    .unit = "",
                    .low = 0.5,
                    .high = 2,
                    .from = 0.9,
                    .to = 1.1,
                    .summary = "times as fast"}},
    .sound = change_speed,
};
