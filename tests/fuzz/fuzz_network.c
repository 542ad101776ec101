/* Network files from anywhere: whatever the bytes are, they are either refused with a sentence, or
 * build a network that computes, and for which both engines compute the same.
 *
 * Bytes that begin with '{' are taken as a network file. All others spell a list of layers, byte by
 * byte, so that deep networks are met more often than by changing letters of JSON. */
#include "fuzz.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/network_file.h"
#include "nn/executor.h"

enum { CLASSES = 3, MOST_NUMBERS = 4000, MOST_BANDS = 32, MOST_LAYERS = 40, MOST_FRAMES = 100 };

static void require(int holds)
{
    if (!holds)
        abort();
}

/* The bytes as a source of choices; 0 for ever at their end. */
struct source {
    const uint8_t *bytes;
    size_t left;
};

static unsigned take(struct source *source)
{
    if (!source->left)
        return 0;
    source->left--;
    return *source->bytes++;
}

static json_t *take_number(struct source *source)
{
    static const json_int_t numbers[] = {1,  2,  3,  4,  5, 6,  7,   8,
                                         12, 16, 31, 64, 0, -1, 255, 1 << 30};
    unsigned choice = take(source);
    return json_integer(choice < 224 ? numbers[choice % 8] : numbers[choice % 16]);
}

/* One number, or one for each axis. */
static json_t *take_pair(struct source *source)
{
    if (take(source) % 2)
        return take_number(source);
    json_t *first = take_number(source), *second = take_number(source);
    return json_pack("[o, o]", first, second);
}

static json_t *take_layers(struct source *source, int depth);

static json_t *take_layer(struct source *source, int depth)
{
    static const char *const keys[] = {"channels", "groups", "hidden", "reduction", "units"};
    static const char *const pairs[] = {"kernel", "stride", "dilation"};
    const struct layer_kind *kind;
    int kinds = 0;
    while (layer_kinds[kinds])
        kinds++;
    kind = layer_kinds[take(source) % (unsigned)kinds];
    json_t *layer = json_pack("{s:s}", "type", kind->name);
    for (int i = 0; i < 5; i++)
        if (strstr(kind->keys, keys[i]) && (i != 1 || take(source) % 8 == 0))
            json_object_set_new(layer, keys[i], take_number(source));
    for (int i = 0; i < 3; i++)
        if (strstr(kind->keys, pairs[i]) && take(source) % 2)
            json_object_set_new(layer, pairs[i],
                                !strcmp(kind->name, "conv1d") ? take_number(source)
                                                              : take_pair(source));
    if (strstr(kind->keys, "rate"))
        json_object_set_new(layer, "rate", json_real(take(source) / 256.0));
    if (strstr(kind->keys, "mode") && take(source) % 2)
        json_object_set_new(layer, "mode", json_string("max"));
    if (strstr(kind->keys, "body")) {
        json_object_set_new(layer, "body", take_layers(source, depth + 1));
        if (take(source) % 2)
            json_object_set_new(layer, "shortcut", take_layers(source, depth + 1));
    }
    return layer;
}

static json_t *take_layers(struct source *source, int depth)
{
    json_t *layers = json_array();
    unsigned count = depth < 3 ? take(source) % 6 : 0;
    for (unsigned i = 0; i < count; i++)
        json_array_append_new(layers, take_layer(source, depth));
    return layers;
}

/* Layers that end as every network must; *bands gets the number of bands they listen to. */
static json_t *spell_layers(const uint8_t *data, size_t size, int *bands)
{
    struct source source = {data, size};
    *bands = 1 + (int)(take(&source) % MOST_BANDS);
    json_t *layers = take_layers(&source, 0);
    if (take(&source) % 4)
        json_array_append_new(layers, json_pack("{s:s}", "type", "global_pool"));
    if (take(&source) % 4)
        json_array_append_new(layers, json_pack("{s:s, s:s}", "type", "dense", "units", "classes"));
    return layers;
}

/* Computes an input of so many frames, padded; returns whether it did. */
static int forward(struct executor *executor, int frames, float logits[CLASSES])
{
    ser_error error = {0};
    struct tensor input = {0};
    const struct tensor *output;
    ser_status status = tensor_resize(&input, 1, frames + 5, executor->network->bands, 1, &error);
    for (size_t i = 0; !status && i < tensor_count(&input); i++)
        input.data[i] = (float)(i % 7) - 3;
    if (!status) {
        input.lengths[0] = frames;
        status = executor_forward(executor, &input, &output, &error);
    }
    require(!status || *error.message);
    if (!status) {
        require(tensor_count(output) == CLASSES);
        memcpy(logits, output->data, CLASSES * sizeof *logits);
    }
    tensor_release(&input);
    return status == SER_OK;
}

static void compute(struct network *network)
{
    struct executor *plain = NULL, *fast = NULL;
    float expected[CLASSES], found[CLASSES];
    network_initialise(network, 1);
    if (!executor_create(&plain, network, &kernels_plain, false, 1, NULL) &&
        !executor_create(&fast, network, &kernels_onednn, false, 1, NULL)) {
        for (int frames = network->minimum_frames; frames <= MOST_FRAMES; frames += 29) {
            int computed = forward(plain, frames, expected);
            require(computed == forward(fast, frames, found));
            for (int c = 0; computed && c < CLASSES; c++)
                require(!isfinite(expected[c]) ||
                        fabsf(expected[c] - found[c]) <= 1e-3f * (1 + fabsf(expected[c])));
        }
    }
    executor_destroy(plain);
    executor_destroy(fast);
}

static void build(const json_t *layers, int bands)
{
    ser_error error = {0};
    struct network *network;
    ser_status status = network_create(&network, layers, bands, CLASSES, "fuzzed", &error);
    require(!status || (!network && *error.message));
    if (!status && network->value_count <= MOST_NUMBERS && bands <= MOST_BANDS &&
        network->layer_count <= MOST_LAYERS)
        compute(network);
    network_destroy(network);
}

static void read_file(const uint8_t *data, size_t size)
{
    ser_error error = {0};
    struct network_file file;
    json_t *root;
    if (json_parse(&root, (const char *)data, size, "fuzzed", &error))
        return;
    if (network_file_parse(&file, root, "fuzzed", &error))
        require(*error.message != 0);
    else
        build(file.layers, file.features.bands);
    network_file_release(&file);
    json_decref(root);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int bands;
    if (size && *data == '{') {
        read_file(data, size);
        return 0;
    }
    json_t *layers = spell_layers(data, size, &bands);
    build(layers, bands);
    json_decref(layers);
    return 0;
}
