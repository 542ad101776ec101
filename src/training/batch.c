#include "training/batch.h"

#include <string.h>

enum { FRAME_STEP = 32 };

static int limited(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

static void copy_clip(struct tensor *input, int item, const ser_features *clip, int first)
{
    size_t bands = (size_t)clip->bands;
    int frames =
        clip->frames - first < input->lengths[item] ? clip->frames - first : input->lengths[item];
    float *to = tensor_item(input, item);
    size_t count = (size_t)frames * bands;
    memcpy(to, clip->values + (size_t)first * bands, count * sizeof *to);
    memset(to + count, 0, (tensor_item_size(input) - count) * sizeof *to);
}

ser_status batch_fill(struct tensor *input, int *targets, const struct dataset *dataset,
                      const int *indices, int count, int longest, int shortest,
                      struct random *random, ser_error *error)
{
    if (longest < shortest)
        longest = shortest; /* the network cannot take what the recipe asks for */
    int frames = shortest;
    for (int i = 0; i < count; i++) {
        int length = limited(dataset->features[indices[i]].frames, shortest, longest);
        frames = length > frames ? length : frames;
    }
    frames = (frames + FRAME_STEP - 1) / FRAME_STEP * FRAME_STEP;
    ser_status status =
        tensor_resize(input, count, frames, dataset->features[indices[0]].bands, 1, error);
    for (int i = 0; i < count && !status; i++) {
        const ser_features *clip = &dataset->features[indices[i]];
        input->lengths[i] = limited(clip->frames, shortest, longest);
        int spare = clip->frames - input->lengths[i];
        int first = spare > 0 ? (int)random_below(random, (uint32_t)spare + 1) : 0;
        copy_clip(input, i, clip, first);
        targets[i] = dataset->targets[indices[i]];
    }
    return status;
}
