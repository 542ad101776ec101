/* residual (He et al. 2016): body(x) + shortcut(x), both lists of layers. Without "shortcut" x
 * itself is added. An activation behind the sum is a layer of its own. */
#include "base/error.h"
#include "nn/executor.h"
#include "nn/layers/layers.h"

enum { SHORTCUT_GRADIENT }; /* scratch */

static ser_status configure(struct layer *layer, struct network *network,
                            struct json_reader *reader, ser_error *error)
{
    const json_t *body = json_read_node(reader, "body", JSON_ARRAY);
    const json_t *shortcut =
        json_reader_has(reader, "shortcut") ? json_read_node(reader, "shortcut", JSON_ARRAY) : NULL;
    if (body && json_array_size(body) == 0)
        json_reader_fail(reader, "key \"body\" is empty, expected layers");
    if (reader->status)
        return reader->status;
    int bands = layer->bands, channels = layer->channels;
    ser_status status = layer_list_build(&layer->body, layer, "body", network, body, error);
    if (!status)
        status = layer_list_build(&layer->shortcut, layer, "shortcut", network, shortcut, error);
    if (status)
        return status;
    layer_list_shape(&layer->body, &layer->bands_out, &layer->channels_out);
    layer_list_shape(&layer->shortcut, &bands, &channels);
    if (bands != layer->bands_out || channels != layer->channels_out)
        json_reader_fail(reader,
                         "the body gives %d bands of %d channels, the shortcut %d of %d; "
                         "expected the same",
                         layer->bands_out, layer->channels_out, bands, channels);
    return reader->status;
}

/* 0, an impossible length, where body and shortcut differ. */
static int frames(const struct layer *layer, int frames)
{
    int body = layer_list_frames(&layer->body, frames);
    return body == layer_list_frames(&layer->shortcut, frames) ? body : 0;
}

static ser_status forward(const struct layer *layer, struct executor *executor,
                          const struct tensor *x, ser_error *error)
{
    const struct tensor *body, *shortcut;
    struct tensor *y;
    ser_status status = layer_output(layer, executor, x, &y, error);
    if (!status)
        status = layer_list_forward(&layer->body, executor, x, &body, error);
    if (!status)
        status = layer_list_forward(&layer->shortcut, executor, x, &shortcut, error);
    if (status)
        return status;
    size_t count = tensor_count(y);
#pragma omp parallel for simd schedule(static)
    for (size_t i = 0; i < count; i++)
        y->data[i] = body->data[i] + shortcut->data[i];
    return SER_OK;
}

/* dx = dx through the body + dx through the shortcut. */
static ser_status backward(const struct layer *layer, struct executor *executor,
                           const struct tensor *x, const struct tensor *dy, struct tensor *dx,
                           ser_error *error)
{
    struct tensor *other = &layer_state_of(layer, executor)->scratch[SHORTCUT_GRADIENT];
    const struct tensor *addend = dy; /* an empty shortcut passes the gradient on */
    ser_status status = layer_list_backward(&layer->body, executor, x, dy, dx, error);
    if (!status && layer->shortcut.count) {
        status = layer_list_backward(&layer->shortcut, executor, x, dy, dx ? other : NULL, error);
        addend = other;
    }
    if (status || !dx)
        return status;
    size_t count = tensor_count(dx);
#pragma omp parallel for simd schedule(static)
    for (size_t i = 0; i < count; i++)
        dx->data[i] += addend->data[i];
    return SER_OK;
}

const struct layer_kind layer_residual = {
    .name = "residual",
    .summary = "the sum of a list of layers and a shortcut around them",
    .keys = "body shortcut",
    .configure = configure,
    .frames = frames,
    .forward = forward,
    .backward = backward,
};
