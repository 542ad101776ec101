/* SpecAugment (Park et al. 2019) without its time warping, which the authors found to matter least:
 * bands and frames at random places become 0, the mean of normalised features. */
#include <string.h>

#include "augment/augmentation.h"

enum { BANDS, BAND_WIDTH, FRAMES, FRAME_WIDTH, SHARE };

/* A stretch of a random width at a random place of 0 … all-1. */
struct stretch {
    int first, width;
};

static struct stretch draw_stretch(struct augment_call *call, int width_parameter, int most,
                                   int all)
{
    int width = augment_draw_whole(call, width_parameter);
    width = width < most ? width : most;
    int first = (int)random_below(&call->random, (uint32_t)(all - width) + 1);
    return (struct stretch){first, width};
}

static void mask(struct augment_call *call, float *values, int frames, int columns)
{
    int band_masks = augment_draw_whole(call, BANDS);
    for (int i = 0; i < band_masks; i++) {
        struct stretch s = draw_stretch(call, BAND_WIDTH, columns, columns);
        for (int t = 0; t < frames; t++)
            memset(values + (size_t)t * (size_t)columns + s.first, 0,
                   (size_t)s.width * sizeof *values);
    }
    int frame_masks = augment_draw_whole(call, FRAMES);
    int most = (int)(augment_draw(call, SHARE) * frames);
    for (int i = 0; i < frame_masks; i++) {
        struct stretch s = draw_stretch(call, FRAME_WIDTH, most, frames);
        memset(values + (size_t)s.first * (size_t)columns, 0,
               (size_t)s.width * (size_t)columns * sizeof *values);
    }
}

const struct augmentation augmentation_spec_augment = {
    .name = "spec_augment",
    .summary = "hides some bands and some frames from the network",
    .stage = AUGMENT_FEATURES,
    .parameters =
        {
            {.name = "bands",
             .kind = AUGMENT_WHOLE,
             .unit = "",
             .low = 0,
             .high = 20,
             .from = 2,
             .to = 2,
             .summary = "how many masks over bands"},
            {.name = "band_width",
             .kind = AUGMENT_WHOLE,
             .unit = "bands",
             .low = 0,
             .high = 1000,
             .from = 0,
             .to = 8,
             .summary = "of each"},
            {.name = "frames",
             .kind = AUGMENT_WHOLE,
             .unit = "",
             .low = 0,
             .high = 20,
             .from = 2,
             .to = 2,
             .summary = "how many masks over frames"},
            {.name = "frame_width",
             .kind = AUGMENT_WHOLE,
             .unit = "frames",
             .low = 0,
             .high = 10000,
             .from = 0,
             .to = 40,
             .summary = "of each"},
            {.name = "share",
             .unit = "",
             .low = 0,
             .high = 1,
             .from = 0.2,
             .to = 0.2,
             .summary = "of the clip that one mask over frames hides at most"},
        },
    .features = mask,
};
