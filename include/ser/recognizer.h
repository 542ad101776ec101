/* Recognizers: from sound to emotion.
 *
 *   ser_model *model = NULL;
 *   ser_recognizer *recognizer = NULL;
 *   ser_prediction prediction;
 *   ser_error error;
 *   if (ser_model_load(&model, "speech.safetensors", &error) ||
 *       ser_recognizer_create(&recognizer, model, NULL, &error) ||
 *       ser_recognizer_file(recognizer, "call.wav", &prediction, &error))
 *       fprintf(stderr, "%s\n", error.message);
 *   else
 *       printf("%s\n", ser_model_label(model, prediction.label));
 *   ser_recognizer_destroy(recognizer);
 *   ser_model_destroy(model);
 */
#ifndef SER_RECOGNIZER_H
#define SER_RECOGNIZER_H

#include "ser/audio.h"
#include "ser/model.h"
#include "ser/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum ser_engine {
    SER_ENGINE_FAST,  /* oneDNN */
    SER_ENGINE_PLAIN, /* short C without dependencies: the same answers, slowly */
} ser_engine;

/* Take ser_recognizer_settings_defaults() and change what differs. */
typedef struct ser_recognizer_settings {
    ser_engine engine; /* SER_ENGINE_FAST */
    int threads;       /* that one recognition may use, up to 256; 1. Many recognizers of one thread
                          each do more in a second than one of many threads. 0: one a processor */
} ser_recognizer_settings;

SER_API ser_recognizer_settings ser_recognizer_settings_defaults(void);

typedef struct ser_prediction {
    int label;                           /* index of the most probable emotion */
    double confidence;                   /* its probability */
    double duration;                     /* seconds of sound, before any cleaning */
    int windows;                         /* that the probabilities are the mean of */
    int count;                           /* of labels */
    float probabilities[SER_MAX_LABELS]; /* (count), sum 1 */
} ser_prediction;

/* Holds the scratch memory of one thread: use one recognizer per thread. The model is borrowed. */
typedef struct ser_recognizer ser_recognizer;

/* A settings pointer of NULL means the defaults. On failure *recognizer is NULL. */
SER_API ser_status ser_recognizer_create(ser_recognizer **recognizer, const ser_model *model,
                                         const ser_recognizer_settings *settings, ser_error *error);
SER_API void ser_recognizer_destroy(ser_recognizer *recognizer);

/* The emotion in sound of any rate and number of channels; it is mixed, resampled and cleaned as
 * the model wants. Sound longer than the model's window is cut into windows that overlap by half,
 * the last one ending with the sound, and the probabilities are averaged. The same samples give the
 * same bits. */
SER_API ser_status ser_recognizer_run(ser_recognizer *recognizer, const ser_audio *audio,
                                      ser_prediction *prediction, ser_error *error);

/* Loads a recording and recognises it. */
SER_API ser_status ser_recognizer_file(ser_recognizer *recognizer, const char *path,
                                       ser_prediction *prediction, ser_error *error);

#ifdef __cplusplus
}
#endif

#endif
