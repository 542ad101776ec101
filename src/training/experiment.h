/* A whole training as `ser train` does it: read a corpus, split it, train, test on what was kept
 * out, and write the model with its scores.
 *
 * Protocols:
 *  - folds: every speaker is tested by a model that never heard them; the model that is written is
 *    then trained with all speakers, by the same recipe, and carries the folds' scores;
 *  - test speakers: the model that is written never heard them and carries their scores;
 *  - a split file (evaluation/split_file.h): its folds, or its test part, in the same way. Only a
 *    protocol that it names can let speakers be on both sides, and then the model says so. What it
 *    keeps for validation is not looked at; a file that leaks is refused;
 *  - none of them: trained with all speakers, no scores.
 * No run ever looks at its test recordings before its last epoch is done: nothing is selected,
 * tuned or stopped early on them.
 */
#ifndef TRAINING_EXPERIMENT_H
#define TRAINING_EXPERIMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "corpora/corpus.h"
#include "evaluation/metrics.h"
#include "ser/status.h"
#include "training/progress.h"

enum { EXPERIMENT_MAX_FOLDS = 100, EXPERIMENT_PATH_LENGTH = 4096 };

struct experiment_settings {
    const char *const *data; /* (data_count) places of corpora, as corpus_read takes them */
    int data_count;
    struct corpus_settings corpus;
    const char *labels;        /* file of a label map, or NULL: the corpora's own words */
    const char *network;       /* networks/X.json */
    const char *augment;       /* file of an augmentation recipe, or NULL */
    const char *cache;         /* folder of a feature cache, or NULL */
    const char *out;           /* the model file to write */
    const char *test_speakers; /* "3,7,12" or NULL */
    int folds;                 /* 0 or 2 … EXPERIMENT_MAX_FOLDS */
    const char *split;         /* a split file or NULL */
    int epochs;                /* 0: as the recipe says */
    uint64_t seed;
    int threads;               /* 0: one a processor */
    bool resume;               /* go on from the checkpoints of an interrupted training */
    struct progress_sink sink; /* .report may be NULL */
};

struct experiment_result {
    struct confusion confusion;   /* over all test speakers; no classes when nothing was tested */
    struct summary accuracy, uar; /* over folds */
    int folds;                    /* tested; 1 for one test part, 0 when nothing was tested */
    int recordings, skipped;      /* read; that could not be read */
    char log[EXPERIMENT_PATH_LENGTH]; /* path of the CSV log */
};

/* While it runs, checkpoints lie in the folder <out>.checkpoints, which it removes at the end, and
 * the log of all epochs in <out without .safetensors>.csv. A training that was interrupted at any
 * moment and resumed gives the same model file, to the bit, as one that was not. */
ser_status experiment_run(const struct experiment_settings *settings,
                          struct experiment_result *result, ser_error *error);

#endif
