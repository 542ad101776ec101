/* The table of named feature sets, and how the settings of one are stored in a model file. */
#ifndef FEATURES_SETS_H
#define FEATURES_SETS_H

#include <stddef.h>

#include "base/json.h"

#include "features/set.h"
#include "features/settings.h"
#include "ser/features.h"
#include "ser/status.h"

/* The rows, each beside its functions. */
extern const struct ser_feature_set logmel64, stft1025, mel128, logmel128, mfcc40, classic162,
    classic180, spectral, kaldi_fbank80, kaldi_mfcc13, egemapsv02, prosody, ser_own;

/* ERROR_ARGUMENT with a sentence that lists the sets for an unknown name. */
ser_status feature_set_named(const ser_feature_set **set, const char *name, ser_error *error);

/* A new JSON value: a number, a word of a choice, or whether a flag is set. */
json_t *setting_to_json(const ser_features_settings *settings, enum setting setting);

/* A new JSON object with the set's name and every setting that it takes, which the caller releases
 * with json_decref. Settings that features_settings_check refuses are refused here too. */
ser_status features_settings_to_json(json_t **object, const ser_features_settings *settings,
                                     ser_error *error);

/* Reads what features_settings_to_json wrote, strictly: every key must be there, and no other.
 * `where` names the place in error sentences ("angry.sermodel: features"). On failure *settings is
 * left as it was. */
ser_status features_settings_from_json(ser_features_settings *settings, const json_t *object,
                                       const char *where, ser_error *error);

#endif
