#include "features/sets.h"

#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "features/settings.h"

const struct feature_set feature_sets[] = {
    {"log-mel", "logarithm of the power in mel bands, each normalised over the utterance",
     ser_features_settings_defaults},
};
const size_t feature_set_count = sizeof feature_sets / sizeof *feature_sets;

/* In the order of the enumerations. */
static const char *const scale_words[] = {"slaney", "htk", NULL};
static const char *const norm_words[] = {"none", "slaney", NULL};
static const char *const normalise_words[] = {"none", "utterance", NULL};

const struct feature_set *feature_set_find(const char *name)
{
    for (size_t i = 0; i < feature_set_count; i++)
        if (!strcmp(feature_sets[i].name, name))
            return &feature_sets[i];
    return NULL;
}

ser_status features_settings_to_json(json_t **object, const ser_features_settings *settings,
                                     ser_error *error)
{
    *object = NULL;
    ser_status status = features_settings_check(settings, error);
    if (status)
        return status;
    const ser_features_settings *s = settings;
    *object = json_pack("{ss si si si si sb si sf sf ss ss sf ss sf}", "set", feature_sets[0].name,
                        "rate", s->rate, "window", s->window, "hop", s->hop, "fft", s->fft,
                        "centred", s->centred, "bands", s->bands, "low", s->low, "high", s->high,
                        "scale", scale_words[s->scale], "norm", norm_words[s->norm], "floor",
                        s->floor, "normalise", normalise_words[s->normalise], "offset", s->offset);
    return *object ? SER_OK : error_memory(error, "writing the settings of features");
}

/* A set of a later version must not be taken for one of ours. */
static void read_set(struct json_reader *reader)
{
    const char *name = json_read_text(reader, "set");
    if (!feature_set_find(name))
        json_reader_fail(reader, "key \"set\" is \"%s\", expected a feature set such as \"%s\"",
                         name, feature_sets[0].name);
}

ser_status features_settings_from_json(ser_features_settings *settings, const json_t *object,
                                       const char *where, ser_error *error)
{
    const double most_hz = SER_AUDIO_MAX_RATE / 2.0;
    struct json_reader reader = json_reader_begin(object, where, error);
    read_set(&reader);
    ser_features_settings s = {0};
    s.rate = json_read_int(&reader, "rate", SER_AUDIO_MIN_RATE, SER_AUDIO_MAX_RATE);
    s.window = json_read_int(&reader, "window", FEATURES_MIN_WINDOW, FEATURES_MAX_FFT);
    s.hop = json_read_int(&reader, "hop", 1, FEATURES_MAX_HOP);
    s.fft = json_read_int(&reader, "fft", FEATURES_MIN_FFT, FEATURES_MAX_FFT);
    s.centred = json_read_flag(&reader, "centred");
    s.bands = json_read_int(&reader, "bands", 1, FEATURES_MAX_BANDS);
    s.low = json_read_real(&reader, "low", 0, most_hz);
    s.high = json_read_real(&reader, "high", 0, most_hz);
    s.scale = (ser_mel_scale)json_read_choice(&reader, "scale", scale_words);
    s.norm = (ser_mel_norm)json_read_choice(&reader, "norm", norm_words);
    s.floor = json_read_real(&reader, "floor", FEATURES_MIN_FLOOR, FEATURES_MAX_FLOOR);
    s.normalise = (ser_normalise)json_read_choice(&reader, "normalise", normalise_words);
    s.offset = json_read_real(&reader, "offset", FEATURES_MIN_OFFSET, FEATURES_MAX_OFFSET);
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
