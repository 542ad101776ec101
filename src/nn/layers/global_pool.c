/* global_pool: the mean, or the largest value, of each channel over all frames of sound and all
 * bands. */
#include <math.h>
#include <string.h>

#include "nn/executor.h"
#include "nn/layers/layers.h"

enum { MEAN, MAX };

static ser_status configure(struct layer *layer, struct network *network,
                            struct json_reader *reader, ser_error *error)
{
    static const char *const modes[] = {"mean", "max", NULL};
    (void)network, (void)error;
    int *mode = layer->settings;
    *mode = json_reader_has(reader, "mode") ? json_read_choice(reader, "mode", modes) : MEAN;
    layer->bands_out = 1;
    return reader->status;
}

static int frames(const struct layer *layer, int frames)
{
    (void)layer;
    return frames >= 1;
}

static void max_item(const struct tensor *x, int item, float *largest)
{
    size_t channels = (size_t)x->channels, rows = tensor_sound_rows(x, item);
    const float *values = tensor_item(x, item);
    for (size_t c = 0; c < channels; c++)
        largest[c] = -INFINITY;
    for (size_t row = 0; row < rows; row++)
        for (size_t c = 0; c < channels; c++)
            largest[c] = fmaxf(largest[c], values[row * channels + c]);
}

static ser_status forward(const struct layer *layer, struct executor *executor,
                          const struct tensor *x, ser_error *error)
{
    const int *mode = layer->settings;
    struct tensor *y;
    ser_status status = layer_output(layer, executor, x, &y, error);
    for (int i = 0; !status && i < x->batch; i++) {
        if (*mode == MAX)
            max_item(x, i, tensor_item(y, i));
        else
            tensor_item_mean(x, i, tensor_item(y, i));
    }
    return status;
}

static void spread_mean(const float *dy, size_t rows, size_t channels, float *dx)
{
    for (size_t row = 0; row < rows; row++)
        for (size_t c = 0; c < channels; c++)
            dx[row * channels + c] = dy[c] / (float)rows;
}

/* The gradient goes to the first row that holds the largest value. */
static void spread_max(const float *x, const float *y, const float *dy, size_t rows,
                       size_t channels, float *dx)
{
    memset(dx, 0, rows * channels * sizeof *dx);
    for (size_t c = 0; c < channels; c++) {
        size_t row = 0;
        while (row + 1 < rows && x[row * channels + c] < y[c])
            row++;
        dx[row * channels + c] = dy[c];
    }
}

static ser_status backward(const struct layer *layer, struct executor *executor,
                           const struct tensor *x, const struct tensor *dy, struct tensor *dx,
                           ser_error *error)
{
    (void)error;
    const int *mode = layer->settings;
    const struct tensor *y = &layer_state_of(layer, executor)->output;
    for (int i = 0; dx && i < x->batch; i++) {
        size_t rows = tensor_sound_rows(x, i);
        if (*mode == MEAN)
            spread_mean(tensor_item(dy, i), rows, (size_t)x->channels, tensor_item(dx, i));
        else
            spread_max(tensor_item(x, i), tensor_item(y, i), tensor_item(dy, i), rows,
                       (size_t)x->channels, tensor_item(dx, i));
    }
    return SER_OK;
}

const struct layer_kind layer_global_pool = {
    .name = "global_pool",
    .summary = "mean or max of each channel over all frames and bands",
    .keys = "mode",
    .settings_size = sizeof(int),
    .configure = configure,
    .frames = frames,
    .forward = forward,
    .backward = backward,
};
