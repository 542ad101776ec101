/* Softmax, and its cross-entropy with label smoothing and class weights. */
#ifndef NN_LOSS_H
#define NN_LOSS_H

#include "nn/tensor.h"

/* probabilities (classes) of logits (classes); the two may be the same array. */
void softmax(const float *logits, float *probabilities, int classes);

/* Second targets of a batch whose clips are mixtures of two (Zhang et al. 2018, mixup). */
struct target_mixture {
    const int *partners; // (batch) classes of the clips that were mixed in
    const float *shares; // (batch) of the clip itself, 0 to 1; the rest is the partner's
};

/* Mean loss of a batch of logits (batch, 1, 1, classes) whose true classes are `targets` (batch):
 *   sum_i w_i sum_c -q_ic log p_ic / sum_i w_i,  w_i = weights[target_i] (1 where weights is NULL),
 *   q_ic = 1 - smoothing + smoothing/classes for the true class, smoothing/classes for the others
 * (Szegedy et al. 2016); 0 where all weights are. Of a mixture, w_i and q_i are those of both
 * classes by their shares (q_i by shares of weight); NULL: no mixtures. Its gradient goes to
 * dlogits, which has the shape of logits. */
double cross_entropy(const struct tensor *logits, const int *targets,
                     const struct target_mixture *mixture, const float *weights, float smoothing,
                     struct tensor *dlogits);

#endif
