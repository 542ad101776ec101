/* attentive_pool: attentive statistics pooling over time (Okabe et al., Interspeech 2018), with an
 * attention of its own for each channel. For the frames t of sound of one item:
 *   e_t = S tanh(H x_t + h) + s,  a = softmax of e over t,
 *   mean = sum_t a_t x_t,  deviation = sqrt(max(sum_t a_t (x_t - mean)^2, 1e-5)),
 * and the output is (mean, deviation), twice the channels. hidden.weight (hidden, channels),
 * hidden.bias, score.weight (channels, hidden), score.bias. Padding has no share. */
#include <math.h>

#include "nn/executor.h"
#include "nn/layers/layers.h"
#include "nn/vector.h"

enum { HIDDEN_WEIGHT, HIDDEN_BIAS, SCORE_WEIGHT, SCORE_BIAS };

/* Scratch, all with x's frames: H x + h, its tanh, e, a; the gradients of the first three, that of
 * x through the scores, and that of x directly where nobody wants its sum. */
enum { HIDDEN, ACTIVE, SCORES, SHARES, D_HIDDEN, D_ACTIVE, D_SCORES, D_INPUT, DIRECT };

static const float SMALLEST_VARIANCE = 1e-5f;

static ser_status configure(struct layer *layer, struct network *network,
                            struct json_reader *reader, ser_error *error)
{
    int *hidden = layer->settings;
    *hidden = json_read_int(reader, "hidden", 1, 4096);
    if (layer->bands != 1)
        json_reader_fail(reader,
                         "attentive_pool was given %d bands, expected 1: put a flatten "
                         "before it",
                         layer->bands);
    layer->channels_out = 2 * layer->channels;
    ser_status status = reader->status;
    if (!status)
        status = layer_add_dense(layer, network, "hidden", *hidden, layer->channels, error);
    if (!status)
        status = layer_add_dense(layer, network, "score", layer->channels, *hidden, error);
    return status;
}

static int frames(const struct layer *layer, int frames)
{
    (void)layer;
    return frames >= 1;
}

/* The shape of x with another number of channels. */
static ser_status shape(struct tensor *tensor, const struct tensor *x, int channels,
                        ser_error *error)
{
    ser_status status = tensor_resize(tensor, x->batch, x->frames, 1, channels, error);
    for (int i = 0; !status && i < x->batch; i++)
        tensor->lengths[i] = x->lengths[i];
    return status;
}

static ser_status compute_scores(const struct layer *layer, struct executor *executor,
                                 const struct tensor *x, struct tensor *scratch, ser_error *error)
{
    const struct kernels *k = executor->kernels;
    struct engine *e = executor->engine;
    const int *hidden = layer->settings;
    const int widths[] = {*hidden, *hidden, x->channels, x->channels};
    ser_status status = SER_OK;
    for (int i = HIDDEN; i <= SHARES && !status; i++)
        status = shape(&scratch[i], x, widths[i], error);
    if (!status)
        status = k->dense_forward(e, x, layer_parameter(layer, executor, HIDDEN_WEIGHT),
                                  layer_parameter(layer, executor, HIDDEN_BIAS), &scratch[HIDDEN],
                                  error);
    if (!status)
        status =
            k->activation_forward(e, ACTIVATION_TANH, &scratch[HIDDEN], &scratch[ACTIVE], error);
    if (!status)
        status =
            k->dense_forward(e, &scratch[ACTIVE], layer_parameter(layer, executor, SCORE_WEIGHT),
                             layer_parameter(layer, executor, SCORE_BIAS), &scratch[SCORES], error);
    return status;
}

/* Softmax over the first `frames` rows, for each channel; `total` (channels) is scratch. */
VECTORISED
static void softmax_over_time(const float *scores, size_t frames, size_t channels, float *shares,
                              float *total)
{
    float *largest = total; /* first the largest score, then the sum */
    for (size_t c = 0; c < channels; c++)
        largest[c] = -INFINITY;
    for (size_t t = 0; t < frames; t++)
        for (size_t c = 0; c < channels; c++)
            largest[c] =
                scores[t * channels + c] > largest[c] ? scores[t * channels + c] : largest[c];
    for (size_t t = 0; t < frames; t++)
        for (size_t c = 0; c < channels; c++)
            shares[t * channels + c] = expf(scores[t * channels + c] - largest[c]);
    for (size_t c = 0; c < channels; c++)
        total[c] = 0;
    for (size_t t = 0; t < frames; t++)
        for (size_t c = 0; c < channels; c++)
            total[c] += shares[t * channels + c];
    for (size_t t = 0; t < frames; t++)
        for (size_t c = 0; c < channels; c++)
            shares[t * channels + c] /= total[c];
}

/* y: mean (channels), then deviation (channels) */
VECTORISED
static void weighted_statistics(const float *x, const float *shares, size_t frames, size_t channels,
                                float *y)
{
    float *mean = y, *deviation = y + channels;
    for (size_t c = 0; c < 2 * channels; c++)
        y[c] = 0;
    for (size_t t = 0; t < frames; t++)
        for (size_t c = 0; c < channels; c++)
            mean[c] += shares[t * channels + c] * x[t * channels + c];
    for (size_t t = 0; t < frames; t++)
        for (size_t c = 0; c < channels; c++) {
            float difference = x[t * channels + c] - mean[c];
            deviation[c] += shares[t * channels + c] * difference * difference;
        }
    for (size_t c = 0; c < channels; c++) {
        float variance = deviation[c] > SMALLEST_VARIANCE ? deviation[c] : SMALLEST_VARIANCE;
        deviation[c] = sqrtf(variance);
    }
}

static ser_status forward(const struct layer *layer, struct executor *executor,
                          const struct tensor *x, ser_error *error)
{
    struct tensor *scratch = layer_state_of(layer, executor)->scratch, *y;
    ser_status status = layer_output(layer, executor, x, &y, error);
    if (!status)
        status = compute_scores(layer, executor, x, scratch, error);
    if (status)
        return status;
    size_t channels = (size_t)x->channels;
#pragma omp parallel for schedule(static)
    for (int i = 0; i < x->batch; i++) {
        size_t length = (size_t)x->lengths[i];
        float *shares = tensor_item(&scratch[SHARES], i);
        softmax_over_time(tensor_item(&scratch[SCORES], i), length, channels, shares,
                          tensor_item(y, i));
        weighted_statistics(tensor_item(x, i), shares, length, channels, tensor_item(y, i));
    }
    return SER_OK;
}

/* With m the mean, v the variance, d the deviation and d' = x_t - m:
 * dv = dd / (2 d) (0 where v was raised to the smallest), da_t = dm x_t + dv d'^2,
 * de_t = a_t (da_t - sum_s a_s da_s), and directly dx_t = a_t (dm + 2 dv d').
 * `weighted` (channels) is scratch for the sum. */
VECTORISED
static void statistics_backward(const float *x, const float *shares, const float *y,
                                const float *dy, size_t frames, size_t channels, float *dx,
                                float *dscores, float *weighted)
{
    const float *mean = y, *deviation = y + channels;
    const float *dmean = dy, *ddeviation = dy + channels;
    for (size_t c = 0; c < channels; c++)
        weighted[c] = 0;
    for (size_t t = 0; t < frames; t++)
        for (size_t c = 0; c < channels; c++) {
            size_t i = t * channels + c;
            float difference = x[i] - mean[c];
            float raised = deviation[c] * deviation[c] > SMALLEST_VARIANCE ? 1.0f : 0.0f;
            float dvariance = raised * ddeviation[c] / (2 * deviation[c]);
            float dshare = dmean[c] * x[i] + dvariance * difference * difference;
            dx[i] = shares[i] * (dmean[c] + 2 * dvariance * difference);
            dscores[i] = dshare;
            weighted[c] += shares[i] * dshare;
        }
    for (size_t t = 0; t < frames; t++)
        for (size_t c = 0; c < channels; c++) {
            size_t i = t * channels + c;
            dscores[i] = shares[i] * (dscores[i] - weighted[c]);
        }
}

/* From the gradient of the scores to that of x through them, in D_INPUT. */
static ser_status scores_backward(const struct layer *layer, struct executor *executor,
                                  const struct tensor *x, struct tensor *scratch, ser_error *error)
{
    const struct kernels *k = executor->kernels;
    struct engine *e = executor->engine;
    ser_status status = k->dense_backward(
        e, &scratch[ACTIVE], layer_parameter(layer, executor, SCORE_WEIGHT), &scratch[D_SCORES],
        &scratch[D_ACTIVE], layer_gradient(layer, executor, SCORE_WEIGHT),
        layer_gradient(layer, executor, SCORE_BIAS), error);
    if (!status)
        status = k->activation_backward(e, ACTIVATION_TANH, &scratch[HIDDEN], &scratch[D_ACTIVE],
                                        &scratch[D_HIDDEN], error);
    if (!status)
        tensor_mask(&scratch[D_HIDDEN]);
    if (!status)
        status = k->dense_backward(e, x, layer_parameter(layer, executor, HIDDEN_WEIGHT),
                                   &scratch[D_HIDDEN], &scratch[D_INPUT],
                                   layer_gradient(layer, executor, HIDDEN_WEIGHT),
                                   layer_gradient(layer, executor, HIDDEN_BIAS), error);
    return status;
}

static ser_status backward(const struct layer *layer, struct executor *executor,
                           const struct tensor *x, const struct tensor *dy, struct tensor *dx,
                           ser_error *error)
{
    struct layer_state *state = layer_state_of(layer, executor);
    struct tensor *scratch = state->scratch;
    const int *hidden = layer->settings;
    const int widths[] = {*hidden, *hidden, x->channels, x->channels};
    ser_status status = SER_OK;
    for (int i = 0; i < 4 && !status; i++)
        status = shape(&scratch[D_HIDDEN + i], x, widths[i], error);
    if (!status && !dx) {
        dx = &scratch[DIRECT];
        status = shape(dx, x, x->channels, error);
    }
    if (status)
        return status;
    size_t channels = (size_t)x->channels;
#pragma omp parallel for schedule(static)
    for (int i = 0; i < x->batch; i++)
        statistics_backward(tensor_item(x, i), tensor_item(&scratch[SHARES], i),
                            tensor_item(&state->output, i), tensor_item(dy, i),
                            (size_t)x->lengths[i], channels, tensor_item(dx, i),
                            tensor_item(&scratch[D_SCORES], i), tensor_item(&scratch[D_INPUT], i));
    tensor_mask(&scratch[D_SCORES]);
    status = scores_backward(layer, executor, x, scratch, error);
    size_t count = tensor_count(x);
    for (size_t i = 0; !status && i < count; i++)
        dx->data[i] += scratch[D_INPUT].data[i];
    return status;
}

const struct layer_kind layer_attentive_pool = {
    .name = "attentive_pool",
    .summary = "attentive statistics pooling over time",
    .keys = "hidden",
    .settings_size = sizeof(int),
    .configure = configure,
    .frames = frames,
    .forward = forward,
    .backward = backward,
};
