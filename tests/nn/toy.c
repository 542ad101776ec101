#include "toy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"

void toy_fill(float *values, size_t count, uint64_t seed, float low, float high)
{
    struct random random = random_seeded(seed, 1);
    for (size_t i = 0; i < count; i++)
        values[i] = random_uniform(&random, low, high);
}

void toy_tensor(struct tensor *tensor, int batch, int frames, int bands, int channels,
                uint64_t seed)
{
    ser_error error;
    assert_ok(tensor_resize(tensor, batch, frames, bands, channels, &error));
    toy_fill(tensor->data, tensor_count(tensor), seed, -1, 1);
}

void toy_batch(struct tensor *tensor, const int *lengths, int batch, int frames, int bands,
               uint64_t seed)
{
    ser_error error;
    assert_ok(tensor_resize(tensor, batch, frames, bands, 1, &error));
    for (size_t i = 0; i < tensor_count(tensor); i++)
        tensor->data[i] = NAN;
    for (int i = 0; i < batch; i++) {
        tensor->lengths[i] = lengths[i];
        toy_fill(tensor_item(tensor, i), tensor_sound_rows(tensor, i),
                 random_mix(seed, (uint64_t)i), -1, 1);
    }
}

void toy_item(struct tensor *alone, const struct tensor *batch, int item)
{
    ser_error error;
    assert_ok(tensor_resize(alone, 1, batch->lengths[item], batch->bands, batch->channels, &error));
    memcpy(alone->data, tensor_item(batch, item), tensor_count(alone) * sizeof(float));
}

ser_status toy_try(struct network **network, const char *layers, int bands, int classes,
                   ser_error *error)
{
    json_t *root;
    char *text = strdup(layers);
    assert_non_null(text);
    for (char *quote = text; (quote = strchr(quote, '\'')) != NULL;)
        *quote = '"';
    ser_error problem = {0};
    if (json_parse(&root, text, strlen(text), layers, &problem))
        fail_msg("%s", problem.message);
    free(text);
    ser_status status = network_create(network, root, bands, classes, "toy.json", error);
    json_decref(root);
    return status;
}

/* Scales and variances stay away from 0, so that nothing is divided by little. */
static void randomise(struct network *network)
{
    for (int i = 0; i < network->parameter_count; i++) {
        struct parameter *p = &network->parameters[i];
        float limit = p->role == PARAMETER_WEIGHT ? 1.5f / sqrtf((float)p->fan_in) : 0.5f;
        toy_fill(p->values, p->count, (uint64_t)i + 1, -limit, limit);
        for (size_t j = 0; p->start == START_ONE && j < p->count; j++)
            p->values[j] += 1;
    }
}

struct network *toy_network(const char *layers, int bands, int classes)
{
    struct network *network;
    ser_error error;
    assert_ok(toy_try(&network, layers, bands, classes, &error));
    randomise(network);
    return network;
}

static const struct layer *find_layer(const struct layer_list *list, const char *name)
{
    for (int i = 0; i < list->count; i++) {
        const struct layer *layer = &list->layers[i], *inner = NULL;
        if (!strcmp(layer->name, name))
            return layer;
        if (!(inner = find_layer(&layer->body, name)))
            inner = find_layer(&layer->shortcut, name);
        if (inner)
            return inner;
    }
    return NULL;
}

const struct layer *toy_layer(const struct network *network, const char *name)
{
    const struct layer *layer = find_layer(&network->layers, name);
    if (!layer)
        fail_msg("there is no layer %s", name);
    return layer;
}

struct layer_state *toy_state(struct executor *executor, const char *name)
{
    return &executor->states[toy_layer(executor->network, name)->index];
}

float *toy_parameter(const struct network *network, const char *name)
{
    struct parameter *parameter = network_find_parameter(network, name);
    if (!parameter)
        fail_msg("there is no parameter %s", name);
    return parameter->values;
}

static double largest(const float *values, size_t count)
{
    double best = 0;
    for (size_t i = 0; i < count; i++)
        best = fmax(best, fabs((double)values[i]));
    return best;
}

static void assert_close_to(const float *values, const float *expected, size_t count, double limit,
                            const char *what)
{
    for (size_t i = 0; i < count; i++)
        if (!(fabs((double)values[i] - (double)expected[i]) <= limit))
            fail_msg("%s: value %zu of %zu is %.9g, expected %.9g within %g", what, i, count,
                     (double)values[i], (double)expected[i], limit);
}

void toy_assert_close(const float *values, const float *expected, size_t count, double tolerance,
                      const char *what)
{
    assert_close_to(values, expected, count, tolerance * largest(expected, count), what);
}

void toy_assert_same_sound(const struct tensor *values, const struct tensor *expected,
                           double tolerance, const char *what)
{
    double limit = 0;
    if (values->batch != expected->batch || values->bands != expected->bands ||
        values->channels != expected->channels)
        fail_msg("%s: %d items of %d bands of %d channels, expected %d of %d of %d", what,
                 values->batch, values->bands, values->channels, expected->batch, expected->bands,
                 expected->channels);
    size_t width = (size_t)expected->channels;
    for (int i = 0; i < values->batch; i++) {
        assert_int_equal(values->lengths[i], expected->lengths[i]);
        limit = fmax(limit, tolerance * largest(tensor_item(expected, i),
                                                tensor_sound_rows(expected, i) * width));
    }
    for (int i = 0; i < values->batch; i++)
        assert_close_to(tensor_item(values, i), tensor_item(expected, i),
                        tensor_sound_rows(expected, i) * width, limit, what);
}
