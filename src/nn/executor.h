/* Runs a network: the memory and the engine of one thread. */
#ifndef NN_EXECUTOR_H
#define NN_EXECUTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "nn/network.h"

struct executor {
    const struct network *network;
    const struct kernels *kernels;
    struct engine *engine;
    int threads;    /* that the engine may use */
    bool training;  /* dropout, statistics of the batch, gradients */
    uint64_t noise; /* seed of this pass's dropout; the trainer sets it before each step */
    struct layer_state *states; /* (layer_count) */
    float **gradients;          /* (parameter_count), NULL unless training */
    struct tensor masked;       /* the input, its padding zeroed */
};

/* The network is borrowed and must outlive the executor. `threads` of 0: all processors. Training
 * needs an engine with backward kernels. */
ser_status executor_create(struct executor **executor, const struct network *network,
                           const struct kernels *kernels, bool training, int threads,
                           ser_error *error);
void executor_destroy(struct executor *executor);

/* Computes the logits (batch, 1, 1, classes) of x (batch, frames, bands, 1). Every item must have
 * at least network->minimum_frames frames. *logits is valid until the next pass. */
ser_status executor_forward(struct executor *executor, const struct tensor *x,
                            const struct tensor **logits, ser_error *error);

/* After a forward pass: the gradients of all parameters from that of its logits. */
ser_status executor_backward(struct executor *executor, const struct tensor *dlogits,
                             ser_error *error);

#endif
