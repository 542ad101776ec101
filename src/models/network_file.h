/* Network files, networks/NAME.json: an architecture, the features it listens to and a recipe to
 * train it. docs/networks.md describes them to users. */
#ifndef MODELS_NETWORK_FILE_H
#define MODELS_NETWORK_FILE_H

#include "base/json.h"
#include "nn/optimizer.h"
#include "ser/clean.h"
#include "ser/features.h"

/* How to train. */
struct recipe {
    int epochs;         /* 30 */
    int warmup;         /* epochs of rising learning rate; 3 */
    int batch;          /* clips a step; 32 */
    int frames;         /* longest stretch of a clip that a step sees, at a random place */
    double smoothing;   /* of labels; 0.1 */
    double class_power; /* class weight = (mean count / count)^power; 0.5, 0: no weights */
    struct optimizer_settings optimizer;
};

struct network_file {
    char *name;
    char *description;
    ser_clean_settings clean; /* done to the sound first; all off where nothing is said */
    ser_features_settings features;
    double window;  /* seconds; longer recordings are cut */
    json_t *layers; /* array of layer objects */
    struct recipe recipe;
};

/* Reads and checks all but the layers, which network_create checks. Release with
 * network_file_release, whatever the outcome. */
ser_status network_file_read(struct network_file *file, const char *path, ser_error *error);

/* The same from parsed JSON, such as a model file's copy. Without "training" (a model file keeps
 * that among its training facts) the recipe is the default one. */
ser_status network_file_parse(struct network_file *file, const json_t *root, const char *where,
                              ser_error *error);
void network_file_release(struct network_file *file);

/* The recipe as a JSON object; NULL when memory ran out. */
json_t *recipe_to_json(const struct recipe *recipe);

#endif
