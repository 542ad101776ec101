/* The oneDNN engine's forward kernels against their plain twins, in an engine whose weights never
 * change (frozen) and in one whose weights do. */
#include <math.h>
#include <string.h>

#include "naive.h"
#include "nn/kernels.h"
#include "shapes.h"
#include "toy.h"

static ser_error error;
static const struct kernels *const fast = &kernels_onednn, *const plain = &kernels_plain;

/* The engines of one test, and its tensors. */
struct bench {
    struct engine *engines[2]; /* [1] is frozen */
    struct tensor x, y, expected, weight, bias;
};

static int set_up(void **state)
{
    static struct bench bench;
    bench = (struct bench){0};
    for (int frozen = 0; frozen < 2; frozen++)
        assert_ok(fast->create(&bench.engines[frozen], frozen, &error));
    *state = &bench;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    for (int frozen = 0; frozen < 2; frozen++)
        fast->destroy(b->engines[frozen]);
    tensor_release(&b->x);
    tensor_release(&b->y);
    tensor_release(&b->expected);
    tensor_release(&b->weight);
    tensor_release(&b->bias);
    return 0;
}

/* What the kernel does not write stays a NaN and fails the comparison. */
static void spoil(struct tensor *y)
{
    for (size_t i = 0; i < tensor_count(y); i++)
        y->data[i] = NAN;
}

static void compare_convolution(struct bench *b, const struct convolution_shape *shape,
                                struct engine *engine, const float *weight, const char *what)
{
    const float *bias = shape->biased ? b->bias.data : NULL;
    spoil(&b->y);
    assert_ok(
        fast->convolution_forward(engine, &shape->settings, &b->x, weight, bias, &b->y, &error));
    assert_ok(plain->convolution_forward(NULL, &shape->settings, &b->x, weight, bias, &b->expected,
                                         &error));
    toy_assert_same_sound(&b->y, &b->expected, 5e-6, shape_convolution_text(shape, what));
}

static void test_convolutions_agree(void **state)
{
    struct bench *b = *state;
    for (int number = 0; number < CONVOLUTION_SHAPES; number++) {
        struct convolution_shape shape = shape_convolution(number);
        const struct convolution *s = &shape.settings;
        toy_tensor(&b->weight, shape.outputs, shape.inputs / s->groups, s->kernel[0], s->kernel[1],
                   2);
        toy_tensor(&b->bias, 1, 1, 1, shape.outputs, 3);
        toy_tensor(&b->x, shape.batch, shape.frames, shape.bands, shape.inputs, 1);
        assert_ok(tensor_resize(&b->y, shape.batch, naive_convolution_positions(s, 0, shape.frames),
                                naive_convolution_positions(s, 1, shape.bands), shape.outputs,
                                &error));
        assert_ok(tensor_resize_like(&b->expected, &b->y, &error));
        compare_convolution(b, &shape, b->engines[1], b->weight.data, "frozen forward");
        toy_fill(b->x.data, tensor_count(&b->x), 4, -1, 1);
        compare_convolution(b, &shape, b->engines[1], b->weight.data, "second frozen forward");
        compare_convolution(b, &shape, b->engines[0], b->weight.data, "forward");
        toy_fill(b->weight.data, tensor_count(&b->weight), 5, -1, 1);
        compare_convolution(b, &shape, b->engines[0], b->weight.data, "forward of other weights");
        /* The frozen engine remembers weights by their address: this one must not come back. */
        tear_down(state);
        set_up(state);
    }
}

static void test_a_frozen_engine_tells_weights_of_one_shape_apart(void **state)
{
    struct bench *b = *state;
    struct convolution_shape shape = {{{3, 3}, {1, 1}, {1, 1}, 1}, 2, 9, 8, 16, 32, 1};
    toy_tensor(&b->weight, 2 * 32, 16, 3, 3, 2);
    toy_tensor(&b->bias, 1, 1, 1, 32, 3);
    toy_tensor(&b->x, 2, 9, 8, 16, 1);
    assert_ok(tensor_resize(&b->y, 2, 9, 8, 32, &error));
    assert_ok(tensor_resize_like(&b->expected, &b->y, &error));
    for (int pass = 0; pass < 2; pass++)
        for (int half = 0; half < 2; half++)
            compare_convolution(b, &shape, b->engines[1], tensor_item(&b->weight, half * 32),
                                "forward with either weight");
}

/* Two convolutions that differ in one setting must not share what one engine keeps. */
static void test_an_engine_tells_settings_apart(void **state)
{
    struct bench *b = *state;
    static const struct convolution_shape shapes[] = {
        {{{3, 3}, {1, 1}, {1, 1}, 1}, 2, 9, 8, 4, 4, 1},
        {{{3, 3}, {1, 1}, {1, 2}, 1}, 2, 9, 8, 4, 4, 1},
        {{{3, 3}, {1, 1}, {2, 1}, 1}, 2, 9, 8, 4, 4, 1},
        {{{3, 3}, {1, 2}, {1, 1}, 1}, 2, 9, 8, 4, 4, 1},
        {{{3, 3}, {2, 1}, {1, 1}, 1}, 2, 9, 8, 4, 4, 1},
        {{{3, 3}, {1, 1}, {1, 1}, 2}, 2, 9, 8, 4, 4, 1},
        {{{3, 3}, {1, 1}, {1, 1}, 4}, 2, 9, 8, 4, 4, 1},
        {{{3, 3}, {1, 1}, {1, 1}, 1}, 2, 8, 9, 4, 4, 1},
        {{{3, 3}, {1, 1}, {1, 1}, 1}, 2, 9, 8, 4, 4, 0},
        {{{1, 3}, {1, 1}, {1, 1}, 1}, 2, 9, 8, 4, 4, 1},
        {{{3, 1}, {1, 1}, {1, 1}, 1}, 2, 9, 8, 4, 4, 1},
        {{{3, 3}, {1, 1}, {1, 1}, 1}, 1, 9, 8, 4, 4, 1},
    };
    toy_tensor(&b->weight, 4, 4, 3, 3, 2); /* enough for all of them */
    toy_tensor(&b->bias, 1, 1, 1, 4, 3);
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const struct convolution_shape *s = &shapes[i];
        toy_tensor(&b->x, s->batch, s->frames, s->bands, s->inputs, 1);
        assert_ok(tensor_resize(
            &b->y, s->batch, naive_convolution_positions(&s->settings, 0, s->frames),
            naive_convolution_positions(&s->settings, 1, s->bands), s->outputs, &error));
        assert_ok(tensor_resize_like(&b->expected, &b->y, &error));
        for (int frozen = 0; frozen < 2; frozen++)
            compare_convolution(b, s, b->engines[frozen], b->weight.data, "one after another");
    }
}

static void compare_dense(struct bench *b, struct engine *engine, int biases_seed)
{
    toy_fill(b->bias.data, tensor_count(&b->bias), (uint64_t)biases_seed, -1, 1);
    spoil(&b->y);
    assert_ok(fast->dense_forward(engine, &b->x, b->weight.data, b->bias.data, &b->y, &error));
    assert_ok(
        plain->dense_forward(NULL, &b->x, b->weight.data, b->bias.data, &b->expected, &error));
    toy_assert_same_sound(&b->y, &b->expected, 3e-6, "dense");
}

static void test_dense_layers_agree(void **state)
{
    struct bench *b = *state;
    static const int shapes[][5] = {/* batch, frames, bands, inputs, outputs */
                                    {1, 1, 1, 1, 1},     {1, 1, 1, 16, 4},    {32, 1, 1, 320, 8},
                                    {3, 7, 1, 17, 33},   {2, 5, 3, 9, 2},     {1, 1, 1, 1000, 7},
                                    {2, 38, 1, 160, 64}, {1, 301, 2, 3, 130}, {5, 1, 1, 1, 6}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const int *s = shapes[i];
        toy_tensor(&b->x, s[0], s[1], s[2], s[3], 1);
        toy_tensor(&b->weight, 1, 1, s[4], s[3], 2);
        toy_tensor(&b->bias, 1, 1, 1, s[4], 3);
        assert_ok(tensor_resize(&b->y, s[0], s[1], s[2], s[4], &error));
        assert_ok(tensor_resize_like(&b->expected, &b->y, &error));
        compare_dense(b, b->engines[1], 3);
        toy_fill(b->x.data, tensor_count(&b->x), 4, -1, 1);
        compare_dense(b, b->engines[1], 3);
        compare_dense(b, b->engines[0], 4);
        toy_fill(b->weight.data, tensor_count(&b->weight), 5, -1, 1);
        compare_dense(b, b->engines[0], 5);
        tear_down(state);
        set_up(state);
    }
}

static void test_poolings_agree(void **state)
{
    struct bench *b = *state;
    for (int number = 0; number < POOLING_SHAPES; number++) {
        struct pooling_shape shape = shape_pooling(number);
        const struct pooling *s = &shape.settings;
        toy_tensor(&b->x, shape.batch, shape.frames, shape.bands, shape.channels, 4);
        assert_ok(tensor_resize(&b->y, shape.batch, naive_pooling_positions(s, 0, shape.frames),
                                naive_pooling_positions(s, 1, shape.bands), shape.channels,
                                &error));
        assert_ok(tensor_resize_like(&b->expected, &b->y, &error));
        assert_ok(plain->pooling_forward(NULL, s, &b->x, &b->expected, &error));
        for (int frozen = 0; frozen < 2; frozen++) {
            spoil(&b->y);
            assert_ok(fast->pooling_forward(b->engines[frozen], s, &b->x, &b->y, &error));
            toy_assert_same_sound(&b->y, &b->expected, 1e-6, shape_pooling_text(&shape, "forward"));
        }
    }
}

/* Relative to each value, not to the largest. */
static void assert_activations_agree(struct bench *b, enum activation activation)
{
    for (size_t i = 0; i < tensor_count(&b->x); i++) {
        double x = (double)b->x.data[i], expected = naive_activation(activation, x);
        double y = (double)b->y.data[i], twin = (double)b->expected.data[i];
        double limit = 2e-6 * fabs(expected) + 6e-7 * fmin(fabs(x), 1) + 1e-37;
        if (!(fabs(y - expected) <= limit) || !(fabs(y - twin) <= limit))
            fail_msg("activation %d of %g is %.9g, plain %.9g, expected %.9g", activation, x, y,
                     twin, expected);
    }
}

static void test_activations_agree_over_a_wide_range(void **state)
{
    struct bench *b = *state;
    static const float special[] = {0,     -0.0f, 1e-30f, -1e-30f, 1e-10f, -1e-10f, 1e4f,
                                    -1e4f, 1e30f, -1e30f, 88.8f,   -88.8f, 103.9f,  -103.9f};
    enum { COUNT = 5003, SPECIAL = sizeof special / sizeof *special };
    assert_ok(tensor_resize(&b->x, 1, COUNT, 1, 1, &error));
    assert_ok(tensor_resize_like(&b->y, &b->x, &error));
    assert_ok(tensor_resize_like(&b->expected, &b->x, &error));
    for (int i = 0; i < COUNT; i++)
        b->x.data[i] = i < SPECIAL ? special[i] : (float)(i - COUNT / 2) * 0.03f;
    for (int a = ACTIVATION_RELU; a <= ACTIVATION_SIGMOID; a++)
        for (int frozen = 0; frozen < 2; frozen++) {
            spoil(&b->y);
            assert_ok(fast->activation_forward(b->engines[frozen], (enum activation)a, &b->x, &b->y,
                                               &error));
            assert_ok(
                plain->activation_forward(NULL, (enum activation)a, &b->x, &b->expected, &error));
            assert_activations_agree(b, (enum activation)a);
        }
}

static void test_activations_keep_zero(void **state)
{
    struct bench *b = *state;
    toy_tensor(&b->x, 1, 67, 1, 1, 1);
    memset(b->x.data, 0, 67 * sizeof(float));
    assert_ok(tensor_resize_like(&b->y, &b->x, &error));
    for (int a = ACTIVATION_RELU; a <= ACTIVATION_TANH; a++) {
        assert_ok(
            fast->activation_forward(b->engines[1], (enum activation)a, &b->x, &b->y, &error));
        for (int i = 0; i < 67; i++)
            assert_true(b->y.data[i] == 0); /* else padding would not stay zero */
    }
}

static void compare_norms(struct bench *b, struct engine *engine, const float *vectors,
                          const float *variance, size_t channels)
{
    const float *mean = vectors, *scale = mean + channels, *shift = scale + channels;
    spoil(&b->y);
    assert_ok(fast->layer_norm_forward(engine, &b->x, scale, shift, &b->y, &error));
    assert_ok(plain->layer_norm_forward(NULL, &b->x, scale, shift, &b->expected, &error));
    toy_assert_same_sound(&b->y, &b->expected, 5e-6, "layer norm");
    spoil(&b->y);
    assert_ok(fast->batch_norm_forward(engine, &b->x, mean, variance, scale, shift, &b->y, &error));
    assert_ok(
        plain->batch_norm_forward(NULL, &b->x, mean, variance, scale, shift, &b->expected, &error));
    toy_assert_same_sound(&b->y, &b->expected, 3e-6, "batch norm");
}

static void test_norms_agree(void **state)
{
    struct bench *b = *state;
    static const int shapes[][4] = {{1, 1, 1, 1},   {1, 1, 1, 16},  {2, 5, 3, 7}, {3, 4, 1, 64},
                                    {1, 30, 8, 96}, {2, 3, 1, 129}, {4, 9, 2, 2}, {1, 2, 1, 1000}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const int *s = shapes[i];
        size_t channels = (size_t)s[3];
        toy_tensor(&b->x, s[0], s[1], s[2], s[3], 1);
        toy_tensor(&b->weight, 1, 1, 3, s[3], 2);
        toy_tensor(&b->bias, 1, 1, 1, s[3], 3);
        for (size_t c = 0; c < channels; c++)
            b->bias.data[c] = 0.05f + fabsf(b->bias.data[c]);
        if (s[0] > 1) /* batch norm leaves the padding to the layer */
            b->x.lengths[1] = s[1] - 1;
        assert_ok(tensor_resize_like(&b->y, &b->x, &error));
        assert_ok(tensor_resize_like(&b->expected, &b->x, &error));
        for (int frozen = 0; frozen < 2; frozen++)
            compare_norms(b, b->engines[frozen], b->weight.data, b->bias.data, channels);
    }
}

static void test_layer_norm_of_a_large_offset(void **state)
{
    struct bench *b = *state;
    toy_tensor(&b->x, 1, 4, 1, 64, 1);
    for (size_t i = 0; i < tensor_count(&b->x); i++)
        b->x.data[i] += 100;
    toy_tensor(&b->weight, 1, 1, 2, 64, 2);
    assert_ok(tensor_resize_like(&b->y, &b->x, &error));
    assert_ok(tensor_resize_like(&b->expected, &b->x, &error));
    const float *scale = b->weight.data, *shift = scale + 64;
    naive_layer_norm(&b->x, scale, shift, &b->expected);
    assert_ok(fast->layer_norm_forward(b->engines[1], &b->x, scale, shift, &b->y, &error));
    toy_assert_same_sound(&b->y, &b->expected, 1e-4, "layer norm");
    assert_ok(plain->layer_norm_forward(NULL, &b->x, scale, shift, &b->y, &error));
    toy_assert_same_sound(&b->y, &b->expected, 1e-4, "plain layer norm");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_convolutions_agree),
        TEST(test_a_frozen_engine_tells_weights_of_one_shape_apart),
        TEST(test_an_engine_tells_settings_apart),
        TEST(test_dense_layers_agree),
        TEST(test_poolings_agree),
        TEST(test_activations_agree_over_a_wide_range),
        TEST(test_activations_keep_zero),
        TEST(test_norms_agree),
        TEST(test_layer_norm_of_a_large_offset),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
