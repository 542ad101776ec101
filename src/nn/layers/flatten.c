/* flatten: the bands become channels, (frames, bands, channels) -> (frames, 1, bands x channels).
 * The values stay where they are. */
#include <string.h>

#include "nn/executor.h"
#include "nn/layers/layers.h"

static ser_status configure(struct layer *layer, struct network *network,
                            struct json_reader *reader, ser_error *error)
{
    (void)network, (void)error;
    if (layer->channels > NETWORK_MAX_PARAMETERS / layer->bands) {
        json_reader_fail(reader, "%d bands of %d channels are too many to flatten", layer->bands,
                         layer->channels);
        return reader->status;
    }
    layer->bands_out = 1;
    layer->channels_out = layer->bands * layer->channels;
    return reader->status;
}

static ser_status forward(const struct layer *layer, struct executor *executor,
                          const struct tensor *x, ser_error *error)
{
    struct tensor *y;
    ser_status status = layer_output(layer, executor, x, &y, error);
    if (!status)
        memcpy(y->data, x->data, tensor_count(x) * sizeof *x->data);
    return status;
}

static ser_status backward(const struct layer *layer, struct executor *executor,
                           const struct tensor *x, const struct tensor *dy, struct tensor *dx,
                           ser_error *error)
{
    (void)layer, (void)executor, (void)error;
    if (dx)
        memcpy(dx->data, dy->data, tensor_count(x) * sizeof *dx->data);
    return SER_OK;
}

const struct layer_kind layer_flatten = {
    .name = "flatten",
    .summary = "turns the bands into channels",
    .keys = "",
    .configure = configure,
    .forward = forward,
    .backward = backward,
};
