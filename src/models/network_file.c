#include "models/network_file.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/plain_text.h"
#include "clean/clean_json.h"
#include "features/sets.h"

enum { MAX_BYTES = 4 << 20, MAX_NAME = 200, MAX_DESCRIPTION = 2000 /* bytes */ };

static struct recipe recipe_defaults(void)
{
    return (struct recipe){
        .epochs = 30,
        .warmup = 3,
        .batch = 32,
        .frames = 320,
        .smoothing = 0.1,
        .class_power = 0.5,
        .optimizer = optimizer_settings_defaults(),
    };
}

static ser_status read_recipe(struct recipe *recipe, const json_t *object, const char *where,
                              ser_error *error)
{
    char place[SER_ERROR_LENGTH];
    snprintf(place, sizeof place, "%s: training", where);
    struct json_reader r = json_reader_begin(object, place, error);
    struct recipe d = recipe_defaults();
    struct optimizer_settings *o = &d.optimizer;
    d.epochs = json_read_int_or(&r, "epochs", 1, 100000, d.epochs);
    d.warmup = json_read_int_or(&r, "warmup", 0, d.epochs, d.warmup < d.epochs ? d.warmup : 0);
    d.batch = json_read_int_or(&r, "batch", 2, 4096, d.batch);
    d.frames = json_read_int_or(&r, "frames", 1, 100000, d.frames);
    d.smoothing = json_read_real_or(&r, "smoothing", 0, 0.9, d.smoothing);
    d.class_power = json_read_real_or(&r, "class_power", 0, 2, d.class_power);
    o->rate = json_read_real_or(&r, "rate", 0, 10, o->rate);
    o->beta1 = json_read_real_or(&r, "beta1", 0, 0.9999, o->beta1);
    o->beta2 = json_read_real_or(&r, "beta2", 0, 0.99999, o->beta2);
    o->epsilon = json_read_real_or(&r, "epsilon", 1e-12, 1, o->epsilon);
    o->decay = json_read_real_or(&r, "decay", 0, 10, o->decay);
    o->clip = json_read_real_or(&r, "clip", 0, 1e6, o->clip);
    o->momentum = json_read_real_or(&r, "momentum", 0.0001, 1, o->momentum);
    o->average = json_read_real_or(&r, "average", 0, 0.99999, o->average);
    *recipe = d;
    return json_reader_end(&r);
}

json_t *recipe_to_json(const struct recipe *r)
{
    const struct optimizer_settings *o = &r->optimizer;
    return json_pack("{s:i, s:i, s:i, s:i, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f}",
                     "epochs", r->epochs, "warmup", r->warmup, "batch", r->batch, "frames",
                     r->frames, "smoothing", r->smoothing, "class_power", r->class_power, "rate",
                     o->rate, "beta1", o->beta1, "beta2", o->beta2, "epsilon", o->epsilon, "decay",
                     o->decay, "clip", o->clip, "momentum", o->momentum, "average", o->average);
}

static ser_status check_texts(const struct network_file *file, const char *where, ser_error *error)
{
    if (!*file->name || !text_is_plain(file->name, MAX_NAME))
        return error_set(error, SER_ERROR_FORMAT,
                         "%s: key \"name\" is empty, longer than %d bytes or holds control "
                         "characters",
                         where, MAX_NAME);
    if (!text_is_plain(file->description, MAX_DESCRIPTION))
        return error_set(error, SER_ERROR_FORMAT,
                         "%s: key \"description\" is longer than %d bytes or holds control "
                         "characters",
                         where, MAX_DESCRIPTION);
    return SER_OK;
}

ser_status network_file_parse(struct network_file *file, const json_t *root, const char *where,
                              ser_error *error)
{
    *file = (struct network_file){.recipe = recipe_defaults()};
    char place[SER_ERROR_LENGTH];
    struct json_reader r = json_reader_begin(root, where, error);
    file->name = memory_copy_text(json_read_text(&r, "name"));
    file->description = memory_copy_text(json_read_text_or(&r, "description", ""));
    file->window = json_read_real(&r, "window", 0.1, 600);
    const json_t *features = json_read_node(&r, "features", JSON_OBJECT);
    const json_t *clean =
        json_reader_has(&r, "clean") ? json_read_node(&r, "clean", JSON_OBJECT) : NULL;
    const json_t *layers = json_read_node(&r, "layers", JSON_ARRAY);
    const json_t *training =
        json_reader_has(&r, "training") ? json_read_node(&r, "training", JSON_OBJECT) : NULL;
    ser_status status = json_reader_end(&r);
    file->layers = json_deep_copy(layers);
    if (!status && (!file->name || !file->description || !file->layers))
        status = error_memory(error, "reading a network");
    if (!status)
        status = check_texts(file, where, error);
    snprintf(place, sizeof place, "%s: features", where);
    if (!status)
        status = features_settings_from_json(&file->features, features, place, error);
    snprintf(place, sizeof place, "%s: clean", where);
    if (!status && clean)
        status = clean_settings_from_json(&file->clean, clean, file->features.rate, place, error);
    if (!status && training)
        status = read_recipe(&file->recipe, training, where, error);
    return status;
}

ser_status network_file_read(struct network_file *file, const char *path, ser_error *error)
{
    *file = (struct network_file){0};
    char *bytes;
    size_t size;
    json_t *root = NULL;
    ser_status status = file_read(path, MAX_BYTES, &bytes, &size, error);
    if (!status)
        status = json_parse(&root, bytes, size, path, error);
    if (!status)
        status = network_file_parse(file, root, path, error);
    json_decref(root);
    free(bytes);
    return status;
}

void network_file_release(struct network_file *file)
{
    free(file->name);
    free(file->description);
    json_decref(file->layers);
    *file = (struct network_file){0};
}
