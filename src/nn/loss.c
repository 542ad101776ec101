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

/* What an item should be: a class, and perhaps a second one. */
struct target {
    int own, partner;
    double own_weight, partner_weight; /* share times class weight */
};

static struct target target_of(int item, const int *targets, const struct target_mixture *mixture,
                               const float *weights)
{
    struct target target = {.own = targets[item], .partner = targets[item]};
    double share = 1;
    if (mixture) {
        target.partner = mixture->partners[item];
        share = (double)mixture->shares[item];
    }
    target.own_weight = share * (weights ? (double)weights[target.own] : 1);
    target.partner_weight = (1 - share) * (weights ? (double)weights[target.partner] : 1);
    return target;
}

/* The probability that class c should have, before smoothing. */
static double wanted(const struct target *target, int c)
{
    double total = target->own_weight + target->partner_weight;
    double own = total > 0 ? target->own_weight / total : 1;
    return (c == target->own ? own : 0) + (c == target->partner ? 1 - own : 0);
}

double cross_entropy(const struct tensor *logits, const int *targets,
                     const struct target_mixture *mixture, const float *weights, float smoothing,
                     struct tensor *dlogits)
{
    int classes = logits->channels;
    double loss = 0, total = 0;
    for (int i = 0; i < logits->batch; i++) {
        struct target target = target_of(i, targets, mixture, weights);
        total += target.own_weight + target.partner_weight;
    }
    for (int i = 0; i < logits->batch; i++) {
        const float *z = tensor_item(logits, i);
        float *dz = tensor_item(dlogits, i);
        struct target target = target_of(i, targets, mixture, weights);
        double share = total > 0 ? (target.own_weight + target.partner_weight) / total : 0;
        double top = (double)largest(z, classes);
        double normaliser = log_sum_exp(z, classes, top);
        for (int c = 0; c < classes; c++) {
            double log_p = (double)z[c] - top - normaliser;
            double q = (double)smoothing / classes + (1 - (double)smoothing) * wanted(&target, c);
            loss -= share * q * log_p;
            dz[c] = (float)(share * (exp(log_p) - q));
        }
    }
    return loss;
}
