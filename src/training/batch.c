#include "training/batch.h"

static int limited(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
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
    int bands = dataset->features[indices[0]].columns;
    ser_status status = tensor_resize(input, count, tensor_padded_frames(frames), bands, 1, error);
    for (int i = 0; i < count && !status; i++) {
        const ser_features *clip = &dataset->features[indices[i]];
        int length = limited(clip->frames, shortest, longest), spare = clip->frames - length;
        int first = spare > 0 ? (int)random_below(random, (uint32_t)spare + 1) : 0;
        tensor_set_item(input, i, clip->values + (size_t)first * (size_t)bands,
                        clip->frames - first, length);
        targets[i] = dataset->targets[indices[i]];
    }
    return status;
}
