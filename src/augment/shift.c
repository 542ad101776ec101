/* Later or earlier: what moves out of the sound is lost, zeros move in. */
#include <math.h>
#include <string.h>

#include "augment/augmentation.h"

static ser_status shift(struct augment_call *call, ser_audio *audio, ser_error *error)
{
    (void)error;
    long frames = (long)audio->frames;
    long later = lround(augment_draw(call, 0) * 1e-3 * audio->rate);
    long gap = later < 0 ? -later : later;
    gap = gap < frames ? gap : frames;
    size_t kept = (size_t)(frames - gap), size = sizeof *audio->samples;
    if (later >= 0) {
        memmove(audio->samples + gap, audio->samples, kept * size);
        memset(audio->samples, 0, (size_t)gap * size);
    } else {
        memmove(audio->samples, audio->samples + gap, kept * size);
        memset(audio->samples + kept, 0, (size_t)gap * size);
    }
    return SER_OK;
}

const struct augmentation augmentation_shift = {
    .name = "shift",
    .summary = "later or earlier in the clip, with silence in the gap; the length stays",
    .stage = AUGMENT_SOUND,
    .parameters = {{.name = "time",
                    .unit = "ms",
                    .low = -60000,
                    .high = 60000,
                    .from = -100,
                    .to = 100,
                    .summary = "later; earlier where negative"}},
    .sound = shift,
};
