/* Every kind of layer: an item gives the same answer, and adds the same to the gradients, whatever
 * the company and the padding in its batch. The input's padding is full of NaN. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kinds.h"

static ser_error error;

static void assert_padding_is_zero(const struct tensor *tensor, const char *what)
{
    for (int i = 0; i < tensor->batch; i++)
        for (size_t j = (size_t)tensor->lengths[i] * tensor_frame_size(tensor);
             j < tensor_item_size(tensor); j++)
            if (tensor_item(tensor, i)[j] != 0)
                fail_msg("%s: the padding of item %d holds %g", what, i,
                         (double)tensor_item(tensor, i)[j]);
}

/* The item of a batch, without padding, against the only item of another. */
static void assert_item(const struct tensor *batch, int item, const struct tensor *alone,
                        const char *what)
{
    struct tensor part = {0};
    toy_item(&part, batch, item);
    toy_assert_same_sound(&part, alone, 3e-6, what);
    tensor_release(&part);
}

static void check_items(struct network *network, const struct kernels *kernels, bool training,
                        const char *what)
{
    struct executor *together, *apart;
    struct tensor x = {0}, alone = {0};
    const struct tensor *logits;
    assert_ok(executor_create(&together, network, kernels, training, 1, &error));
    assert_ok(executor_create(&apart, network, kernels, training, 1, &error));
    toy_batch(&x, kind_lengths, KIND_ITEMS, 17, KIND_BANDS, 5);
    assert_ok(executor_forward(together, &x, &logits, &error));
    for (int i = 0; i < network->layer_count; i++)
        assert_padding_is_zero(&together->states[i].output, what);
    for (int item = 0; item < KIND_ITEMS; item++) {
        const struct tensor *alone_logits;
        toy_item(&alone, &x, item);
        assert_ok(executor_forward(apart, &alone, &alone_logits, &error));
        assert_item(logits, item, alone_logits, what);
        for (int i = 0; i < network->layer_count; i++)
            assert_item(&together->states[i].output, item, &apart->states[i].output, what);
    }
    executor_destroy(together);
    executor_destroy(apart);
    tensor_release(&x);
    tensor_release(&alone);
}

static void test_items_give_the_same_alone_and_in_a_batch(void **state)
{
    (void)state;
    for (int i = 0; i < kind_case_count; i++) {
        struct network *network = kind_network(&kind_cases[i]);
        check_items(network, &kernels_plain, false, kind_text(&kind_cases[i]));
        check_items(network, &kernels_onednn, false, kind_text(&kind_cases[i]));
        network_destroy(network);
    }
}

/* Logits and gradients of one training pass over the batch padded to `frames`. */
struct pass {
    struct executor *executor;
    struct tensor x;
    const struct tensor *logits;
};

static void run_pass(struct pass *pass, const struct network *network, int frames)
{
    struct tensor projection = {0};
    *pass = (struct pass){0};
    assert_ok(executor_create(&pass->executor, network, &kernels_onednn, true, 2, &error));
    pass->executor->noise = 12;
    toy_batch(&pass->x, kind_lengths, KIND_ITEMS, frames, KIND_BANDS, 5);
    toy_tensor(&projection, KIND_ITEMS, 1, 1, KIND_CLASSES, 6);
    assert_ok(executor_forward(pass->executor, &pass->x, &pass->logits, &error));
    assert_ok(executor_backward(pass->executor, &projection, &error));
    tensor_release(&projection);
}

/* Some gradients are 0 but for rounding: of a bias before batch_norm, for instance. */
static void assert_gradients(const struct network *network, float *const *gradients,
                             float *const *expected, const char *what)
{
    for (int i = 0; i < network->parameter_count; i++)
        for (size_t j = 0; j < network->parameters[i].count; j++) {
            double value = (double)gradients[i][j], other = (double)expected[i][j];
            if (!(fabs(value - other) <= 1e-4 * fabs(other) + 1e-5))
                fail_msg("%s: the gradient of %s is %.9g, expected %.9g", what,
                         network->parameters[i].name, value, other);
        }
}

static void release_pass(struct pass *pass)
{
    executor_destroy(pass->executor);
    tensor_release(&pass->x);
}

static void test_training_does_not_depend_on_padding(void **state)
{
    (void)state;
    for (int i = 0; i < kind_case_count; i++) {
        struct network *network = kind_network(&kind_cases[i]);
        struct pass tight, loose;
        run_pass(&tight, network, 13);
        run_pass(&loose, network, 29);
        toy_assert_same_sound(loose.logits, tight.logits, 3e-6, kind_text(&kind_cases[i]));
        for (int j = 0; j < network->layer_count; j++)
            assert_padding_is_zero(&loose.executor->states[j].output, kind_text(&kind_cases[i]));
        assert_gradients(network, loose.executor->gradients, tight.executor->gradients,
                         kind_text(&kind_cases[i]));
        release_pass(&tight);
        release_pass(&loose);
        network_destroy(network);
    }
}

/* Whether every item is worked on by itself. */
static bool is_separable(const struct kind_case *kind)
{
    return !strstr(kind->settings, "batch_norm") && strcmp(kind->kind, "batch_norm") &&
           strcmp(kind->kind, "dropout");
}

/* Adds up the gradients that the items give one by one. */
static void sum_items(const struct network *network, const struct tensor *x, float **sums)
{
    struct executor *executor;
    struct tensor alone = {0}, projection = {0}, part = {0};
    assert_ok(executor_create(&executor, network, &kernels_onednn, true, 1, &error));
    toy_tensor(&projection, KIND_ITEMS, 1, 1, KIND_CLASSES, 6);
    for (int i = 0; i < network->parameter_count; i++) {
        sums[i] = calloc(network->parameters[i].count, sizeof(float));
        assert_non_null(sums[i]);
    }
    for (int item = 0; item < KIND_ITEMS; item++) {
        const struct tensor *logits;
        toy_item(&alone, x, item);
        toy_item(&part, &projection, item);
        assert_ok(executor_forward(executor, &alone, &logits, &error));
        assert_ok(executor_backward(executor, &part, &error));
        for (int i = 0; i < network->parameter_count; i++)
            for (size_t j = 0; j < network->parameters[i].count; j++)
                sums[i][j] += executor->gradients[i][j];
    }
    executor_destroy(executor);
    tensor_release(&alone);
    tensor_release(&projection);
    tensor_release(&part);
}

static void test_gradients_add_up_over_items(void **state)
{
    (void)state;
    for (int i = 0; i < kind_case_count; i++) {
        if (!is_separable(&kind_cases[i]))
            continue;
        struct network *network = kind_network(&kind_cases[i]);
        float *sums[64];
        assert_in_range(network->parameter_count, 1, 64);
        struct pass together;
        run_pass(&together, network, 13);
        sum_items(network, &together.x, sums);
        assert_gradients(network, together.executor->gradients, sums, kind_text(&kind_cases[i]));
        for (int j = 0; j < network->parameter_count; j++)
            free(sums[j]);
        release_pass(&together);
        network_destroy(network);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_items_give_the_same_alone_and_in_a_batch),
        cmocka_unit_test(test_training_does_not_depend_on_padding),
        cmocka_unit_test(test_gradients_add_up_over_items),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
