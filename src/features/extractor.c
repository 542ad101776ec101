#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "features/log_mel.h"
#include "features/normalise.h"
#include "features/settings.h"
#include "ser/features.h"

/* Far above any scale that sound is kept in, and far below where a power spectrum overflows. */
static const float largest_sample = 1e9f;

struct ser_extractor {
    ser_features_settings settings;
    struct log_mel *log_mel;
    double *sums; // (2, bands), scratch of the normaliser
};

ser_status ser_extractor_create(ser_extractor **result, const ser_features_settings *settings,
                                ser_error *error)
{
    *result = NULL;
    ser_features_settings wanted = settings ? *settings : ser_features_settings_defaults();
    ser_status status = features_settings_check(&wanted, error);
    if (status)
        return status;
    ser_extractor *extractor = calloc(1, sizeof *extractor);
    if (!extractor)
        return error_memory(error, "preparing features");
    extractor->settings = wanted;
    extractor->sums = memory_resize(NULL, 2 * (size_t)wanted.bands, sizeof *extractor->sums);
    if (!extractor->sums) {
        status = error_memory(error, "preparing features");
        goto fail;
    }
    status = log_mel_create(&extractor->log_mel, &wanted, error);
    if (status)
        goto fail;
    *result = extractor;
    return SER_OK;

fail:
    ser_extractor_destroy(extractor);
    return status;
}

void ser_extractor_destroy(ser_extractor *extractor)
{
    if (!extractor)
        return;
    log_mel_destroy(extractor->log_mel);
    free(extractor->sums);
    free(extractor);
}

int ser_extractor_frames(const ser_extractor *extractor, size_t samples)
{
    size_t frames = log_mel_frames(extractor->log_mel, samples);
    return frames < INT_MAX ? (int)frames : INT_MAX;
}

/* One sample that is not a number would spread over all frames through the normaliser. */
static ser_status check_samples(const float *samples, size_t count, ser_error *error)
{
    int bad = 0;
    for (size_t i = 0; i < count; i++)
        bad |= !(fabsf(samples[i]) <= largest_sample);
    if (!bad)
        return SER_OK;
    size_t place = 0;
    while (fabsf(samples[place]) <= largest_sample)
        place++;
    return error_set(
        error, SER_ERROR_ARGUMENT,
        "features: sample %zu of %zu is %g, expected a finite value, nominally -1 to 1", place,
        count, (double)samples[place]);
}

/* Gives *features room for (frames, bands); on failure it stays as it was. */
static ser_status make_room(ser_features *features, int frames, int bands, ser_error *error)
{
    size_t wanted = (size_t)frames * (size_t)bands;
    size_t present = features->values ? (size_t)features->frames * (size_t)features->bands : 0;
    if (wanted > present) {
        float *values = memory_resize(features->values, wanted, sizeof *values);
        if (!values)
            return error_set(error, SER_ERROR_MEMORY,
                             "out of memory for %d frames of %d bands of features", frames, bands);
        features->values = values;
    }
    features->frames = frames;
    features->bands = bands;
    return SER_OK;
}

ser_status ser_extractor_run(ser_extractor *extractor, const float *samples, size_t count,
                             ser_features *features, ser_error *error)
{
    const ser_features_settings *settings = &extractor->settings;
    if (log_mel_frames(extractor->log_mel, count) > INT_MAX)
        return error_set(error, SER_ERROR_ARGUMENT,
                         "features: %zu samples give more than %d frames, expected shorter sound "
                         "or a larger hop",
                         count, INT_MAX);
    ser_status status = check_samples(samples, count, error);
    if (status)
        return status;
    status = make_room(features, ser_extractor_frames(extractor, count), settings->bands, error);
    if (status)
        return status;
    log_mel_run(extractor->log_mel, samples, count, features->values);
    if (settings->normalise == SER_NORMALISE_UTTERANCE)
        normalise_utterance(features->values, (size_t)features->frames, features->bands,
                            settings->offset, extractor->sums);
    return SER_OK;
}

void ser_features_release(ser_features *features)
{
    if (!features)
        return;
    free(features->values);
    *features = (ser_features){0};
}
