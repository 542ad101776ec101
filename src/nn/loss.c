#include "nn/loss.h"

#include <math.h>

static float largest(const float *values, int count)
{
    float best = values[0];
    for (int i = 1; i < count; i++)
        best = fmaxf(best, values[i]);
    return best;
}

void softmax(const float *logits, float *probabilities, int classes)
{
    float top = largest(logits, classes);
    double total = 0;
    for (int c = 0; c < classes; c++) {
        probabilities[c] = expf(logits[c] - top);
        total += (double)probabilities[c];
    }
    for (int c = 0; c < classes; c++)
        probabilities[c] = (float)((double)probabilities[c] / total);
}

/* log(sum exp(logits - top)) */
static double log_sum_exp(const float *logits, int classes, double top)
{
    double total = exp((double)logits[0] - top);
    for (int c = 1; c < classes; c++)
        total += exp((double)logits[c] - top);
    return log(total);
}

double cross_entropy(const struct tensor *logits, const int *targets, const float *weights,
                     float smoothing, struct tensor *dlogits)
{
    int classes = logits->channels;
    double loss = 0, total = 0;
    for (int i = 0; i < logits->batch; i++)
        total += weights ? (double)weights[targets[i]] : 1;
    for (int i = 0; i < logits->batch; i++) {
        const float *z = tensor_item(logits, i);
        float *dz = tensor_item(dlogits, i);
        double share = total > 0 ? (weights ? (double)weights[targets[i]] : 1) / total : 0;
        double top = (double)largest(z, classes);
        double normaliser = log_sum_exp(z, classes, top);
        for (int c = 0; c < classes; c++) {
            double log_p = (double)z[c] - top - normaliser;
            double q = (double)smoothing / classes + (c == targets[i] ? 1 - (double)smoothing : 0);
            loss -= share * q * log_p;
            dz[c] = (float)(share * (exp(log_p) - q));
        }
    }
    return loss;
}
