/* The named feature sets, and how the settings of one are stored in a model file. */
#ifndef FEATURES_SETS_H
#define FEATURES_SETS_H

#include <stddef.h>

#include "base/json.h"

#include "ser/features.h"
#include "ser/status.h"

struct feature_set {
    const char *name;        /* "log-mel" */
    const char *description; /* one line */
    ser_features_settings (*defaults)(void);
};

extern const struct feature_set feature_sets[];
extern const size_t feature_set_count;

/* NULL for an unknown name. */
const struct feature_set *feature_set_find(const char *name);

/* A new JSON object with the set's name and every field of the settings, which the caller releases
 * with json_decref. Settings that features_settings_check refuses are refused here too. */
ser_status features_settings_to_json(json_t **object, const ser_features_settings *settings,
                                     ser_error *error);

/* Reads what features_settings_to_json wrote, strictly: every key must be there, and no other.
 * `where` names the place in error sentences ("angry.sermodel: features"). On failure *settings is
 * left as it was. */
ser_status features_settings_from_json(ser_features_settings *settings, const json_t *object,
                                       const char *where, ser_error *error);

#endif
