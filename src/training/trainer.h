/* Trains one model on some recordings of a dataset: one run. Whoever tests it does so afterwards,
 * on other recordings; nothing here ever sees them. */
#ifndef TRAINING_TRAINER_H
#define TRAINING_TRAINER_H

#include <stdint.h>

#include "models/model.h"
#include "nn/executor.h"
#include "nn/optimizer.h"
#include "training/augmenter.h"
#include "training/dataset.h"

/* What an epoch showed, on the recordings it trained with. */
struct epoch_record {
    double rate;     /* learning rate of its last step */
    double loss;     /* mean of the steps */
    double accuracy; /* share of clips predicted right in passing */
    double norm;     /* mean norm of the gradients before clipping */
    double seconds;
};

struct trainer {
    ser_model *model;              /* borrowed; its parameters are trained */
    const struct dataset *dataset; /* borrowed */
    struct augmenter *augmenter;   /* borrowed; NULL: clips are used as they were recorded */
    const int *indices;            /* borrowed: (count) recordings to train with */
    int count;
    struct recipe recipe;
    uint64_t seed;
    int threads;
    const char *run; /* borrowed; "fold 2 of 5" */
    struct executor *executor;
    struct optimizer *optimizer;
    float weights[SER_MAX_LABELS]; /* of the classes in the loss */
    int epoch;                     /* epochs done */
    struct epoch_record *history;  /* (recipe.epochs), the first `epoch` are filled */
    struct tensor input, dlogits;
    int *order;   /* (count) this epoch's order of indices */
    int *targets; /* (batch) */
    int *places; /* (batch) 0, 1, …: the clips of a step are augmented into a list of their own */
};

/* `augmenter` may be NULL. `seed` should differ from run to run; the same seed, data and number of
 * threads give the same bits. */
ser_status trainer_create(struct trainer **trainer, ser_model *model, const struct dataset *dataset,
                          struct augmenter *augmenter, const int *indices, int count, uint64_t seed,
                          int threads, const char *run, ser_error *error);
void trainer_destroy(struct trainer *trainer);

/* Trains one more epoch. ERROR_INTERRUPTED when the sink asks to stop: then the trainer is in the
 * middle of an epoch, and only a checkpoint leads back to a state that can be continued. */
ser_status trainer_run_epoch(struct trainer *trainer, const struct progress_sink *sink,
                             ser_error *error);

/* After the last epoch: the model gets the moving average of its parameters. The trainer cannot go
 * on after that. */
ser_status trainer_finish(struct trainer *trainer, ser_error *error);

#endif
