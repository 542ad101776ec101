/* The plain engine against small examples computed by hand and against the definitions. */
#include <math.h>
#include <string.h>

#include "naive.h"
#include "nn/kernels.h"
#include "shapes.h"
#include "toy.h"

static ser_error error;
static const struct kernels *const k = &kernels_plain;

/* A tensor of one item with these values. */
static struct tensor given(int frames, int bands, int channels, const float *values)
{
    struct tensor tensor = {0};
    assert_ok(tensor_resize(&tensor, 1, frames, bands, channels, &error));
    memcpy(tensor.data, values, tensor_count(&tensor) * sizeof(float));
    return tensor;
}

static void assert_values(struct tensor *tensor, const float *expected)
{
    for (size_t i = 0; i < tensor_count(tensor); i++)
        assert_float_equal(tensor->data[i], expected[i], 1e-6);
}

static void test_convolution_by_hand(void **state)
{
    (void)state;
    struct tensor x = given(5, 1, 1, (const float[]){1, 2, 3, 4, 5}), y = {0};
    /* Same padding: one 0 before, so y_t = x_(t-1) + 10 x_t + 100 x_(t+1) + 0.5. */
    struct convolution three = {{3, 1}, {1, 1}, {1, 1}, 1};
    assert_ok(tensor_resize(&y, 1, 5, 1, 1, &error));
    assert_ok(k->convolution_forward(NULL, &three, &x, (const float[]){1, 10, 100},
                                     (const float[]){0.5f}, &y, &error));
    assert_values(&y, (const float[]){210.5f, 321.5f, 432.5f, 543.5f, 54.5f});
    /* An even kernel looks one further ahead than back: y_t = x_t + 10 x_(t+1), at t = 0, 2, 4. */
    struct convolution two = {{2, 1}, {2, 1}, {1, 1}, 1};
    assert_ok(tensor_resize(&y, 1, 3, 1, 1, &error));
    assert_ok(k->convolution_forward(NULL, &two, &x, (const float[]){1, 10}, NULL, &y, &error));
    assert_values(&y, (const float[]){21, 43, 5});
    /* Dilation 2: y_t = x_(t-2) + 10 x_t + 100 x_(t+2). */
    struct convolution wide = {{3, 1}, {1, 1}, {2, 1}, 1};
    assert_ok(tensor_resize(&y, 1, 5, 1, 1, &error));
    assert_ok(
        k->convolution_forward(NULL, &wide, &x, (const float[]){1, 10, 100}, NULL, &y, &error));
    assert_values(&y, (const float[]){310, 420, 531, 42, 53});
    tensor_release(&x);
    tensor_release(&y);
}

static void test_convolution_over_bands_and_groups_by_hand(void **state)
{
    (void)state;
    /* One frame, two bands, two channels; each channel is a group with one output. */
    struct tensor x = given(1, 2, 2, (const float[]){1, 2, 3, 4}), y = {0};
    struct convolution s = {{1, 2}, {1, 1}, {1, 1}, 2};
    assert_ok(tensor_resize(&y, 1, 1, 2, 2, &error));
    assert_ok(
        k->convolution_forward(NULL, &s, &x, (const float[]){1, 10, 100, 1000}, NULL, &y, &error));
    assert_values(&y, (const float[]){1 + 30, 200 + 4000, 3, 400});
    tensor_release(&x);
    tensor_release(&y);
}

static void test_dense_by_hand(void **state)
{
    (void)state;
    struct tensor x = given(2, 1, 2, (const float[]){1, 2, 3, 4}), y = {0};
    assert_ok(tensor_resize(&y, 1, 2, 1, 3, &error));
    assert_ok(k->dense_forward(NULL, &x, (const float[]){1, 2, 3, 4, 5, 6},
                               (const float[]){0, 10, 20}, &y, &error));
    assert_values(&y, (const float[]){5, 21, 37, 11, 35, 59});
    tensor_release(&x);
    tensor_release(&y);
}

static void test_pooling_by_hand(void **state)
{
    (void)state;
    struct tensor x = given(5, 1, 1, (const float[]){4, -8, -4, -8, -4}), y = {0};
    struct pooling s = {POOLING_MAX, {2, 1}, {2, 1}};
    assert_ok(tensor_resize(&y, 1, 2, 1, 1, &error));
    assert_ok(k->pooling_forward(NULL, &s, &x, &y, &error));
    assert_values(&y, (const float[]){4, -4});
    s.kind = POOLING_AVERAGE; /* the last window is half outside, where zeros stand */
    assert_ok(tensor_resize(&y, 1, 3, 1, 1, &error));
    assert_ok(k->pooling_forward(NULL, &s, &x, &y, &error));
    assert_values(&y, (const float[]){-2, -6, -2});
    tensor_release(&x);
    tensor_release(&y);
}

static void test_norms_by_hand(void **state)
{
    (void)state;
    struct tensor x = given(1, 1, 2, (const float[]){3, 5}), y = {0};
    assert_ok(tensor_resize_like(&y, &x, &error));
    assert_ok(k->batch_norm_forward(NULL, &x, (const float[]){1, 2}, (const float[]){4, 9},
                                    (const float[]){10, 1}, (const float[]){0, 7}, &y, &error));
    assert_float_equal(y.data[0], 10, 1e-4);
    assert_float_equal(y.data[1], 8, 1e-4);
    assert_ok(
        k->layer_norm_forward(NULL, &x, (const float[]){1, 2}, (const float[]){0, 7}, &y, &error));
    assert_float_equal(y.data[0], -1, 1e-4);
    assert_float_equal(y.data[1], 9, 1e-4);
    tensor_release(&x);
    tensor_release(&y);
}

static void test_convolutions_follow_the_definition(void **state)
{
    (void)state;
    for (int number = 0; number < CONVOLUTION_SHAPES; number++) {
        struct convolution_shape shape = shape_convolution(number);
        const struct convolution *s = &shape.settings;
        struct tensor x = {0}, y = {0}, expected = {0}, weight = {0}, bias = {0};
        toy_tensor(&x, shape.batch, shape.frames, shape.bands, shape.inputs, 1);
        toy_tensor(&weight, shape.outputs, shape.inputs / s->groups, s->kernel[0], s->kernel[1], 2);
        toy_tensor(&bias, 1, 1, 1, shape.outputs, 3);
        assert_ok(tensor_resize(&y, shape.batch, naive_convolution_positions(s, 0, shape.frames),
                                naive_convolution_positions(s, 1, shape.bands), shape.outputs,
                                &error));
        assert_ok(tensor_resize_like(&expected, &y, &error));
        const float *added = shape.biased ? bias.data : NULL;
        assert_ok(k->convolution_forward(NULL, s, &x, weight.data, added, &y, &error));
        naive_convolution(s, &x, weight.data, added, &expected);
        toy_assert_same_sound(&y, &expected, 3e-6, shape_convolution_text(&shape, "forward"));
        tensor_release(&x);
        tensor_release(&y);
        tensor_release(&expected);
        tensor_release(&weight);
        tensor_release(&bias);
    }
}

static void test_poolings_follow_the_definition(void **state)
{
    (void)state;
    for (int number = 0; number < POOLING_SHAPES; number++) {
        struct pooling_shape shape = shape_pooling(number);
        const struct pooling *s = &shape.settings;
        struct tensor x = {0}, y = {0}, expected = {0};
        toy_tensor(&x, shape.batch, shape.frames, shape.bands, shape.channels, 4);
        assert_ok(tensor_resize(&y, shape.batch, naive_pooling_positions(s, 0, shape.frames),
                                naive_pooling_positions(s, 1, shape.bands), shape.channels,
                                &error));
        assert_ok(tensor_resize_like(&expected, &y, &error));
        assert_ok(k->pooling_forward(NULL, s, &x, &y, &error));
        naive_pooling(s, &x, &expected);
        toy_assert_same_sound(&y, &expected, 1e-6, shape_pooling_text(&shape, "forward"));
        tensor_release(&x);
        tensor_release(&y);
        tensor_release(&expected);
    }
}

static void test_dense_and_norms_follow_the_definition(void **state)
{
    (void)state;
    struct tensor x = {0}, y = {0}, expected = {0}, weight = {0}, vectors = {0};
    toy_tensor(&x, 3, 5, 4, 37, 5);
    toy_tensor(&weight, 1, 1, 23, 37, 6);
    toy_tensor(&vectors, 1, 1, 4, 37, 7);
    const float *mean = vectors.data, *scale = mean + 37, *shift = scale + 37;
    float *variance = vectors.data + 3 * 37;
    assert_ok(tensor_resize(&y, 3, 5, 4, 23, &error));
    assert_ok(tensor_resize_like(&expected, &y, &error));
    assert_ok(k->dense_forward(NULL, &x, weight.data, shift, &y, &error));
    naive_dense(&x, weight.data, shift, &expected);
    toy_assert_same_sound(&y, &expected, 1e-6, "dense");
    assert_ok(tensor_resize_like(&y, &x, &error));
    assert_ok(tensor_resize_like(&expected, &x, &error));
    assert_ok(k->layer_norm_forward(NULL, &x, scale, shift, &y, &error));
    naive_layer_norm(&x, scale, shift, &expected);
    toy_assert_same_sound(&y, &expected, 1e-6, "layer norm");
    for (int c = 0; c < 37; c++)
        variance[c] = 0.1f + fabsf(variance[c]);
    assert_ok(k->batch_norm_forward(NULL, &x, mean, variance, scale, shift, &y, &error));
    for (size_t i = 0; i < tensor_count(&x); i++) {
        size_t c = i % 37;
        double value = naive_normalised((double)x.data[i], (double)mean[c], (double)variance[c]);
        expected.data[i] = (float)(value * (double)scale[c] + (double)shift[c]);
    }
    toy_assert_same_sound(&y, &expected, 1e-6, "batch norm");
    tensor_release(&x);
    tensor_release(&y);
    tensor_release(&expected);
    tensor_release(&weight);
    tensor_release(&vectors);
}

static void test_activations_follow_the_definition(void **state)
{
    (void)state;
    struct tensor x = {0}, y = {0};
    assert_ok(tensor_resize(&x, 1, 4001, 1, 1, &error));
    assert_ok(tensor_resize_like(&y, &x, &error));
    for (int i = 0; i <= 4000; i++)
        x.data[i] = (float)(i - 2000) * 0.05f;
    for (int a = ACTIVATION_RELU; a <= ACTIVATION_SIGMOID; a++) {
        assert_ok(k->activation_forward(NULL, (enum activation)a, &x, &y, &error));
        for (int i = 0; i <= 4000; i++) {
            double expected = naive_activation((enum activation)a, (double)x.data[i]);
            /* GELU far below 0 is a small difference of ones. */
            double limit = 4e-7 * fabs(expected) + (a == ACTIVATION_GELU ? 4e-7 : 1e-36);
            if (!(fabs((double)y.data[i] - expected) <= limit))
                fail_msg("activation %d of %g is %.9g, expected %.9g", a, (double)x.data[i],
                         (double)y.data[i], expected);
        }
    }
    tensor_release(&x);
    tensor_release(&y);
}

static void test_the_plain_engine_cannot_train(void **state)
{
    (void)state;
    struct engine *engine = NULL;
    assert_ok(k->create(&engine, true, &error));
    k->destroy(engine);
    assert_string_equal(k->name, "plain");
    assert_null(k->convolution_backward);
    struct network *network = toy_network(
        "[{'type': 'flatten'}, {'type': 'global_pool'}, {'type': 'dense', 'units': 2}]", 4, 2);
    struct executor *executor;
    assert_error(executor_create(&executor, network, k, true, 1, &error), SER_ERROR_ARGUMENT,
                 "the plain engine cannot train");
    assert_null(executor);
    network_destroy(network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_convolution_by_hand),
        cmocka_unit_test(test_convolution_over_bands_and_groups_by_hand),
        cmocka_unit_test(test_dense_by_hand),
        cmocka_unit_test(test_pooling_by_hand),
        cmocka_unit_test(test_norms_by_hand),
        cmocka_unit_test(test_convolutions_follow_the_definition),
        cmocka_unit_test(test_poolings_follow_the_definition),
        cmocka_unit_test(test_dense_and_norms_follow_the_definition),
        cmocka_unit_test(test_activations_follow_the_definition),
        cmocka_unit_test(test_the_plain_engine_cannot_train),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
