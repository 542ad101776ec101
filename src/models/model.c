/* The model file: safetensors whose metadata hold, each as JSON text,
 *   format    "ser-model 1"
 *   network   the network file without its recipe: name, description, features, window, layers,
 *             and clean where the sound is cleaned
 *   labels    array of texts, in the order of the outputs
 *   training  object of facts
 * and whose tensors are exactly the network's parameters. */
#include "models/model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/plain_text.h"
#include "clean/clean_json.h"
#include "clean/settings.h"
#include "features/sets.h"
#include "models/safetensors.h"

static const char FORMAT[] = "ser-model 1";

/* No trained number comes near; beyond it products overflow. */
static const float LARGEST_VALUE = 1e6f;

void ser_model_destroy(ser_model *model)
{
    if (!model)
        return;
    for (int i = 0; i < model->classes; i++)
        free(model->labels[i]);
    network_file_release(&model->file);
    network_destroy(model->network);
    json_decref(model->training);
    free(model->facts);
    free(model);
}

/* Labels are shown in terminals and tables: one line of ordinary characters each. */
static int is_presentable(const char *label)
{
    size_t length = strlen(label);
    if (length == 0 || !text_is_plain(label, SER_MAX_LABEL_LENGTH) || strpbrk(label, ",\""))
        return 0;
    return label[0] != ' ' && label[length - 1] != ' ';
}

static ser_status set_labels(ser_model *model, const char *const *labels, int classes,
                             const char *where, ser_error *error)
{
    if (classes < 2 || classes > SER_MAX_LABELS)
        return error_set(error, SER_ERROR_FORMAT, "%s: %d labels, expected 2 to %d", where, classes,
                         SER_MAX_LABELS);
    for (int i = 0; i < classes; i++) {
        if (!labels[i] || !is_presentable(labels[i]))
            return error_set(error, SER_ERROR_FORMAT,
                             "%s: label %d is not a short word without commas and quotes", where,
                             i + 1);
        for (int j = 0; j < i; j++)
            if (!strcmp(labels[i], labels[j]))
                return error_set(error, SER_ERROR_FORMAT, "%s: label \"%s\" stands twice", where,
                                 labels[i]);
        model->labels[i] = memory_copy_text(labels[i]);
        if (!model->labels[i])
            return error_memory(error, "reading a model");
        model->classes++;
    }
    return SER_OK;
}

/* The columns of a frame, which only an extractor of these settings knows. */
static ser_status count_columns(const ser_features_settings *settings, int *columns,
                                ser_error *error)
{
    ser_extractor *extractor;
    ser_status status = ser_extractor_create(&extractor, settings, error);
    if (status)
        return status;
    *columns = ser_extractor_columns(extractor);
    ser_extractor_destroy(extractor);
    return SER_OK;
}

ser_status model_create(ser_model **result, struct network_file *file, const char *const *labels,
                        int classes, uint64_t seed, const char *where, ser_error *error)
{
    *result = NULL;
    ser_model *model = calloc(1, sizeof *model);
    if (!model) {
        network_file_release(file);
        return error_memory(error, "building a model");
    }
    model->file = *file;
    *file = (struct network_file){0};
    ser_status status = set_labels(model, labels, classes, where, error);
    int columns = 0;
    if (!status)
        status = count_columns(&model->file.features, &columns, error);
    if (!status)
        status =
            network_create(&model->network, model->file.layers, columns, classes, where, error);
    if (!status) {
        network_initialise(model->network, seed);
        status = model_set_training(model, json_object(), error);
    }
    if (status) {
        ser_model_destroy(model);
        return status;
    }
    *result = model;
    return SER_OK;
}

/* The network file's JSON without its recipe; NULL when memory ran out. */
static json_t *network_json(const ser_model *model)
{
    json_t *features = NULL;
    if (features_settings_to_json(&features, &model->file.features, NULL))
        return NULL;
    json_t *network =
        json_pack("{s:s, s:s, s:f, s:o, s:O}", "name", model->file.name, "description",
                  model->file.description, "window", model->file.window, "features", features,
                  "layers", model->file.layers);
    if (clean_is_on(&model->file.clean) &&
        json_object_set_new(network, "clean", clean_settings_to_json(&model->file.clean))) {
        json_decref(network);
        return NULL;
    }
    return network;
}

static json_t *labels_json(const ser_model *model)
{
    json_t *labels = json_array();
    for (int i = 0; i < model->classes; i++)
        json_array_append_new(labels, json_string(model->labels[i]));
    if (json_array_size(labels) == (size_t)model->classes)
        return labels;
    json_decref(labels);
    return NULL;
}

ser_status model_set_training(ser_model *model, json_t *training, ser_error *error)
{
    json_t *facts = network_json(model);
    int failed = !facts || !training;
    failed |= json_object_set_new(facts, "labels", labels_json(model));
    failed |= json_object_set_new(facts, "parameters",
                                  json_integer((json_int_t)model->network->trained_count));
    failed |= json_object_set(facts, "training", training);
    char *text = failed ? NULL : json_dumps(facts, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
    json_decref(facts);
    if (!text) {
        json_decref(training);
        return error_memory(error, "describing a model");
    }
    json_decref(model->training);
    free(model->facts);
    model->training = training;
    model->facts = text;
    return SER_OK;
}

/* Adds a JSON value to the metadata as text; takes over the value. */
static int add_text(json_t *metadata, const char *key, json_t *value)
{
    char *text = value ? json_dumps(value, JSON_COMPACT) : NULL;
    int failed = !text || json_object_set_new(metadata, key, json_string(text));
    free(text);
    json_decref(value);
    return failed;
}

ser_status model_save(const ser_model *model, const char *path, ser_error *error)
{
    const struct network *network = model->network;
    json_t *metadata = json_pack("{s:s}", "format", FORMAT);
    int failed = !metadata;
    failed |= add_text(metadata, "network", network_json(model));
    failed |= add_text(metadata, "labels", labels_json(model));
    failed |= add_text(metadata, "training", json_incref(model->training));
    struct safetensor *tensors = calloc((size_t)network->parameter_count + 1, sizeof *tensors);
    ser_status status = SER_OK;
    if (failed || !tensors)
        status = error_memory(error, "writing a model");
    for (int i = 0; !status && i < network->parameter_count; i++) {
        const struct parameter *p = &network->parameters[i];
        tensors[i] = (struct safetensor){
            .name = p->name, .rank = p->rank, .count = p->count, .values = p->values};
        for (int j = 0; j < p->rank; j++)
            tensors[i].sizes[j] = p->sizes[j];
    }
    if (!status)
        status = safetensors_write(path, tensors, network->parameter_count, metadata, error);
    json_decref(metadata);
    free(tensors);
    return status;
}

/* Parses the JSON text under a key of the metadata. */
static ser_status read_text(json_t **value, const struct safetensors *file, const char *key,
                            json_type type, const char *path, ser_error *error)
{
    *value = NULL;
    const char *text = json_string_value(json_object_get(file->metadata, key));
    if (!text)
        return error_set(error, SER_ERROR_FORMAT,
                         "%s: metadata \"%s\" is missing; not a model of ser", path, key);
    char place[SER_ERROR_LENGTH];
    snprintf(place, sizeof place, "%s: %s", path, key);
    ser_status status = json_parse(value, text, strlen(text), place, error);
    if (!status && json_typeof(*value) != type)
        status = error_set(error, SER_ERROR_FORMAT, "%s: metadata \"%s\" is of the wrong type",
                           path, key);
    return status;
}

static ser_status check_format(const struct safetensors *file, const char *path, ser_error *error)
{
    const char *format = json_string_value(json_object_get(file->metadata, "format"));
    if (!format)
        return error_set(error, SER_ERROR_FORMAT,
                         "%s: metadata \"format\" is missing; not a model of ser", path);
    if (strcmp(format, FORMAT))
        return error_set(error, SER_ERROR_UNSUPPORTED, "%s: format \"%s\", expected \"%s\"", path,
                         format, FORMAT);
    return SER_OK;
}

/* Checks a tensor against the parameter of its name and copies its numbers. */
static ser_status take_tensor(struct network *network, const struct safetensor *tensor,
                              const char *path, ser_error *error)
{
    struct parameter *p = network_find_parameter(network, tensor->name);
    if (!p)
        return error_set(error, SER_ERROR_FORMAT, "%s: tensor \"%s\" is not of this network", path,
                         tensor->name);
    int same = tensor->rank == p->rank;
    for (int i = 0; same && i < p->rank; i++)
        same = tensor->sizes[i] == p->sizes[i];
    if (!same)
        return error_set(error, SER_ERROR_FORMAT,
                         "%s: tensor \"%s\" has another shape than the network expects", path,
                         tensor->name);
    memcpy(p->values, tensor->values, p->count * sizeof(float));
    return SER_OK;
}

ser_status model_check_values(const ser_model *model, const char *where, ser_error *error)
{
    const struct network *network = model->network;
    for (int i = 0; i < network->parameter_count; i++) {
        const struct parameter *p = &network->parameters[i];
        const char *dot = strrchr(p->name, '.');
        float lowest = dot && !strcmp(dot, ".running_var") ? 0 : -LARGEST_VALUE;
        for (size_t j = 0; j < p->count; j++)
            if (!(p->values[j] >= lowest && p->values[j] <= LARGEST_VALUE))
                return error_set(error, SER_ERROR_FORMAT,
                                 "%s: tensor \"%s\" holds %g, expected %g to %g", where, p->name,
                                 (double)p->values[j], (double)lowest, (double)LARGEST_VALUE);
    }
    return SER_OK;
}

static ser_status fill(ser_model *model, const struct safetensors *file, const char *path,
                       ser_error *error)
{
    /* As many tensors as parameters, all names different, each one a parameter's: so all are
     * there. */
    if (file->count != model->network->parameter_count)
        return error_set(error, SER_ERROR_FORMAT, "%s: %d tensors, expected %d for this network",
                         path, file->count, model->network->parameter_count);
    ser_status status = SER_OK;
    for (int i = 0; i < file->count && !status; i++)
        status = take_tensor(model->network, &file->tensors[i], path, error);
    return status ? status : model_check_values(model, path, error);
}

static ser_status build(ser_model **model, const struct safetensors *file, const json_t *network,
                        const json_t *labels, const char *path, ser_error *error)
{
    char where[SER_ERROR_LENGTH];
    const char *words[SER_MAX_LABELS] = {0};
    size_t count = json_array_size(labels);
    for (size_t i = 0; i < count && i < SER_MAX_LABELS; i++)
        words[i] = json_string_value(json_array_get(labels, i));
    struct network_file description = {0};
    snprintf(where, sizeof where, "%s: network", path);
    ser_status status = network_file_parse(&description, network, where, error);
    if (status) {
        network_file_release(&description);
        return status;
    }
    int classes = count > SER_MAX_LABELS ? SER_MAX_LABELS + 1 : (int)count;
    status = model_create(model, &description, words, classes, 0, path, error);
    return status ? status : fill(*model, file, path, error);
}

static ser_status load(ser_model **model, const struct safetensors *file, const char *path,
                       ser_error *error)
{
    json_t *network = NULL, *labels = NULL, *training = NULL;
    ser_status status = check_format(file, path, error);
    if (!status)
        status = read_text(&network, file, "network", JSON_OBJECT, path, error);
    if (!status)
        status = read_text(&labels, file, "labels", JSON_ARRAY, path, error);
    if (!status)
        status = read_text(&training, file, "training", JSON_OBJECT, path, error);
    if (!status && !json_is_plain(training))
        status = error_set(error, SER_ERROR_FORMAT,
                           "%s: metadata \"training\" holds control characters", path);
    if (!status)
        status = build(model, file, network, labels, path, error);
    if (!status) {
        status = model_set_training(*model, training, error);
        training = NULL;
    }
    if (status) {
        ser_model_destroy(*model);
        *model = NULL;
    }
    json_decref(network);
    json_decref(labels);
    json_decref(training);
    return status;
}

ser_status ser_model_load(ser_model **model, const char *path, ser_error *error)
{
    *model = NULL;
    error_clear(error);
    struct safetensors file;
    ser_status status = safetensors_read(&file, path, error);
    if (!status)
        status = load(model, &file, path, error);
    safetensors_release(&file);
    return status;
}

ser_status model_parse(ser_model **model, char *bytes, size_t size, const char *name,
                       ser_error *error)
{
    *model = NULL;
    struct safetensors file;
    ser_status status = safetensors_parse(&file, bytes, size, name, error);
    if (!status)
        status = load(model, &file, name, error);
    safetensors_release(&file);
    return status;
}

const char *ser_model_name(const ser_model *model)
{
    return model->file.name;
}

int ser_model_label_count(const ser_model *model)
{
    return model->classes;
}

const char *ser_model_label(const ser_model *model, int index)
{
    return index >= 0 && index < model->classes ? model->labels[index] : NULL;
}

const ser_features_settings *ser_model_features(const ser_model *model)
{
    return &model->file.features;
}

const ser_clean_settings *ser_model_clean(const ser_model *model)
{
    return &model->file.clean;
}

double ser_model_window(const ser_model *model)
{
    return model->file.window;
}

size_t ser_model_parameter_count(const ser_model *model)
{
    return model->network->trained_count;
}

const char *ser_model_facts(const ser_model *model)
{
    return model->facts;
}
