/* Softmax, and its cross-entropy with label smoothing and class weights. */
#ifndef NN_LOSS_H
#define NN_LOSS_H

#include "nn/tensor.h"

/* probabilities (classes) of logits (classes); the two may be the same array. */
void softmax(const float *logits, float *probabilities, int classes);

/* Mean loss of a batch of logits (batch, 1, 1, classes) whose true classes are `targets` (batch):
 *   sum_i w_i sum_c -q_ic log p_ic / sum_i w_i,  w_i = weights[target_i] (1 where weights is NULL),
 *   q_ic = 1 - smoothing + smoothing/classes for the true class, smoothing/classes for the others
 * (Szegedy et al. 2016); 0 where all weights are. Its gradient goes to dlogits, which has the shape
 * of logits. */
double cross_entropy(const struct tensor *logits, const int *targets, const float *weights,
                     float smoothing, struct tensor *dlogits);

#endif
