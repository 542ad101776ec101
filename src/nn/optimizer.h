/* AdamW (Loshchilov & Hutter 2019) with gradient clipping, and an exponential moving average of all
 * parameters, which is what a trained model ships. */
#ifndef NN_OPTIMIZER_H
#define NN_OPTIMIZER_H

#include "nn/network.h"

struct optimizer_settings {
    double rate;         /* peak learning rate; 2e-3 */
    double beta1, beta2; /* decay of the gradient's moments; 0.9, 0.98 */
    double epsilon;      /* 1e-8 */
    double decay;        /* weight decay, of weights only; 0.02 */
    double clip;         /* largest norm of all gradients together, 0: no limit; 5 */
    double momentum;     /* share of a batch in the running statistics; 0.1 */
    double average;      /* largest decay of the moving average, 0: none; 0.99 */
};

struct optimizer_settings optimizer_settings_defaults(void);

struct optimizer {
    struct optimizer_settings settings;
    struct network *network; /* borrowed; its parameters are what is trained */
    long step;               /* steps done */
    float **mean;            /* (parameter_count) first moments of the gradients */
    float **square;          /* second moments */
    float **average;         /* moving average of the parameters */
};

ser_status optimizer_create(struct optimizer **optimizer, struct network *network,
                            const struct optimizer_settings *settings, ser_error *error);
void optimizer_destroy(struct optimizer *optimizer);

/* One step with these gradients (parameter_count) at `factor` of the peak learning rate. Returns
 * the norm of the gradients before clipping; it is not finite when training has diverged, and
 * then nothing was changed. */
double optimizer_step(struct optimizer *optimizer, float *const *gradients, double factor);

/* Exchanges the network's parameters with their moving average; a second call puts them back. */
void optimizer_swap_average(struct optimizer *optimizer);

/* Share of the peak learning rate at step `step` of `steps`: linear warm-up over the first
 * `warmup` steps, then half a cosine down to 0 (Loshchilov & Hutter 2017). */
double schedule_factor(long step, long warmup, long steps);

#endif
