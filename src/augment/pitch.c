/* Higher or lower at the same length: stretched by the phase vocoder, then played faster. The
 * formants move along; vtlp moves them alone. */
#include <math.h>

#include "augment/augmentation.h"
#include "augment/sound.h"
#include "augment/vocoder.h"
#include "base/error.h"

enum { STEPS = 100000 /* a ratio of frequencies is kept to five digits */ };

static ser_status shift_pitch(struct augment_call *call, ser_audio *audio, ser_error *error)
{
    double ratio = exp2(augment_draw(call, 0) / 12);
    int rate_in = (int)lround(ratio * STEPS);
    size_t length = (size_t)llround((double)audio->frames * ratio);
    float *stretched = scratch_floats(call->scratch, SCRATCH_MIDDLE, length);
    float *output = scratch_floats(call->scratch, SCRATCH_OUTPUT, audio->frames);
    if (!stretched || !output)
        return error_memory(error, "changing the pitch of a sound");
    if (length == 0 || rate_in == STEPS)
        return SER_OK;
    ser_status status = vocoder_stretch(call->scratch, audio, stretched, length, error);
    if (!status)
        status = change_rate(stretched, length, rate_in, STEPS, output, audio->frames, error);
    return status ? status : sound_replace(audio, output, audio->frames, error);
}

const struct augmentation augmentation_pitch = {
    .name = "pitch",
    .summary = "higher or lower, formants included; the length stays",
    .stage = AUGMENT_SOUND,
    .parameters = {{.name = "semitones",
                    .unit = "semitones",
                    .low = -12,
                    .high = 12,
                    .from = -2,
                    .to = 2,
                    .summary = "higher; lower where negative"}},
    .sound = shift_pitch,
};
