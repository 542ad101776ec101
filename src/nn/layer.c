#include "nn/layer.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "nn/executor.h"

const struct layer_kind *layer_kind_find(const char *name)
{
    for (int i = 0; layer_kinds[i]; i++)
        if (!strcmp(layer_kinds[i]->name, name))
            return layer_kinds[i];
    return NULL;
}

int layer_frames(const struct layer *layer, int frames)
{
    return layer->kind->frames ? layer->kind->frames(layer, frames) : frames;
}

int layer_list_frames(const struct layer_list *list, int frames)
{
    for (int i = 0; i < list->count && frames >= 1; i++)
        frames = layer_frames(&list->layers[i], frames);
    return frames;
}

void layer_list_shape(const struct layer_list *list, int *bands, int *channels)
{
    if (list->count) {
        *bands = list->layers[list->count - 1].bands_out;
        *channels = list->layers[list->count - 1].channels_out;
    }
}

struct layer_state *layer_state_of(const struct layer *layer, struct executor *executor)
{
    return &executor->states[layer->index];
}

const float *layer_parameter(const struct layer *layer, const struct executor *executor, int number)
{
    return executor->network->parameters[layer->first_parameter + number].values;
}

float *layer_gradient(const struct layer *layer, const struct executor *executor, int number)
{
    return executor->gradients[layer->first_parameter + number];
}

ser_status layer_output(const struct layer *layer, struct executor *executor,
                        const struct tensor *x, struct tensor **output, ser_error *error)
{
    struct tensor *y = &layer_state_of(layer, executor)->output;
    ser_status status = tensor_resize(y, x->batch, layer_frames(layer, x->frames), layer->bands_out,
                                      layer->channels_out, error);
    for (int i = 0; !status && i < x->batch; i++)
        y->lengths[i] = layer_frames(layer, x->lengths[i]);
    *output = y;
    return status;
}

ser_status layer_list_forward(const struct layer_list *list, struct executor *executor,
                              const struct tensor *x, const struct tensor **y, ser_error *error)
{
    for (int i = 0; i < list->count; i++) {
        const struct layer *layer = &list->layers[i];
        ser_status status = layer->kind->forward(layer, executor, x, error);
        if (status)
            return status;
        x = &layer_state_of(layer, executor)->output;
    }
    *y = x;
    return SER_OK;
}

ser_status layer_list_backward(const struct layer_list *list, struct executor *executor,
                               const struct tensor *x, const struct tensor *dy, struct tensor *dx,
                               ser_error *error)
{
    for (int i = list->count - 1; i >= 0; i--) {
        const struct layer *layer = &list->layers[i];
        const struct tensor *input = i ? &layer_state_of(layer - 1, executor)->output : x;
        struct tensor *gradient = i ? &layer_state_of(layer, executor)->gradient : dx;
        ser_status status = gradient ? tensor_resize_like(gradient, input, error) : SER_OK;
        if (!status)
            status = layer->kind->backward(layer, executor, input, dy, gradient, error);
        if (status)
            return status;
        if (gradient)
            tensor_mask(gradient);
        dy = gradient;
    }
    return SER_OK;
}
