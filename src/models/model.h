/* The inside of a ser_model, for the recognizer and the trainer. */
#ifndef MODELS_MODEL_H
#define MODELS_MODEL_H

#include "base/json.h"
#include "models/network_file.h"
#include "nn/network.h"
#include "ser/model.h"

struct ser_model {
    struct network_file file; /* architecture and features; its recipe only matters in training */
    char *labels[SER_MAX_LABELS];
    int classes;
    struct network *network;
    json_t *training; /* facts about the training; an object, empty in an untrained model */
    char *facts;      /* what ser_model_facts returns; made by model_set_training */
};

/* An untrained model of a network file, which it takes over (and empties). The parameters get their
 * starting values from `seed`. `where` names the file in errors. */
ser_status model_create(ser_model **model, struct network_file *file, const char *const *labels,
                        int classes, uint64_t seed, const char *where, ser_error *error);

/* ser_model_load for a file that is in memory; it takes over and frees the bytes, on failure too.
 */
ser_status model_parse(ser_model **model, char *bytes, size_t size, const char *name,
                       ser_error *error);

/* Stores facts about the training; takes over the object, on failure too. */
ser_status model_set_training(ser_model *model, json_t *training, ser_error *error);

/* Writes the model file, atomically. */
ser_status model_save(const ser_model *model, const char *path, ser_error *error);

/* Whether every number is finite and every variance at least 0; `where` names the file. */
ser_status model_check_values(const ser_model *model, const char *where, ser_error *error);

#endif
