/* All of nn together: a small network learns to tell sounds apart, and twice the same way. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "nn/loss.h"
#include "nn/optimizer.h"
#include "toy.h"

static ser_error error;

enum { BANDS = 12, CLASSES = 3, BATCH = 12, STEPS = 60 };

/* Every kind of layer that trains takes part. */
#define NETWORK                                                                                    \
    "[{'type': 'conv2d', 'channels': 8, 'kernel': 3, 'stride': 2, 'bias': false}, "                \
    "{'type': 'batch_norm'}, {'type': 'relu'}, "                                                   \
    "{'type': 'residual', 'body': [{'type': 'conv2d', 'channels': 12, 'kernel': 3, 'stride': 2}, " \
    "{'type': 'batch_norm'}, {'type': 'squeeze_excite'}], 'shortcut': "                            \
    "[{'type': 'average_pool'}, {'type': 'conv2d', 'channels': 12}, {'type': 'batch_norm'}]}, "    \
    "{'type': 'gelu'}, {'type': 'flatten'}, {'type': 'conv1d', 'channels': 16}, "                  \
    "{'type': 'layer_norm'}, {'type': 'silu'}, {'type': 'attentive_pool', 'hidden': 8}, "          \
    "{'type': 'dropout', 'rate': 0.2}, {'type': 'dense', 'units': 'classes'}]"

/* Items of 12 to 27 frames of noise; the class says in which third of the bands it is louder. */
static void fill_batch(struct tensor *x, int *targets, struct random *random)
{
    assert_ok(tensor_resize(x, BATCH, 28, BANDS, 1, &error));
    for (int i = 0; i < BATCH; i++) {
        targets[i] = (int)random_below(random, CLASSES);
        x->lengths[i] = 12 + (int)random_below(random, 16);
        for (size_t j = 0; j < tensor_item_size(x); j++) {
            int band = (int)(j % BANDS);
            float level = band / (BANDS / CLASSES) == targets[i] ? 0.5f : 0;
            tensor_item(x, i)[j] = level + random_uniform(random, -1, 1);
        }
    }
}

static int count_right(const struct tensor *logits, const int *targets)
{
    int right = 0;
    for (int i = 0; i < logits->batch; i++) {
        const float *z = tensor_item(logits, i);
        int best = 0;
        for (int c = 1; c < CLASSES; c++)
            best = z[c] > z[best] ? c : best;
        right += best == targets[i];
    }
    return right;
}

/* Trains and returns the network; *first and *last get the losses of the first and last steps. */
static struct network *train(uint64_t seed, int threads, double *first, double *last)
{
    struct network *network = toy_network(NETWORK, BANDS, CLASSES);
    struct executor *executor;
    struct optimizer *optimizer;
    struct optimizer_settings settings = optimizer_settings_defaults();
    struct tensor x = {0}, dlogits = {0};
    settings.rate = 0.01;
    network_initialise(network, seed);
    assert_ok(executor_create(&executor, network, &kernels_onednn, true, threads, &error));
    assert_ok(optimizer_create(&optimizer, network, &settings, &error));
    struct random random = random_seeded(seed, 1);
    for (int step = 0; step < STEPS; step++) {
        const struct tensor *logits;
        int targets[BATCH];
        fill_batch(&x, targets, &random);
        executor->noise = random_mix(seed, (uint64_t)step);
        assert_ok(executor_forward(executor, &x, &logits, &error));
        assert_ok(tensor_resize_like(&dlogits, logits, &error));
        *last = cross_entropy(logits, targets, NULL, NULL, 0.05f, &dlogits);
        if (!step)
            *first = *last;
        assert_ok(executor_backward(executor, &dlogits, &error));
        assert_true(isfinite(
            optimizer_step(optimizer, executor->gradients, schedule_factor(step, 5, STEPS))));
    }
    optimizer_swap_average(optimizer);
    optimizer_destroy(optimizer);
    executor_destroy(executor);
    tensor_release(&x);
    tensor_release(&dlogits);
    return network;
}

static double share_right(const struct network *network, const struct kernels *kernels)
{
    struct executor *executor;
    struct tensor x = {0};
    struct random random = random_seeded(99, 1);
    int right = 0;
    assert_ok(executor_create(&executor, network, kernels, false, 1, &error));
    for (int i = 0; i < 10; i++) {
        const struct tensor *logits;
        int targets[BATCH];
        fill_batch(&x, targets, &random);
        assert_ok(executor_forward(executor, &x, &logits, &error));
        right += count_right(logits, targets);
    }
    executor_destroy(executor);
    tensor_release(&x);
    return (double)right / (10 * BATCH);
}

static void test_a_network_learns(void **state)
{
    (void)state;
    double first, last;
    struct network *network = train(1, 2, &first, &last);
    assert_true(first > 0.9 && first < 1.6); /* log 3 is 1.1 */
    assert_true(last < 0.5 * first);
    assert_true(share_right(network, &kernels_onednn) > 0.95);
    assert_true(share_right(network, &kernels_plain) > 0.95);
    network_destroy(network);
}

static bool is_same(const struct network *one, const struct network *two)
{
    bool same = true;
    for (int i = 0; i < one->parameter_count; i++)
        same = same && !memcmp(one->parameters[i].values, two->parameters[i].values,
                               one->parameters[i].count * sizeof(float));
    return same;
}

static void test_the_same_seed_gives_the_same_bits(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 2; threads++) {
        double first, last, first_again, last_again;
        struct network *one = train(5, threads, &first, &last);
        struct network *two = train(5, threads, &first_again, &last_again);
        assert_true(first == first_again && last == last_again);
        assert_true(is_same(one, two));
        network_destroy(one);
        network_destroy(two);
    }
}

static void test_another_seed_gives_another_network(void **state)
{
    (void)state;
    double first, last;
    struct network *one = train(5, 1, &first, &last);
    struct network *two = train(6, 1, &first, &last);
    assert_false(is_same(one, two));
    network_destroy(one);
    network_destroy(two);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_network_learns),
        cmocka_unit_test(test_the_same_seed_gives_the_same_bits),
        cmocka_unit_test(test_another_seed_gives_another_network),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
