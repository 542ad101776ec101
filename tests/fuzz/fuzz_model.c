/* Model files from anywhere: whatever the bytes are, they are either refused with a sentence, or
 * give a model that can be saved, loaded and used. */
#include "fuzz.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/model.h"
#include "ser/recognizer.h"

/* A larger model would take too long to recognise anything, fuzzed thousands of times a second. */
enum { MOST_NUMBERS = 4000, MOST_BANDS = 32, MOST_SAMPLES = 4000, MOST_LAYERS = 40 };

static void require(int holds)
{
    if (!holds)
        abort();
}

static int is_small(const ser_model *model)
{
    const ser_features_settings *f = ser_model_features(model);
    return ser_model_parameter_count(model) <= MOST_NUMBERS && f->bands <= MOST_BANDS &&
           f->fft <= 2048 && f->hop >= 40 && model->network->layer_count <= MOST_LAYERS &&
           model->network->minimum_frames <= 200;
}

static void recognise(const ser_model *model)
{
    static float samples[MOST_SAMPLES];
    ser_recognizer *recognizer;
    ser_recognizer_settings settings = {.engine = SER_ENGINE_PLAIN, .threads = 1};
    ser_error error;
    ser_prediction p;
    for (int i = 0; i < MOST_SAMPLES; i++)
        samples[i] = sinf(0.1f * (float)i);
    const ser_audio audio = {.samples = samples,
                             .frames = MOST_SAMPLES,
                             .rate = ser_model_features(model)->rate,
                             .channels = 1};
    if (ser_recognizer_create(&recognizer, model, &settings, &error))
        return;
    if (ser_recognizer_run(recognizer, &audio, &p, &error)) {
        require(*error.message != 0);
    } else {
        float sum = 0;
        for (int c = 0; c < p.count; c++)
            sum += p.probabilities[c];
        require(fabsf(sum - 1) < 1e-3f);
    }
    ser_recognizer_destroy(recognizer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ser_error error = {0};
    ser_model *model;
    char *bytes = malloc(size + 1);
    if (!bytes)
        return 0;
    memcpy(bytes, data, size);
    if (model_parse(&model, bytes, size, "fuzzed", &error)) {
        require(!model && *error.message);
        return 0;
    }
    require(ser_model_label_count(model) >= 2 && ser_model_facts(model));
    if (is_small(model))
        recognise(model);
    ser_model_destroy(model);
    return 0;
}
