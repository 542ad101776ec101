/* The features of a corpus, in memory, ready to train with. */
#ifndef TRAINING_DATASET_H
#define TRAINING_DATASET_H

#include "base/pool.h"
#include "corpora/corpus.h"
#include "ser/audio.h"
#include "ser/clean.h"
#include "ser/features.h"
#include "ser/model.h"
#include "training/progress.h"

/* What is read of a corpus. */
struct dataset_settings {
    ser_clean_settings clean; /* done to the sound first */
    ser_features_settings features;
    const char *cache; /* folder of a feature cache, or NULL */
    bool keep_sounds;  /* the samples too, for augmentation */
};

struct dataset {
    struct dataset_settings settings;
    const struct corpus *corpus;        /* borrowed */
    ser_features *features;             /* (corpus->count) of each recording */
    ser_audio *sounds;                  /* (corpus->count) their samples, not cleaned; or NULL */
    int *targets;                       /* (corpus->count) class of each recording */
    const char *labels[SER_MAX_LABELS]; /* of the classes; the corpus's strings */
    int classes;
};

/* Reads all recordings, cleans them and takes their features. One that cannot be read is left out
 * of the corpus too, with a warning to the log that says why, so that indices stay the same for
 * both. Every recording has an emotion (label_map_apply sees to it); classes are those that occur,
 * in the order of corpus->labels. Release with dataset_release, whatever the outcome. */
ser_status dataset_load(struct dataset *dataset, struct corpus *corpus,
                        const struct dataset_settings *settings, struct pool *pool,
                        const struct progress_sink *sink, ser_error *error);
void dataset_release(struct dataset *dataset);

#endif
