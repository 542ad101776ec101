#include "features/settings.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "features/set.h"
#include "features/sets.h"
#include "features/spectrum/fft.h"

/* In the order of the enumerations. */
static const char *const scale_words[] = {"slaney", "htk", NULL};
static const char *const norm_words[] = {"none", "slaney", NULL};
static const char *const normalise_words[] = {"none", "utterance", NULL};

#define PLACE(field) offsetof(ser_features_settings, field)

/* A window of 1 sample is all zero when it is a periodic Hann; a floor above 1e-30 is a normal
 * float, so that no logarithm is of 0; an offset above 0 keeps a silent band from being divided by
 * 0. */
const struct setting_row setting_rows[SETTINGS] = {
    [SETTING_RATE] = {"rate", SETTING_INT, PLACE(rate), SER_AUDIO_MIN_RATE, SER_AUDIO_MAX_RATE,
                      NULL},
    [SETTING_WINDOW] = {"window", SETTING_INT, PLACE(window), 2, 65536, NULL},
    [SETTING_HOP] = {"hop", SETTING_INT, PLACE(hop), 1, 65536, NULL},
    [SETTING_FFT] = {"fft", SETTING_INT, PLACE(fft), 16, 65536, NULL},
    [SETTING_CENTRED] = {"centred", SETTING_FLAG, PLACE(centred), 0, 1, NULL},
    [SETTING_BANDS] = {"bands", SETTING_INT, PLACE(bands), 1, 1024, NULL},
    [SETTING_LOW] = {"low", SETTING_REAL, PLACE(low), 0, SER_AUDIO_MAX_RATE / 2.0, NULL},
    [SETTING_HIGH] = {"high", SETTING_REAL, PLACE(high), 0, SER_AUDIO_MAX_RATE / 2.0, NULL},
    [SETTING_SCALE] = {"scale", SETTING_CHOICE, PLACE(scale), 0, 1, scale_words},
    [SETTING_NORM] = {"norm", SETTING_CHOICE, PLACE(norm), 0, 1, norm_words},
    [SETTING_FLOOR] = {"floor", SETTING_REAL, PLACE(floor), 1e-30, 1, NULL},
    [SETTING_NORMALISE] = {"normalise", SETTING_CHOICE, PLACE(normalise), 0, 1, normalise_words},
    [SETTING_OFFSET] = {"offset", SETTING_REAL, PLACE(offset), 1e-6, 1000, NULL},
    [SETTING_COEFFICIENTS] = {"coefficients", SETTING_INT, PLACE(coefficients), 1, 1024, NULL},
    [SETTING_LIFTER] = {"lifter", SETTING_INT, PLACE(lifter), 0, 1024, NULL},
    [SETTING_DELTAS] = {"deltas", SETTING_INT, PLACE(deltas), 0, 2, NULL},
};

int setting_is_taken(const ser_feature_set *set, enum setting setting)
{
    return setting == SETTING_RATE || (set->takes & SETTING_BIT(setting));
}

double setting_value(const ser_features_settings *settings, enum setting setting)
{
    const char *place = (const char *)settings + setting_rows[setting].offset;
    if (setting_rows[setting].kind == SETTING_REAL) {
        double value;
        memcpy(&value, place, sizeof value);
        return value;
    }
    int value;
    memcpy(&value, place, sizeof value);
    return value;
}

void setting_store(ser_features_settings *settings, enum setting setting, double value)
{
    char *place = (char *)settings + setting_rows[setting].offset;
    int whole = (int)value;
    if (setting_rows[setting].kind == SETTING_REAL)
        memcpy(place, &value, sizeof value);
    else
        memcpy(place, &whole, sizeof whole);
}

static ser_status refuse(const struct setting_row *row, double value, double low, double high,
                         ser_error *error)
{
    return error_set(error, SER_ERROR_ARGUMENT, "features: %s is %.10g, expected %.10g to %.10g",
                     row->name, value, low, high);
}

/* Written so that a value that is not a number fails. */
static ser_status check_range(const ser_features_settings *settings, enum setting setting,
                              double low, double high, ser_error *error)
{
    double value = setting_value(settings, setting);
    if (value >= low && value <= high)
        return SER_OK;
    return refuse(&setting_rows[setting], value, low, high, error);
}

static ser_status check_ranges(const ser_features_settings *settings, ser_error *error)
{
    ser_status status = SER_OK;
    for (int i = 0; i < SETTINGS && !status; i++)
        if (setting_is_taken(settings->set, (enum setting)i))
            status = check_range(settings, (enum setting)i, setting_rows[i].low,
                                 setting_rows[i].high, error);
    return status;
}

/* What the set does not take must be as the set has it. */
static ser_status check_fixed(const ser_features_settings *settings, ser_error *error)
{
    ser_features_settings fixed = {.set = settings->set, .rate = settings->rate};
    settings->set->defaults(&fixed);
    for (int i = 0; i < SETTINGS; i++) {
        double value = setting_value(settings, (enum setting)i);
        double expected = setting_value(&fixed, (enum setting)i);
        if (!setting_is_taken(settings->set, (enum setting)i) && !(value == expected))
            return error_set(error, SER_ERROR_ARGUMENT,
                             "features: %s is %.10g, but the set %s has it fixed at %.10g",
                             setting_rows[i].name, value, settings->set->name, expected);
    }
    return SER_OK;
}

static ser_status require_rate(const ser_features_settings *settings, ser_error *error)
{
    const ser_feature_set *set = settings->set;
    if (settings->rate >= set->min_rate)
        return SER_OK;
    return error_set(error, SER_ERROR_ARGUMENT,
                     "features: rate is %d Hz, expected at least %d Hz for the set %s",
                     settings->rate, set->min_rate, set->name);
}

/* A set whose upper edge is free can be brought down to any rate; others need theirs. */
static ser_status check_rate(const ser_features_settings *settings, ser_error *error)
{
    return setting_is_taken(settings->set, SETTING_HIGH) ? SER_OK : require_rate(settings, error);
}

/* Settings that bound each other. A set without a spectrum or bands of its own has them at 0. */
static ser_status check_together(const ser_features_settings *s, ser_error *error)
{
    const double least_span = 1.0; /* Hz */
    ser_status status = SER_OK;
    if (s->fft && !fft_size_is_supported(s->fft))
        return error_set(error, SER_ERROR_ARGUMENT,
                         "features: fft is %d, expected an even number without prime factors over "
                         "5, such as 512",
                         s->fft);
    if (s->fft)
        status = check_range(s, SETTING_WINDOW, 2, s->fft, error);
    if (s->bands && !status)
        status = check_range(s, SETTING_LOW, 0, s->rate / 2.0 - least_span, error);
    if (s->bands && !status)
        status = check_range(s, SETTING_HIGH, s->low + least_span, s->rate / 2.0, error);
    if (s->bands && s->coefficients && !status)
        status = check_range(s, SETTING_COEFFICIENTS, 1, s->bands, error);
    return status;
}

ser_status features_settings_check(const ser_features_settings *settings, ser_error *error)
{
    if (!settings->set)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "features: no set is named, expected one such "
                         "as \"logmel64\"");
    ser_status status = check_ranges(settings, error);
    if (!status)
        status = check_rate(settings, error);
    if (!status)
        status = check_fixed(settings, error);
    if (!status)
        status = check_together(settings, error);
    return status;
}

/* A value that people write: a word of a choice, or a number. */
static ser_status read_value(const struct setting_row *row, const char *text, double *value,
                             ser_error *error)
{
    for (int i = 0; row->words && row->words[i]; i++)
        if (!strcmp(row->words[i], text)) {
            *value = i;
            return SER_OK;
        }
    char *end;
    *value = strtod(text, &end);
    int is_number = *text && !*end && !row->words && isfinite(*value);
    if (is_number && (row->kind == SETTING_REAL || (*value == floor(*value) && fabs(*value) < 1e9)))
        return SER_OK;
    return error_set(error, SER_ERROR_ARGUMENT, "setting %s is \"%.32s\", expected %s%s%s",
                     row->name, text, row->words ? row->words[0] : "",
                     row->words                  ? " or "
                     : row->kind == SETTING_REAL ? "a number"
                                                 : "a whole number",
                     row->words ? row->words[1] : "");
}

/* One "name=value". */
static ser_status change_one(ser_features_settings *settings, const char *text, ser_error *error)
{
    const char *value_text = strchr(text, '=');
    size_t length = value_text ? (size_t)(value_text - text) : strlen(text);
    for (int i = 0; value_text && i < SETTINGS; i++) {
        const struct setting_row *row = &setting_rows[i];
        double value;
        if (strlen(row->name) != length || strncmp(row->name, text, length) != 0)
            continue;
        ser_status status = read_value(row, value_text + 1, &value, error);
        if (!status)
            setting_store(settings, (enum setting)i, value);
        return status;
    }
    return error_set(error, SER_ERROR_ARGUMENT,
                     "\"%.64s\" is no setting with its value, expected a list such as "
                     "deltas=2,coefficients=13",
                     text);
}

ser_status features_settings_change(ser_features_settings *settings, const char *list,
                                    ser_error *error)
{
    ser_features_settings changed = *settings;
    char one[128];
    for (const char *rest = list; rest;) {
        size_t length = strcspn(rest, ",");
        snprintf(one, sizeof one, "%.*s", (int)(length < sizeof one ? length : sizeof one), rest);
        ser_status status = change_one(&changed, one, error);
        if (status)
            return status;
        rest = rest[length] ? rest + length + 1 : NULL;
    }
    *settings = changed;
    return SER_OK;
}

ser_status ser_features_settings_of(const char *name, int rate, ser_features_settings *settings,
                                    ser_error *error)
{
    ser_features_settings s = {.rate = rate};
    ser_status status = feature_set_named(&s.set, name, error);
    if (!status)
        status = check_range(&s, SETTING_RATE, SER_AUDIO_MIN_RATE, SER_AUDIO_MAX_RATE, error);
    if (!status)
        status = require_rate(&s, error);
    if (status)
        return status;
    s.set->defaults(&s);
    *settings = s;
    return SER_OK;
}

ser_features_settings ser_features_settings_defaults(void)
{
    ser_features_settings settings = {.set = &logmel64, .rate = 16000};
    logmel64.defaults(&settings);
    return settings;
}
