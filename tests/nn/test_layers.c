/* Layers that are more than one kernel, against their definitions in double precision. Each stands
 * behind a convolution, whose output is what it works on. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "naive.h"
#include "toy.h"

static ser_error error;

enum { BANDS = 5, CHANNELS = 6, ITEMS = 3, CLASSES = 2 };

static const int lengths[ITEMS] = {8, 3, 11};

/* A network of one layer between a convolution and a head, and its executor after a pass. */
struct run {
    struct network *network;
    struct executor *executor;
    struct tensor input;
    const struct tensor *x, *y; /* of the layer */
};

static void open(struct run *run, const char *layer, int flat, const struct kernels *kernels,
                 bool training)
{
    char layers[1024];
    const struct tensor *logits;
    snprintf(layers, sizeof layers,
             "[{'type': 'conv2d', 'channels': %d, 'kernel': 3}, %s%s, {'type': 'global_pool'}, "
             "{'type': 'dense', 'units': 'classes'}]",
             CHANNELS, flat ? "{'type': 'flatten'}, " : "", layer);
    *run = (struct run){.network = toy_network(layers, BANDS, CLASSES)};
    assert_ok(executor_create(&run->executor, run->network, kernels, training, 2, &error));
    run->executor->noise = 3;
    toy_batch(&run->input, lengths, ITEMS, 13, BANDS, 4);
    assert_ok(executor_forward(run->executor, &run->input, &logits, &error));
    run->x = &toy_state(run->executor, flat ? "layers.1" : "layers.0")->output;
    run->y = &toy_state(run->executor, flat ? "layers.2" : "layers.1")->output;
}

static void close(struct run *run)
{
    executor_destroy(run->executor);
    network_destroy(run->network);
    tensor_release(&run->input);
}

/* Both engines, and training too, which squeeze_excite and the pools do not tell from use. */
static void each_engine(const char *layer, int flat, void (*check)(struct run *run))
{
    struct run run;
    open(&run, layer, flat, &kernels_plain, false);
    check(&run);
    close(&run);
    for (int training = 0; training < 2; training++) {
        open(&run, layer, flat, &kernels_onednn, training);
        check(&run);
        close(&run);
    }
}

static double value(const struct tensor *tensor, int item, size_t row, int channel)
{
    return (double)tensor_item(tensor, item)[row * (size_t)tensor->channels + (size_t)channel];
}

static double item_mean(const struct tensor *x, int item, int channel)
{
    double sum = 0;
    size_t rows = tensor_sound_rows(x, item);
    for (size_t row = 0; row < rows; row++)
        sum += value(x, item, row, channel);
    return sum / (double)rows;
}

static void assert_near(double got, double expected, double tolerance, const char *what)
{
    if (!(fabs(got - expected) <= tolerance))
        fail_msg("%s is %.9g, expected %.9g", what, got, expected);
}

/* sigmoid(E relu(R mean + r) + e) of one item; hidden units are channels / reduction. */
static void squeeze_excite_scales(const struct run *run, int item, int hidden, double *scales)
{
    const float *reduce = toy_parameter(run->network, "layers.1.reduce.weight");
    const float *reduce_bias = toy_parameter(run->network, "layers.1.reduce.bias");
    const float *expand = toy_parameter(run->network, "layers.1.expand.weight");
    const float *expand_bias = toy_parameter(run->network, "layers.1.expand.bias");
    for (int c = 0; c < CHANNELS; c++)
        scales[c] = (double)expand_bias[c];
    for (int h = 0; h < hidden; h++) {
        double sum = (double)reduce_bias[h];
        for (int c = 0; c < CHANNELS; c++)
            sum += (double)reduce[h * CHANNELS + c] * item_mean(run->x, item, c);
        for (int c = 0; c < CHANNELS; c++)
            scales[c] += (double)expand[c * hidden + h] * fmax(sum, 0);
    }
    for (int c = 0; c < CHANNELS; c++)
        scales[c] = 1 / (1 + exp(-scales[c]));
}

static void check_squeeze_excite(struct run *run, int hidden)
{
    for (int item = 0; item < ITEMS; item++) {
        double scales[CHANNELS];
        squeeze_excite_scales(run, item, hidden, scales);
        for (size_t row = 0; row < tensor_sound_rows(run->x, item); row++)
            for (int c = 0; c < CHANNELS; c++)
                assert_near(value(run->y, item, row, c), scales[c] * value(run->x, item, row, c),
                            2e-6, "a scaled value");
    }
}

static void check_squeeze_excite_2(struct run *run)
{
    check_squeeze_excite(run, 2);
}

static void check_squeeze_excite_1(struct run *run)
{
    check_squeeze_excite(run, 1);
}

static void test_squeeze_excite(void **state)
{
    (void)state;
    each_engine("{'type': 'squeeze_excite', 'reduction': 3}", 0, check_squeeze_excite_2);
    each_engine("{'type': 'squeeze_excite', 'reduction': 100}", 0, check_squeeze_excite_1);
    each_engine("{'type': 'squeeze_excite'}", 0, check_squeeze_excite_1);
}

/* The score of one channel at one frame. */
static double attention_score(const struct run *run, int item, int frame, int channel, int hidden)
{
    const float *hidden_weight = toy_parameter(run->network, "layers.2.hidden.weight");
    const float *hidden_bias = toy_parameter(run->network, "layers.2.hidden.bias");
    const float *score_weight = toy_parameter(run->network, "layers.2.score.weight");
    double score = (double)toy_parameter(run->network, "layers.2.score.bias")[channel];
    int width = run->x->channels;
    for (int h = 0; h < hidden; h++) {
        double sum = (double)hidden_bias[h];
        for (int c = 0; c < width; c++)
            sum += (double)hidden_weight[h * width + c] * value(run->x, item, (size_t)frame, c);
        score += (double)score_weight[channel * hidden + h] * tanh(sum);
    }
    return score;
}

static void check_attentive_channel(const struct run *run, int item, int channel)
{
    double total = 0, mean = 0, square = 0, shares[16];
    for (int t = 0; t < lengths[item]; t++)
        total += shares[t] = exp(attention_score(run, item, t, channel, 4));
    for (int t = 0; t < lengths[item]; t++)
        mean += shares[t] / total * value(run->x, item, (size_t)t, channel);
    for (int t = 0; t < lengths[item]; t++)
        square += shares[t] / total * pow(value(run->x, item, (size_t)t, channel) - mean, 2);
    assert_near(value(run->y, item, 0, channel), mean, 3e-6, "an attentive mean");
    assert_near(value(run->y, item, 0, run->x->channels + channel), sqrt(fmax(square, 1e-5)), 3e-6,
                "an attentive deviation");
}

static void check_attentive_pool(struct run *run)
{
    assert_int_equal(run->y->frames, 1);
    assert_int_equal(run->y->channels, 2 * BANDS * CHANNELS);
    for (int item = 0; item < ITEMS; item++)
        for (int c = 0; c < run->x->channels; c++)
            check_attentive_channel(run, item, c);
}

static void test_attentive_pool(void **state)
{
    (void)state;
    each_engine("{'type': 'attentive_pool', 'hidden': 4}", 1, check_attentive_pool);
}

/* One frame has no deviation, and a constant sound neither: the smallest one stands for it. Scores
 * of any size must not overflow. */
static void test_attentive_pool_at_its_limits(void **state)
{
    (void)state;
    struct network *network = toy_network("[{'type': 'flatten'}, {'type': 'attentive_pool', "
                                          "'hidden': 4}, {'type': 'dense', 'units': 2}]",
                                          BANDS, CLASSES);
    struct executor *executor;
    struct tensor x = {0};
    const struct tensor *logits;
    for (int i = 0; i < 4 * BANDS; i++)
        toy_parameter(network, "layers.1.score.weight")[i] *= 1e4f;
    assert_ok(executor_create(&executor, network, &kernels_onednn, true, 1, &error));
    toy_batch(&x, (int[]){1, 6}, 2, 6, BANDS, 4);
    assert_ok(executor_forward(executor, &x, &logits, &error));
    const struct tensor *y = &toy_state(executor, "layers.1")->output;
    for (int c = 0; c < BANDS; c++) {
        assert_near(value(y, 0, 0, c), (double)x.data[c], 1e-7, "the mean of one frame");
        assert_near(value(y, 0, 0, BANDS + c), sqrt(1e-5), 1e-7, "the deviation of one frame");
        assert_true(isfinite(value(y, 1, 0, c)) && isfinite(value(y, 1, 0, BANDS + c)));
    }
    struct tensor projection = {0};
    toy_tensor(&projection, 2, 1, 1, CLASSES, 1);
    assert_ok(executor_backward(executor, &projection, &error));
    for (int i = 0; i < network->parameter_count; i++)
        for (size_t j = 0; j < network->parameters[i].count; j++)
            assert_true(isfinite(executor->gradients[i][j]));
    executor_destroy(executor);
    network_destroy(network);
    tensor_release(&x);
    tensor_release(&projection);
}

static void check_mean_pool(struct run *run)
{
    for (int item = 0; item < ITEMS; item++)
        for (int c = 0; c < CHANNELS; c++)
            assert_near(value(run->y, item, 0, c), item_mean(run->x, item, c), 1e-6, "a mean");
}

static void check_max_pool(struct run *run)
{
    for (int item = 0; item < ITEMS; item++)
        for (int c = 0; c < CHANNELS; c++) {
            double largest = -INFINITY;
            for (size_t row = 0; row < tensor_sound_rows(run->x, item); row++)
                largest = fmax(largest, value(run->x, item, row, c));
            assert_near(value(run->y, item, 0, c), largest, 0, "a maximum");
        }
}

static void test_global_pools(void **state)
{
    (void)state;
    each_engine("{'type': 'global_pool'}", 0, check_mean_pool);
    each_engine("{'type': 'global_pool', 'mode': 'mean'}", 0, check_mean_pool);
    each_engine("{'type': 'global_pool', 'mode': 'max'}", 0, check_max_pool);
}

static void check_residual(struct run *run)
{
    const struct tensor *shortcut = &toy_state(run->executor, "layers.1.shortcut.0")->output;
    for (int item = 0; item < ITEMS; item++)
        for (size_t row = 0; row < tensor_sound_rows(run->x, item); row++)
            for (int c = 0; c < CHANNELS; c++) {
                double x = value(run->x, item, row, c), body = x / (1 + exp(-x));
                assert_near(value(run->y, item, row, c), body + value(shortcut, item, row, c), 1e-6,
                            "a residual sum");
            }
}

static void check_identity(struct run *run)
{
    for (int item = 0; item < ITEMS; item++)
        for (size_t row = 0; row < tensor_sound_rows(run->x, item); row++)
            for (int c = 0; c < CHANNELS; c++) {
                double x = value(run->x, item, row, c);
                assert_near(value(run->y, item, row, c), x + fmax(x, 0), 1e-6, "a residual sum");
            }
}

static void test_residual(void **state)
{
    (void)state;
    each_engine("{'type': 'residual', 'body': [{'type': 'silu'}], 'shortcut': "
                "[{'type': 'conv2d', 'channels': 6, 'kernel': 3}]}",
                0, check_residual);
    each_engine("{'type': 'residual', 'body': [{'type': 'relu'}]}", 0, check_identity);
}

static void check_flatten(struct run *run)
{
    assert_int_equal(run->y->bands, 1);
    assert_int_equal(run->y->channels, BANDS * CHANNELS);
    for (int item = 0; item < ITEMS; item++)
        assert_memory_equal(tensor_item(run->x, item), tensor_item(run->y, item),
                            tensor_item_size(run->x) * sizeof(float));
}

static void test_flatten(void **state)
{
    (void)state;
    each_engine("{'type': 'flatten'}", 0, check_flatten);
}

/* In training: the batch's own statistics, which are handed out for the running ones. */
static void test_batch_norm_in_training(void **state)
{
    (void)state;
    struct run run;
    double mean[CHANNELS], variance[CHANNELS];
    open(&run, "{'type': 'batch_norm'}", 0, &kernels_onednn, true);
    naive_statistics(run.x, mean, variance);
    const struct layer *layer = toy_layer(run.network, "layers.1");
    const float *weight = toy_parameter(run.network, "layers.1.weight");
    const float *bias = toy_parameter(run.network, "layers.1.bias");
    for (int c = 0; c < CHANNELS; c++) {
        assert_near((double)layer_gradient(layer, run.executor, 2)[c], mean[c], 1e-6, "a mean");
        assert_near((double)layer_gradient(layer, run.executor, 3)[c], variance[c], 1e-6,
                    "a variance");
    }
    for (int item = 0; item < ITEMS; item++)
        for (size_t row = 0; row < tensor_sound_rows(run.x, item); row++)
            for (int c = 0; c < CHANNELS; c++) {
                double x = naive_normalised(value(run.x, item, row, c), mean[c], variance[c]);
                assert_near(value(run.y, item, row, c), x * (double)weight[c] + (double)bias[c],
                            5e-6, "a normalised value");
            }
    close(&run);
}

/* In use: the running statistics. */
static void check_running_statistics(struct run *run)
{
    const float *mean = toy_parameter(run->network, "layers.1.running_mean");
    const float *variance = toy_parameter(run->network, "layers.1.running_var");
    double weight = (double)toy_parameter(run->network, "layers.1.weight")[2];
    double bias = (double)toy_parameter(run->network, "layers.1.bias")[2];
    for (int item = 0; item < ITEMS; item++)
        for (size_t row = 0; row < tensor_sound_rows(run->x, item); row++) {
            double x =
                naive_normalised(value(run->x, item, row, 2), (double)mean[2], (double)variance[2]);
            assert_near(value(run->y, item, row, 2), x * weight + bias, 3e-6, "a normalised value");
        }
}

static void test_batch_norm_in_use(void **state)
{
    (void)state;
    struct run run;
    const struct kernels *const engines[] = {&kernels_plain, &kernels_onednn};
    for (int i = 0; i < 2; i++) {
        open(&run, "{'type': 'batch_norm'}", 0, engines[i], false);
        check_running_statistics(&run);
        close(&run);
    }
}

/* Of many values: the share of zeros is the rate, and what is left has the same mean. */
static void test_dropout_has_its_rate(void **state)
{
    (void)state;
    static const double rates[] = {0, 0.1, 0.5, 0.95};
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        char layers[256];
        snprintf(layers, sizeof layers,
                 "[{'type': 'dropout', 'rate': %g}, {'type': 'global_pool'}, "
                 "{'type': 'dense', 'units': 2}]",
                 rates[i]);
        struct network *network = toy_network(layers, 64, CLASSES);
        struct executor *executor;
        struct tensor x = {0};
        const struct tensor *logits;
        assert_ok(executor_create(&executor, network, &kernels_onednn, true, 1, &error));
        toy_tensor(&x, 4, 200, 64, 1, 1);
        assert_ok(executor_forward(executor, &x, &logits, &error));
        const struct tensor *y = &toy_state(executor, "layers.0")->output;
        double count = (double)tensor_count(y), zeros = 0;
        for (size_t j = 0; j < tensor_count(y); j++) {
            zeros += y->data[j] == 0;
            if (y->data[j] != 0)
                assert_near((double)y->data[j], (double)x.data[j] / (1 - rates[i]), 1e-5,
                            "a value");
        }
        assert_near(zeros / count, rates[i], 5 * sqrt(rates[i] * (1 - rates[i]) / count),
                    "the rate");
        executor_destroy(executor);
        network_destroy(network);
        tensor_release(&x);
    }
}

/* Values that dropout zeroed under one noise. */
static void drop_map(struct executor *executor, const struct tensor *x, uint64_t noise, char *map)
{
    const struct tensor *logits;
    executor->noise = noise;
    assert_ok(executor_forward(executor, x, &logits, &error));
    for (size_t j = 0; j < tensor_count(x); j++)
        map[j] = toy_state(executor, "layers.0")->output.data[j] == 0;
}

static void test_dropout_follows_its_noise(void **state)
{
    (void)state;
    enum { COUNT = 2 * 50 * 64 };
    static char first[COUNT], again[COUNT], other[COUNT];
    struct network *network =
        toy_network("[{'type': 'dropout', 'rate': 0.5}, {'type': 'global_pool'}, "
                    "{'type': 'dense', 'units': 2}]",
                    64, CLASSES);
    struct executor *executor;
    struct tensor x = {0};
    toy_tensor(&x, 2, 50, 64, 1, 1);
    assert_ok(executor_create(&executor, network, &kernels_onednn, true, 2, &error));
    drop_map(executor, &x, 1, first);
    drop_map(executor, &x, 2, other);
    drop_map(executor, &x, 1, again);
    assert_memory_equal(first, again, COUNT);
    int same = 0, same_items = 0;
    for (int i = 0; i < COUNT; i++)
        same += first[i] == other[i];
    for (int i = 0; i < COUNT / 2; i++)
        same_items += first[i] == first[COUNT / 2 + i];
    assert_in_range(same, COUNT * 0.47, COUNT * 0.53); /* as two fair coins */
    assert_in_range(same_items, COUNT / 2 * 0.46, COUNT / 2 * 0.54);
    executor_destroy(executor);
    network_destroy(network);
    tensor_release(&x);
}

static void test_dropout_is_nothing_in_use(void **state)
{
    (void)state;
    struct run run;
    const struct kernels *const engines[] = {&kernels_plain, &kernels_onednn};
    for (int i = 0; i < 2; i++) {
        open(&run, "{'type': 'dropout', 'rate': 0.9}", 0, engines[i], false);
        assert_memory_equal(run.x->data, run.y->data, tensor_count(run.x) * sizeof(float));
        close(&run);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_squeeze_excite),
        cmocka_unit_test(test_attentive_pool),
        cmocka_unit_test(test_attentive_pool_at_its_limits),
        cmocka_unit_test(test_global_pools),
        cmocka_unit_test(test_residual),
        cmocka_unit_test(test_flatten),
        cmocka_unit_test(test_batch_norm_in_training),
        cmocka_unit_test(test_batch_norm_in_use),
        cmocka_unit_test(test_dropout_has_its_rate),
        cmocka_unit_test(test_dropout_follows_its_noise),
        cmocka_unit_test(test_dropout_is_nothing_in_use),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
