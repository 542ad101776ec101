#include "features/sets.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "features/settings.h"

static const struct ser_feature_set *const sets[] = {
    &egemapsv02, &prosody, &ser_own,   &mfcc40,        &classic162,   &classic180, &spectral,
    &stft1025,   &mel128,  &logmel128, &kaldi_fbank80, &kaldi_mfcc13, &logmel64,
};
enum { SETS = sizeof sets / sizeof *sets };

size_t ser_feature_set_count(void)
{
    return SETS;
}

const ser_feature_set *ser_feature_set_at(size_t index)
{
    return index < SETS ? sets[index] : NULL;
}

const ser_feature_set *ser_feature_set_find(const char *name)
{
    for (size_t i = 0; name && i < SETS; i++)
        if (!strcmp(sets[i]->name, name))
            return sets[i];
    return NULL;
}

const char *ser_feature_set_name(const ser_feature_set *set)
{
    return set ? set->name : NULL;
}

const char *ser_feature_set_summary(const ser_feature_set *set)
{
    return set ? set->summary : NULL;
}

const char *ser_feature_set_source(const ser_feature_set *set)
{
    return set ? set->source : NULL;
}

int ser_feature_set_min_rate(const ser_feature_set *set)
{
    return set ? set->min_rate : 0;
}

/* "logmel64, mfcc40, …" */
static void list_names(char *text, size_t size)
{
    size_t length = 0;
    *text = 0;
    for (size_t i = 0; i < SETS && length < size; i++)
        length +=
            (size_t)snprintf(text + length, size - length, "%s%s", i ? ", " : "", sets[i]->name);
}

ser_status feature_set_named(const ser_feature_set **set, const char *name, ser_error *error)
{
    *set = ser_feature_set_find(name);
    if (*set)
        return SER_OK;
    char names[SER_ERROR_LENGTH];
    list_names(names, sizeof names);
    return error_set(error, SER_ERROR_ARGUMENT,
                     "feature set \"%.64s\" is unknown, expected one of %s", name ? name : "",
                     names);
}

json_t *setting_to_json(const ser_features_settings *settings, enum setting setting)
{
    const struct setting_row *row = &setting_rows[setting];
    double value = setting_value(settings, setting);
    switch (row->kind) {
    case SETTING_FLAG: return json_boolean(value != 0);
    case SETTING_CHOICE: return json_string(row->words[(int)value]);
    case SETTING_REAL: return json_real(value);
    default: return json_integer((json_int_t)value);
    }
}

ser_status features_settings_to_json(json_t **object, const ser_features_settings *settings,
                                     ser_error *error)
{
    *object = NULL;
    ser_status status = features_settings_check(settings, error);
    if (status)
        return status;
    json_t *result = json_pack("{ss}", "set", settings->set->name);
    for (int i = 0; i < SETTINGS; i++)
        if (setting_is_taken(settings->set, (enum setting)i) &&
            json_object_set_new(result, setting_rows[i].name,
                                setting_to_json(settings, (enum setting)i))) {
            json_decref(result);
            return error_memory(error, "writing the settings of features");
        }
    *object = result;
    return SER_OK;
}

static void read_setting(ser_features_settings *settings, enum setting setting,
                         struct json_reader *reader)
{
    const struct setting_row *row = &setting_rows[setting];
    double value = 0;
    switch (row->kind) {
    case SETTING_REAL: value = json_read_real(reader, row->name, row->low, row->high); break;
    case SETTING_FLAG: value = json_read_flag(reader, row->name); break;
    case SETTING_CHOICE: value = json_read_choice(reader, row->name, row->words); break;
    case SETTING_INT:
        value = json_read_int(reader, row->name, (int)row->low, (int)row->high);
        break;
    }
    setting_store(settings, setting, value);
}

/* A set of a later version must not be taken for one of ours. */
static const ser_feature_set *read_set(struct json_reader *reader)
{
    const char *name = json_read_text(reader, "set");
    const ser_feature_set *set = ser_feature_set_find(name);
    if (!set)
        json_reader_fail(reader, "key \"set\" is \"%s\", expected a feature set such as \"%s\"",
                         name, sets[0]->name);
    return set ? set : sets[0];
}

ser_status features_settings_from_json(ser_features_settings *settings, const json_t *object,
                                       const char *where, ser_error *error)
{
    struct json_reader reader = json_reader_begin(object, where, error);
    ser_features_settings s = {.set = read_set(&reader)};
    read_setting(&s, SETTING_RATE, &reader);
    s.set->defaults(&s);
    for (int i = SETTING_RATE + 1; i < SETTINGS; i++)
        if (setting_is_taken(s.set, (enum setting)i))
            read_setting(&s, (enum setting)i, &reader);
    ser_status status = json_reader_end(&reader);
    if (status)
        return status;
    /* What depends on two settings at once, such as window and fft. */
    ser_error problem = {0};
    if (features_settings_check(&s, &problem))
        return error_set(error, SER_ERROR_FORMAT, "%s: %s", where, problem.message);
    *settings = s;
    return SER_OK;
}
