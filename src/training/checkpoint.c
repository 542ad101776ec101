#include "training/checkpoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "models/safetensors.h"

static const char FORMAT[] = "ser-checkpoint 2";

enum { GROUPS = 4, NAME_LENGTH = LAYER_NAME_LENGTH + 16 };

/* The arrays of one parameter, in a fixed order. */
static const char *const group_names[GROUPS] = {"values", "average", "mean", "square"};

static float *group_array(const struct trainer *trainer, int group, int parameter)
{
    const struct optimizer *optimizer = trainer->optimizer;
    switch (group) {
    case 0: return trainer->model->network->parameters[parameter].values;
    case 1: return optimizer->average[parameter];
    case 2: return optimizer->mean[parameter];
    default: return optimizer->square[parameter];
    }
}

static void add_bytes(struct hash *hash, const void *bytes, size_t size)
{
    *hash = hash_join(*hash, hash_bytes(bytes, size));
}

static void add_json(struct hash *hash, json_t *value)
{
    char *text = value ? json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    if (text)
        add_bytes(hash, text, strlen(text));
    free(text);
}

struct hash checkpoint_identity(const struct trainer *trainer)
{
    const struct dataset *dataset = trainer->dataset;
    struct hash hash = {0};
    json_t *recipe = recipe_to_json(&trainer->recipe);
    add_json(&hash, trainer->model->file.layers);
    add_json(&hash, recipe);
    json_decref(recipe);
    if (trainer->augmenter) {
        json_t *augmentation = augment_recipe_to_json(augmenter_recipe(trainer->augmenter));
        add_json(&hash, augmentation);
        json_decref(augmentation);
    }
    add_bytes(&hash, &trainer->seed, sizeof trainer->seed);
    add_bytes(&hash, &trainer->threads, sizeof trainer->threads);
    add_bytes(&hash, &dataset->classes, sizeof dataset->classes);
    for (int i = 0; i < trainer->count; i++) {
        int index = trainer->indices[i];
        const ser_features *clip = &dataset->features[index];
        add_bytes(&hash, &dataset->targets[index], sizeof(int));
        add_bytes(&hash, clip->values,
                  (size_t)clip->frames * (size_t)clip->columns * sizeof(float));
    }
    return hash;
}

/* Of everything that training goes on from: a damaged checkpoint must not go unnoticed. */
static struct hash digest(const struct trainer *trainer)
{
    const struct network *network = trainer->model->network;
    struct hash hash = {0};
    add_bytes(&hash, &trainer->epoch, sizeof trainer->epoch);
    add_bytes(&hash, &trainer->optimizer->step, sizeof trainer->optimizer->step);
    add_bytes(&hash, trainer->history, (size_t)trainer->epoch * sizeof *trainer->history);
    for (int group = 0; group < GROUPS; group++)
        for (int i = 0; i < network->parameter_count; i++)
            add_bytes(&hash, group_array(trainer, group, i),
                      network->parameters[i].count * sizeof(float));
    return hash;
}

static json_t *make_metadata(const struct trainer *trainer)
{
    char identity[HASH_TEXT_LENGTH], sum[HASH_TEXT_LENGTH], epoch[32], step[32];
    hash_to_text(checkpoint_identity(trainer), identity);
    hash_to_text(digest(trainer), sum);
    snprintf(epoch, sizeof epoch, "%d", trainer->epoch);
    snprintf(step, sizeof step, "%ld", trainer->optimizer->step);
    json_t *history = json_array();
    for (int i = 0; i < trainer->epoch; i++) {
        const struct epoch_record *r = &trainer->history[i];
        json_array_append_new(history, json_pack("[f, f, f, f, f]", r->rate, r->loss, r->accuracy,
                                                 r->norm, r->seconds));
    }
    char *text = json_dumps(history, JSON_COMPACT);
    json_t *metadata =
        text ? json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "format", FORMAT, "identity", identity,
                         "digest", sum, "epoch", epoch, "step", step, "history", text)
             : NULL;
    free(text);
    json_decref(history);
    return metadata;
}

ser_status checkpoint_save(const struct trainer *trainer, const char *path, ser_error *error)
{
    const struct network *network = trainer->model->network;
    int count = GROUPS * network->parameter_count;
    struct safetensor *tensors = calloc((size_t)count, sizeof *tensors);
    char(*names)[NAME_LENGTH] = calloc((size_t)count, sizeof *names);
    json_t *metadata = make_metadata(trainer);
    ser_status status = SER_OK;
    if (!tensors || !names || !metadata)
        status = error_memory(error, "writing a checkpoint");
    for (int i = 0; i < count && !status; i++) {
        int group = i / network->parameter_count, index = i % network->parameter_count;
        const struct parameter *p = &network->parameters[index];
        snprintf(names[i], sizeof names[i], "%s/%s", group_names[group], p->name);
        tensors[i] = (struct safetensor){
            .name = names[i],
            .rank = 1,
            .sizes = {(long)p->count},
            .count = p->count,
            .values = group_array(trainer, group, index),
        };
    }
    if (!status)
        status = safetensors_write(path, tensors, count, metadata, error);
    json_decref(metadata);
    free(names);
    free(tensors);
    return status;
}

static const char *text_of(const struct safetensors *file, const char *key)
{
    const char *text = json_string_value(json_object_get(file->metadata, key));
    return text ? text : "";
}

static ser_status load_history(struct trainer *trainer, const struct safetensors *file,
                               const char *path, ser_error *error)
{
    json_t *history;
    const char *text = text_of(file, "history");
    ser_status status = json_parse(&history, text, strlen(text), path, error);
    if (status)
        return status;
    for (int i = 0; i < trainer->epoch && !status; i++) {
        struct epoch_record *r = &trainer->history[i];
        if (json_unpack(json_array_get(history, (size_t)i), "[F, F, F, F, F]", &r->rate, &r->loss,
                        &r->accuracy, &r->norm, &r->seconds))
            status = error_set(error, SER_ERROR_FORMAT, "%s: damaged history", path);
    }
    json_decref(history);
    return status;
}

static ser_status check(struct trainer *trainer, const struct safetensors *file, const char *path,
                        ser_error *error)
{
    char identity[HASH_TEXT_LENGTH];
    hash_to_text(checkpoint_identity(trainer), identity);
    if (strcmp(text_of(file, "format"), FORMAT))
        return error_set(error, SER_ERROR_FORMAT, "%s: not a checkpoint of ser", path);
    if (strcmp(text_of(file, "identity"), identity))
        return error_set(error, SER_ERROR_ARGUMENT,
                         "%s: belongs to a training with other data, network, seed or threads",
                         path);
    long epoch = atol(text_of(file, "epoch")), step = atol(text_of(file, "step"));
    long steps = (trainer->count + trainer->recipe.batch - 1) / trainer->recipe.batch;
    if (epoch < 1 || epoch > trainer->recipe.epochs || step != epoch * steps)
        return error_set(error, SER_ERROR_FORMAT, "%s: epoch %ld of %d, step %ld", path, epoch,
                         trainer->recipe.epochs, step);
    trainer->epoch = (int)epoch;
    trainer->optimizer->step = step;
    return SER_OK;
}

static ser_status load_arrays(struct trainer *trainer, const struct safetensors *file,
                              const char *path, ser_error *error)
{
    const struct network *network = trainer->model->network;
    char name[NAME_LENGTH];
    for (int group = 0; group < GROUPS; group++) {
        for (int i = 0; i < network->parameter_count; i++) {
            size_t count = network->parameters[i].count;
            snprintf(name, sizeof name, "%s/%s", group_names[group], network->parameters[i].name);
            const struct safetensor *tensor = safetensors_find(file, name);
            if (!tensor || tensor->count != count)
                return error_set(error, SER_ERROR_FORMAT, "%s: tensor \"%s\" is missing or wrong",
                                 path, name);
            memcpy(group_array(trainer, group, i), tensor->values, count * sizeof(float));
        }
    }
    return SER_OK;
}

static ser_status check_digest(const struct trainer *trainer, const struct safetensors *file,
                               const char *path, ser_error *error)
{
    char sum[HASH_TEXT_LENGTH];
    hash_to_text(digest(trainer), sum);
    if (strcmp(text_of(file, "digest"), sum))
        return error_set(error, SER_ERROR_FORMAT, "%s: damaged: digest \"%s\", expected \"%s\"",
                         path, sum, text_of(file, "digest"));
    return SER_OK;
}

ser_status checkpoint_load(struct trainer *trainer, const char *path, ser_error *error)
{
    struct safetensors file;
    ser_status status = safetensors_read(&file, path, error);
    if (status)
        return status;
    status = check(trainer, &file, path, error);
    if (!status)
        status = load_history(trainer, &file, path, error);
    if (!status)
        status = load_arrays(trainer, &file, path, error);
    if (!status)
        status = check_digest(trainer, &file, path, error);
    safetensors_release(&file);
    return status;
}
