#include "nn/network.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"

ser_status layer_add_parameter(struct layer *layer, struct network *network, const char *name,
                               enum parameter_role role, enum parameter_start start, int rank,
                               const int *sizes, ser_error *error)
{
    struct parameter *parameters = memory_resize(
        network->parameters, (size_t)network->parameter_count + 1, sizeof *parameters);
    if (!parameters)
        return error_memory(error, "building a network");
    network->parameters = parameters;
    struct parameter *p = &parameters[network->parameter_count];
    *p = (struct parameter){.role = role, .start = start, .rank = rank, .count = 1};
    size_t unit = 1; /* numbers in one unit: all sizes but the first */
    for (int i = 0; i < rank; i++) {
        p->sizes[i] = sizes[i];
        if (p->count > NETWORK_MAX_PARAMETERS / (size_t)sizes[i])
            return error_set(error, SER_ERROR_FORMAT,
                             "%s: %s: \"%s\" would have more than %d numbers", network->where,
                             layer->name, name, NETWORK_MAX_PARAMETERS);
        p->count *= (size_t)sizes[i];
        unit *= i ? (size_t)sizes[i] : 1;
    }
    p->fan_in = (int)unit;
    network->value_count += p->count;
    network->trained_count += role == PARAMETER_STATISTIC ? 0 : p->count;
    if (network->value_count > NETWORK_MAX_PARAMETERS)
        return error_set(error, SER_ERROR_FORMAT,
                         "%s: %s: the network would have more than %d numbers", network->where,
                         layer->name, NETWORK_MAX_PARAMETERS);
    int length = snprintf(p->name, sizeof p->name, "%s.%s", layer->name, name);
    if (length < 0 || (size_t)length >= sizeof p->name)
        return error_set(error, SER_ERROR_FORMAT, "%s: %s: nested too deeply", network->where,
                         layer->name);
    p->values = calloc(p->count, sizeof *p->values);
    if (!p->values)
        return error_memory(error, "building a network");
    network->parameter_count++;
    return SER_OK;
}

ser_status layer_add_dense(struct layer *layer, struct network *network, const char *name,
                           int units, int inputs, ser_error *error)
{
    char full[LAYER_NAME_LENGTH];
    const char *dot = *name ? "." : "";
    const int sizes[] = {units, inputs};
    snprintf(full, sizeof full, "%s%sweight", name, dot);
    ser_status status =
        layer_add_parameter(layer, network, full, PARAMETER_WEIGHT, START_FAN_IN, 2, sizes, error);
    snprintf(full, sizeof full, "%s%sbias", name, dot);
    return status ? status
                  : layer_add_parameter(layer, network, full, PARAMETER_BIAS, START_ZERO, 1, sizes,
                                        error);
}

static ser_status build_layer(struct layer *layer, struct network *network, const json_t *object,
                              ser_error *error)
{
    char place[SER_ERROR_LENGTH];
    snprintf(place, sizeof place, "%s: %s", network->where, layer->name);
    struct json_reader reader = json_reader_begin(object, place, error);
    const char *type = json_read_text(&reader, "type");
    if (reader.status)
        return reader.status;
    layer->kind = layer_kind_find(type);
    if (!layer->kind)
        return error_set(error, SER_ERROR_FORMAT,
                         "%s: key \"type\" is \"%s\", expected a kind of "
                         "layer such as conv2d or dense",
                         place, type);
    layer->settings = calloc(1, layer->kind->settings_size + 1);
    if (!layer->settings)
        return error_memory(error, "building a network");
    ser_status status = layer->kind->configure(layer, network, &reader, error);
    return status ? status : json_reader_end(&reader);
}

ser_status layer_list_build(struct layer_list *list, const struct layer *parent, const char *name,
                            struct network *network, const json_t *array, ser_error *error)
{
    size_t count = json_array_size(array);
    list->layers = calloc(count + 1, sizeof *list->layers);
    if (!list->layers)
        return error_memory(error, "building a network");
    int bands = parent ? parent->bands : network->bands;
    int channels = parent ? parent->channels : 1;
    for (size_t i = 0; i < count; i++) {
        struct layer *layer = &list->layers[list->count++];
        int length = snprintf(layer->name, sizeof layer->name, "%s%s%s.%zu",
                              parent ? parent->name : "", parent ? "." : "", name, i);
        if (length < 0 || (size_t)length >= sizeof layer->name ||
            network->layer_count == NETWORK_MAX_LAYERS)
            return error_set(error, SER_ERROR_FORMAT, "%s: more than %d layers, or too deep",
                             network->where, NETWORK_MAX_LAYERS);
        layer->index = network->layer_count++;
        layer->bands = layer->bands_out = bands;
        layer->channels = layer->channels_out = channels;
        layer->first_parameter = network->parameter_count;
        ser_status status = build_layer(layer, network, json_array_get(array, i), error);
        if (status)
            return status;
        bands = layer->bands_out;
        channels = layer->channels_out;
    }
    return SER_OK;
}

void layer_list_release(struct layer_list *list)
{
    for (int i = 0; i < list->count; i++) {
        struct layer *layer = &list->layers[i];
        layer_list_release(&layer->body);
        layer_list_release(&layer->shortcut);
        free(layer->settings);
    }
    free(list->layers);
    *list = (struct layer_list){0};
}

/* The last layer must give one number a class. */
static ser_status check_output(const struct network *network, ser_error *error)
{
    int bands = network->bands, channels = 1;
    layer_list_shape(&network->layers, &bands, &channels);
    if (channels == network->classes && bands == 1)
        return SER_OK;
    return error_set(error, SER_ERROR_FORMAT,
                     "%s: the last layer gives %d bands of %d channels, expected 1 band of %d, "
                     "one channel a class",
                     network->where, bands, channels, network->classes);
}

/* And one frame whatever the length. The lengths that a residual block cannot take lie close
 * together, if there are any, so that a stretch of them is enough to look at. */
static ser_status check_frames(struct network *network, ser_error *error)
{
    enum { STRETCH = 1024 };
    const struct layer_list *layers = &network->layers;
    int frames = 1;
    while (frames <= NETWORK_MAX_FRAMES && layer_list_frames(layers, frames) < 1)
        frames++;
    network->minimum_frames = frames;
    if (frames > NETWORK_MAX_FRAMES)
        return error_set(error, SER_ERROR_FORMAT,
                         "%s: no number of frames suits all layers, expected pools that leave "
                         "some and residual blocks whose shortcut gives as many as the body",
                         network->where);
    if (layer_list_frames(layers, frames) != 1 || layer_list_frames(layers, NETWORK_MAX_FRAMES) > 1)
        return error_set(error, SER_ERROR_FORMAT,
                         "%s: the frames are not pooled into one, expected a global_pool or "
                         "attentive_pool before the last layer",
                         network->where);
    for (int more = 0; more < STRETCH; more++)
        if (layer_list_frames(layers, frames + more) < 1)
            return error_set(error, SER_ERROR_FORMAT,
                             "%s: the body and the shortcut of a residual block give different "
                             "numbers of frames when the sound has %d, expected the same",
                             network->where, frames + more);
    return SER_OK;
}

ser_status network_create(struct network **result, const json_t *layers, int bands, int classes,
                          const char *where, ser_error *error)
{
    *result = NULL;
    if (!json_is_array(layers) || json_array_size(layers) == 0)
        return error_set(error, SER_ERROR_FORMAT, "%s: no layers, expected an array of them",
                         where);
    struct network *network = calloc(1, sizeof *network);
    if (!network)
        return error_memory(error, "building a network");
    network->bands = bands;
    network->classes = classes;
    network->where = where;
    ser_status status = layer_list_build(&network->layers, NULL, "layers", network, layers, error);
    if (!status)
        status = check_output(network, error);
    if (!status)
        status = check_frames(network, error);
    network->where = NULL;
    if (status) {
        network_destroy(network);
        return status;
    }
    *result = network;
    return SER_OK;
}

void network_destroy(struct network *network)
{
    if (!network)
        return;
    layer_list_release(&network->layers);
    for (int i = 0; i < network->parameter_count; i++)
        free(network->parameters[i].values);
    free(network->parameters);
    free(network);
}

void network_initialise(struct network *network, uint64_t seed)
{
    for (int i = 0; i < network->parameter_count; i++) {
        struct parameter *p = &network->parameters[i];
        struct random random = random_seeded(seed, (uint64_t)i);
        float limit = 1 / sqrtf((float)p->fan_in);
        for (size_t j = 0; j < p->count; j++)
            p->values[j] = p->start == START_FAN_IN ? random_uniform(&random, -limit, limit)
                           : p->start == START_ONE  ? 1
                                                    : 0;
    }
}

struct parameter *network_find_parameter(const struct network *network, const char *name)
{
    for (int i = 0; i < network->parameter_count; i++)
        if (!strcmp(network->parameters[i].name, name))
            return &network->parameters[i];
    return NULL;
}
