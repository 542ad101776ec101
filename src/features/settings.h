/* The settings as a table: what each is called, what values it may take, and where it lies. The
 * checks, the JSON in model files and the help all read it. */
#ifndef FEATURES_SETTINGS_H
#define FEATURES_SETTINGS_H

#include <stddef.h>

#include "ser/features.h"
#include "ser/status.h"

/* In the order of ser_features_settings. */
enum setting {
    SETTING_RATE,
    SETTING_WINDOW,
    SETTING_HOP,
    SETTING_FFT,
    SETTING_CENTRED,
    SETTING_BANDS,
    SETTING_LOW,
    SETTING_HIGH,
    SETTING_SCALE,
    SETTING_NORM,
    SETTING_FLOOR,
    SETTING_NORMALISE,
    SETTING_OFFSET,
    SETTING_COEFFICIENTS,
    SETTING_LIFTER,
    SETTING_DELTAS,
    SETTINGS
};

enum setting_kind { SETTING_INT, SETTING_FLAG, SETTING_CHOICE, SETTING_REAL };

struct setting_row {
    const char *name;
    enum setting_kind kind;
    size_t offset;            /* in ser_features_settings: of an int, or of a double for reals */
    double low, high;         /* both allowed */
    const char *const *words; /* of a choice, ended by NULL */
};

extern const struct setting_row setting_rows[SETTINGS];

/* The bit of a setting in ser_feature_set.takes, and whether the set takes it. Every set takes the
 * rate. */
#define SETTING_BIT(setting) (1u << (setting))
int setting_is_taken(const ser_feature_set *set, enum setting setting);

/* A setting's value, whole numbers and reals alike. */
double setting_value(const ser_features_settings *settings, enum setting setting);
void setting_store(ser_features_settings *settings, enum setting setting, double value);

/* Changes settings as a list says: "deltas=2,coefficients=13,scale=htk". An unknown name, or a
 * value that is none, is ERROR_ARGUMENT and leaves the settings as they were; ranges are for
 * features_settings_check. */
ser_status features_settings_change(ser_features_settings *settings, const char *list,
                                    ser_error *error);

/* ERROR_ARGUMENT and a sentence for the first setting outside its range, or changed though the set
 * fixes it. */
ser_status features_settings_check(const ser_features_settings *settings, ser_error *error);

#endif
