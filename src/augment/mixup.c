/* mixup (Zhang et al. 2018): a clip becomes lambda times itself and 1 - lambda times another, its
 * target likewise, with lambda from Beta(alpha, alpha). */
#define _GNU_SOURCE
#include <math.h>

#include "augment/augmentation.h"

/* From 0, which has no logarithm, exclusively, to 1. */
static double positive_unit(struct random *random)
{
    return 1 - (double)random_unit(random);
}

/* Box and Muller 1958 */
static double normal(struct random *random)
{
    double radius = sqrt(-2 * log(positive_unit(random)));
    return radius * cos(2 * M_PI * (double)random_unit(random));
}

/* The logarithm of a value of Gamma(shape, 1) (Marsaglia & Tsang 2000). Of a small shape nearly all
 * values are too small for a double; their logarithms are not. */
static double log_gamma_value(struct random *random, double shape)
{
    double boost = shape < 1 ? log(positive_unit(random)) / shape : 0;
    double d = (shape < 1 ? shape + 1 : shape) - 1.0 / 3, c = 1 / sqrt(9 * d);
    for (;;) {
        double x = normal(random), v = 1 + c * x;
        if (v <= 0)
            continue;
        v = v * v * v;
        if (log(positive_unit(random)) < 0.5 * x * x + d - d * v + d * log(v))
            return log(d * v) + boost;
    }
}

/* Beta(alpha, alpha) is X / (X + Y) for two values of Gamma(alpha, 1). */
static float draw_share(struct augment_call *call)
{
    double alpha = augment_draw(call, 0);
    double x = log_gamma_value(&call->random, alpha), y = log_gamma_value(&call->random, alpha);
    return (float)(1 / (1 + exp(y - x)));
}

const struct augmentation augmentation_mixup = {
    .name = "mixup",
    .summary = "mixes the features of two clips of a batch, and their targets",
    .stage = AUGMENT_BATCH,
    .parameters = {{.name = "alpha",
                    .unit = "",
                    .low = 0.01,
                    .high = 10,
                    .from = 0.2,
                    .to = 0.2,
                    .summary = "of the distribution Beta(alpha, alpha) of a clip's own share"}},
    .share = draw_share,
};
