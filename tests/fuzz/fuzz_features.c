/* Any sound and any list of functionals or settings, on any set: the answer is a sentence, or
 * finite values, the same every time.
 *
 * The sum of all bytes says which set and rate are tried, and how the bytes are taken: as text of a
 * list, as raw floats, or as 16-bit samples. So any change tries another combination. */
#include "fuzz.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "features/settings.h"
#include "ser/features.h"

enum { MOST_SAMPLES = 30000, MOST_TEXT = 500 };

static void require(int holds)
{
    if (!holds)
        abort();
}

static void require_finite(const float *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        require(isfinite(values[i]));
}

/* A list that is refused must leave all as it was. */
static void try_lists(ser_extractor *extractor, const char *text)
{
    ser_error error = {0};
    ser_features_settings settings = *ser_extractor_settings(extractor), before = settings;
    int count = ser_extractor_functionals(extractor);
    if (features_settings_change(&settings, text, &error))
        require(*error.message && !memcmp(&settings, &before, sizeof settings));
    if (ser_extractor_set_functionals(extractor, text, &error))
        require(*error.message && ser_extractor_functionals(extractor) == count);
}

static void measure(ser_extractor *extractor, const float *samples, size_t count)
{
    ser_error error = {0};
    ser_features features = {0};
    size_t functionals = (size_t)ser_extractor_functionals(extractor);
    float *once = malloc((functionals + 1) * sizeof *once), *again = malloc((functionals + 1) * 4);
    require(once && again);
    ser_status status = ser_extractor_run(extractor, samples, count, &features, &error);
    require(!status || *error.message);
    if (!status) {
        require_finite(features.values, (size_t)features.frames * (size_t)features.columns);
        require(!ser_extractor_summarise(extractor, samples, count, once, &error));
        require(!ser_extractor_summarise(extractor, samples, count, again, &error));
        require_finite(once, functionals);
        require(!memcmp(once, again, functionals * sizeof *once));
    }
    ser_features_release(&features);
    free(once);
    free(again);
}

static void take_sound(ser_extractor *extractor, const uint8_t *data, size_t size, int raw)
{
    size_t width = raw ? sizeof(float) : sizeof(int16_t);
    size_t count = size / width < MOST_SAMPLES ? size / width : MOST_SAMPLES;
    float *samples = malloc((count + 1) * sizeof *samples);
    require(samples != NULL);
    for (size_t i = 0; i < count; i++) {
        int16_t whole;
        memcpy(&whole, data + i * width, sizeof whole);
        samples[i] = whole / 32768.0f;
        if (raw)
            memcpy(&samples[i], data + i * width, sizeof samples[i]);
    }
    measure(extractor, samples, count);
    free(samples);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int rates[] = {1000, 8000, 11025, 16000, 22050, 44100, 48000, 192000};
    unsigned sum = 0;
    for (size_t i = 0; i < size; i++)
        sum += data[i];
    unsigned sets = (unsigned)ser_feature_set_count(), way = sum / sets / 8 % 4;
    const ser_feature_set *set = ser_feature_set_at(sum % sets);
    ser_features_settings settings;
    ser_extractor *extractor;
    ser_error error = {0};
    if (ser_features_settings_of(ser_feature_set_name(set), rates[sum / sets % 8], &settings,
                                 &error)) {
        require(*error.message != 0);
        return 0;
    }
    require(!ser_extractor_create(&extractor, &settings, &error));
    if (way == 0) {
        char text[MOST_TEXT + 1];
        snprintf(text, sizeof text, "%.*s", (int)(size < MOST_TEXT ? size : MOST_TEXT),
                 (const char *)data);
        try_lists(extractor, text);
    } else {
        take_sound(extractor, data, size, way == 1);
    }
    ser_extractor_destroy(extractor);
    return 0;
}
