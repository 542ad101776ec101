/* Models: a trained network and everything that is needed to use it.
 *
 * A model is immutable. Any number of recognizers, in any threads, may share one; it must outlive
 * them.
 */
#ifndef SER_MODEL_H
#define SER_MODEL_H

#include "ser/clean.h"
#include "ser/features.h"
#include "ser/status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { SER_MAX_LABELS = 32, SER_MAX_LABEL_LENGTH = 63 };

typedef struct ser_model ser_model;

/* Loads a model file (*.safetensors made by `ser train`) and checks it completely: every tensor's
 * name, shape, type and range, every label and setting. On failure *model is NULL. */
SER_API ser_status ser_model_load(ser_model **model, const char *path, ser_error *error);

/* Harmless on NULL. */
SER_API void ser_model_destroy(ser_model *model);

/* What the model calls itself, e.g. "cnn". Owned by the model, like all texts below. */
SER_API const char *ser_model_name(const ser_model *model);

/* The emotions it tells apart: 2 to SER_MAX_LABELS short names. NULL outside the range. */
SER_API int ser_model_label_count(const ser_model *model);
SER_API const char *ser_model_label(const ser_model *model, int index);

/* The features it listens to, with the sampling rate. */
SER_API const ser_features_settings *ser_model_features(const ser_model *model);

/* What is done to the sound before its features are taken, as in training; all off in a model of
 * sound as it was recorded. */
SER_API const ser_clean_settings *ser_model_clean(const ser_model *model);

/* Longer recordings are cut into windows of this many seconds. */
SER_API double ser_model_window(const ser_model *model);

/* Numbers that were learned. */
SER_API size_t ser_model_parameter_count(const ser_model *model);

/* All facts as a JSON object (UTF-8, indented): name, description, labels, features, window,
 * clean where the sound is cleaned, network, parameters, and under "training" the corpora,
 * speakers, seed, protocol, scores and licence. */
SER_API const char *ser_model_facts(const ser_model *model);

#ifdef __cplusplus
}
#endif

#endif
