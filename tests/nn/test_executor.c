/* Running networks: inputs that do not fit, threads, engines, many shapes. */
#include <math.h>
#include <omp.h>
#include <pthread.h>
#include <string.h>

#include "base/pool.h"
#include "kinds.h"
#include "toy.h"

static ser_error error;

#define NETWORK                                                                                    \
    "[{'type': 'conv2d', 'channels': 16, 'kernel': 3, 'stride': 2}, {'type': 'batch_norm'}, "      \
    "{'type': 'relu'}, {'type': 'max_pool'}, {'type': 'flatten'}, "                                \
    "{'type': 'attentive_pool', 'hidden': 8}, {'type': 'dense', 'units': 'classes'}]"

enum { BANDS = 12, CLASSES = 4 };

static struct executor *make(const struct network *network, const struct kernels *kernels,
                             bool training, int threads)
{
    struct executor *executor;
    assert_ok(executor_create(&executor, network, kernels, training, threads, &error));
    return executor;
}

static void test_inputs_of_wrong_shape_are_refused(void **state)
{
    (void)state;
    struct network *network = toy_network(NETWORK, BANDS, CLASSES);
    struct executor *executor = make(network, &kernels_onednn, false, 1);
    struct tensor x = {0};
    const struct tensor *logits;
    assert_error(executor_forward(executor, &x, &logits, &error), SER_ERROR_ARGUMENT,
                 "a network for 12 bands was given 0 bands of 0 channels");
    toy_tensor(&x, 2, 20, BANDS - 1, 1, 1);
    assert_error(executor_forward(executor, &x, &logits, &error), SER_ERROR_ARGUMENT,
                 "a network for 12 bands was given 11 bands of 1 channels");
    toy_tensor(&x, 2, 20, BANDS, 2, 1);
    assert_error(executor_forward(executor, &x, &logits, &error), SER_ERROR_ARGUMENT,
                 "given 12 bands of 2 channels");
    executor_destroy(executor);
    network_destroy(network);
    tensor_release(&x);
}

static void test_inputs_of_wrong_length_are_refused(void **state)
{
    (void)state;
    struct network *network = toy_network(NETWORK, BANDS, CLASSES);
    struct executor *executor = make(network, &kernels_onednn, false, 1);
    struct tensor x = {0};
    const struct tensor *logits;
    assert_int_equal(network->minimum_frames, 3);
    toy_tensor(&x, 1, 2, BANDS, 1, 1);
    assert_error(executor_forward(executor, &x, &logits, &error), SER_ERROR_ARGUMENT,
                 "a network for at least 3 frames was given 2 of 2");
    toy_tensor(&x, 3, 9, BANDS, 1, 1);
    static const int wrong[] = {2, 0, -1, 10};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        x.lengths[2] = wrong[i];
        assert_error(executor_forward(executor, &x, &logits, &error), SER_ERROR_ARGUMENT,
                     "a network for at least 3 frames was given");
    }
    x.lengths[2] = 3;
    assert_ok(executor_forward(executor, &x, &logits, &error));
    toy_tensor(&x, 1, NETWORK_MAX_FRAMES + 1, BANDS, 1, 1);
    x.lengths[0] = 3;
    assert_error(executor_forward(executor, &x, &logits, &error), SER_ERROR_ARGUMENT,
                 "the network cannot take 3 frames padded to 1048577");
    executor_destroy(executor);
    network_destroy(network);
    tensor_release(&x);
}

static void test_the_caller_keeps_its_input_and_its_threads(void **state)
{
    (void)state;
    struct network *network = toy_network(NETWORK, BANDS, CLASSES);
    struct executor *executor = make(network, &kernels_onednn, true, 2);
    struct tensor x = {0}, copy = {0};
    const struct tensor *logits;
    toy_batch(&x, (int[]){9, 5}, 2, 11, BANDS, 1);
    assert_ok(tensor_resize_like(&copy, &x, &error));
    memcpy(copy.data, x.data, tensor_count(&x) * sizeof(float));
    omp_set_num_threads(3);
    assert_ok(executor_forward(executor, &x, &logits, &error));
    assert_int_equal(omp_get_max_threads(), 3);
    toy_tensor(&copy, 2, 1, 1, CLASSES, 2);
    assert_ok(executor_backward(executor, &copy, &error));
    assert_int_equal(omp_get_max_threads(), 3);
    toy_batch(&copy, (int[]){9, 5}, 2, 11, BANDS, 1);
    assert_memory_equal(x.data, copy.data, tensor_count(&x) * sizeof(float));
    executor_destroy(executor);
    executor = make(network, &kernels_onednn, false, 0);
    assert_int_equal(executor->threads, pool_processors());
    executor_destroy(executor);
    executor_destroy(NULL);
    network_destroy(network);
    tensor_release(&x);
    tensor_release(&copy);
}

/* Frozen weights are kept reordered by shape: coming back to a shape must find the right ones. */
static void test_shapes_may_come_and_go(void **state)
{
    (void)state;
    struct network *network = toy_network(NETWORK, BANDS, CLASSES);
    struct executor *fast = make(network, &kernels_onednn, false, 1);
    struct executor *plain = make(network, &kernels_plain, false, 1);
    static const int shapes[][2] = {{1, 30}, {3, 17}, {1, 3}, {2, 64}, {1, 30}, {3, 17}, {1, 31}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        struct tensor x = {0};
        const struct tensor *logits, *expected;
        toy_tensor(&x, shapes[i][0], shapes[i][1], BANDS, 1, i);
        assert_ok(executor_forward(fast, &x, &logits, &error));
        assert_ok(executor_forward(plain, &x, &expected, &error));
        toy_assert_same_sound(logits, expected, 1e-5, "logits");
        tensor_release(&x);
    }
    executor_destroy(fast);
    executor_destroy(plain);
    network_destroy(network);
}

/* A training executor sees the weights of the moment. */
static void test_weights_may_change_while_training(void **state)
{
    (void)state;
    struct network *network = toy_network(NETWORK, BANDS, CLASSES);
    struct executor *fast = make(network, &kernels_onednn, true, 1);
    struct tensor x = {0};
    const struct tensor *logits;
    toy_tensor(&x, 2, 20, BANDS, 1, 1);
    assert_ok(executor_forward(fast, &x, &logits, &error));
    float before = logits->data[0];
    toy_parameter(network, "layers.6.bias")[0] += 1;
    assert_ok(executor_forward(fast, &x, &logits, &error));
    assert_float_equal(logits->data[0], before + 1, 1e-5);
    before = logits->data[1];
    toy_parameter(network, "layers.0.weight")[5] += 1;
    assert_ok(executor_forward(fast, &x, &logits, &error));
    assert_true(fabsf(logits->data[1] - before) > 1e-5f);
    executor_destroy(fast);
    network_destroy(network);
    tensor_release(&x);
}

static void test_engines_agree_on_every_kind(void **state)
{
    (void)state;
    for (int i = 0; i < kind_case_count; i++) {
        struct network *network = kind_network(&kind_cases[i]);
        struct executor *fast = make(network, &kernels_onednn, false, 2);
        struct executor *plain = make(network, &kernels_plain, false, 1);
        struct tensor x = {0};
        const struct tensor *logits, *expected;
        toy_batch(&x, kind_lengths, KIND_ITEMS, 15, KIND_BANDS, 5);
        assert_ok(executor_forward(fast, &x, &logits, &error));
        assert_ok(executor_forward(plain, &x, &expected, &error));
        toy_assert_same_sound(logits, expected, 1e-5, kind_text(&kind_cases[i]));
        executor_destroy(fast);
        executor_destroy(plain);
        network_destroy(network);
        tensor_release(&x);
    }
}

static void *forward_elsewhere(void *context)
{
    struct executor *executor = context;
    struct tensor x = {0};
    const struct tensor *logits;
    ser_error problem;
    toy_tensor(&x, 4, 40, BANDS, 1, 9);
    ser_status status = executor_forward(executor, &x, &logits, &problem);
    tensor_release(&x);
    return (void *)(uintptr_t)status;
}

/* Made on one thread, used on others, one after the other. */
static void test_an_executor_may_move_to_another_thread(void **state)
{
    (void)state;
    struct network *network = toy_network(NETWORK, BANDS, CLASSES);
    for (int training = 0; training < 2; training++) {
        struct executor *executor = make(network, &kernels_onednn, training, 2);
        float first[4 * CLASSES];
        for (int i = 0; i < 3; i++) {
            pthread_t thread;
            void *status;
            assert_int_equal(pthread_create(&thread, NULL, forward_elsewhere, executor), 0);
            assert_int_equal(pthread_join(thread, &status), 0);
            assert_null(status);
            struct tensor *logits = &toy_state(executor, "layers.6")->output;
            if (!i)
                memcpy(first, logits->data, sizeof first);
            assert_memory_equal(first, logits->data, sizeof first);
        }
        executor_destroy(executor);
    }
    network_destroy(network);
}

/* Many executors share a network, each on a thread of its own. */
static void test_executors_run_side_by_side(void **state)
{
    (void)state;
    enum { EXECUTORS = 6 };
    struct network *network = toy_network(NETWORK, BANDS, CLASSES);
    struct executor *executors[EXECUTORS];
    pthread_t threads[EXECUTORS];
    for (int i = 0; i < EXECUTORS; i++)
        executors[i] = make(network, &kernels_onednn, false, 1);
    for (int i = 0; i < EXECUTORS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, forward_elsewhere, executors[i]), 0);
    for (int i = 0; i < EXECUTORS; i++) {
        void *status;
        assert_int_equal(pthread_join(threads[i], &status), 0);
        assert_null(status);
    }
    for (int i = 1; i < EXECUTORS; i++)
        assert_memory_equal(toy_state(executors[0], "layers.6")->output.data,
                            toy_state(executors[i], "layers.6")->output.data,
                            4 * CLASSES * sizeof(float));
    for (int i = 0; i < EXECUTORS; i++)
        executor_destroy(executors[i]);
    network_destroy(network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_inputs_of_wrong_shape_are_refused),
        cmocka_unit_test(test_inputs_of_wrong_length_are_refused),
        cmocka_unit_test(test_the_caller_keeps_its_input_and_its_threads),
        cmocka_unit_test(test_shapes_may_come_and_go),
        cmocka_unit_test(test_weights_may_change_while_training),
        cmocka_unit_test(test_engines_agree_on_every_kind),
        cmocka_unit_test(test_an_executor_may_move_to_another_thread),
        cmocka_unit_test(test_executors_run_side_by_side),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
