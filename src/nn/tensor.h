/* What flows between layers: a batch of sound pictures, time first, channels innermost.
 *
 * Items of a batch may differ in length. `lengths` says how many frames of each are sound; the
 * frames beyond are padding and are always zero, in values and in gradients. Every layer keeps
 * that rule, so that an item gives the same answer alone or padded inside a batch.
 */
#ifndef NN_TENSOR_H
#define NN_TENSOR_H

#include <stddef.h>

#include "ser/status.h"

struct tensor {
    int batch;
    int frames;
    int bands;
    int channels;
    float *data;  /* (batch, frames, bands, channels), aligned to 64 bytes */
    int *lengths; /* (batch) frames of sound, 1 to frames */
    size_t capacity;
    int batch_capacity;
};

/* Gives the tensor a shape; all lengths become `frames`, the values are undefined. Memory only
 * grows. A zero-initialised tensor is empty and valid. */
ser_status tensor_resize(struct tensor *tensor, int batch, int frames, int bands, int channels,
                         ser_error *error);

/* The shape and the lengths of `like`. */
ser_status tensor_resize_like(struct tensor *tensor, const struct tensor *like, ser_error *error);

void tensor_release(struct tensor *tensor);

/* Number of values, and of values in one item or one frame. */
size_t tensor_count(const struct tensor *tensor);
size_t tensor_item_size(const struct tensor *tensor);
size_t tensor_frame_size(const struct tensor *tensor);

/* First value of one item. */
float *tensor_item(const struct tensor *tensor, int item);

/* Rows of channels in one item: its frames of sound times the bands. */
size_t tensor_sound_rows(const struct tensor *tensor, int item);

/* Mean of each channel over those rows, into mean (channels). */
void tensor_item_mean(const struct tensor *tensor, int item, float *mean);

/* Frames to give a tensor for clips of up to so many: rounded up, since an engine keeps something
 * for every shape it meets. Padding does not change any answer. */
int tensor_padded_frames(int frames);

/* Makes one item a clip: its first frames are copied from values (frames, bands, channels), at most
 * `length` of them, the others are zero. */
void tensor_set_item(struct tensor *tensor, int item, const float *values, int frames, int length);

/* Zeroes the frames beyond each item's length. */
void tensor_mask(struct tensor *tensor);

#endif
