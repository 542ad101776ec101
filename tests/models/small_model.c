#define _GNU_SOURCE
#include "small_model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/random.h"

const char small_network[] =
    "{\n"
    "  \"name\": \"small\",\n"
    "  \"description\": \"for tests\",\n"
    "  \"window\": 0.5,\n"
    "  \"features\": {\"set\": \"logmel64\", \"rate\": 8000, \"window\": 160, \"hop\": 80,\n"
    "    \"fft\": 160, \"centred\": false, \"bands\": 8, \"low\": 100, \"high\": 3900,\n"
    "    \"scale\": \"htk\", \"norm\": \"slaney\", \"floor\": 1e-8, \"normalise\": \"utterance\",\n"
    "    \"offset\": 0.5},\n"
    "  \"layers\": [\n"
    "    {\"type\": \"conv2d\", \"channels\": 4, \"kernel\": 3, \"stride\": [1, 2]},\n"
    "    {\"type\": \"batch_norm\"},\n"
    "    {\"type\": \"relu\"},\n"
    "    {\"type\": \"max_pool\", \"kernel\": [3, 1], \"stride\": [2, 1]},\n"
    "    {\"type\": \"flatten\"},\n"
    "    {\"type\": \"conv1d\", \"channels\": 12, \"kernel\": 3},\n"
    "    {\"type\": \"relu\"},\n"
    "    {\"type\": \"attentive_pool\", \"hidden\": 4},\n"
    "    {\"type\": \"dropout\", \"rate\": 0.1},\n"
    "    {\"type\": \"dense\", \"units\": \"classes\"}\n"
    "  ],\n"
    "  \"training\": {\"epochs\": 6, \"warmup\": 1, \"batch\": 8, \"frames\": 30, \"rate\": 0.02,\n"
    "    \"average\": 0.8}\n"
    "}\n";

void small_network_parse(struct network_file *file)
{
    ser_error error;
    json_t *root;
    assert_ok(json_parse(&root, small_network, strlen(small_network), "small", &error));
    assert_ok(network_file_parse(file, root, "small", &error));
    json_decref(root);
}

char *small_network_write(const char *name)
{
    return support_write(name, small_network, strlen(small_network));
}

char *text_replace(const char *text, const char *old, const char *new)
{
    const char *place = strstr(text, old);
    char *result = NULL;
    if (!place)
        fail_msg("\"%s\" is not in the text", old);
    assert_true(asprintf(&result, "%.*s%s%s", (int)(place - text), text, new, place + strlen(old)) >
                0);
    return result;
}

ser_model *small_model(uint64_t seed)
{
    static const char *const labels[] = {"angry", "happy", "sad"};
    ser_error error;
    ser_model *model;
    struct network_file file;
    small_network_parse(&file);
    assert_ok(model_create(&model, &file, labels, 3, seed, "small", &error));
    for (int i = 0; i < model->network->parameter_count; i++) {
        struct parameter *p = &model->network->parameters[i];
        struct random random = random_seeded(seed, 1000 + (uint64_t)i);
        int positive = strstr(p->name, "running_var") != NULL;
        for (size_t j = 0; j < p->count; j++)
            p->values[j] += random_uniform(&random, positive ? 0 : -0.2f, 0.4f);
    }
    return model;
}

char *small_model_write(const char *name, uint64_t seed)
{
    ser_error error;
    ser_model *model = small_model(seed);
    char *path = support_scratch(name);
    assert_ok(model_save(model, path, &error));
    ser_model_destroy(model);
    return path;
}

float *small_sound(size_t samples, uint64_t seed)
{
    struct random random = random_seeded(seed, 7);
    float *values = calloc(samples + 1, sizeof *values);
    assert_non_null(values);
    float step = random_uniform(&random, 0.1f, 1.5f);
    for (size_t i = 0; i < samples; i++)
        values[i] = 0.2f * sinf(step * (float)i) * sinf(0.0007f * (float)i) +
                    random_uniform(&random, -0.3f, 0.3f) * (float)(i % 3000) / 3000;
    return values;
}

char *read_whole(const char *path, size_t *size)
{
    ser_error error;
    char *bytes;
    assert_ok(file_read(path, (size_t)1 << 28, &bytes, size, &error));
    return bytes;
}

int same_files(const char *one, const char *other)
{
    size_t size, other_size;
    char *bytes = read_whole(one, &size), *other_bytes = read_whole(other, &other_size);
    int same = size == other_size && !memcmp(bytes, other_bytes, size);
    free(bytes);
    free(other_bytes);
    return same;
}
