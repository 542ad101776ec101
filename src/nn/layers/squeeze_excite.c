/* squeeze_excite (Hu et al. 2018): each channel is scaled by s = sigmoid(E relu(R m)), where m is
 * the mean of the channels over frames of sound and bands. reduce.weight (hidden, channels),
 * reduce.bias, expand.weight (channels, hidden), expand.bias; hidden = channels / reduction. */
#include "nn/executor.h"
#include "nn/layers/layers.h"
#include "nn/vector.h"

enum { REDUCE_WEIGHT, REDUCE_BIAS, EXPAND_WEIGHT, EXPAND_BIAS };

/* Scratch, each (batch, 1, 1, width): the chain from the means to the scales, and its gradients. */
enum {
    MEANS,
    HIDDEN,
    ACTIVE,
    LOGITS,
    SCALES,
    D_MEANS,
    D_HIDDEN,
    D_ACTIVE,
    D_LOGITS,
    D_SCALES,
};

static ser_status configure(struct layer *layer, struct network *network,
                            struct json_reader *reader, ser_error *error)
{
    int *hidden = layer->settings;
    int reduction = json_read_int_or(reader, "reduction", 1, 256, 4);
    *hidden = layer->channels / reduction > 0 ? layer->channels / reduction : 1;
    ser_status status = reader->status;
    if (!status)
        status = layer_add_dense(layer, network, "reduce", *hidden, layer->channels, error);
    if (!status)
        status = layer_add_dense(layer, network, "expand", layer->channels, *hidden, error);
    return status;
}

static ser_status shape_scratch(const struct layer *layer, struct tensor *scratch, int batch,
                                bool training, ser_error *error)
{
    const int *hidden = layer->settings;
    const int widths[] = {layer->channels, *hidden, *hidden, layer->channels, layer->channels};
    ser_status status = SER_OK;
    for (int i = MEANS; i <= SCALES && !status; i++) {
        status = tensor_resize(&scratch[i], batch, 1, 1, widths[i], error);
        if (!status && training)
            status = tensor_resize(&scratch[D_MEANS + i], batch, 1, 1, widths[i], error);
    }
    return status;
}

static ser_status compute_scales(const struct layer *layer, struct executor *executor,
                                 struct tensor *scratch, ser_error *error)
{
    const struct kernels *k = executor->kernels;
    struct engine *e = executor->engine;
    ser_status status =
        k->dense_forward(e, &scratch[MEANS], layer_parameter(layer, executor, REDUCE_WEIGHT),
                         layer_parameter(layer, executor, REDUCE_BIAS), &scratch[HIDDEN], error);
    if (!status)
        status =
            k->activation_forward(e, ACTIVATION_RELU, &scratch[HIDDEN], &scratch[ACTIVE], error);
    if (!status)
        status = k->dense_forward(
            e, &scratch[ACTIVE], layer_parameter(layer, executor, EXPAND_WEIGHT),
            layer_parameter(layer, executor, EXPAND_BIAS), &scratch[LOGITS], error);
    if (!status)
        status =
            k->activation_forward(e, ACTIVATION_SIGMOID, &scratch[LOGITS], &scratch[SCALES], error);
    return status;
}

VECTORISED
static void scale_item(const float *x, const float *scale, size_t rows, size_t channels, float *y)
{
    for (size_t row = 0; row < rows; row++)
        for (size_t c = 0; c < channels; c++)
            y[row * channels + c] = x[row * channels + c] * scale[c];
}

static ser_status forward(const struct layer *layer, struct executor *executor,
                          const struct tensor *x, ser_error *error)
{
    struct tensor *scratch = layer_state_of(layer, executor)->scratch, *y;
    ser_status status = layer_output(layer, executor, x, &y, error);
    if (!status)
        status = shape_scratch(layer, scratch, x->batch, executor->training, error);
    if (status)
        return status;
#pragma omp parallel for schedule(static)
    for (int i = 0; i < x->batch; i++)
        tensor_item_mean(x, i, tensor_item(&scratch[MEANS], i));
    status = compute_scales(layer, executor, scratch, error);
    if (status)
        return status;
    size_t channels = (size_t)x->channels, rows = tensor_item_size(x) / channels;
#pragma omp parallel for schedule(static)
    for (int i = 0; i < x->batch; i++)
        scale_item(tensor_item(x, i), tensor_item(&scratch[SCALES], i), rows, channels,
                   tensor_item(y, i));
    return SER_OK;
}

/* d loss / d scale = sum over rows of dy x, into `sums`. */
VECTORISED
static void scale_gradient(const float *x, const float *dy, size_t rows, size_t channels,
                           float *sums)
{
    for (size_t c = 0; c < channels; c++)
        sums[c] = 0;
    for (size_t row = 0; row < rows; row++)
        for (size_t c = 0; c < channels; c++)
            sums[c] += x[row * channels + c] * dy[row * channels + c];
}

/* From the gradient of the scales to that of the means. */
static ser_status chain_backward(const struct layer *layer, struct executor *executor,
                                 struct tensor *scratch, ser_error *error)
{
    const struct kernels *k = executor->kernels;
    struct engine *e = executor->engine;
    ser_status status = k->activation_backward(e, ACTIVATION_SIGMOID, &scratch[LOGITS],
                                               &scratch[D_SCALES], &scratch[D_LOGITS], error);
    if (!status)
        status = k->dense_backward(
            e, &scratch[ACTIVE], layer_parameter(layer, executor, EXPAND_WEIGHT),
            &scratch[D_LOGITS], &scratch[D_ACTIVE], layer_gradient(layer, executor, EXPAND_WEIGHT),
            layer_gradient(layer, executor, EXPAND_BIAS), error);
    if (!status)
        status = k->activation_backward(e, ACTIVATION_RELU, &scratch[HIDDEN], &scratch[D_ACTIVE],
                                        &scratch[D_HIDDEN], error);
    if (!status)
        status = k->dense_backward(
            e, &scratch[MEANS], layer_parameter(layer, executor, REDUCE_WEIGHT), &scratch[D_HIDDEN],
            &scratch[D_MEANS], layer_gradient(layer, executor, REDUCE_WEIGHT),
            layer_gradient(layer, executor, REDUCE_BIAS), error);
    return status;
}

/* dx = dy scale + dmean / rows */
VECTORISED
static void spread_item(const float *dy, const float *scale, const float *dmean, size_t rows,
                        size_t channels, float *dx)
{
    for (size_t row = 0; row < rows; row++)
        for (size_t c = 0; c < channels; c++)
            dx[row * channels + c] = dy[row * channels + c] * scale[c] + dmean[c] / (float)rows;
}

static ser_status backward(const struct layer *layer, struct executor *executor,
                           const struct tensor *x, const struct tensor *dy, struct tensor *dx,
                           ser_error *error)
{
    struct tensor *scratch = layer_state_of(layer, executor)->scratch;
    size_t channels = (size_t)x->channels;
#pragma omp parallel for schedule(static)
    for (int i = 0; i < x->batch; i++)
        scale_gradient(tensor_item(x, i), tensor_item(dy, i), tensor_sound_rows(x, i), channels,
                       tensor_item(&scratch[D_SCALES], i));
    ser_status status = chain_backward(layer, executor, scratch, error);
    if (status || !dx)
        return status;
#pragma omp parallel for schedule(static)
    for (int i = 0; i < x->batch; i++)
        spread_item(tensor_item(dy, i), tensor_item(&scratch[SCALES], i),
                    tensor_item(&scratch[D_MEANS], i), tensor_sound_rows(x, i), channels,
                    tensor_item(dx, i));
    return SER_OK;
}

const struct layer_kind layer_squeeze_excite = {
    .name = "squeeze_excite",
    .summary = "scales each channel by what the whole clip shows",
    .keys = "reduction",
    .settings_size = sizeof(int),
    .configure = configure,
    .forward = forward,
    .backward = backward,
};
