#include "nn/tensor.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "nn/vector.h"

/* More values than any sensible batch has; keeps sizes within what the engines index by int. */
static const size_t MAX_VALUES = INT_MAX / sizeof(float);

ser_status tensor_resize(struct tensor *tensor, int batch, int frames, int bands, int channels,
                         ser_error *error)
{
    const int sizes[] = {batch, frames, bands, channels};
    size_t count = 1;
    for (int i = 0; i < 4; i++) {
        if (sizes[i] < 1 || count > MAX_VALUES / (size_t)sizes[i])
            return error_set(error, SER_ERROR_ARGUMENT,
                             "a tensor of %d x %d x %d x %d values is empty or too large", batch,
                             frames, bands, channels);
        count *= (size_t)sizes[i];
    }
    if (count > tensor->capacity) {
        free(tensor->data);
        tensor->capacity = 0;
        tensor->data = aligned_alloc(64, (count * sizeof(float) + 63) / 64 * 64);
        if (!tensor->data)
            return error_memory(error, "computing a layer");
        tensor->capacity = count;
    }
    if (batch > tensor->batch_capacity) {
        int *lengths = memory_resize(tensor->lengths, (size_t)batch, sizeof *lengths);
        if (!lengths)
            return error_memory(error, "computing a layer");
        tensor->lengths = lengths;
        tensor->batch_capacity = batch;
    }
    tensor->batch = batch;
    tensor->frames = frames;
    tensor->bands = bands;
    tensor->channels = channels;
    for (int i = 0; i < batch; i++)
        tensor->lengths[i] = frames;
    return SER_OK;
}

ser_status tensor_resize_like(struct tensor *tensor, const struct tensor *like, ser_error *error)
{
    ser_status status =
        tensor_resize(tensor, like->batch, like->frames, like->bands, like->channels, error);
    if (!status)
        memcpy(tensor->lengths, like->lengths, (size_t)like->batch * sizeof *like->lengths);
    return status;
}

void tensor_release(struct tensor *tensor)
{
    free(tensor->data);
    free(tensor->lengths);
    *tensor = (struct tensor){0};
}

size_t tensor_frame_size(const struct tensor *tensor)
{
    return (size_t)tensor->bands * (size_t)tensor->channels;
}

size_t tensor_item_size(const struct tensor *tensor)
{
    return (size_t)tensor->frames * tensor_frame_size(tensor);
}

size_t tensor_count(const struct tensor *tensor)
{
    return (size_t)tensor->batch * tensor_item_size(tensor);
}

float *tensor_item(const struct tensor *tensor, int item)
{
    return tensor->data + (size_t)item * tensor_item_size(tensor);
}

int tensor_padded_frames(int frames)
{
    enum { STEP = 32 };
    return (frames + STEP - 1) / STEP * STEP;
}

void tensor_set_item(struct tensor *tensor, int item, const float *values, int frames, int length)
{
    size_t size = tensor_frame_size(tensor);
    size_t count = (size_t)(frames < length ? frames : length) * size;
    float *to = tensor_item(tensor, item);
    tensor->lengths[item] = length;
    if (count)
        memcpy(to, values, count * sizeof *to);
    memset(to + count, 0, (tensor_item_size(tensor) - count) * sizeof *to);
}

size_t tensor_sound_rows(const struct tensor *tensor, int item)
{
    return (size_t)tensor->lengths[item] * (size_t)tensor->bands;
}

VECTORISED
static void mean_of_rows(const float *x, size_t rows, size_t channels, float *mean)
{
    for (size_t c = 0; c < channels; c++)
        mean[c] = 0;
    for (size_t row = 0; row < rows; row++)
        for (size_t c = 0; c < channels; c++)
            mean[c] += x[row * channels + c];
    for (size_t c = 0; c < channels; c++)
        mean[c] /= (float)rows;
}

void tensor_item_mean(const struct tensor *tensor, int item, float *mean)
{
    mean_of_rows(tensor_item(tensor, item), tensor_sound_rows(tensor, item),
                 (size_t)tensor->channels, mean);
}

void tensor_mask(struct tensor *tensor)
{
    size_t frame = tensor_frame_size(tensor);
    for (int i = 0; i < tensor->batch; i++) {
        size_t length = (size_t)tensor->lengths[i];
        memset(tensor_item(tensor, i) + length * frame, 0,
               ((size_t)tensor->frames - length) * frame * sizeof(float));
    }
}
