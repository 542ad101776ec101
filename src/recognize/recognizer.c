#include "ser/recognizer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audio/copy.h"
#include "base/error.h"
#include "clean/settings.h"
#include "models/model.h"
#include "nn/executor.h"
#include "nn/loss.h"

enum { MAX_THREADS = 256 };

struct ser_recognizer {
    const ser_model *model;
    ser_extractor *extractor;
    struct executor *executor;
    ser_features features;
    struct tensor input; // (1, frames, bands, 1)
};

ser_recognizer_settings ser_recognizer_settings_defaults(void)
{
    return (ser_recognizer_settings){.engine = SER_ENGINE_FAST, .threads = 1};
}

ser_status ser_recognizer_create(ser_recognizer **result, const ser_model *model,
                                 const ser_recognizer_settings *settings, ser_error *error)
{
    *result = NULL;
    error_clear(error);
    ser_recognizer_settings s = settings ? *settings : ser_recognizer_settings_defaults();
    if (s.engine != SER_ENGINE_FAST && s.engine != SER_ENGINE_PLAIN)
        return error_set(error, SER_ERROR_ARGUMENT, "engine %d is unknown", (int)s.engine);
    if (s.threads < 0 || s.threads > MAX_THREADS)
        return error_set(error, SER_ERROR_ARGUMENT, "%d threads, expected 0 to %d", s.threads,
                         MAX_THREADS);
    ser_recognizer *recognizer = calloc(1, sizeof *recognizer);
    if (!recognizer)
        return error_memory(error, "preparing a recognizer");
    recognizer->model = model;
    ser_status status = ser_extractor_create(&recognizer->extractor, &model->file.features, error);
    if (!status)
        status = executor_create(&recognizer->executor, model->network,
                                 s.engine == SER_ENGINE_PLAIN ? &kernels_plain : &kernels_onednn,
                                 false, s.threads, error);
    if (status) {
        ser_recognizer_destroy(recognizer);
        return status;
    }
    *result = recognizer;
    return SER_OK;
}

void ser_recognizer_destroy(ser_recognizer *recognizer)
{
    if (!recognizer)
        return;
    ser_extractor_destroy(recognizer->extractor);
    executor_destroy(recognizer->executor);
    ser_features_release(&recognizer->features);
    tensor_release(&recognizer->input);
    free(recognizer);
}

/* The features as a batch of one, padded. */
static ser_status fill_input(ser_recognizer *recognizer, ser_error *error)
{
    const ser_features *features = &recognizer->features;
    struct tensor *input = &recognizer->input;
    int least = recognizer->model->network->minimum_frames;
    int length = features->frames > least ? features->frames : least;
    ser_status status =
        tensor_resize(input, 1, tensor_padded_frames(length), features->columns, 1, error);
    if (!status)
        tensor_set_item(input, 0, features->values, features->frames, length);
    return status;
}

/* Adds the probabilities of one window of samples to sums (classes). */
static ser_status add_window(ser_recognizer *recognizer, const float *samples, size_t count,
                             double *sums, ser_error *error)
{
    const struct tensor *logits;
    float probabilities[SER_MAX_LABELS];
    ser_status status =
        ser_extractor_run(recognizer->extractor, samples, count, &recognizer->features, error);
    if (!status)
        status = fill_input(recognizer, error);
    if (!status)
        status = executor_forward(recognizer->executor, &recognizer->input, &logits, error);
    if (status)
        return status;
    int classes = recognizer->model->classes;
    softmax(logits->data, probabilities, classes);
    for (int c = 0; c < classes; c++)
        sums[c] += (double)probabilities[c];
    return SER_OK;
}

static ser_status fill_prediction(const double *sums, int classes, int windows, double duration,
                                  ser_prediction *prediction, ser_error *error)
{
    for (int c = 0; c < classes; c++)
        if (!isfinite(sums[c]))
            return error_set(error, SER_ERROR_FORMAT,
                             "the model gives no finite probabilities for this sound");
    *prediction = (ser_prediction){.duration = duration, .windows = windows, .count = classes};
    for (int c = 0; c < classes; c++) {
        prediction->probabilities[c] = (float)(sums[c] / windows);
        if (sums[c] > sums[prediction->label])
            prediction->label = c;
    }
    prediction->confidence = (double)prediction->probabilities[prediction->label];
    return SER_OK;
}

/* Where each window starts: half a window apart, the last one ending with the sound. */
static size_t window_start(size_t index, size_t window, size_t samples)
{
    size_t start = index * (window / 2);
    return start + window > samples ? samples - window : start;
}

/* `duration` is that of the recording, which cleaning may have shortened. */
static ser_status recognise_mono(ser_recognizer *recognizer, const ser_audio *audio,
                                 double duration, ser_prediction *prediction, ser_error *error)
{
    double sums[SER_MAX_LABELS] = {0};
    size_t window = (size_t)lrint(recognizer->model->file.window * audio->rate);
    size_t samples = audio->frames, windows = 1;
    if (samples <= window)
        window = samples;
    else
        windows = 1 + (samples - window + window / 2 - 1) / (window / 2);
    ser_status status = SER_OK;
    for (size_t i = 0; i < windows && !status; i++)
        status = add_window(recognizer, audio->samples + window_start(i, window, samples), window,
                            sums, error);
    if (status)
        return status;
    return fill_prediction(sums, recognizer->model->classes, (int)windows, duration, prediction,
                           error);
}

ser_status ser_recognizer_run(ser_recognizer *recognizer, const ser_audio *audio,
                              ser_prediction *prediction, ser_error *error)
{
    error_clear(error);
    *prediction = (ser_prediction){0};
    const ser_clean_settings *clean = &recognizer->model->file.clean;
    int rate = recognizer->model->file.features.rate;
    if (!audio->samples || audio->frames == 0 || audio->channels < 1)
        return error_set(error, SER_ERROR_ARGUMENT, "no sound to recognise anything in");
    if (audio->rate == rate && audio->channels == 1 && !clean_is_on(clean))
        return recognise_mono(recognizer, audio, ser_audio_duration(audio), prediction, error);
    ser_audio_settings settings = ser_audio_settings_defaults();
    settings.rate = rate;
    ser_audio copy;
    ser_status status = audio_copy(&copy, audio, error);
    if (!status)
        status = ser_audio_convert(&copy, &settings, error);
    double duration = ser_audio_duration(&copy);
    if (!status)
        status = ser_clean(&copy, clean, error);
    if (!status)
        status = recognise_mono(recognizer, &copy, duration, prediction, error);
    ser_audio_release(&copy);
    return status;
}

ser_status ser_recognizer_file(ser_recognizer *recognizer, const char *path,
                               ser_prediction *prediction, ser_error *error)
{
    ser_audio audio = {0};
    ser_audio_settings settings = ser_audio_settings_defaults();
    settings.rate = recognizer->model->file.features.rate;
    *prediction = (ser_prediction){0};
    ser_error reason = {0};
    ser_status status = ser_audio_load(&audio, path, &settings, error);
    if (status)
        return status;
    status = ser_recognizer_run(recognizer, &audio, prediction, &reason);
    ser_audio_release(&audio);
    if (status)
        return error_set(error, status, "%s: %s", path, reason.message);
    error_clear(error);
    return SER_OK;
}
